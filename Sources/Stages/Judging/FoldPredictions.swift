import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// What one fold of a cross-validation says of the points that it left out, in the rows of all points, so that a family over the
/// folds collects them.
struct FoldPredictions: StageKind {
  private static let all = Input(
    "points", [.table, .constraints], "all points, of which the folds are parts")
  private static let testing = Input("testing", [.table, .constraints], "the points that this fold left out")
  private static let statistics = Input(
    "statistics", [.statistics, .topography],
    "of the ensemble without them, or a kriged surface: mean and deviation")
  private static let base = Input.optional("base", [.topography], "the inversion without them")
  private static let start = Input.optional("start", [.topography], "the surface that it starts from")
  private static let predictions = Output(
    "predictions", .table,
    "predicted, deviation, base and start at the left-out points; missing at the others",
    collected: .variables(names))

  static let names = [PointVariables.predicted.name, PointVariables.deviation.name, "base", "start"]

  let signature = StageSignature(
    kind: "fold_predictions", version: 1,
    summary: "predictions at the points that a fold left out, for a family over the folds",
    declares: [all, testing, statistics, base, start, predictions])

  func run(_ context: StageContext) throws {
    let statistics = try TopographyArtefact(path: context[Self.statistics])
    let geometry = statistics.topography.geometry
    let points = try ConstraintsArtefact.points(context[Self.all], on: geometry)
    let left = try ConstraintsArtefact.points(context[Self.testing], on: geometry)
    let rows = try Self.rows(of: left, in: points)
    guard let spread = StatisticsVariables.deviations.first(where: statistics.dataset.has) else {
      throw StageError.missingVariable(
        StatisticsVariables.deviation.name, artefact: "the statistics",
        hint: "take the output of merged_stats")
    }
    var table = try Dataset.ofPoints(
      points.points, title: "predictions at left-out points", isGeographic: geometry.isGeographic)
    func add(_ name: String, _ grid: Grid?, _ longName: String) throws {
      var values = [Double](repeating: .nan, count: points.count)
      if let grid {
        let sampled = BicubicSampler.sample(grid: grid, at: left.points, singlePrecision: false)
        for (row, value) in zip(rows, sampled) { values[row] = value }
      }
      try table.addColumn(name, values, units: "m", longName: longName)
    }
    try add(Self.names[0], statistics.topography, "mean of the ensemble")
    try add(Self.names[1], try statistics.dataset.grid(spread), "standard deviation of the ensemble")
    for (index, input) in [Self.base, Self.start].enumerated() {
      let surface = try context[input].map { try TopographyArtefact(path: $0).topography }
      try add(Self.names[2 + index], surface, input.spec.summary)
    }
    context.log("\(rows.count) of \(points.count) points were left out")
    try NetCDFFile.write(table, to: context[Self.predictions])
  }

  /// The row of each left-out point: that of its place and height.
  private static func rows(of left: ConstraintPoints, in all: ConstraintPoints) throws -> [Int] {
    func key(_ points: ConstraintPoints, _ index: Int) -> SIMD2<Double> {
      SIMD2(points.points.easting[index], points.points.northing[index])
    }
    var places: [SIMD2<Double>: [Int]] = [:]
    for index in 0..<all.count { places[key(all, index), default: []].append(index) }
    return try (0..<left.count).map { index in
      let place = key(left, index)
      let found =
        places[place]?.firstIndex { all.upward[$0] == left.upward[index] } ?? places[place]?.indices.first
      guard let found, let row = places[place]?.remove(at: found) else {
        throw StageError.outOfPlace(
          "the point at \(place.x), \(place.y) was left out and is none of 'points': feed what was split there"
        )
      }
      return row
    }
  }
}
