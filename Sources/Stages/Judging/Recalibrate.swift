import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Statistics whose deviations are made true by points that took no part: σ′² = a²σ² + b².
struct Recalibrate: StageKind {
  private static let statistics = Input("statistics", [.statistics], "of an ensemble: mean and deviation")
  private static let judged = Input(
    "points", [.table],
    "points that took no part, with columns upward, predicted and deviation; uncert, jitter and fold where they are known"
  )
  private static let jitter = Setting(
    "jitter", .number(in: .metre), .optional(meaning: 0), .atLeast(0),
    "standard deviation of an independent error of every point beside its own, where the table has no column 'jitter'"
  )
  private static let blockSize = Setting(
    "block_size", .number(in: .metre), .optional(otherwise: "a fifth of the points' extent"), .above(0),
    "side of the blocks whose points may err together, for the standard errors and intervals")
  private static let recalibrated = Output(
    "statistics", .statistics,
    "the same with deviations, percentiles and extremes stretched about the mean; those of before as …_raw")
  private static let coverage = Output(
    "coverage", .table,
    "part of the points within ±1, 2 and 3 deviations before, and after by numbers of folds that took no part"
  )
  private static let factor = Output(
    "factor", .scalar(.dimensionless), "a, by which deviations are multiplied")
  private static let addition = Output("addition", .scalar(.length), "b, which is added in squares")

  let signature = StageSignature(
    kind: "recalibrate", version: 1,
    summary: "makes the deviations of an ensemble true by points that took no part",
    declares: [jitter, blockSize, statistics, judged, recalibrated, coverage, factor, addition])

  func run(_ context: StageContext) throws {
    let points = try JudgedPoints(
      context[Self.judged], jitter: context[Self.jitter], blockSize: context[Self.blockSize])
    let fit = points.recalibration(of: Array(points.residuals.indices))
    context.log(
      "deviations times \(fit.factor) ± \(fit.factorError), and \(fit.addition) ± \(fit.additionError) m in squares, from "
        + "\(points.residuals.count) points in \(Set(points.blocks).count) blocks")
    if !points.hasFolds {
      context.warn(
        "the points name no folds, so that the coverage after recalibration is that of the points it was fitted to"
      )
    }
    try stretch(fit, points, context)
    try writeCoverage(points, to: context[Self.coverage])
    for (output, value, units) in [(Self.factor, fit.factor, "1"), (Self.addition, fit.addition, "m")] {
      try NetCDFFile.writeScalar(
        value, name: output.name, units: units, longName: output.spec.summary, to: context[output])
    }
  }

  private func stretch(_ fit: Recalibration, _ points: JudgedPoints, _ context: StageContext) throws {
    var dataset = try NetCDFFile.read(context[Self.statistics])
    let pairs = StatisticsVariables.pairs.filter { dataset.has($0.mean) && dataset.has($0.deviation) }
    guard let first = pairs.first else {
      throw StageError.missingVariable(
        StatisticsVariables.deviation.name, artefact: "the statistics",
        hint: "take the output of merged_stats")
    }
    let (centre, sigma) = (try dataset.doubles(first.mean.name), try dataset.doubles(first.deviation.name))
    for variable in dataset.variables {
      let name = variable.name
      let isExtreme = [StatisticsVariables.minimum.name, StatisticsVariables.maximum.name].contains(name)
      guard isExtreme || StatisticsVariables.percentile.rest(of: name) != nil else { continue }
      let values = try dataset.doubles(name)
      try dataset.replaceValues(
        of: name,
        with: values.indices.map { index in
          sigma[index] > 0
            ? centre[index] + (values[index] - centre[index]) * fit.deviation(sigma[index]) / sigma[index]
            : values[index]
        })
    }
    for pair in pairs {
      guard var raw = dataset[pair.deviation.name] else { continue }
      try dataset.replaceValues(of: raw.name, with: try dataset.doubles(raw.name).map(fit.deviation))
      raw.name += "_raw"
      try dataset.add(raw)
    }
    for (name, value) in [
      ("recalibration_a", fit.factor), ("recalibration_a_error", fit.factorError),
      ("recalibration_b", fit.addition), ("recalibration_b_error", fit.additionError),
      ("recalibration_points", Double(points.residuals.count)),
      ("recalibration_folds", Double(points.foldCount)),
    ] { dataset.setAttribute(name, value) }
    try NetCDFFile.write(dataset, to: context[Self.recalibrated])
  }

