import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// How much each member of an ensemble counts.
struct EnsembleWeights {
  enum Rule: String, SettingWord {
    case residual, constraints, score
    case equal = "none"

    var summary: String {
      switch self {
      case .residual: "1 / RMS² of the (final) residual"
      case .constraints: "1 / RMS² of the misfit at the constraints, of gravity that of its residual there"
      case .score: "the cross-validation R², 0 below 0"
      case .equal: "all count alike"
      }
    }
  }

  static let setting = Setting(
    "weight_by", .word(Rule.self),
    .optional(otherwise: "constraints where given, else residual of inversions, else none"),
    "what makes a member count more")
  static let constraints = Input.optional("constraints", [.constraints], "points of known height")

  /// The number of `equivalent_sources_grid`.
  private static let score = "cv_score"

  let rule: Rule
  /// Nil where all count alike.
  let values: [Double]?

  /// (Σw)²/Σw²: members of equal weight that would tell as much (Kish's effective sample size).
  func effectiveCount(of members: Int) -> Double {
    guard let values else { return Double(members) }
    let sum = Statistics.sum(values)
    return sum * sum / Statistics.sum(values.map { $0 * $0 })
  }

  init(_ context: StageContext, _ reader: NetCDFSeriesReader, variable: String) throws {
    let isSurface = ["topography", "starting_topography", "density_contrast"].contains(variable)
    let byDefault = isSurface && reader.columns.contains(EnsembleVariables.rmse.name) ? Rule.residual : .equal
    rule =
      context[Self.setting] ?? (context[Self.constraints] == nil ? byDefault : .constraints)
    switch rule {
    case .equal: values = nil
    case .score: values = try Self.scores(reader)
    case .residual:
      guard reader.columns.contains("rmse") else {
        throw StageError.missingVariable(
          "rmse", artefact: "the ensemble", hint: "its members have no residual; weigh them by something else"
        )
      }
      values = try Self.inverseSquares(try reader.column("rmse"))
    case .constraints: values = try Self.inverseSquares(Self.misfits(context, reader, isSurface: isSurface))
    }
  }

  private static func scores(_ reader: NetCDFSeriesReader) throws -> [Double] {
    guard reader.columns.contains(score) else {
      throw StageError.missingVariable(
        score, artefact: "the ensemble",
        hint: "only equivalent_sources_grid is cross-validated by itself")
    }
    let scores = try reader.column(score)
    guard scores.allSatisfy(\.isFinite), scores.contains(where: { $0 > 0 }) else {
      throw StageError.outOfPlace(
        "members cannot be weighed by the scores \(scores): give 'dampings' or cross_validate = yes")
    }
    return scores.map { max(0, $0) }
  }

  /// RMS at the constraints: of known minus found height, or for gravity of the residual, which should vanish there.
  private static func misfits(
    _ context: StageContext, _ reader: NetCDFSeriesReader, isSurface: Bool
  ) throws -> [Double] {
    let sampled = isSurface ? "topography" : "res"
    guard reader.slicedVariables.contains(sampled) else {
      throw StageError.missingVariable(
        sampled, artefact: "the ensemble", hint: "without it members have no misfit at the constraints")
    }
    let geometry = try reader.geometry(of: sampled)
    let points = try ConstraintsArtefact.points(context[given: constraints], on: geometry)
    let outside = (0..<points.count).count { index in
      let easting = points.points.easting[index]
      return !geometry.holds(easting: easting, northing: points.points.northing[index])
    }
    if outside > 0 {
      context.log("\(outside) of \(points.count) constraints lie outside the members: they weigh nothing")
    }
    return try (0..<reader.count).map { index in
      try context.checkCancelled()
      let grid = Grid(geometry: geometry, values: try reader.slice(index, variable: sampled))
      let found = BicubicSampler.sample(grid: grid, at: points.points)
      let misfit = isSurface ? zip(points.upward, found).map { $0 - $1 } : found
      return Statistics.rms(misfit.filter(\.isFinite))
    }
  }

  private static func inverseSquares(_ norms: [Double]) throws -> [Double] {
    guard norms.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw StageError.outOfPlace("members cannot be weighed by a misfit of zero or none: \(norms)")
    }
    return norms.map { 1 / ($0 * $0) }
  }
}

extension EnsembleWeights {
  /// Rules that need what members are known not to hold.
  static func foresee(_ request: ForesightRequest, _ parts: [MemberPart], in foresight: inout Foresight) {
    guard !request.open.contains(setting.name) else { return }
    let columns = parts.filter(\.type.isScalar).map(\.port)
    let hasGrids = parts.contains { !$0.type.isScalar && $0.type.form != .table }
    let hasTables = parts.contains { $0.type.form == .table }
    let asked = request[setting] ?? nil
    switch asked ?? (request.isFed(constraints) ? .constraints : .equal) {
    case .equal: return
    case .score:
      guard !columns.contains(score) else { return }
      foresight.refuse(
        "members have no cross-validation score to be weighed by; only equivalent_sources_grid gives one",
        at: setting.name)
    case .residual:
      guard !hasGrids, !hasTables, !columns.contains(EnsembleVariables.rmse.name) else { return }
      foresight.refuse(
        "members have no residual to be weighed by: they hold numbers alone; weigh them by something else",
        at: setting.name)
    case .constraints:
      guard !hasGrids else { return }
      let reason =
        "members have no surface to compare with constraints: they hold \(hasTables ? "tables" : "numbers")"
      if asked == nil {
        foresight.refuse(reason, at: constraints)
      } else {
        foresight.refuse(reason, at: setting.name)
      }
    }
  }
}
