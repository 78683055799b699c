import Artefacts
import Datasets
import NumericCore
import StandardCatalogue
import Testing

@testable import Reporting

@Suite struct PlotTests {
  static let geometry = GridGeometry(
    region: Region(west: 0, east: 40_000, south: 0, north: 30_000), spacing: 1000)

  static func grid(_ value: (Double, Double) -> Double) -> Grid {
    Grid(
      geometry: geometry,
      values: geometry.northings.flatMap { y in geometry.eastings.map { value($0 / 1000, y / 1000) } })
  }

  static func source(_ name: String, _ grids: [(String, String, Grid)]) throws -> PlotSource {
    var dataset = Dataset()
    for (variable, unit, grid) in grids { try dataset.addGrid(variable, grid, units: unit) }
    return PlotSource(dataset, name: name, views: .standard)
  }

  static let surface = grid { x, y in 500 + 10 * x - y }
  static let start = grid { x, _ in 500 + 8 * x }

  static func topography() throws -> PlotSource {
    try source("inversion.topography", [("topography", "m", surface), ("starting_topography", "m", start)])
  }

  static func gravity() throws -> PlotSource {
    try source(
      "inversion.gravity",
      [
        ("gravity_anomaly", "mGal", grid { x, _ in x - 20 }),
        ("forward_gravity", "mGal", grid { x, _ in x - 25 }),
        ("misfit", "mGal", grid { _, _ in 5 }), ("reg", "mGal", grid { _, _ in 3 }),
        ("res", "mGal", grid { x, _ in x > 20 ? 2 : -2 }),
      ])
  }

  static func trials(second: Bool = false) throws -> PlotSource {
    var dataset = Dataset()
    try dataset.addColumn("damping", [0.001, 0.01, 0.1], dimension: "trial")
    try dataset.addColumn("score", [3e-5, 1e-5, 2e-5], units: "m s-2", dimension: "trial")
    if second {
      try dataset.addColumn("second_score", [1, 2, 3], units: "m", dimension: "trial")
      try dataset.addColumn("on_front", [1, 1, 0], units: "1", dimension: "trial")
    }
    dataset.attributes.append(.init(name: "best_trial", value: .numbers([1])))
    return PlotSource(dataset, name: "damping.scores", views: .standard)
  }

  /// Four draws of two settings, with what they predict of two data.
  static func posterior() throws -> PlotSource {
    var dataset = Dataset()
    try dataset.addColumn("zref", [480, 490, 500, 470], units: "m", dimension: "point")
    try dataset.addColumn("height", [1, 2, 4, 3], units: "m", dimension: "point")
    try dataset.addColumn("log_likelihood", [-3, -1, -2, -2.5], dimension: "point")
    try dataset.addColumn("observed", [1, 2], units: "mGal", dimension: "datum")
    dataset.variables.append(
      Dataset.Variable(
        name: "prediction", dimensions: ["point", "datum"], values: .double([1, 2, 1.5, 2, 0.5, 2.5, 1, 1]),
        attributes: [.init(name: "units", value: .text("mGal"))]))
    dataset.attributes.append(.init(name: "parameters", value: .text("zref height")))
    return PlotSource(dataset, name: "posterior.samples", views: .standard)
  }

  /// Two settings before and after the data.
  static func marginals() throws -> PlotSource {
    var dataset = Dataset()
    try dataset.addColumn("setting", ["zref", "height"], longName: nil, dimension: "parameter")
    try dataset.addColumn("units", ["m", "1"], longName: nil, dimension: "parameter")
    try dataset.addColumn("weighted_mean", [481, 0.5], dimension: "parameter")
    dataset.dimensions.append(.init(name: "level", size: 5))
    for (name, values) in [
      ("density_value", [470.0, 475, 480, 485, 490, 0, 0.25, 0.5, 0.75, 1]),
      ("prior_density", [0.01, 0.02, 0.03, 0.02, 0.01, 1, 1, 1, 1, 1]),
      ("fitted_density", [0, 0.02, 0.1, 0.05, 0, 0.2, 0.9, 1.8, 0.9, 0.2]),
    ] {
      dataset.variables.append(
        Dataset.Variable(name: name, dimensions: ["parameter", "level"], values: .double(values)))
    }
    return PlotSource(dataset, name: "posterior.posterior", views: .standard)
  }

