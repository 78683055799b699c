import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport
import Topography

/// Whether the uncertainty of an ensemble is true: known heights lie within its intervals as often as they should.
struct CalibrationKind: StageKind {
  static let probabilities = Setting(
    "probabilities", .list(.number, 1...100),
    .default([
      0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9,
      0.95, 0.99,
    ]), .above(0).below(1), "nominal coverages of the intervals")
  static let sigmas = Setting(
    "sigmas", .list(.number, 1...100), .optional, .above(0),
    "half-widths of the intervals in standard deviations, in place of probabilities")
  static let statistics = Input.optional(
    "statistics", [.statistics], "mean and deviation (weighted if there): normal intervals")
  static let members = Input.optional(
    "members", [.ensemble], "the ensemble itself: intervals between its members' ranks")
  static let known = Input("points", [.table, .constraints], "points of known height that took no part")
  private static let coverage = Output(
    "coverage", .table,
    "nominal and actual coverage, with the points' own uncertainty (total_coverage), and the binomial 95 % band"
  )
  private static let judged = Output(
    "points", .table, "known and predicted height, deviation and their ratio at every point")
  private static let error = Output(
    "calibration_error", .scalar(.dimensionless),
    "mean of |actual − nominal| coverage, with the points' own uncertainty where it is known")
  private static let bestScale = Output(
    "best_scale", .scalar(.dimensionless),
    "factor on the deviation that makes the interval of ±1 deviation cover its 68.27 %")
  private static let scored = Output("scored", .scalar(.dimensionless), "points inside the grid")

  let signature = StageSignature(
    kind: "calibration", version: 2,
    summary: "whether intervals of an ensemble cover held-out points of known height as often as they should",
    declares: [
      probabilities, sigmas, statistics, members, known, coverage, judged, error, bestScale, scored,
    ],
    rules: [
      .atMostOne(probabilities, sigmas), .atMostOne(statistics, members), .atLeastOne(statistics, members),
      .check(sigmas, "leave something uncovered: they are 8 at most") { sigmas in
        sigmas?.contains { nominal(of: $0) >= 1 } == true ? "beyond 8 cover everything; leave them out" : nil
      },
    ])

  func run(_ context: StageContext) throws {
    let points = try Predictions(context)
    let nominal = context[Self.sigmas].map { $0.map(Self.nominal) } ?? context[Self.probabilities]
    let alone = Calibration(extremes: points.extremes(uncertainty: nil), nominal: nominal)
    let total = points.uncertainty.map {
      Calibration(extremes: points.extremes(uncertainty: $0), nominal: nominal)
    }
    let scale = Calibration.bestScale(
      residuals: points.residual, deviations: points.deviation, uncertainties: points.uncertainty)
    try Self.writeCoverage(alone, total, to: context[Self.coverage])
    try points.write(to: context[Self.judged])
    for (port, value, name) in [
      (Self.error, (total ?? alone).error, "mean of |actual − nominal| coverage"),
      (Self.bestScale, scale, "factor on the deviation"), (Self.scored, Double(alone.count), "points scored"),
    ] {
      context.log("\(port.name) \(value)")
      try NetCDFFile.writeScalar(value, name: port.name, units: "1", longName: name, to: context[port])
    }
  }

  /// Coverage that is due to the interval of so many standard deviations.
  private static func nominal(of sigmas: Double) -> Double { 1 - 2 * NormalDistribution.cumulative(-sigmas) }

  private static func writeCoverage(_ alone: Calibration, _ total: Calibration?, to path: String) throws {
    let missing = alone.nominal.map { _ in Double.nan }
    let band = alone.nominal.map { part in
      BinomialDistribution.quantiles([0.025, 0.975], count: alone.count, probability: part).map {
        Double($0) / Double(alone.count)
      }
    }
    var table = Dataset(title: "coverage of known heights by intervals of an ensemble")
    for (variable, values) in [
      (CoverageVariables.nominal, alone.nominal), (CoverageVariables.sigmas, alone.sigmas),
      (CoverageVariables.coverage, alone.actual), (CoverageVariables.total, total?.actual ?? missing),
      (CoverageVariables.bandLow, band.map { $0[0] }), (CoverageVariables.bandHigh, band.map { $0[1] }),
    ] { try table.add(variable, values, along: CoverageVariables.dimension) }
    table.setAttribute("points", Double(alone.count))
    try NetCDFFile.write(table, to: path)
  }
}

/// Predictions of an ensemble at points of known height; points outside its grid are left out.
private struct Predictions {
  let points: Points
  private let isGeographic: Bool
  let known, predicted, deviation: [Double]
  let uncertainty: [Double]?
  /// [point][member]; nil where mean and deviation alone are known.
  let members: [[Double]]?

  var residual: [Double] { zip(known, predicted).map { $0 - $1 } }

