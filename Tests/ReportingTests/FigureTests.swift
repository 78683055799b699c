import Foundation
import NumericCore
import Testing

@testable import Reporting

@Suite struct FigureTests {
  static let geometry = GridGeometry(
    region: Region(west: 0, east: 4000, south: 1000, north: 4000), spacing: 1000)
  static let ramp = Grid(geometry: geometry, values: (0..<20).map(Double.init))

  static func pixels(_ figure: Figure) throws -> DecodedPNG {
    let start = try #require(figure.svg.range(of: "base64,")).upperBound
    let rest = figure.svg[start...].prefix { $0 != "\"" }
    let data = try #require(Data(base64Encoded: String(rest)))
    return try DecodedPNG(Array(data))
  }

  @Test func everyFigureIsWellFormedAndTheSameTwice() {
    for make in Self.makers {
      let figure = make()
      let parsed = WellFormed(figure.svg)
      #expect(parsed.failure == nil)
      #expect(parsed.elements["svg"] == 1)
      #expect(figure == make())
      #expect(!figure.svg.contains("nan") && !figure.svg.contains("inf\""))
    }
  }

  static let makers: [@Sendable () -> Figure] = [
    {
      Figures.map(
        ramp, title: "a <b> & \"c\"", unit: "m",
        overlay: MapOverlay(points: Points(easting: [500], northing: [2000])))
    },
    { Figures.map(Grid(geometry: geometry, repeating: .nan), title: "", unit: "m", style: .diverging) },
    {
      Figures.comparison(
        ramp, ramp, titles: ComparisonTitles(first: "a", difference: "a − b", second: "b"), unit: "m")
    },
    {
      Figures.pointMap(
        Points(easting: [1, 2], northing: [3, 3]), values: [.nan, 1], title: "points", unit: "m")
    },
    { Figures.convergence(ConvergenceHistory(iterations: [1], l2Norm: [.nan], deltaL2Norm: [1])) },
    { Figures.convergence(ConvergenceHistory(iterations: [], l2Norm: [], deltaL2Norm: [])) },
    {
      Figures.curve(
        ScoreCurve(
          title: "t", parameters: [1, 2, 3], scores: [1, .nan, 2], parameterLabel: "p", scoreLabel: "s"))
    },
    { Figures.histogram(Histogram(title: "h", quantity: "q", sets: [("", [1, 1, 1])])) },
    { Figures.histogram(Histogram(title: "h", quantity: "q", sets: [("", [])])) },
    { Figures.scatterMatrix([], title: "none") },
    {
      let columns = ["a", "b", "c"].map { SampledParameter(name: $0, unit: "", values: [1, 2, .nan]) }
      return Figures.scatterMatrix(columns, title: "three", score: columns[0])
    },
    { Figures.graph(boxes: [], arrows: []) },
    { Figures.relief(ramp, title: "relief", unit: "m") },
    {
      Figures.scoreMap(trials[0], trials[1], score: trials[2], best: 1, title: "scattered trials")
    },
    { Figures.slices(trials, score: trials[2], best: nil, title: "slices") },
    {
      Figures.front(
        trials[0], trials[1], isOnFront: [true, false, true, false, false, false], best: 0, title: "front")
    },
    { Figures.agreement(trials[0], trials[2], title: "agreement", multiples: [0.5]) },
    { Figures.agreement(many, many, title: "many") },
    {
      Figures.pointGroups(
        [("a", Points(easting: [1, 2], northing: [3, 3])), ("b", Points(easting: [5], northing: [9]))],
        title: "groups")
    },
  ]

  static let many = SampledParameter(name: "many", unit: "m", values: (0..<900).map { Double($0 % 300) })

  static let trials = [
    SampledParameter(
      name: "damping", unit: "", values: [0.001, 0.01, 0.1, 1, 0.5, 0.02], isLogarithmic: true),
    SampledParameter(name: "zref", unit: "m", values: [480, 500, 490, 495, 483, 505]),
    SampledParameter(name: "score", unit: "mGal", values: [3, 1, 2, 9, 4, .nan]),
  ]

