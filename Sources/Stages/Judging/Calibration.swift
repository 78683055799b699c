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
    "statistics", [.statistics, .topography],
    "mean and deviation (weighted if there), or a kriged surface with its own: normal intervals")
  static let members = Input.optional(
    "members", [.ensemble], "the ensemble itself: intervals between its members' ranks")
  static let known = Input("points", [.table, .constraints], "points of known height that took no part")
  private static let jitter = Setting(
    "jitter", .number(in: .metre), .later(default: 0), .atLeast(0),
    "standard deviation of an independent error of every point beside its own, for total_coverage")
  private static let blockSize = Setting(
    "block_size", .number(in: .metre), .optional(otherwise: "a fifth of the points' extent"), .above(0),
    "side of the blocks whose points may err together, for the 95 % intervals")
  private static let coverage = Output(
    "coverage", .table,
    "nominal and actual coverage, with the points' own uncertainty (total_coverage), what as few members can reach (ideal), "
      + "and 95 % intervals by blocks of points"
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
    kind: "calibration", version: 3,
    summary: "whether intervals of an ensemble cover held-out points of known height as often as they should",
    declares: [
      probabilities, sigmas, jitter, blockSize, statistics, members, known, coverage, judged, error,
      bestScale,
      scored,
    ],
    rules: [
      .atMostOne(probabilities, sigmas), .atMostOne(statistics, members), .atLeastOne(statistics, members),
      .check(sigmas, "leave something uncovered: they are 8 at most") { sigmas in
        sigmas?.contains { nominal(of: $0) >= 1 } == true ? "beyond 8 cover everything; leave them out" : nil
      },
    ])

  func run(_ context: StageContext) throws {
    let points = try Predictions(context, jitter: context[Self.jitter])
    let nominal = try Self.resolved(
      context[Self.sigmas].map { $0.map(Self.nominal) } ?? context[Self.probabilities], points, context)
    let alone = Calibration(extremes: points.extremes(uncertainty: nil), nominal: nominal)
    let total = points.uncertainty.map {
      Calibration(extremes: points.extremes(uncertainty: $0), nominal: nominal)
    }
    let scale = Calibration.bestScale(
      residuals: points.residual, deviations: points.deviation, uncertainties: points.uncertainty)
    try Self.writeCoverage(
      alone, total, points, blocks: try points.blocks(size: context[Self.blockSize], context),
      to: context[Self.coverage])
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

  /// Intervals between members' ranks that as many of them tell apart: (M − 1)/(M + 1) is the widest.
  private static func resolved(
    _ nominal: [Double], _ points: Predictions, _ context: StageContext
  ) throws -> [Double] {
    guard points.members != nil,
      let widest = points.count.flatMap({ EnsembleCoverage.rankIntervals(members: $0).first })
    else { return nominal }
    let kept = nominal.filter { $0 <= widest }
    guard !kept.isEmpty else {
      throw StageError.outOfPlace(
        "\(points.count ?? 0) members resolve no interval wider than \(widest); ask for narrower ones or more members"
      )
    }
    if kept.count < nominal.count {
      context.log(
        "\(nominal.count - kept.count) intervals are wider than \(widest), which \(points.count ?? 0) members do not resolve"
      )
    }
    return kept
  }

  private static func writeCoverage(
    _ alone: Calibration, _ total: Calibration?, _ points: Predictions, blocks: BlockBootstrap,
    to path: String
  ) throws {
    let judged = total ?? alone
    let extremes = points.extremes(uncertainty: points.uncertainty)
    let intervals = alone.nominal.map { part in
      blocks.interval { places in Double(places.count { extremes[$0] <= part }) / Double(places.count) }
    }
    var table = CoverageTable(title: "coverage of known heights by intervals of an ensemble")
    try table.add(CoverageVariables.nominal, alone.nominal)
    try table.add(CoverageVariables.sigmas, alone.sigmas)
    try table.add(CoverageVariables.coverage, alone.actual)
    try table.add(CoverageVariables.total, total?.actual ?? alone.nominal.map { _ in Double.nan })
    try table.add(CoverageVariables.ideal, points.ideal(alone.nominal, alone.sigmas))
    try table.add(
      nominal: alone.nominal, shares: judged.actual, low: intervals.map(\.low), high: intervals.map(\.high))
    table.set("points", Double(alone.count))
    table.set("blocks", Double(blocks.members.count))
    table.set("members", points.count.map(Double.init))
    try table.write(to: path)
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
  /// M; nil where nobody says of how many members statistics are.
  let count: Int?

  var residual: [Double] { zip(known, predicted).map { $0 - $1 } }

  /// - Parameter jitter: an error of every point beside its own, metres.
  init(_ context: StageContext, jitter: Double) throws {
    let source = try Source(context)
    count = source.members
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
    let own = all.uncertainty.map { values in inside.map { values[$0] } }
    uncertainty =
      jitter > 0
      ? (own ?? inside.map { _ in 0 }).map { ($0 * $0 + jitter * jitter).squareRoot() } : own
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
    let members: Int?
    let grid: (Int) throws -> Grid

    init(_ context: StageContext) throws {
      if let path = context[CalibrationKind.statistics] {
        let surface = try TopographyArtefact(path: path)
        guard let spread = StatisticsVariables.deviations.first(where: surface.dataset.has) else {
          throw StageError.missingVariable(
            StatisticsVariables.deviation.name, artefact: "the statistics",
            hint: "take the output of merged_stats")
        }
        let grids = [surface.topography, try surface.dataset.grid(spread)]
        (geometry, count, areMembers) = (surface.topography.geometry, 2, false)
        members = surface.dataset.number(attribute: "runs").map { Int($0) }.flatMap { $0 > 1 ? $0 : nil }
        grid = { grids[$0] }
      } else {
        let reader = try NetCDFSeriesReader(context[given: CalibrationKind.members])
        guard reader.count > 1 else {
          throw StageError.outOfPlace("one member has no deviation; at least two are needed")
        }
        let name = SurfaceVariables.topography.name
        let nodes = try reader.geometry(of: name)
        (geometry, count, areMembers, members) = (nodes, reader.count, true, reader.count)
        grid = { Grid(geometry: nodes, values: try reader.slice($0, variable: name)) }
      }
    }
  }

  /// What intervals cover if members and truth are drawn alike.
  func ideal(_ nominal: [Double], _ sigmas: [Double]) -> [Double] {
    guard let count else { return nominal }
    guard members != nil else {
      return sigmas.map { StudentDistribution.coverage(deviations: $0, members: count) }
    }
    // The truth has each of the ranks 0 … M alike often.
    return nominal.map { part in
      let ranks = (0...count).map { abs(2 * (Double($0) + 0.5) / Double(count + 1) - 1) }
      return Double(ranks.count { $0 <= part }) / Double(count + 1)
    }
  }

  /// Squares of the plane whose points stay together.
  func blocks(size: Double?, _ context: StageContext) throws -> BlockBootstrap {
    if size != nil, isGeographic {
      throw StageError.outOfPlace(
        "the points are in longitude and latitude and block_size is a length; leave it out")
    }
    let blocks = points.squares(size: size)
    context.log("\(Set(blocks).count) blocks of \(points.count) points")
    return BlockBootstrap(blocks: blocks, seed: 0)
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
    if uncertainty != nil { try dataset.add(PointVariables.uncertainty, own) }
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