  init(_ context: StageContext) throws {
    let source = try Source(context)
    isGeographic = source.geometry.isGeographic
    let all = try ConstraintsArtefact.points(context[CalibrationKind.known], on: source.geometry)
    func sample(_ grid: Grid) -> [Double] {
      BicubicSampler.sample(grid: grid, at: all.points, singlePrecision: false)
    }
    let columns = try (0..<source.count).map { index in
      try context.checkCancelled()
      return sample(try source.grid(index))
    }
    let inside = all.upward.indices.filter { index in
      all.upward[index].isFinite && columns.allSatisfy { $0[index].isFinite }
        && all.uncertainty?[index].isFinite ?? true
    }
    guard !inside.isEmpty else { throw StageError.outOfPlace("no point lies inside the grid") }
    context.log(
      "\(inside.count) of \(all.upward.count) points scored; the others lie outside or are incomplete")
    points = all.points.subset(inside)
    known = inside.map { all.upward[$0] }
    uncertainty = all.uncertainty.map { values in inside.map { values[$0] } }
    guard source.areMembers else {
      predicted = inside.map { columns[0][$0] }
      // A spline through small deviations may dip below zero.
      deviation = inside.map { max(0, columns[1][$0]) }
      members = nil
      return
    }
    let sampled = inside.map { index in columns.map { $0[index] } }
    predicted = sampled.map { Statistics.mean($0) }
    deviation = sampled.map { Statistics.deviation($0) }
    members = sampled
  }

  /// The mean and the deviation, or every member; one grid at a time.
  private struct Source {
    let geometry: GridGeometry
    let count: Int
    let areMembers: Bool
    let grid: (Int) throws -> Grid

    init(_ context: StageContext) throws {
      if let path = context[CalibrationKind.statistics] {
        let surface = try TopographyArtefact(path: path)
        let spreads = StatisticsVariables.pairs.map(\.deviation)
        guard let spread = spreads.first(where: surface.dataset.has) else {
          throw StageError.missingVariable(
            StatisticsVariables.deviation.name, artefact: "the statistics",
            hint: "take the output of merged_stats")
        }
        let grids = [surface.topography, try surface.dataset.grid(spread)]
        (geometry, count, areMembers) = (surface.topography.geometry, 2, false)
        grid = { grids[$0] }
      } else {
        let reader = try NetCDFSeriesReader(context[given: CalibrationKind.members])
        guard reader.count > 1 else {
          throw StageError.outOfPlace("one member has no deviation; at least two are needed")
        }
        let name = SurfaceVariables.topography.name
        let nodes = try reader.geometry(of: name)
        (geometry, count, areMembers) = (nodes, reader.count, true)
        grid = { Grid(geometry: nodes, values: try reader.slice($0, variable: name)) }
      }
    }
  }

  func extremes(uncertainty: [Double]?) -> [Double] {
    if let members {
      return members.indices.map {
        Calibration.extreme(of: known[$0], members: members[$0], uncertainty: uncertainty?[$0] ?? 0)
      }
    }
    let deviations = uncertainty.map { own in
      zip(deviation, own).map { ($0 * $0 + $1 * $1).squareRoot() }
    }
    return Calibration.extremes(residuals: residual, deviations: deviations ?? deviation)
  }

  func write(to path: String) throws {
    var dataset = try Dataset.ofPoints(
      points, title: "known heights and predictions of an ensemble", isGeographic: isGeographic)
    try dataset.add(PointVariables.height, known, longName: "known height")
    try dataset.add(PointVariables.predicted, predicted, longName: "mean of the ensemble")
    try dataset.add(PointVariables.deviation, deviation, longName: "standard deviation of the ensemble")
    let own = uncertainty ?? known.map { _ in 0 }
    try dataset.add(
      PointVariables.ratio,
      known.indices.map { residual[$0] / (deviation[$0] * deviation[$0] + own[$0] * own[$0]).squareRoot() })
    try NetCDFFile.write(dataset, to: path)
  }
}

extension CalibrationKind: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    let name = SurfaceVariables.topography.name
    if let parts = request.facts(Self.members).parts, !parts.contains(where: { Self.mayHold(name, $0) }) {
      foresight.refuse("members hold no surface to compare with points: no grid '\(name)'", at: Self.members)
    }
    return foresight
  }

  private static func mayHold(_ name: String, _ part: MemberPart) -> Bool {
    guard !part.type.isScalar, part.type.form != .table else { return false }
    return part.variables.isEmpty || part.variables.contains(name)
  }
}

extension CalibrationKind: ReportedKind {
  var report: StageReport {
    let ratio = Field.own("points", PointVariables.ratio)
    return StageReport([
      .plot(
        OutputPlot(
          "coverage", as: "calibration", with: "best_scale",
          caption:
            "Below the line the ensemble is too sure of itself, above it too careful; within the grey band chance "
            + "explains it.")),
      .group(
        needs: ratio,
        items: [
          .fact("points", .rows("points")),
          .map(
            FieldMap(
              ratio, "Residual over standard deviation", .difference,
              caption: "Known − predicted in units of both deviations together; its RMS should be 1.")),
          .histogram(
            FieldHistogram(
              "Residual over standard deviation", "residual / standard deviation", [.init("points", ratio)],
              marks: .twoDeviations,
              "Within ±2 at about 95 % of the points if the ensemble knows its errors.")),
        ]),
    ])
  }
}