  /// A lower bound that rises from far below.
  static func bound() throws -> PlotSource {
    var dataset = Dataset()
    try dataset.addColumn("runs", (0..<12).map { Double(30 * $0) }, dimension: "round")
    try dataset.addColumn(
      "elbo", [Double.nan, -8000, -60, -44, -42.5, -42.1, -42, -41.9, -42, -41.95, -41.9, -41.92],
      dimension: "round")
    try dataset.addColumn(
      "elbo_error", (0..<12).map { $0 == 0 ? Double.nan : 1 / Double($0) }, dimension: "round")
    return PlotSource(dataset, name: "posterior.history", views: .standard)
  }

  /// Three walkers of forty draws each, two that agree and one that stays above.
  static func walkers() throws -> PlotSource {
    var dataset = Dataset()
    let rows = 0..<120
    try dataset.addColumn("iteration", rows.map { Double($0 % 40 + 1) }, dimension: "point")
    try dataset.addColumn("chain", rows.map { Double($0 / 40 * 4) }, dimension: "point")
    try dataset.addColumn(
      "zref", rows.map { Double(480 + ($0 * 7) % 20 + ($0 >= 80 ? 20 : 0)) }, units: "m", dimension: "point")
    try dataset.addColumn("height", rows.map { Double(($0 * 11) % 17) }, units: "m", dimension: "point")
    dataset.attributes.append(.init(name: "parameters", value: .text("zref height")))
    return PlotSource(dataset, name: "chains.traces", views: .standard)
  }

  static func autocorrelation() throws -> PlotSource {
    var dataset = Dataset()
    try dataset.addColumn("lag", [0, 1, 2, 3], dimension: "lag")
    try dataset.addColumn("zref", [1, 0.6, 0.3, -0.05], units: "1", dimension: "lag")
    try dataset.addColumn("height", [1, 0.2, 0, 0.02], units: "1", dimension: "lag")
    return PlotSource(dataset, name: "chains.autocorrelation", views: .standard)
  }

  /// Equal ranks where walkers agree; one that stays above has the upper ones alone.
  @Test func ranksOfWalkers() throws {
    let draws = try #require(WalkerDraws(Self.walkers().dataset))
    #expect(draws.walkers.map(\.count) == [40, 40, 40])
    let counts = Figures.rankCounts(draws.parameters[0].values, draws.walkers, bins: 4)
    #expect(counts.allSatisfy { $0.reduce(0, +) == 40 })
    #expect(counts[2][0] == 0 && counts[2][1] == 0 && counts[0][3] == 0)
    #expect(Figures.rankCounts([1, 1, 1, 1], [[0, 1], [2, 3]], bins: 2) == [[0, 2], [0, 2]])
  }

  static func members() throws -> PlotSource {
    var dataset = Dataset()
    for name in ["param_zref", "param_damping", "rmse"] {
      try dataset.addColumn(name, [480, 490, 500, 470], dimension: "run")
    }
    return PlotSource(dataset, name: "ensemble.members", views: .standard)
  }

  static func history() throws -> PlotSource {
    var dataset = Dataset()
    try dataset.addColumn("iteration", [0, 1, 2, 3], dimension: "iteration")
    try dataset.addColumn("l2_norm", [3, 1.5, 0.9, 0.6], dimension: "iteration")
    try dataset.addColumn("delta_l2_norm", [.nan, 2, 1.7, 1.5], dimension: "iteration")
    dataset.attributes.append(.init(name: "l2_norm_tolerance", value: .numbers([0.5])))
    dataset.attributes.append(.init(name: "delta_l2_norm_tolerance", value: .numbers([1.1])))
    return PlotSource(dataset, name: "inversion.history", views: .standard)
  }

  static func statistics() throws -> PlotSource {
    try source(
      "statistics.statistics", [("z_mean", "m", surface), ("z_stdev", "m", grid { _, y in 2 + y / 30 })])
  }

