import Artefacts
import Datasets
import NumericCore
import StandardCatalogue
import Testing

@testable import Reporting

/// One receiver with several sets of data.
@Suite struct ReceiverPlotTests {
  private static func records(
    _ name: String, _ variables: [String] = ["velocity_x", "velocity_z"], receivers: [String] = ["A", "B"],
    factor: Double = 1
  ) throws -> PlotSource {
    let count = 64
    var dataset = Dataset()
    dataset.dimensions = [
      .init(name: "receiver", size: receivers.count), .init(name: "time", size: count),
    ]
    try dataset.add(.init(name: "receiver_name", dimensions: ["receiver"], values: .text(receivers)))
    try dataset.add(
      .init(name: "time", dimensions: ["time"], values: .double((0..<count).map { 0.1 * Double($0) })))
    for variable in variables {
      try dataset.add(
        .init(
          name: variable, dimensions: ["receiver", "time"],
          values: .double(
            receivers.indices.flatMap { row in
              (0..<count).map { factor * Double(row + 1) * Elementary.sin(0.3 * Double($0)) }
            })))
    }
    return PlotSource(dataset, name: name, views: .standard)
  }

  private static func misfits(_ name: String, _ value: Double) throws -> PlotSource {
    var table = Dataset()
    try table.addColumn("receiver", ["A", "A", "B"])
    try table.addColumn("component", ["x", "z", "x"])
    try table.addColumn("start", [1.0, 2, 1], units: "s")
    try table.addColumn("end", [3.0, 4, 3], units: "s")
    try table.addColumn("flagged", [0.0, 1, 0], units: "1")
    try table.addColumn("value", [value, 0.5, 9], units: "1")
    return PlotSource(table, name: name, views: .standard)
  }

  @Test func severalSetsWithWindows() throws {
    var request = PlotRequest(kind: .receiver)
    (request.receiver, request.other) = ("A", try Self.records("start.seismograms", factor: 0.5))
    request.more = [try Self.records("last.seismograms", factor: 0.9)]
    request.windows = [try Self.misfits("misfit.table", 0.25), try Self.misfits("refit.table", 0.125)]
    let svg = try Plot(try Self.records("data.seismograms"), request).figure().svg
    for text in [
      "Receiver A", ">x<", ">z<", "m/s", "time, s", "data.seismograms", "start.seismograms",
      "last.seismograms", "χ 0.25", "χ 0.125", "χ 0.5, flagged", "misfit.table", "refit.table",
    ] { #expect(svg.contains(text), "\(text)") }
    #expect(!svg.contains("χ 9"))
  }

  /// Displacement from velocity and back: the derivative of an integral, away from the ends.
  @Test func motionIsTurned() throws {
    let step = 0.05
    // Band-limited, and 0 at both ends.
    let values = (0..<200).map { index -> Double in
      let u = (Double(index) * step - 5) / 0.6
      return (1 - 2 * u * u) * Elementary.exp(-u * u)
    }
    let there = MotionCalculus.turned(values, step: step, by: -1)
    let back = MotionCalculus.turned(there, step: step, by: 1)
    // Trapezoids and central differences take h²/4 of the second derivative away, at most 16.7 s⁻² here.
    #expect(zip(values, back).allSatisfy { abs($0 - $1) < 1.1e-2 })
    #expect(MotionCalculus.turned(values, step: step, by: 0) == values)
    #expect(MotionCalculus.turned([1, .nan, 2, 3], step: 1, by: 1).allSatisfy { $0.isNaN })
    var request = PlotRequest(kind: .receiver)
    request.receiverField = .displacement
    let svg = try Plot(try Self.records("data.seismograms"), request).figure().svg
    #expect(svg.contains(">m<") && !svg.contains("m/s"))
  }

  @Test func pressureStandsAlone() throws {
    let both = try Self.records("shot.seismograms", ["velocity_x", "pressure"])
    var request = PlotRequest(kind: .receiver)
    request.receiverField = .pressure
    let svg = try Plot(both, request).figure().svg
    #expect(svg.contains("pressure") && svg.contains("Pa") && !svg.contains("m/s"))
    request.receiverField = .displacement
    #expect(throws: PlotError.self) {
      try Plot(try Self.records("p.seismograms", ["pressure"]), request).figure()
    }
  }

  @Test func whatIsNotThere() throws {
    var request = PlotRequest(kind: .receiver)
    request.receiver = "C"
    #expect(
      throws: PlotError.badValue(
        option: "receiver", found: "C", expected: "a receiver of data.seismograms: A, B")
    ) { try Plot(try Self.records("data.seismograms"), request).figure() }
    request = PlotRequest(kind: .receiver)
    request.other = try Self.misfits("misfit.table", 1)
    #expect(throws: PlotError.self) { try Plot(try Self.records("data.seismograms"), request).figure() }
    #expect(throws: PlotError.self) {
      var field = PlotRequest()
      try field.read(.receiverField, "acceleration")
    }
    // Several artefacts where one is meant.
    var several = PlotRequest(kind: .histogram)
    (several.other, several.more) = (try Self.misfits("a", 1), [try Self.misfits("b", 1)])
    #expect(throws: PlotError.self) { try Plot(try Self.misfits("c", 1), several) }
  }

  @Test func misfitsOfTwoModels() throws {
    var request = PlotRequest(kind: .receivers)
    request.other = try Self.misfits("last.table", 0.125)
    let svg = try Plot(try Self.misfits("first.table", 0.25), request).figure().svg
    #expect(svg.contains("first.table: χ 9.25") && svg.contains("last.table: χ 9.125"))
  }
}
