import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// Judges a surface at points that took no part in making it.
struct ScoreAtPoints: StageKind {
  private static let variable = Setting(
    "variable", .text, .optional(otherwise: "topography or the mean of statistics"),
    "variable of the surface")
  private static let sigmas = Setting(
    "sigmas", .number, .default(2), .above(0),
    "half-width of the interval whose coverage is counted, in standard deviations")
  private static let surface = Input(
    "surface", [.topography, .statistics], "the surface; statistics bring its deviation")
  private static let points = Input("points", [.table, .constraints], "points of known height")
  private static let table = Output(
    "table", .table, "known and predicted height at every point, and their difference")
  private static let rmse = Output(
    "rmse", .scalar(.length),
    "root mean square of known minus predicted height; attribute points_not_scored counts those outside")
  private static let bias = Output("bias", .scalar(.length), "mean of known minus predicted height")
  private static let coverage = Output(
    "coverage", .scalar(.dimensionless),
    "part of the points within the interval of the surface's deviation; NaN where it has none")
  private static let totalCoverage = Output(
    "total_coverage", .scalar(.dimensionless),
    "the same with the points' own uncertainty added in quadrature, of those that have one")

  let signature = StageSignature(
    kind: "score_at_points", version: 3,
    summary: "compares a surface, and its stated uncertainty, with points of known height",
    declares: [
      variable, sigmas, ModelSettings.scoreAverage, surface, points, table, rmse, bias, coverage,
      totalCoverage,
    ])

  func run(_ context: StageContext) throws {
    let surface = try TopographyArtefact(
      path: context[Self.surface], variable: context[Self.variable])
    let geometry = surface.topography.geometry
    let points = try ConstraintsArtefact.points(context[Self.points], on: geometry)
    func sample(_ grid: Grid) -> [Double] {
      BicubicSampler.sample(grid: grid, at: points.points, singlePrecision: false)
    }
    let predicted = sample(surface.topography)
    let spread = StatisticsVariables.deviations.first(where: surface.dataset.has)
    let deviation = try spread.map { sample(try surface.dataset.grid($0)) }
    let residual = zip(points.upward, predicted).map { $0 - $1 }
    let inside = residual.indices.filter { residual[$0].isFinite }
    guard !inside.isEmpty else { throw StageError.outOfPlace("no point lies inside the surface's grid") }
    if inside.count < residual.count {
      context.log("\(residual.count - inside.count) of \(residual.count) points lie outside: not scored")
    }
    let taken = inside.map { residual[$0] }
    let uncertainty = points.uncertainty.map { values in inside.map { values[$0] } }
    if let unknown = uncertainty?.count(where: { !$0.isFinite }), unknown > 0 {
      context.log("\(unknown) of \(inside.count) scored points have no uncertainty: not in total_coverage")
    }
    let coverage = Coverage(
      residual: taken, deviation: deviation.map { values in inside.map { max(0, values[$0]) } },
      uncertainty: uncertainty, sigmas: context[Self.sigmas])
    let table = try Dataset.ofPoints(
      points.points, title: "known and predicted heights", isGeographic: geometry.isGeographic)
    try writeTable(context, table, points.upward, predicted, deviation)
    let rmse = context[ModelSettings.scoreAverage](taken)
    context.log("rmse \(rmse) m")
    try SharedSettings.writeScore(
      rmse, missing: residual.count - inside.count, name: Self.rmse.name, units: "m", longName: "rmse",
      to: context[Self.rmse])
    for (port, value, units) in [
      (Self.bias, Statistics.mean(taken), "m"),
      (Self.coverage, coverage.ofSurface, "1"), (Self.totalCoverage, coverage.ofBoth, "1"),
    ] {
      context.log("\(port.name) \(value) \(units)")
      try NetCDFFile.writeScalar(
        value, name: port.name, units: units, longName: port.name, to: context[port])
    }
  }

  private func writeTable(
    _ context: StageContext, _ places: Dataset, _ known: [Double], _ predicted: [Double],
    _ deviation: [Double]?
  ) throws {
    var dataset = places
    try dataset.add(PointVariables.height, known, longName: "known height")
    try dataset.add(PointVariables.predicted, predicted)
    try dataset.add(PointVariables.residual, zip(known, predicted).map { $0 - $1 })
    if let deviation { try dataset.add(PointVariables.deviation, deviation) }
    try NetCDFFile.write(dataset, to: context[Self.table])
  }
}

/// How often residuals lie within ±k standard deviations.
struct Coverage {
  let ofSurface: Double
  let ofBoth: Double

  init(residual: [Double], deviation: [Double]?, uncertainty: [Double]?, sigmas: Double) {
    guard let deviation else {
      (ofSurface, ofBoth) = (.nan, .nan)
      return
    }
    func part(_ rows: [Int], _ total: (Int) -> Double) -> Double {
      Double(rows.count { abs(residual[$0]) <= sigmas * total($0) }) / Double(rows.count)
    }
    ofSurface = part(Array(residual.indices)) { deviation[$0] }
    let known = residual.indices.filter { uncertainty?[$0].isFinite ?? false }
    ofBoth = part(known) { row in
      let own = uncertainty?[row] ?? 0
      return (deviation[row] * deviation[row] + own * own).squareRoot()
    }
  }
}

extension ScoreAtPoints: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireQuantity(.height, of: Self.surface, in: &foresight)
    request.require("upward", of: Self.points, in: &foresight)
    return foresight
  }
}

extension ScoreAtPoints: ReportedKind {
  var report: StageReport {
    let residual = Field.own("table", PointVariables.residual)
    let known = Field.own("table", PointVariables.height)
    let predicted = Field.own("table", PointVariables.predicted)
    let ratio = Field.ratio(residual, .own("table", PointVariables.deviation))
    return StageReport(
      [
        .group(
          needs: residual,
          items: [
            .fact("points", .rows("table")),
            .map(FieldMap(residual, "Residual at the points", .difference, caption: "Measured − predicted.")),
            .histogram(
              FieldHistogram(
                "Residual at the points", "residual", [.init("points", residual)], marks: .mean,
                "Measured − predicted.")),
            .agreement(
              FieldAgreement(
                ("measured", known), ("predicted", predicted), title: "Predictions at the points",
                "On the line where the prediction is what was measured.")),
            .histogram(
              FieldHistogram(
                "Residual over standard deviation", "residual / standard deviation", [.init("points", ratio)],
                marks: .twoDeviations,
                "Within ±2 at about 95 % of the points if the ensemble knows its errors.")),
          ])
      ],
      numbers: [
        .number(.scalar("rmse"), "RMS error at the points"),
        .number(.percentage("coverage"), "of points covered by ±2 standard deviations"),
      ])
  }
}
