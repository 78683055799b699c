import NumericCore
import TestSupport
import Testing

@testable import Waves

/// A medium of constants, a source and receivers with one spacing.
struct FieldCase {
  var physics: Physics
  var values: [Parameter: Double]
  /// West, east, top, bottom of the section, metres; nodes are multiples of the spacing from (0, 0).
  var region: (Double, Double, Double, Double)
  var spacing: Double
  var source: PointSource
  var receivers: [(Double, Double)]
  var components: [Component]
  var duration: Double
  var order = 8
  var surface = Surface.absorbing
  var corrects = true
  var layerCells = 20

  func section() -> Section {
    let (west, top) = ((region.0 / spacing).rounded(.down), (region.2 / spacing).rounded(.down))
    return Section(
      x0: west * spacing, z0: top * spacing, spacing: spacing,
      columns: Int((region.1 / spacing).rounded(.up) - west) + 1,
      rows: Int((region.3 / spacing).rounded(.up) - top) + 1)
  }

  func seismograms(
    outputStep: Double = 0.001, model: ((Section) throws -> WaveModel)? = nil
  ) throws -> Seismograms {
    let section = section()
    let made =
      try model?(section)
      ?? WaveModel(
        physics: physics, section: section,
        fields: values.mapValues { Array(repeating: $0, count: section.count) })
    var settings = SimulationSettings(duration: duration, outputStep: outputStep)
    settings.order = order
    settings.surface = surface
    settings.correctsDispersion = corrects
    settings.layerCells = layerCells
    return try Simulation(
      model: made, sources: [source],
      receivers: receivers.enumerated().map {
        Receiver(name: "R0\($0)", x: $1.0, z: $1.1, components: components)
      }, settings: settings
    ).run(workers: .upTo(2)).seismograms
  }
}

/// Worst relative error over receivers, their components taken together.
func worst(
  _ seismograms: Seismograms, _ reference: ReferenceCase, _ names: [Component: String]
) throws -> Double {
  var worst = 0.0
  for receiver in Set(seismograms.traces.map(\.receiver)).sorted() {
    let traces = seismograms.traces.filter { $0.receiver == receiver }
    let ours = traces.flatMap(\.values)
    let theirs = try traces.flatMap { try reference.values("\(receiver).\(#require(names[$0.component]))") }
    let error = relativeError(ours, theirs)
    worst = max(worst, error)
  }
  return worst
}

/// Seismograms in homogeneous media against analytic ones: T1, T3, T3b and T4 of the specification's table.
@Suite(.needsReference) struct HomogeneousTests {
  static func acoustic(order: Int, points: Double, shift: Double = 0) -> FieldCase {
    let spacing = 2000 / (25 * points)
    return FieldCase(
      physics: .acoustic2d, values: [.vp: 2000, .rho: 2000], region: (-300, 1100, -300, 1500),
      spacing: spacing,
      source: PointSource(
        x: shift, z: shift, amplitudes: [.volumeRate: 1000], wavelet: .ricker(frequency: 10, delay: 0.15)),
      receivers: [(100.0, 0.0), (400, 0), (800, 0), (560, 560), (0, 1200)].map {
        ($0.0 + shift, $0.1 + shift)
      },
      components: [.p], duration: 1.398, order: order)
  }

  /// With the longest steps allowed: 3 ms at order 8, 2 ms at order 4.
  private static func error(_ test: FieldCase, _ reference: ReferenceCase, _ step: Int) throws -> Double {
    try worst(test.seismograms(outputStep: 0.001 * Double(step)), reference.every(step), [.p: "p"])
  }

  /// On the nodes and off them.
  @Test(arguments: [(8, 6.0, 0.0, 1e-3), (8, 6, 4.321, 1e-3), (4, 10, 0, 1e-2), (6, 8, 1.7, 3e-3)])
  func acousticAgreesWithHankelFunctions(order: Int, points: Double, shift: Double, limit: Double) throws {
    let reference = try ReferenceCase("acoustic_homog")
    let error = try Self.error(
      Self.acoustic(order: order, points: points, shift: shift), reference, order == 8 ? 3 : 2)
    print("T1 order \(order), \(points) points, shift \(shift): \(error)")
    #expect(error <= limit)
  }

  /// Without the correction of dispersion the error is more than ten times as large.
  @Test(arguments: [(8, 6.0), (4, 10.0)])
  func correctionOfDispersionCounts(order: Int, points: Double) throws {
    let reference = try ReferenceCase("acoustic_homog")
    var plain = Self.acoustic(order: order, points: points)
    let corrected = try Self.error(plain, reference, order == 8 ? 3 : 2)
    plain.corrects = false
    let uncorrected = try Self.error(plain, reference, order == 8 ? 3 : 2)
    print("T1b order \(order): \(uncorrected) without, \(corrected) with correction")
    #expect(uncorrected >= 10 * corrected)
  }