  private func text(_ source: PlotSource, _ request: PlotRequest = PlotRequest()) throws -> String {
    let page = WellFormed(try Plot(source, request).figure().svg)
    #expect(page.failure == nil)
    return page.text
  }

  private func request(_ kind: PlotKind?, _ options: [(PlotOption, String)] = []) throws -> PlotRequest {
    var request = PlotRequest(kind: kind)
    for (option, text) in options { try request.read(option, text) }
    return request
  }

  private func message(
    _ source: PlotSource, _ kind: PlotKind?, _ options: [(PlotOption, String)] = [], other: PlotSource? = nil
  ) -> String {
    do {
      var request = try request(kind, options)
      if let other {
        request.other = other
        request.given.insert(.with)
      }
      _ = try Plot(source, request).figure()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func theArtefactDecides() throws {
    #expect(try Plot(Self.topography(), PlotRequest()).kind == .map)
    #expect(try Plot(Self.trials(), PlotRequest()).kind == .scores)
    #expect(try Plot(Self.trials(second: true), PlotRequest()).kind == .pareto)
    #expect(try Plot(Self.members(), PlotRequest()).kind == .lhs)
    #expect(try Plot(Self.history(), PlotRequest()).kind == .convergence)
    var request = PlotRequest()
    request.other = try Self.topography()
    #expect(try Plot(Self.topography(), request).kind == .compare)
    #expect(
      message(PlotSource(Dataset(), name: "rmse", views: .standard), nil).contains(
        "needs a grid or a column of numbers"))
  }

  @Test func mapsOfGravityShareLimitsAndTellTheRMS() throws {
    let page = WellFormed(try Plot(try Self.gravity(), PlotRequest()).figure().svg)
    #expect(page.elements["image"] == 10)
    #expect(page.text.contains("RMS 2 mGal") && page.text.contains("RMS 5 mGal"))
    #expect(try text(Self.gravity(), request(.map, [(.variable, "res,reg")])).contains("mean 3 mGal"))
  }

  @Test func profilesReadRowsAndColumnsThroughAPlace() throws {
    let found = try text(Self.topography(), request(.profile, [(.through, "10,20")]))
    #expect(found.contains("West–east at northing 20 km") && found.contains("South–north at easting 10 km"))
    let line = GridLine(.westEast, through: (10_000, 20_000), in: Self.geometry)
    #expect(line.values(Self.surface)[3] == 500 + 30 - 20)
    let bands = try text(Self.statistics(), request(.profile, [(.sigmas, "1,3")]))
    #expect(bands.contains("mean ± σ") && bands.contains("mean ± 3 σ"))
    var both = try request(.profile)
    (both.other, both.given) = (try Self.gravity(), [.with])
    let stacked = try text(Self.topography(), both)
    #expect(stacked.contains("predicted: forward + regional") && stacked.contains("observed"))
  }

  @Test func bandsAreSigmasWide() {
    let band = Profile.Band(mean: [5, 6], deviation: [1, 2], sigmas: 2)
    #expect(band.lower == [3, 2] && band.upper == [7, 10])
  }

  @Test func comparisonReadsTheOtherGridAtTheNodes() throws {
    let fine = Self.geometry.refined(by: 2)
    let values = fine.northings.flatMap { y in fine.eastings.map { 503 + $0 / 100 - y / 1000 } }
    let other = try Self.source("finer", [("topography", "m", Grid(geometry: fine, values: values))])
    var request = PlotRequest(kind: .compare)
    (request.other, request.given) = (other, [.with])
    #expect(try text(Self.topography(), request).contains("RMS 3 m"))
    #expect(try text(Self.topography(), PlotRequest(kind: .compare)).contains("Difference, left − right"))
  }

  @Test func regionsAreCut() throws {
    let plot = try Plot(Self.topography(), request(.map, [(.region, "10,20,5,9")]))
    let field = try plot.cut(plot.source.grid("topography"))
    #expect(field.grid.geometry.columns == 11 && field.grid.geometry.rows == 5)
    #expect(field.grid[0, 0] == 500 + 100 - 5)
    let found = message(try Self.topography(), .map, [(.region, "100,200,0,5")])
    #expect(found.contains("the grid covers 0 … 40 km across and 0 … 30 km upwards"))
  }

  @Test func coastsAreDrawnWhereTheMapIs() throws {
    var request = PlotRequest(kind: .map)
    request.given = [.coast]
    request.lines = [Points(easting: [-9e4, 20_000, 9e4], northing: [10_000, 15_000, 10_000])]
    let paths = WellFormed(try Plot(Self.topography(), request).figure().svg).attributes.filter {
      $0.name == "d"
    }
    // Cut at both sides of the map, half a spacing beyond the outer nodes.
    #expect(paths.contains { $0.value.hasPrefix("M54 ") && $0.value.count { $0 == "L" } == 2 })
    request.lines = [Points(easting: [10, 11], northing: [45, 46])]
    request.lines[0].easting = [1e7, 2e7]
    #expect(throws: PlotError.self) { try Plot(Self.topography(), request).figure() }
  }

  @Test func linesAreCutAtTheSides() {
    let box = Box(x: 0, y: 0, width: 10, height: 10)
    let pieces = LineClip.pieces([Place(-5, 5), Place(5, 5), Place(5, 20), Place(8, 20), Place(8, 2)], box)
    #expect(pieces.map(\.end) == [Place(5, 5), Place(5, 10), Place(8, 2)])
    #expect(pieces.map(\.start) == [Place(0, 5), nil, Place(8, 10)])
    #expect(LineClip.pieces([Place(-5, -1), Place(20, -1)], box).isEmpty)
  }

  /// Both tolerances lie at one height: one dashed line over the plot and one in its key.
  @Test func tolerancesShareALine() throws {
    let figure = try Plot(Self.history(), PlotRequest()).figure()
    let dashed = figure.marks.filter { mark in
      if case .shape(.line, _, let stroke?) = mark { stroke == .dashed } else { false }
    }
    #expect(dashed.count == 2)
    for wish in [nil, true, false] {
      let (left, right) = ToleranceAxis.aligned(
        ToleranceAxis([3, 1.5, 0.9, 0.6], 0.5, wish), ToleranceAxis([2, 1.7, 1.5], 1.1, wish))
      func height(_ value: Double, _ domain: ClosedRange<Double>) -> Double {
        Scale(domain: domain, start: 0, end: 1, isLogarithmic: wish ?? false).position(value)
      }
      #expect(abs(height(0.5, left) - height(1.1, right)) < 1e-9)
      #expect(left.lowerBound <= 0.5 && left.upperBound >= 3 && right.upperBound >= 2)
    }
  }

  @Test func trialsOnAGridFillCells() {
    let trials = (0..<6).map { ScoreField.Trial(place: Place(Double($0 % 3), Double($0 / 3)), score: 1) }
    #expect(ScoreField.isGrid(trials))
    #expect(!ScoreField.isGrid(Array(trials.dropLast())))
    let hull = ScoreField.hull([Place(0, 0), Place(2, 0), Place(2, 2), Place(0, 2), Place(1, 1), Place(1, 0)])
    #expect(hull.count == 4)
    #expect(ScoreField.contains(hull, Place(1, 1)) && !ScoreField.contains(hull, Place(2.1, 1)))
  }

  /// A slope to the south-east lies in shade, one to the north-west in light, level ground is as it is.
  @Test func lightComesFromTheNorthWest() {
    let light = { (grid: Grid) in Relief(grid).light(rows: [15], columns: [20])[0] }
    #expect(light(Self.grid { x, y in y - x }) < 0.8)
    #expect(light(Self.grid { x, y in x - y }) > 1.05)
    #expect(light(Self.grid { _, _ in 7 }) == 1)
    #expect(Relief.lit(Colour(0x6496c8), by: 0.5) == Colour(0x324b64))
  }

  @Test func rowsThatAreHeldOutHaveColoursOfTheirOwn() {
    let (one, other) = (Points(easting: [1, 2], northing: [3, 4]), Points(easting: [5], northing: [6]))
    func told(_ groups: [(label: String, points: Points)]) -> [String] {
      SectionMaker.told(groups, equal: "both").map(\.label)
    }
    #expect(told([("to use", one), ("held out", other)]) == ["to use", "held out"])
    #expect(told([("to use", one), ("held out", one)]) == ["both"])
    #expect(told([("held out", other)]) == ["held out"] && told([]) == [])
  }

  @Test func lossesAtEdges() throws {
    let whole = Self.grid { _, _ in 50 }
    let layer = Self.grid { x, _ in x == 0 ? 49 : 50 }
    let source = try Self.source(
      "decay", [("forward_gravity", "mGal", layer), ("without_edges", "mGal", whole)])
    #expect(try text(source, request(.profile)).contains("gravity, mGal"))
    #expect(try Plot(source, PlotRequest()).kind == .map)
  }

  @Test func mistakesSayWhatThereIs() throws {
    let topography = try Self.topography()
    #expect(
      message(topography, .map, [(.variable, "topo")])
        == "inversion.topography has no variable 'topo'; there are topography, starting_topography")
    #expect(
      message(topography, .scores).contains("can't be drawn as scores, which needs a column 'score' a trial"))
    #expect(
      message(topography, .map, [(.sigmas, "1")])
        == "--sigmas changes nothing in a plot as map; it is for profile")
    #expect(message(topography, .profile, [(.sigmas, "1")]).contains("needs a mean and its deviation"))
    #expect(message(topography, .map, [(.limits, "3,1")]).contains("'3,1': expected LOW,HIGH"))
    #expect(message(topography, .map, [(.region, "1,2,3")]).contains("expected WEST,EAST,SOUTH,NORTH"))
    #expect(message(topography, .map, [(.colours, "jet")]).contains("sequential, diverging, warm, grey"))
    #expect(message(try Self.trials(), .scores, [(.log, "z")]).contains("expected x, y, or x,y"))
    #expect(message(try Self.trials(), .pareto).contains("columns second_score and on_front"))
    #expect(message(try Self.members(), .lhs, [(.variable, "depth")]).contains("there are zref, damping"))
    #expect(
      message(topography, .compare, other: try Self.gravity()).contains("has no variable 'topography'"))
    let missing = try Self.source("m", [("topography", "m", Grid(geometry: Self.geometry, repeating: .nan))])
    #expect(message(missing, .map).contains("all are missing"))
    let units = message(
      topography, .compare, [(.withVariable, "res")], other: try Self.gravity())
    #expect(units.contains("the units differ: 'm' and 'mGal'"))
  }

  /// The space that a text takes, with a margin of nothing.
  static func texts(_ figure: Figure) -> [(text: String, box: Box)] {
    figure.marks.compactMap { mark in
      guard case .text(let text, let place, let style) = mark else { return nil }
      let width = Canvas.width(of: text, size: style.size, isBold: style.isBold)
      let shift = style.anchor == .start ? 0 : style.anchor == .middle ? width / 2 : width
      let (above, below) = (style.size * 0.72, style.size * 0.2)
      let box =
        style.turn == 0
        ? Box(x: place.x - shift, y: place.y - above, width: width, height: above + below)
        : Box(x: place.x - above, y: place.y - width + shift, width: above + below, height: width)
      return (text, box)
    }
  }

  static func misplaced(_ figure: Figure) -> [String] {
    let texts = texts(figure)
    let outside = texts.filter {
      $0.box.x < -1 || $0.box.y < -1 || $0.box.right > figure.width + 1 || $0.box.bottom > figure.height + 1
    }.map { "'\($0.text)' leaves the figure" }
    let pairs = texts.indices.flatMap { first in
      texts.indices.filter { $0 > first }.filter { second in
        let (one, two) = (texts[first].box, texts[second].box)
        return min(one.right, two.right) - max(one.x, two.x) > 1
          && min(one.bottom, two.bottom) - max(one.y, two.y) > 1
      }.map { "'\(texts[first].text)' lies on '\(texts[$0].text)'" }
    }
    return outside + pairs
  }

  @Test func textsAreApartAndInside() throws {
    let wrong = RasterTests.figure(60, 30) { canvas in
      canvas.text(5, 20, "one")
      canvas.text(15, 22, "two")
      canvas.text(50, 20, "beyond")
    }
    #expect(Self.misplaced(wrong) == ["'beyond' leaves the figure", "'one' lies on 'two'"])
    for make in FigureTests.makers {
      let figure = make()
      #expect(Self.misplaced(figure) == [], "\(figure.label)")
    }
    var stacked = PlotRequest(kind: .profile)
    stacked.other = try Self.gravity()
    for (source, request) in [
      (try Self.gravity(), PlotRequest()), (try Self.topography(), stacked),
      (try Self.topography(), PlotRequest(kind: .compare)),
      (try Self.topography(), PlotRequest(kind: .relief)),
      (try Self.statistics(), PlotRequest()), (try Self.statistics(), PlotRequest(kind: .profile)),
      (try Self.history(), PlotRequest()), (try Self.trials(), PlotRequest()),
      (try Self.trials(second: true), PlotRequest()), (try Self.members(), PlotRequest()),
      (try Self.gravity(), PlotRequest(kind: .histogram)),
      (try SectionPlotTests.records("shot.seismograms"), PlotRequest()),
      (try SectionPlotTests.records("shot.seismograms"), PlotRequest(kind: .spectra)),
      (try SectionPlotTests.misfits(), PlotRequest()), (try Self.marginals(), PlotRequest()),
      (try Self.bound(), PlotRequest()),
    ] {
      #expect(Self.misplaced(try Plot(source, request).figure()) == [], "\(source.name)")
    }
  }

  /// Every kind of plot, as a picture of equal bytes twice.
  @Test(arguments: PlotKind.allCases) func everyKindIsDrawn(kind: PlotKind) throws {
    let iterations = try IterationPlotTests()
    defer { withExtendedLifetime(iterations) {} }
    let source =
      switch kind {
      case .map, .compare, .relief, .histogram: try Self.topography()
      case .profile: try Self.statistics()
      case .convergence: try Self.history()
      case .scores: try Self.trials()
      case .pareto: try Self.trials(second: true)
      case .importances: try UncertaintyPlotTests.importances()
      case .lhs: try Self.members()
      case .calibration: try UncertaintyPlotTests.coverage()
      case .sensitivity: try UncertaintyPlotTests.maps()
      case .windows: try UncertaintyPlotTests.windows()
      case .iterations: try iterations.source()
      case .traces, .spectra, .receiver: try SectionPlotTests.records("shot.seismograms")
      case .receivers, .misfits, .misfitsByComponent: try SectionPlotTests.misfits()
      case .corner, .predictions: try Self.posterior()
      case .marginals: try Self.marginals()
      case .bound: try Self.bound()
      case .chains, .ranks: try Self.walkers()
      case .autocorrelation: try Self.autocorrelation()
      default: try #require(nil as PlotSource?, "no artefact for \(kind.rawValue)")
      }
    let figure = try Plot(source, PlotRequest(kind: kind)).figure()
    #expect(WellFormed(figure.svg).failure == nil)
    let file = figure.png(dpi: 96)
    let decoded = try DecodedPNG(file)
    #expect(decoded.width == Int(figure.width.rounded(.up)))
    // Paper, and something on it.
    #expect(Array(decoded.pixels.prefix(3)) == [255, 255, 255])
    #expect(decoded.pixels.count { $0 < 128 } > 500)
    #expect(try file == Plot(source, PlotRequest(kind: kind)).figure().png(dpi: 96))
  }

  @Test func aMillionNodesAreDrawnQuickly() throws {
    let large = GridGeometry(region: Region(west: 0, east: 999, south: 0, north: 999), spacing: 1)
    let grid = Grid(geometry: large, values: (0..<large.count).map { Double(($0 &* 7919) % 1009) })
    let source = try Self.source("large", [("topography", "m", grid)])
    let clock = ContinuousClock()
    let time = try clock.measure { _ = try Plot(source, PlotRequest()).figure().png(dpi: 192) }
    // A third of a second on a quiet machine; the bound is for a busy one.
    #expect(time < .seconds(10))
  }
}