  private func writeCoverage(_ points: JudgedPoints, to path: String) throws {
    let bootstrap = BlockBootstrap(blocks: points.blocks, seed: 0)
    func levels(_ deviations: [Double]) -> EnsembleCoverage {
      EnsembleCoverage(
        residuals: points.residuals, deviations: deviations, own: points.own, members: nil,
        bootstrap: bootstrap)
    }
    let (before, after) = (levels(points.deviations), levels(points.outOfFold()))
    var table = CoverageTable(title: "coverage of points that took no part, before and after recalibration")
    try table.add(CoverageVariables.nominal, after.levels.map(\.nominal))
    try table.add(CoverageVariables.sigmas, after.levels.map(\.deviations))
    try table.add(CoverageVariables.coverage, before.levels.map(\.share))
    try table.add(CoverageVariables.recalibrated, after.levels.map(\.share))
    try table.add(
      nominal: after.levels.map(\.nominal), shares: after.levels.map(\.share), low: after.levels.map(\.low),
      high: after.levels.map(\.high))
    table.set("points", Double(points.residuals.count))
    table.set("scaled_rms", before.scaledRMS)
    table.set("scaled_rms_recalibrated", after.scaledRMS)
    try table.write(to: path)
  }
}

/// Points with predictions that did not see them.
private struct JudgedPoints {
  let residuals, deviations, own: [Double]
  let blocks: [Int]
  private let folds: [Int]

  /// - Parameters:
  ///   - jitter: where the table has none.
  ///   - blockSize: nil for a fifth of the extent.
  init(_ path: String, jitter: Double, blockSize: Double?) throws {
    let table = try NetCDFFile.read(path)
    let (known, predicted) = (
      try table.column(PointVariables.height), try table.column(PointVariables.predicted)
    )
    let sigma = try table.column(PointVariables.deviation)
    let uncertainty = try table.optionalColumn(PointVariables.uncertainty) ?? known.map { _ in 0 }
    let jitters = table["jitter"] == nil ? known.map { _ in jitter } : try table.column("jitter")
    let labels = table["fold"] == nil ? known.map { _ in 0.0 } : try table.column("fold")
    let isGeographic = !table.has(PointVariables.easting)
    let places = PointVariables.places(isGeographic: isGeographic)
    let (east, north) = (try table.column(places.east), try table.column(places.north))
    let whole = known.indices.filter {
      known[$0].isFinite && predicted[$0].isFinite && sigma[$0].isFinite && uncertainty[$0].isFinite
    }
    guard whole.count > 2, whole.contains(where: { sigma[$0] > 0 }) else {
      throw StageError.outOfPlace(
        "\(whole.count) points have a height, a prediction and a deviation; 3 are needed")
    }
    residuals = whole.map { known[$0] - predicted[$0] }
    deviations = whole.map { sigma[$0] }
    own = whole.map { (uncertainty[$0] * uncertainty[$0] + jitters[$0] * jitters[$0]).squareRoot() }
    folds = whole.map { Int(labels[$0]) }
    let points = Points(easting: whole.map { east[$0] }, northing: whole.map { north[$0] })
    blocks = points.squares(size: blockSize)
  }

  var foldCount: Int { Set(folds).count }
  /// Folds of several points each; points left out one by one are no folds to fit without.
  var hasFolds: Bool { foldCount > 1 && foldCount < folds.count }

  func recalibration(of places: [Int]) -> Recalibration {
    Recalibration(
      residuals: places.map { residuals[$0] }, deviations: places.map { deviations[$0] },
      own: places.map { own[$0] }, blocks: places.map { blocks[$0] })
  }

  /// σ′ of each point by the points of other folds.
  func outOfFold() -> [Double] {
    let all = Array(residuals.indices)
    guard hasFolds else {
      let fit = recalibration(of: all)
      return deviations.map(fit.deviation)
    }
    var result = deviations
    for fold in Set(folds).sorted() {
      let fit = recalibration(of: all.filter { folds[$0] != fold })
      for place in all where folds[place] == fold { result[place] = fit.deviation(deviations[place]) }
    }
    return result
  }
}

extension Points {
  /// The square of the plane that each point lies in.
  /// - Parameter size: of the squares; nil for a fifth of the points' extent.
  func squares(size: Double?) -> [Int] {
    let box = boundingRegion ?? Region(west: 0, east: 0, south: 0, north: 0)
    let extent = max(box.width, box.height)
    let side = size ?? (extent > 0 ? extent / 5 : 1)
    let across = Int((box.width / side).rounded(.down)) + 1
    return (0..<count).map { index in
      let column = Int(((easting[index] - box.west) / side).rounded(.down))
      return Int(((northing[index] - box.south) / side).rounded(.down)) * across + column
    }
  }
}

extension Recalibrate: ReportedKind {
  var report: StageReport {
    let deviation = Field.own("statistics", StatisticsVariables.deviation)
    return StageReport([
      .fact("a", .attribute("statistics", "recalibration_a")),
      .fact("b", .attribute("statistics", "recalibration_b")),
      .map(
        FieldMap(
          deviation, "Recalibrated standard deviation", dots: .known,
          caption: "√(a²σ² + b²), by points that took no part.")),
    ])
  }
}