  /// The error falls with the order of the differences.
  @Test(arguments: [(8, 4.0, 6.0, 6.5), (4, 6.0, 10.0, 3.7)])
  func errorFallsWithTheOrder(order: Int, coarse: Double, fine: Double, slope: Double) throws {
    let reference = try ReferenceCase("acoustic_homog")
    let errors = try [coarse, fine].map {
      try Self.error(Self.acoustic(order: order, points: $0), reference, order == 8 ? 3 : 2)
    }
    let found = Elementary.log(errors[0] / errors[1]) / Elementary.log(fine / coarse)
    print("T1c order \(order): \(errors), slope \(found)")
    #expect(found >= slope)
  }

  @Test func shBelowFreeSurfaceAgreesWithImages() throws {
    let reference = try ReferenceCase("sh_halfspace")
    let test = FieldCase(
      physics: .sh2d, values: [.vsh: 1500, .vsv: 1500, .rho: 2000], region: (100, 900, 0, 500), spacing: 12.5,
      source: PointSource(
        x: 200, z: 200, amplitudes: [.forceY: 1e6], wavelet: .ricker(frequency: 8, delay: 0.2)),
      receivers: [(350, 0), (600, 0), (800, 100), (500, 400)], components: [.y], duration: 1.299,
      surface: .free)
    let error = try worst(try test.seismograms(), reference, [.y: "vy"])
    print("T3: \(error)")
    #expect(error <= 1e-3)
  }

  @Test func anisotropicShAgreesWithStretchedGreen() throws {
    let reference = try ReferenceCase("sh_vti_homog")
    let test = FieldCase(
      physics: .sh2d, values: [.vsh: 1650, .vsv: 1500, .rho: 2000], region: (-100, 700, -100, 600),
      spacing: 12.5,
      source: PointSource(x: 0, z: 0, amplitudes: [.forceY: 1e6], wavelet: .ricker(frequency: 8, delay: 0.2)),
      receivers: [(500, 0), (0, 500), (400, 400), (600, 250)], components: [.y], duration: 1.199)
    let error = try worst(try test.seismograms(), reference, [.y: "vy"])
    print("T3b: \(error)")
    #expect(error <= 2e-3)
  }

  @Test(
    arguments: ["force_z", "explosion", "double_couple_xz"], [(8, 6.0, 1e-3), (4, 10.0, 6e-3)])
  func psvAgreesWithGreenTensor(name: String, accuracy: (Int, Double, Double)) throws {
    let reference = try ReferenceCase("psv_homog_\(name)")
    let amplitudes: [SourceComponent: Double] =
      switch name {
      case "force_z": [.forceZ: 1e6]
      case "explosion": [.momentXX: 1e9, .momentZZ: 1e9]
      default: [.momentXZ: 1e9]
      }
    let test = FieldCase(
      physics: .psv2d, values: [.vpv: 3000, .vph: 3000, .vsv: 1732, .eta: 1, .rho: 2200],
      region: (-150, 750, -150, 650), spacing: 1732 / (20 * accuracy.1),
      source: PointSource(x: 0, z: 0, amplitudes: amplitudes, wavelet: .ricker(frequency: 8, delay: 0.2)),
      receivers: [(500, 0), (0, 500), (400, 400), (600, 250)], components: [.x, .z], duration: 1.199,
      order: accuracy.0)
    let error = try worst(try test.seismograms(), reference, [.x: "vx", .z: "vz"])
    print("T4 \(name) order \(accuracy.0): \(error)")
    #expect(error <= accuracy.2)
  }
}

/// Seismograms in media that vary: T2, T5 and T5b.
@Suite(.needsReference) struct HeterogeneousTests {
  @Test(arguments: [(8, 5e-3), (4, 1.5e-2)])
  func twoHalfSpaces(order: Int, limit: Double) throws {
    let reference = try ReferenceCase("acoustic_two_layer")
    let test = FieldCase(
      physics: .acoustic2d, values: [:], region: (-80, 1240, 40, 920), spacing: 8,
      source: PointSource(
        x: 0, z: 200, amplitudes: [.volumeRate: 1000], wavelet: .ricker(frequency: 10, delay: 0.15)),
      receivers: [(320, 160), (800, 160), (1120, 400), (480, 720), (1040, 800)], components: [.p],
      duration: 1.399,
      order: order)
    let recipe = ModelRecipe(layers: [
      .init(top: 0, values: [.vp: .init(top: 2000), .rho: .init(top: 2000)]),
      .init(top: 476, values: [.vp: .init(top: 3000), .rho: .init(top: 2300)]),
    ])
    let found = try test.seismograms { try recipe.model(physics: .acoustic2d, section: $0) }
    let error = try worst(found, reference, [.p: "p"])
    print("T2 order \(order): \(error)")
    #expect(error <= limit)
  }

