import Datasets
import Foundation
import Manifests
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import TestSupport
import Testing

@testable import StagesInference

@Suite struct PerturbationTests {
  /// A table of gravity stations: its deviations are those of gravity, and heights must not be drawn with them.
  @Test func deviationsOfGravityAreNotThoseOfHeights() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "perturbation-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var table = Observations(rows: 2, title: "stations")
    for name in ["upward", "gravity_anomaly", "uncert"] {
      table.set(name, [1, 2], units: nil, longName: nil)
    }
    table.setAttribute("uncertainty_of", text: "gravity")
    let (input, output) = (folder.path + "/in.nc", folder.path + "/out.nc")
    try table.write(to: input)
    func draw(_ variable: String) throws -> [Double] {
      let settings = Settings([
        "variable": .word(variable), "uncertainty": .word("uncert"), "distribution": .word("normal"),
        "seed": .number(ExactDecimal(1)), "member": .number(ExactDecimal(0)),
        "stream": .word("read_table.table"),
        "compatible": .word("none"),
      ])
      try Perturbation().run(
        StageContext(settings: settings, inputs: ["data": input], outputs: ["data": output]))
      return try NetCDFFile.read(output).column(variable)
    }
    #expect(throws: StageError.self) { try draw("upward") }
    #expect(try draw("gravity_anomaly") != [1, 2])
  }

  /// Members of a grid of gravity (or of heights) with deviations that differ from node to node.
  private static func members(
    _ count: Int, variable: String = "gravity_anomaly", _ options: [String: SettingValue]
  ) throws -> (mean: [Double], deviations: [Double], drawn: [[Double]]) {
    let folder = try ScratchFolder("perturbation")
    let geometry = Samples.nodes(9, 7)
    let (mean, deviations) = (
      (0..<63).map { 10 + Double($0) }, (0..<63).map { 0.2 + 0.01 * Double($0 % 5) }
    )
    var dataset = Dataset()
    let units = variable == "topography" ? "m" : "mGal"
    for (name, values) in [(variable, mean), ("uncert", deviations)] {
      try dataset.addGrid(name, Grid(geometry: geometry, values: values), units: units, longName: name)
    }
    let (input, output) = (folder.path("in.nc"), folder.path("out.nc"))
    try NetCDFFile.write(dataset, to: input)
    let kind = Perturbation()
    let drawn = try (0..<count).map { member in
      var settings: [String: SettingValue] = [
        "variable": .word("gravity_anomaly"), "uncertainty": .word("uncert"), "distribution": .word("normal"),
        "seed": .number(ExactDecimal(4)), "member": .number(ExactDecimal(member)),
        "stream": .word("read_grid.grid"), "compatible": .word("none"),
      ]
      settings.merge(options) { $1 }
      try kind.run(
        StageContext(settings: Settings(settings), inputs: ["data": input], outputs: ["data": output]))
      return try NetCDFFile.read(output).doubles(variable)
    }
    return (mean, deviations, drawn)
  }

  private static func kilometres(_ value: Int) -> SettingValue { .number(ExactDecimal(1000 * value)) }

  /// Noise of a length has the stated deviations, leaves the data where they are, and correlates as stated.
  @Test func correlatedNoiseKeepsTheStatedDeviations() throws {
    let (mean, deviations, drawn) = try Self.members(800, ["correlation_length": Self.kilometres(3)])
    let unit = drawn.map { member in member.indices.map { (member[$0] - mean[$0]) / deviations[$0] } }
    let all = unit.flatMap(\.self)
    #expect(abs(Statistics.rms(all) - 1) < 0.03, "\(Statistics.rms(all))")
    for node in mean.indices {
      let own = unit.map { $0[node] }
      // Four standard errors of 800 members, some 10 %.
      #expect(abs(Statistics.rms(own) - 1) < 4 / 1600.0.squareRoot())
      #expect(abs(Statistics.mean(own)) < 4 / 800.0.squareRoot())
    }
    // Neighbours along rows; a member's are no more than a few independent pairs, which the error between members knows.
    let pairs = (0..<63).filter { $0 % 9 < 8 }
    let products = unit.map { (member: [Double]) -> Double in
      var sum = 0.0
      for node in pairs { sum += member[node] * member[node + 1] }
      return sum / Double(pairs.count)
    }
    let error = Statistics.deviation(products, lostDegrees: 1) / 800.0.squareRoot()
    #expect(error < 0.03 && abs(Statistics.mean(products) - Elementary.exp(-1.0 / 3)) < 3 * error)
  }

  /// A member's noise depends on nothing but the member.
  @Test func membersOfNoiseAreTheirOwn() throws {
    let some = try Self.members(3, ["correlation_length": Self.kilometres(3)]).drawn
    let more = try Self.members(5, ["correlation_length": Self.kilometres(3)]).drawn
    #expect(some == Array(more.prefix(3)) && Set(more).count == 5)
    let other = try Self.members(
      3, ["correlation_length": Self.kilometres(3), "correlation": .word("matern_52")]
    ).drawn
    #expect(other != some)
  }

  /// Filtered data are what the name says: hardly any noise, and another signal.
  @Test func filteredDataAreNoNoise() throws {
    let (mean, deviations, drawn) = try Self.members(50, ["data_low_pass": Self.kilometres(5)])
    let spread = mean.indices.map { node in Statistics.deviation(drawn.map { $0[node] }) / deviations[node] }
    #expect(Statistics.mean(spread) < 0.7)
  }

  /// Surfaces that state deviations are drawn like gravity.
  @Test func surfacesAreDrawn() throws {
    let (mean, deviations, drawn) = try Self.members(200, variable: "topography", [:])
    let unit = drawn.flatMap { member in member.indices.map { (member[$0] - mean[$0]) / deviations[$0] } }
    #expect(abs(Statistics.rms(unit) - 1) < 0.03)
  }
}
