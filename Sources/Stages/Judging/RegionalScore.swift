import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// Judges a regional separation at points of known height, so that a search can choose its settings.
struct RegionalScoring: StageKind {
  private static let average = Setting(
    "average", .word(ScoreAverage.self), .default(.mean), "of the squares that make a score")
  private static let variable = Setting(
    "variable", .text, .optional(otherwise: "reg, gravity_anomaly or the only field"),
    "variable of true_regional")
  private static let gravity = Input("gravity", [.gravity], "gravity with reg and res")
  private static let points = Input(
    "points", [.constraints, .table], "points of known height, best ones that the separation did not use")
  private static let trueRegional = Input.optional(
    "true_regional", [.gravity, .grid], "the true regional field, mGal")
  private static let residualAtConstraints = Output(
    "residual_at_constraints", .scalar(.acceleration),
    "RMS residual at the points: to be small; attribute points_not_scored counts those outside")
  private static let residualAmplitude = Output(
    "residual_amplitude", .scalar(.acceleration), "RMS residual of all nodes: to be large")
  private static let ratio = Output(
    "ratio", .scalar(.dimensionless), "the first over the second: one score for both")
  private static let regionalMisfit = Output(
    "regional_misfit", .scalar(.acceleration),
    "RMS of true minus found regional field; NaN without the truth")

  let signature = StageSignature(
    kind: "regional_score", version: 2,
    summary: "judges a regional separation: little residual at points of known height, much of it elsewhere",
    declares: [
      average, variable, gravity, points, trueRegional, residualAtConstraints, residualAmplitude, ratio,
      regionalMisfit,
    ],
    rules: [.only(variable, with: trueRegional)])

  func run(_ context: StageContext) throws {
    let gravity = try GravityArtefact(path: context[Self.gravity])
    guard let residual = gravity.residual, let regional = gravity.regional else {
      throw StageError.missingVariable(
        "res", artefact: "the gravity input", hint: "put a regional_separation stage before")
    }
    guard gravity.geometry.columns > 1, gravity.geometry.rows > 1 else {
      throw StageError.outOfPlace(
        "the gravity grid has a single row or column; at least 2 of each are needed")
    }
    let points = try ConstraintsArtefact.points(context[Self.points], on: gravity.geometry).points
    let score = RegionalScore(
      residual: Grid(geometry: gravity.geometry, values: residual), regional: regional, constraints: points,
      truth: try Self.truth(context, on: gravity.geometry),
      average: context[Self.average])
    guard score.residualAtConstraints.isFinite, score.residualAmplitude > 0 else {
      throw StageError.outOfPlace(
        points.count == score.missing
          ? "none of the \(points.count) points lies where the residual has a value: there is nothing to score"
          : "the residual is zero everywhere: a separation that leaves nothing has no score")
    }
    if score.missing > 0 {
      context.log("\(score.missing) of \(points.count) points lie outside the residual's grid: not scored")
    }
    try write(score, context)
  }

  private func write(_ score: RegionalScore, _ context: StageContext) throws {
    for (port, value, units, text) in [
      (Self.residualAtConstraints, score.residualAtConstraints, "mGal", "residual at the points"),
      (Self.residualAmplitude, score.residualAmplitude, "mGal", "residual of all nodes"),
      (Self.ratio, score.ratio, "1", "residual at the points over that of all nodes"),
      (Self.regionalMisfit, score.regionalMisfit, "mGal", "true minus found regional field"),
    ] {
      context.log("\(port.name) \(value) \(units)")
      let missing = port.name == Self.residualAtConstraints.name ? score.missing : 0
      try SharedSettings.writeScore(
        value, missing: missing, name: port.name, units: units, longName: text, to: context[port])
    }
  }

  private static func truth(_ context: StageContext, on geometry: GridGeometry) throws -> [Double]? {
    guard let path = context[trueRegional] else { return nil }
    let dataset = try NetCDFFile.read(path)
    let asked = context[variable]
    let names = asked.map { [$0] } ?? ["reg", "gravity_anomaly"]
    let named = names.first { dataset[$0] != nil }
    if named == nil, asked != nil {
      throw StageError.missingVariable(
        names[0], artefact: "the input true_regional",
        hint:
          "it has \(dataset.variables.filter { $0.dimensions.count == 2 }.map(\.name).joined(separator: ", "))"
      )
    }
    let grid = try named.map { try dataset.grid($0) } ?? dataset.anyGrid()
    guard grid.geometry.isSame(as: geometry) else {
      throw StageError.gridsDiffer("the input true_regional", "the gravity")
    }
    return grid.values
  }
}

extension RegionalScoring: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireQuantity(.gravity, of: Self.gravity, in: &foresight)
    request.require("res", of: Self.gravity, in: &foresight)
    if !request.isFed(Self.trueRegional) {
      foresight[Self.regionalMisfit].lose(
        OutputFacts.value,
        because: "stage '\(request.stage)' does not know the true regional field; feed its input "
          + "'\(Self.trueRegional.name)'")
    }
    return foresight
  }
}