  @Test func acousticAnomalies() throws {
    let reference = try ReferenceCase("acoustic_gauss")
    let test = FieldCase(
      physics: .acoustic2d, values: [:], region: (0, 1900, 0, 1900), spacing: 10,
      source: PointSource(
        x: 200, z: 900, amplitudes: [.volumeRate: 1000], wavelet: .ricker(frequency: 8, delay: 0.18)),
      receivers: [(1000, 200), (1700, 400), (1700, 1000), (1700, 1600), (900, 1700)], components: [.p],
      duration: 1.498)
    let recipe = ModelRecipe(
      layers: [.init(top: 0, values: [.vp: .init(top: 2000), .rho: .init(top: 2000)])],
      anomalies: [(700.0, 700.0, 160.0, 0.05), (1250, 1150, 160, -0.05), (1150, 600, 110, 0.03)].map {
        .gaussian(x: $0.0, z: $0.1, widthX: $0.2, widthZ: $0.2, amplitude: $0.3, of: [.vp])
      })
    // Anomalies add up in the reference.
    let found = try test.seismograms(outputStep: 0.002) { section in
      var sum = [Double](repeating: 1, count: section.count)
      for anomaly in recipe.anomalies {
        let one = try ModelRecipe(
          layers: [.init(top: 0, values: [.vp: .init(top: 1), .rho: .init(top: 1)])], anomalies: [anomaly]
        ).model(physics: .acoustic2d, section: section)
        sum = zip(sum, one[.vp]).map { $0 + $1 - 1 }
      }
      return try WaveModel(
        physics: .acoustic2d, section: section,
        fields: [.vp: sum.map { 2000 * $0 }, .rho: Array(repeating: 2000, count: section.count)])
    }
    let error = try worst(found, reference, [.p: "p"])
    print("T5: \(error)")
    #expect(error <= 1e-3)
  }

  @Test(arguments: [("iso", 1.0, 1.0), ("vti", 1.08, 0.92)])
  func elasticAnomalies(name: String, ratio: Double, eta: Double) throws {
    let reference = try ReferenceCase("psv_gauss_\(name)")
    let places = [
      (1305.0, 300.0), (1505, 900), (1305, 1400), (805, 1500), (1300, 305), (1500, 905), (1300, 1405),
      (800, 1505),
    ]
    let test = FieldCase(
      physics: .psv2d, values: [:], region: (0, 1700, 0, 1700), spacing: 15,
      source: PointSource(
        x: 200, z: 805, amplitudes: [.forceZ: 1e6], wavelet: .ricker(frequency: 6, delay: 0.25)),
      receivers: places, components: [.x, .z], duration: 1.22)
    let found = try test.seismograms { section in
      let shape = (0..<section.count).map { index -> Double in
        let (x, z) = (section.x(index % section.columns), section.z(index / section.columns))
        func bump(_ cx: Double, _ cz: Double, _ s: Double, _ a: Double) -> Double {
          a * Elementary.exp(-((x - cx) * (x - cx) + (z - cz) * (z - cz)) / (2 * s * s))
        }
        return 1 + bump(900, 700, 180, 0.06) + bump(700, 1200, 150, -0.05)
      }
      return try WaveModel(
        physics: .psv2d, section: section,
        fields: [
          .vpv: shape.map { 3000 * $0 }, .vph: shape.map { 3000 * ratio * $0 }, .vsv: shape.map { 1732 * $0 },
          .eta: Array(repeating: eta, count: section.count),
          .rho: Array(repeating: 2200, count: section.count),
        ])
    }
    var worst = 0.0
    for index in places.indices {
      // The reference's samples lie half a step later.
      let trace = found.trace("R0\(index)", index < 4 ? .x : .z)!
      let ours = BandLimited.resampled(trace.values, step: 0.001, count: 1200, newStep: 0.001, offset: 0.5)
      worst = max(worst, relativeError(ours, try reference.values("R0\(index).v")))
    }
    print("T5b \(name): \(worst)")
    #expect(worst <= 3e-3)
  }
}
