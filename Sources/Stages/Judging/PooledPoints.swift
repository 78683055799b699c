import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport
import Topography

/// The points of all folds together, each by the fold that left it out: how far off, against what else predicts them, and how
/// often intervals held.
struct PooledPoints: StageKind {
  private static let members = Input(
    "members", [.ensemble], "fold_predictions of every fold, as an ensemble_loop over the folds collects them"
  )
  private static let known = Input(
    "points", [.table, .constraints], "all points, as fold_predictions had them")
  private static let reference = Input.optional(
    "reference", [.table], "other predictions of the same rows, such as those of a kriging, to compare with")
  private static let jitter = Setting(
    "jitter", .number(in: .metre), .default(0), .atLeast(0),
    "standard deviation of an independent error of every point beside its own")
  private static let blockSize = Setting(
    "block_size", .number(in: .metre), .optional(otherwise: "a fifth of the points' extent"), .above(0),
    "side of the blocks whose points may err together, for the 95 % intervals")
  private static let pooled = Output(
    "points", .table, "known and predicted height, deviation, own uncertainty and fold of every point")
  private static let scores = Output(
    "scores", .table,
    "RMSE of mean, base, start and reference with 95 % intervals, and the ratio of the first two to the others"
  )
  private static let coverage = Output(
    "coverage", .table,
    "part of the points within ±1, 2, 3 deviations, and with their own uncertainty and jitter, with the 95 % interval of that"
  )
  private static let rmse = Output("rmse", .scalar(.length), "of the ensemble's mean")
  private static let baseRMSE = Output(
    "base_rmse", .scalar(.length), "of the inversion; NaN where it is not there")

  let signature = StageSignature(
    kind: "pooled_points", version: 1,
    summary: "scores and coverage of all folds together, with intervals by blocks of points",
    declares: [jitter, blockSize, members, known, reference, pooled, scores, coverage, rmse, baseRMSE])

  func run(_ context: StageContext) throws {
    let pool = try Pool(
      context[Self.members], points: context[Self.known], reference: context[Self.reference],
      blockSize: context[Self.blockSize])
    context.log(
      "\(pool.rows.count) of \(pool.all.count) points were left out by a fold, in \(pool.blockCount) blocks")
    try pool.writePoints(jitter: context[Self.jitter], to: context[Self.pooled])
    let found = try pool.writeScores(to: context[Self.scores], log: context.log)
    try pool.writeCoverage(jitter: context[Self.jitter], to: context[Self.coverage])
    for (output, name) in [(Self.rmse, "mean"), (Self.baseRMSE, "base")] {
      try NetCDFFile.writeScalar(
        found[name] ?? .nan, name: output.name, units: "m", longName: output.spec.summary,
        to: context[output])
    }
  }
}

/// What folds say of the points that they left out.
private struct Pool {
  let all: ConstraintPoints
  /// Rows that some fold left out.
  let rows: [Int]
  private let isGeographic: Bool
  private let fold: [Int]
  private let deviation: [Double]
  /// Predictions of the rows by name, in the order of the scores.
  private let predictions: [(name: String, values: [Double])]
  private let bootstrap: BlockBootstrap

  var blockCount: Int { bootstrap.members.count }

  init(_ path: String, points: String, reference: String?, blockSize: Double?) throws {
    let reader = try NetCDFSeriesReader(path)
    guard reader.slicedVariables.contains(FoldPredictions.names[0]) else {
      throw StageError.missingVariable(
        FoldPredictions.names[0], artefact: "the members", hint: "repeat a stage of kind fold_predictions")
    }
    isGeographic = !(try NetCDFFile.read(points)).has(PointVariables.easting)
    let all = try ConstraintsArtefact(path: points, isGeographic: isGeographic).constraints
    self.all = all
    var (found, folds) = (
      [[Double]](repeating: [Double](repeating: .nan, count: all.count), count: 4),
      [Int](repeating: -1, count: all.count)
    )
    for member in 0..<reader.count {
      for (column, name) in FoldPredictions.names.enumerated() {
        let values = try reader.slice(member, variable: name)
        guard values.count == all.count else {
          throw StageError.outOfPlace("the folds have \(values.count) points and 'points' \(all.count)")
        }
        for row in values.indices where values[row].isFinite {
          found[column][row] = values[row]
          if column == 0 {
            guard folds[row] < 0 else {
              throw StageError.outOfPlace(
                "point \(row + 1) was left out by two folds, \(folds[row]) and \(member)")
            }
            folds[row] = member
          }
        }
      }
    }
    let rows = all.upward.indices.filter {
      folds[$0] >= 0 && found[1][$0].isFinite && all.upward[$0].isFinite
    }
    guard rows.count > 1 else {
      throw StageError.outOfPlace("\(rows.count) points were left out and predicted; 2 are needed")
    }
    self.rows = rows
    func taken(_ values: [Double]) -> [Double] { rows.map { values[$0] } }
    fold = rows.map { folds[$0] }
    deviation = taken(found[1]).map { max(0, $0) }
    var predictions = [("mean", taken(found[0])), ("base", taken(found[2])), ("start", taken(found[3]))]
    if let reference {
      let table = try NetCDFFile.read(reference)
      let values = try table.column(PointVariables.predicted)
      guard values.count == all.count else {
        throw StageError.outOfPlace("the reference has \(values.count) rows and 'points' \(all.count)")
      }
      predictions.append(("reference", taken(values)))
    }
    self.predictions = predictions.filter { $0.1.allSatisfy(\.isFinite) }.map { (name: $0.0, values: $0.1) }
    let places = all.points.subset(rows)
    bootstrap = BlockBootstrap(blocks: places.squares(size: blockSize), seed: 0)
  }

