import Artefacts
import Datasets
import NumericCore
import Planning
import StageTestSupport
import Testing

@testable import StagesWaves

/// Misfits of travel times and of gravity of a section: their gradients, tables and refusals.
@Suite struct SectionMisfitTests {
  /// Six by four cells of 10 m with the fields given.
  private static func section(_ fields: [(name: String, units: String, values: [Double])]) throws -> Dataset {
    var dataset = Dataset(dimensions: [.init(name: "z", size: 4), .init(name: "x", size: 6)])
    for (name, count) in [("z", 4), ("x", 6)] {
      try dataset.add(
        .init(
          name: name, dimensions: [name], values: .double((0..<count).map { 5 + 10 * Double($0) }),
          attributes: [.init(name: "units", value: .text("m"))]))
    }
    for field in fields {
      try dataset.add(
        .init(
          name: field.name, dimensions: ["z", "x"], values: .double(field.values),
          attributes: [.init(name: "units", value: .text(field.units))]))
    }
    return dataset
  }

  private static func speeds(_ change: (cell: Int, by: Double)? = nil) throws -> Dataset {
    var speed = (0..<24).map { 2000 + 30 * Double($0 % 5) }
    var density = (0..<24).map { 2200 + 10 * Double($0 % 3) }
    if let change {
      speed[change.cell] += change.by
      density[change.cell] += change.by
    }
    return try section([("vp", "m s-1", speed), ("rho", "kg m-3", density)])
  }

  private static func picks(uncert: Bool = true) throws -> Dataset {
    var table = Dataset()
    for (name, values) in [
      ("source_x", [2.0, 2, 2, 2]), ("source_z", [3, 13, 33, 22]), ("receiver_x", [57, 57, 58, 30]),
      ("receiver_z", [12, 8, 25, 38]),
    ] { try table.addColumn(name, values, units: "m") }
    try table.addColumn("travel_time", [0.027, 0.0265, 0.028, 0.0165], units: "s")
    if uncert { try table.addColumn("uncert", [1e-4, 2e-4, 1e-4, 3e-4], units: "s") }
    return table
  }

  private static func stations() throws -> Dataset {
    var table = Dataset()
    try table.addColumn("name", ["A", "B", "C"])
    try table.addColumn("line", ["one", "one", "two"])
    try table.addColumn("x", [0.0, 25, 61], units: "m")
    try table.addColumn("z", [-1.0, -2, -1], units: "m")
    try table.addColumn("gravity_anomaly", [2.0, 2.4, 2.1], units: "mGal")
    try table.addColumn("uncert", [0.1, 0.2, 0.1], units: "mGal")
    return table
  }

  private static let times = LoneStage(
    TravelTimeMisfit(), "variable = vp", ["model": .grid, "picks": .table])
  private static let gravity = LoneStage(SectionGravityMisfit(), "", ["model": .grid, "gravity": .table])

  /// Central differences.
  private static func difference(_ cell: Int, _ step: Double, _ value: (Dataset) throws -> Double) throws
    -> Double
  {
    (try value(speeds((cell, step))) - value(speeds((cell, -step)))) / (2 * step)
  }

  @Test func gradientsAreThoseOfDifferences() throws {
    let (picks, stations) = (try Self.picks(), try Self.stations())
    func time(_ model: Dataset) throws -> Double {
      try Self.times.run(["model": model, "picks": picks]).scalar("misfit")
    }
    func pull(_ model: Dataset) throws -> Double {
      try Self.gravity.run(["model": model, "gravity": stations]).scalar("misfit")
    }
    let bySpeed = try Self.times.run(["model": Self.speeds(), "picks": picks]).dataset("gradient").doubles(
      "vp")
    let byDensity = try Self.gravity.run(["model": Self.speeds(), "gravity": stations]).dataset("gradient")
      .doubles("rho")
    let largest = bySpeed.map(abs).max() ?? 0
    for cell in [0, 7, 8, 15, 23] {
      let found = try Self.difference(cell, 0.5, time)
      #expect(abs(found - bySpeed[cell]) <= 1e-6 * largest, "\(found) and \(bySpeed[cell])")
      let other = try Self.difference(cell, 5, pull)
      #expect(abs(other - byDensity[cell]) <= 1e-9 * abs(other), "\(other) and \(byDensity[cell])")
    }
  }