  /// The north-west node is the first pixel; colours run from index 1 to 255 and missing is 0.
  @Test func pixelsAreNodesNorthRowFirst() throws {
    var grid = Self.ramp
    grid[3, 0] = .nan
    let figure = Figures.map(grid, title: "t", unit: "m", style: .sequential.with(limits: 0...19))
    let picture = try Self.pixels(figure)
    #expect(picture.width == 5 && picture.height == 4)
    #expect(picture.pixels[0] == 0)
    #expect(picture.pixels[4] == 255)
    #expect(picture.pixels[15] == 1)
    #expect(picture.pixels[16] == 14)
  }

  @Test func missingValuesAreHatched() {
    var grid = Self.ramp
    let whole = Figures.map(grid, title: "t", unit: "m").svg
    grid.values[7] = .nan
    let holed = Figures.map(grid, title: "t", unit: "m").svg
    #expect(!whole.contains("#c3c8ce") && holed.contains("#c3c8ce"))
  }

  @Test func axesAreInKilometres() {
    let text = WellFormed(Figures.map(Self.ramp, title: "t", unit: "m").svg).text
    #expect(text.contains("easting, km") && text.contains("northing, km"))
    #expect(!text.contains("4000"))
  }

  @Test func largeGridsAreThinned() throws {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 1000, south: 0, north: 500), columns: 1001, rows: 501)
    let picture = try Self.pixels(
      Figures.map(Grid(geometry: geometry, repeating: 1), title: "t", unit: "m"))
    #expect(picture.width == 334 && picture.height == 167)
  }

  @Test func comparisonSharesLimitsAndTellsTheDifference() {
    let second = Grid(geometry: Self.geometry, values: Self.ramp.values.map { $0 + 3 })
    let titles = ComparisonTitles(first: "A", difference: "A − B", second: "B")
    let text = WellFormed(Figures.comparison(Self.ramp, second, titles: titles, unit: "m").svg).text
    #expect(text.contains("RMS 3 m"))
    #expect(text.contains("A − B"))
  }

  /// First minus second, at the nodes of the first.
  @Test func anExcessIsFirstMinusSecond() {
    let second = Grid(geometry: Self.geometry.refined(by: 2), repeating: 3)
    let excess = Figures.excess(of: Grid(geometry: Self.geometry, repeating: 5), over: second)
    #expect(excess.geometry == Self.geometry && excess.values.allSatisfy { $0 == 2 })
  }

  @Test func differenceReadsFinerGridsAtTheNodes() {
    let fine = Self.geometry.refined(by: 2)
    let plane = { (geometry: GridGeometry, offset: Double) in
      Grid(
        geometry: geometry,
        values: geometry.northings.flatMap { y in geometry.eastings.map { 2 * $0 - y + offset } })
    }
    let difference = Figures.difference(plane(fine, 5), plane(Self.geometry, 0))
    #expect(difference.geometry == Self.geometry)
    #expect(difference.values.allSatisfy { abs($0 - 5) < 1e-9 })
    let back = Figures.difference(plane(Self.geometry, 5), plane(fine, 0))
    #expect(back.values.allSatisfy { abs($0 - 5) < 1e-9 })
  }

  /// Three values a cell along the line of equality, and nothing elsewhere.
  @Test func manyPairsAreCounted() throws {
    let picture = try Self.pixels(Figures.agreement(Self.many, Self.many, title: "many"))
    #expect(picture.width == 72 && picture.height == 72)
    let inked = picture.pixels.indices.filter { picture.pixels[$0] > 0 }
    #expect(inked.count > 60 && inked.allSatisfy { abs($0 % 72 + $0 / 72 - 71) <= 1 })
  }

  @Test func histogramsCountEveryValueOnce() {
    #expect(Histogram.counts([0, 0.5, 1, 1, 2], in: 0...2, bins: 2) == [2, 3])
    #expect(Histogram.counts([-1, 3], in: 0...2, bins: 2) == [0, 0])
    #expect(Histogram.binCount(1000) == 20)
  }
}