  private var known: [Double] { rows.map { all.upward[$0] } }
  private var own: [Double] {
    rows.map { row in all.uncertainty.map { $0[row].isFinite ? $0[row] : 0 } ?? 0 }
  }

  private func scatter(_ jitter: Double) -> [Double] { own.map { ($0 * $0 + jitter * jitter).squareRoot() } }

  private func errors(of values: [Double]) -> [Double] { zip(known, values).map { $0 - $1 } }

  func writePoints(jitter: Double, to path: String) throws {
    var table = try Dataset.ofPoints(
      all.points.subset(rows), title: "points as folds without them predict them", isGeographic: isGeographic)
    try table.add(PointVariables.height, known)
    try table.add(PointVariables.uncertainty, own)
    try table.add(PointVariables.predicted, predictions[0].values)
    try table.add(PointVariables.deviation, deviation)
    try table.addColumn(
      "jitter", rows.map { _ in jitter }, units: "m", longName: "further error of the point")
    try table.addColumn("fold", fold.map(Double.init), units: "1", longName: "fold that left it out")
    for (name, values) in predictions.dropFirst() {
      try table.addColumn(name, values, units: "m", longName: "height by \(name)")
    }
    try NetCDFFile.write(table, to: path)
  }

  /// - Returns: the RMSE by name.
  func writeScores(to path: String, log: (String) -> Void) throws -> [String: Double] {
    let residuals = predictions.map { errors(of: $0.values) }
    func error(_ index: Int, _ places: [Int]) -> Double {
      Statistics.rms(places.map { residuals[index][$0] })
    }
    let every = Array(rows.indices)
    var columns: [(name: String, values: [Double])] = []
    func add(_ name: String, _ body: ([Int]) -> [Double]) {
      let values = body(every)
      let intervals = values.indices.map { column in bootstrap.interval { body($0)[column] } }
      columns += [
        (name, values), (name + "_low", intervals.map(\.low)), (name + "_high", intervals.map(\.high)),
      ]
    }
    add("rmse") { places in residuals.indices.map { error($0, places) } }
    for (index, name) in predictions.map(\.name).enumerated().prefix(2) {
      add("\(name)_ratio") { places in
        residuals.indices.map { error(index, places) / error($0, places) }
      }
    }
    var table = Dataset(title: "root mean square errors at left-out points, and their ratios")
    try table.addColumn(
      "surface", predictions.map(\.name), longName: "what predicts", dimension: "surface_number")
    for (name, values) in columns {
      try table.addColumn(
        name, values, units: name.hasPrefix("rmse") ? "m" : "1", longName: name, dimension: "surface_number")
    }
    table.setAttribute("points", Double(rows.count))
    table.setAttribute("blocks", Double(blockCount))
    try NetCDFFile.write(table, to: path)
    for (index, name) in predictions.map(\.name).enumerated() {
      log(
        "\(name): RMSE \(columns[0].values[index]) m, 95 % [\(columns[1].values[index]), \(columns[2].values[index])]"
      )
    }
    return Dictionary(zip(predictions.map(\.name), columns[0].values)) { first, _ in first }
  }

  func writeCoverage(jitter: Double, to path: String) throws {
    func levels(_ own: [Double]?) -> [EnsembleCoverage.Level] {
      EnsembleCoverage(
        residuals: errors(of: predictions[0].values), deviations: deviation, own: own, members: nil,
        bootstrap: bootstrap
      ).levels
    }
    let (alone, total) = (levels(nil), levels(scatter(jitter)))
    var table = CoverageTable(title: "coverage of left-out points of all folds")
    try table.add(CoverageVariables.nominal, total.map(\.nominal))
    try table.add(CoverageVariables.sigmas, total.map(\.deviations))
    try table.add(CoverageVariables.coverage, alone.map(\.share))
    try table.add(CoverageVariables.total, total.map(\.share))
    try table.add(
      nominal: total.map(\.nominal), shares: total.map(\.share), low: total.map(\.low),
      high: total.map(\.high))
    table.set("points", Double(rows.count))
    try table.write(to: path)
  }
}

extension PooledPoints: ReportedKind {
  var report: StageReport {
    StageReport([
      .plot(
        OutputPlot(
          "coverage", as: "calibration",
          caption:
            "Left-out points of all folds within ±1, 2 and 3 deviations; the band is that of blocks of points."
        ))
    ])
  }
}

extension PooledPoints: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    ChosenVariable.require(
      FoldPredictions.names[0], in: .table, of: Self.members, request,
      advice: "repeat a stage of kind fold_predictions",
      in: &foresight)
    return foresight
  }
}
