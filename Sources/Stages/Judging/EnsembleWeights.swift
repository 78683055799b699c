import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// How much each member of an ensemble counts.
struct EnsembleWeights {
  static let setting = SettingSpec(
    "weight_by", .word(["residual", "constraints", "score", "none"]), .optional,
    "1 / RMS² of the (final) residual, or at the constraints, of gravity that of its residual there; or the "
      + "cross-validation R², 0 below 0; default: constraints where given, else residual of inversions, else none"
  )

  let rule: String
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
    let byDefault = isSurface && reader.columns.contains("rmse") ? "residual" : "none"
    rule =
      context.settings.optionalWord("weight_by")
      ?? (context.inputs["constraints"] == nil ? byDefault : "constraints")
    switch rule {
    case "none": values = nil
    case "score": values = try Self.scores(reader)
    case "residual":
      guard reader.columns.contains("rmse") else {
        throw StageError.missingVariable(
          "rmse", artefact: "the ensemble", hint: "its members have no residual; weigh them by something else"
        )
      }
      values = try Self.inverseSquares(try reader.column("rmse"))
    default: values = try Self.inverseSquares(Self.misfits(context, reader, isSurface: isSurface))
    }
  }

  private static func scores(_ reader: NetCDFSeriesReader) throws -> [Double] {
    guard reader.columns.contains("cv_score") else {
      throw StageError.missingVariable(
        "cv_score", artefact: "the ensemble",
        hint: "only equivalent_sources_grid is cross-validated by itself")
    }
    let scores = try reader.column("cv_score")
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
    guard let path = context.inputs["constraints"] else {
      throw StageError.missingInput(
        name: "constraints", because: "members are weighed by their fit to them")
    }
    let sampled = isSurface ? "topography" : "res"
    guard reader.slicedVariables.contains(sampled) else {
      throw StageError.missingVariable(
        sampled, artefact: "the ensemble", hint: "without it members have no misfit at the constraints")
    }
    let geometry = try reader.geometry(of: sampled)
    let points = try ConstraintsArtefact.points(path, on: geometry)
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
