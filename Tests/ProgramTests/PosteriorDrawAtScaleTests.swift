import Datasets
import Foundation
import NumericCore
import TestSupport
import Testing

/// What takes minutes of chains and Kalman ensembles: their speed, their store, many kills, real picks.
@Suite(.serialized, .enabled(if: Effort.isLong)) struct PosteriorDrawAtScaleTests {
  /// A cheap pipeline of two stages below what varies.
  private static func twoStages(_ more: String) -> String {
    """
    [model : synthetic_model]
    spacing = 10 km
    region = 0 km, 40 km, 0 km, 30 km
    density_contrast = 2669 kg/m3

    [layer : starting_topography]
    method = flat
    height = 560 m
    like <- model.topography

    [survey : forward_gravity]
    topography <- layer.topography
    gravity <- model.gravity
    density_contrast = 300 kg/m3
    zref = 500 m

    [surface : starting_topography]
    method = flat
    height = 510 m
    like <- model.topography

    [predicted : forward_gravity]
    topography <- surface.topography
    gravity <- model.gravity
    density_contrast = 100 kg/m3
    zref = 500 m

    [posterior : markov_chains]
    repeat = predicted
    forward = predicted.gravity
    observations <- survey.gravity
    observed_variable = forward_gravity
    prediction_variable = forward_gravity
    acceleration_deviation = 0.2 mGal
    ensembles = 2
    walkers = 16
    warm_up = 100
    seed = 1
    surface.height ~ uniform(400, 600) m
    predicted.density_contrast ~ uniform(-600, 600) kg/m3
    \(more)

    """
  }

  private func bytes(_ folder: URL) -> Int {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey])
    var sum = 0
    while let file = files?.nextObject() as? URL {
      sum += (try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0
    }
    return sum
  }

  /// 10⁵ evaluations in a minute, and 3 000 rounds of 32 walkers in 100 MB. The time is that of a machine with two free
  /// processors; on others the test tells it.
  @Test func aHundredThousandEvaluations() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/u.manifest", Self.twoStages("iterations = 2900"))
    let began = Date()
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report", "--jobs", "2")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let seconds = Date().timeIntervalSince(began)
    let size = bytes(project.root.appendingPathComponent(".pipe"))
    print("3001 rounds, 96 032 evaluations: \(Int(seconds)) s, a store of \(size / 1_000_000) MB")
    #expect(size <= 100_000_000)
  }

  /// Killed 20 times, at any moment, and equal to the run that was not.
  @Test func chainsKilledTwentyTimes() throws {
    let text = Self.twoStages("iterations = 300")
    let whole = try runPipeline(text, "--jobs", "2")
    defer { whole.remove() }
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/u.manifest", text)
    for attempt in 1...20 {
      let running = try Program.start(["run", "pipelines/u.manifest", "--no-report"], in: project.root)
      // Moments that have nothing to do with each other.
      Thread.sleep(forTimeInterval: 0.2 + Double(attempt * attempt % 17) * 0.07)
      _ = kill(running.process.processIdentifier, SIGKILL)
      _ = running.wait()
    }
    let last = try project.pipe("run", "pipelines/u.manifest", "--no-report", "--jobs", "1")
    #expect(last.status == 0, "\(last.errors)")
    #expect(try project.results("u") == whole.results("u"))
  }

  // MARK: - real picks

  private static let crosshole = """
    [picks : read_picks]
    file = file("../data/external/AM13_data.eas")
    header_lines = 8
    time_unit = ns

    [field : field_modes]
    region = -1.1 m, 6.1 m, 0.5 m, 12.5 m
    spacing = 60 cm
    mean_speed = 140000 km/s
    deviation = 8 %
    length = 3 m
    modes = 1

    [rays : straight_ray_travel_times]
    model <- field.model
    picks <- picks.picks

    [smoother : ensemble_kalman]
    repeat = rays
    forward = rays.times
    observations <- picks.picks
    prediction_variable = travel_time
    observed_variable = travel_time
    draws = 200
    assimilations = 4
    seed = 1
    moves = rays.model
    model <- field.model
    model_variable = slowness
    field_deviation = 5.7142857142857e-10
    field_length = 3 m
    field_correlation = exponential
    localisation_length = 8 m

    """

  /// Slowness between boreholes by 200 members, localised, against the exact posterior: the mean within 0.2 deviations,
  /// deviations as they are.
  @Test(.needsReference) func aFieldBetweenBoreholes() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.linkShared(["crosshole_arrenaes/AM13_data.eas"])
    try project.write("pipelines/u.manifest", Self.crosshole)
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let maps = try NetCDFFile.read(project.result("u", "smoother.maps"))
    let picks = try NetCDFFile.read(project.result("u", "picks.picks"))
    let exact = try Self.posterior(picks, x: maps.column("x"), z: maps.column("z"))
    let (mean, deviation) = (try maps.doubles("slowness"), try maps.doubles("stdev"))
    let off = mean.indices.map { (mean[$0] - exact.mean[$0]) / exact.deviation[$0] }
    let ratios = mean.indices.map { deviation[$0] / exact.deviation[$0] }
    print(
      "crosshole by es_mda: mean off by \(Statistics.rms(off)), deviation ratio \(Statistics.mean(ratios))")
    #expect(Statistics.rms(off) < 0.2)
    #expect(Statistics.mean(ratios) > 0.8 && Statistics.mean(ratios) < 1.2)
  }

  /// Mean and deviation of every cell, s/m.
  private static func posterior(
    _ picks: Dataset, x: [Double], z: [Double]
  ) throws -> (mean: [Double], deviation: [Double]) {
    let ends = try ["source_x", "source_z", "receiver_x", "receiver_z"].map { try picks.column($0) }
    let noise = try picks.column("uncert")
    let (side, columns, mean) = (x[1] - x[0], x.count, 1 / 1.4e8)
    var matrix = Matrix(rows: noise.count, columns: columns * z.count)
    for row in noise.indices {
      let (dx, dz) = (ends[2][row] - ends[0][row], ends[3][row] - ends[1][row])
      let part = (dx * dx + dz * dz).squareRoot() / 2000
      for step in 0..<2000 {
        let t = (Double(step) + 0.5) / 2000
        let column = Int((ends[0][row] + t * dx - x[0]) / side + 0.5)
        matrix[row, Int((ends[1][row] + t * dz - z[0]) / side + 0.5) * columns + column] += part / noise[row]
      }
    }
    var covariance = Matrix(rows: matrix.columns, columns: matrix.columns)
    for i in 0..<matrix.columns {
      for j in 0..<matrix.columns {
        let (u, v) = (x[i % columns] - x[j % columns], z[i / columns] - z[j / columns])
        covariance[i, j] = 0.0064 * mean * mean * Elementary.exp(-(u * u + v * v).squareRoot() / 3)
      }
    }
    let cross = covariance.timesTransposed(matrix)
    var system = matrix.timesTransposed(cross.transposed())
    for index in 0..<system.rows { system[index, index] += 1 }
    let factor = try Cholesky(system)
    let prior = [Double](repeating: mean, count: matrix.columns)
    let observed = try picks.column("travel_time")
    let residual = zip(zip(observed, noise), matrix.times(prior)).map { $0.0 / $0.1 - $1 }
    let change = cross.times(factor.solve(residual))
    var rows = cross
    factor.solveForward(rows: &rows)
    let deviation = (0..<cross.rows).map { node in
      let known = (0..<rows.columns).reduce(0) { $0 + rows[node, $1] * rows[node, $1] }
      return (covariance[node, node] - known).squareRoot()
    }
    return (change.map { mean + $0 }, deviation)
  }
}
