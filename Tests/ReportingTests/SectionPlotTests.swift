import Artefacts
import Datasets
import NumericCore
import StandardCatalogue
import Testing

@testable import Reporting

/// Vertical sections and records of receivers.
@Suite struct SectionPlotTests {
  private static func section() throws -> Dataset {
    var dataset = Dataset()
    dataset.dimensions = [.init(name: "z", size: 3), .init(name: "x", size: 4)]
    try dataset.add(
      .init(
        name: "z", dimensions: ["z"], values: .double([0, 500, 1000]),
        attributes: [.init(name: "units", value: .text("m")), .init(name: "positive", value: .text("down"))]))
    try dataset.add(
      .init(
        name: "x", dimensions: ["x"], values: .double([0, 500, 1000, 1500]),
        attributes: [.init(name: "units", value: .text("m"))]))
    try dataset.add(
      .init(
        name: "vp", dimensions: ["z", "x"], values: .double((0..<12).map(Double.init)),
        attributes: [.init(name: "units", value: .text("m s-1"))]))
    return dataset
  }

  static func records(_ name: String, gap: Bool = false) throws -> PlotSource {
    var dataset = Dataset()
    dataset.dimensions = [.init(name: "receiver", size: 2), .init(name: "time", size: 5)]
    try dataset.add(.init(name: "receiver_name", dimensions: ["receiver"], values: .text(["A", "B"])))
    try dataset.add(.init(name: "time", dimensions: ["time"], values: .double([0, 0.1, 0.2, 0.3, 0.4])))
    try dataset.add(
      .init(
        name: "pressure", dimensions: ["receiver", "time"],
        values: .double([0, 1, gap ? .nan : 0, -1, 0, 2, 0, -2, 0, 2]),
        attributes: [.init(name: "units", value: .text("Pa"))]))
    return PlotSource(dataset, name: name, views: .standard)
  }

  static func misfits() throws -> PlotSource {
    var table = Dataset()
    try table.addColumn("receiver", ["A", "B"])
    try table.addColumn("component", ["p", "x"])
    try table.addColumn("start", [0.1, 0.1], units: "s")
    try table.addColumn("end", [0.3, 0.3], units: "s")
    try table.addColumn("flagged", [0, 0], units: "1")
    try table.addColumn("value", [0.25, 7], units: "1")
    return PlotSource(table, name: "misfit.table", views: .standard)
  }

  /// The deepest row comes first, as the southernmost of a map does.
  @Test func sectionsAreGridsOfHeights() throws {
    let grid = try #require(try Self.section().section("vp"))
    #expect(grid.geometry.region.south == -1000 && grid.geometry.region.north == 0)
    #expect(Array(grid.values.prefix(4)) == [8, 9, 10, 11])
    var ground = try Self.section()
    ground.variables[0].attributes = []
    #expect(try ground.section("vp") == nil)
  }

  @Test func mapsOfSectionsHaveDepths() throws {
    let source = PlotSource(try Self.section(), name: "medium.model", views: .standard)
    let plot = try Plot(source, PlotRequest())
    #expect(plot.kind == .map)
    let svg = try plot.figure().svg
    #expect(svg.contains("depth, km") && svg.contains("distance, km") && svg.contains("m/s"))
    #expect(!svg.contains("northing") && !svg.contains(">-0.5<") && !svg.contains(">−0.5<"))
    #expect(svg.contains(">0.5<"))
  }

  @Test func tracesOfTwoSets() throws {
    var request = PlotRequest()
    request.other = try Self.records("observed.waveforms", gap: true)
    let plot = try Plot(try Self.records("shot.seismograms"), request)
    #expect(plot.kind == PlotKind(rawValue: "traces"))
    let svg = try plot.figure().svg
    for text in ["time, s", ">A<", ">B<", "shot.seismograms", "observed.waveforms"] {
      #expect(svg.contains(text), "\(text)")
    }
  }

  @Test func windowsAreShadedWithTheirMisfits() throws {
    let other = try Self.misfits()
    var request = PlotRequest(kind: PlotKind(rawValue: "traces"))
    request.other = other
    let svg = try Plot(try Self.records("shot.seismograms"), request).figure().svg
    // The window of another component is none of this one.
    #expect(svg.contains("χ 0.25") && !svg.contains("χ 7"))
    let bars = try Plot(other, PlotRequest())
    #expect(bars.kind == PlotKind(rawValue: "receivers"))
    #expect(try bars.figure().svg.contains("Misfit by receiver"))
    request.other = PlotSource(try Self.section(), name: "medium.model", views: .standard)
    #expect(throws: PlotError.self) { try Plot(try Self.records("shot.seismograms"), request).figure() }
  }

  /// A sine has its line at its frequency.
  @Test func spectra() throws {
    let set = RecordSection.Set(
      label: "x", traces: ["A": (0..<40).map { [0, 1, 0, -1][$0 % 4] }], step: 0.1)
    let mean = SpectraFigure.mean(set, receivers: ["A"])
    let largest = mean.amplitudes.indices.max { mean.amplitudes[$0] < mean.amplitudes[$1] }
    #expect(mean.frequencies[largest ?? 0] == 2.5)
    #expect(abs(mean.amplitudes[largest ?? 0] - 2) < 1e-12)
    let plot = try Plot(
      try Self.records("shot.seismograms"), PlotRequest(kind: PlotKind(rawValue: "spectra")))
    #expect(try plot.figure().svg.contains("frequency, Hz"))
  }
}