  @Test func rowsAddUp() throws {
    let times = try Self.times.run(["model": Self.speeds(), "picks": Self.picks()])
    let table = try times.dataset("residuals")
    let sum = try table.column("misfit").reduce(0, +)
    #expect(abs(sum - (try times.scalar("misfit"))) <= 1e-12 * sum)
    #expect(try table.texts("receiver")[0] == "57.0, 12.0")
    let residual = try zip(table.column("travel_time"), table.column("predicted")).map { $0 - $1 }
    #expect(try table.column("residual") == residual)
    let gravity = try Self.gravity.run(["model": Self.speeds(), "gravity": Self.stations()])
    let rows = try gravity.dataset("residuals")
    let all = try rows.column("misfit").reduce(0, +)
    #expect(abs(all - (try gravity.scalar("misfit"))) <= 1e-12 * all)
    #expect(try rows.texts("receiver") == ["A", "B", "C"])
  }

  /// Events are lines: their misfits add up to that of all.
  @Test func linesAreParts() throws {
    let data = ["model": try Self.speeds(), "gravity": try Self.stations()]
    let parts = try ["one", "two"].map { line in
      try LoneStage(SectionGravityMisfit(), "line = \"\(line)\"", ["model": .grid, "gravity": .table]).run(
        data
      )
      .scalar("misfit")
    }
    let all = try Self.gravity.run(data).scalar("misfit")
    #expect(abs(parts[0] + parts[1] - all) <= 1e-12 * all)
    #expect(throws: (any Error).self) {
      try LoneStage(SectionGravityMisfit(), "line = \"three\"", ["model": .grid, "gravity": .table]).run(data)
    }
  }

  @Test func deviationsStandInForAColumn() throws {
    let stage = LoneStage(
      TravelTimeMisfit(), "variable = vp\ndeviation = 0.1 ms", ["model": .grid, "picks": .table])
    let outcome = try stage.run(["model": Self.speeds(), "picks": Self.picks(uncert: false)])
    #expect(try outcome.dataset("residuals").column("uncert").allSatisfy { abs($0 - 1e-4) < 1e-18 })
    #expect(throws: (any Error).self) {
      try Self.times.run(["model": Self.speeds(), "picks": Self.picks(uncert: false)])
    }
  }

  /// A simulated survey: what the model gives, and noise of the stated deviation.
  @Test func simulatedData() throws {
    let model = try Self.speeds()
    let stage = LoneStage(
      SectionGravityStage(), "noise = 0.5 mGal\nnoise_seed = 3", ["model": .grid, "stations": .table])
    var stations = Dataset()
    try stations.addColumn("x", (0..<400).map { Double($0) }, units: "m")
    try stations.addColumn("z", (0..<400).map { _ in -1.0 }, units: "m")
    let noisy = try stage.run(["model": model, "stations": stations]).dataset("gravity")
    let exact = try LoneStage(SectionGravityStage(), "", ["model": .grid, "stations": .table]).run([
      "model": model, "stations": stations,
    ]).dataset("gravity")
    #expect(exact["uncert"] == nil)
    #expect(try noisy.column("uncert").allSatisfy { $0 == 0.5 })
    let noise = zip(try noisy.column("gravity_anomaly"), try exact.column("gravity_anomaly")).map { $0 - $1 }
    #expect(abs(Statistics.rms(noise) / 0.5 - 1) < 0.1)
    let zero = try LoneStage(
      SectionGravityStage(), "", ["model": .grid, "reference": .grid, "stations": .table]
    ).run(["model": model, "reference": model, "stations": stations]).dataset("gravity")
    #expect(try zero.column("gravity_anomaly").allSatisfy { $0 == 0 })
  }

  @Test func raysBetweenBoreholes() throws {
    var (left, right) = (Dataset(), Dataset())
    try left.addColumn("x", [0.0, 0], units: "m")
    try left.addColumn("z", [0.0, 100], units: "m")
    try right.addColumn("x", [100.0, 100], units: "m")
    try right.addColumn("z", [0.0, 100], units: "m")
    let all = try LoneStage(RayPaths(), "", ["sources": .table, "receivers": .table]).run([
      "sources": left, "receivers": right,
    ]).dataset("rays")
    #expect(try all.column("source_z") == [0, 0, 100, 100] && all.column("receiver_z") == [0, 100, 0, 100])
    let flat = try LoneStage(RayPaths(), "steepest = 30 deg", ["sources": .table, "receivers": .table]).run([
      "sources": left, "receivers": right,
    ]).dataset("rays")
    #expect(try flat.column("receiver_z") == [0, 100])
  }

  @Test func whatIsNoDensityIsRefused() throws {
    let bad = try Self.section([("rho", "m s-1", Array(repeating: 2000, count: 24))])
    #expect(throws: (any Error).self) {
      try Self.gravity.run(["model": bad, "gravity": Self.stations()])
    }
    let outside = try Self.section([("vp", "m s-1", (0..<24).map { $0 == 3 ? -1 : 2000 })])
    #expect(throws: (any Error).self) { try Self.times.run(["model": outside, "picks": Self.picks()]) }
  }
}
