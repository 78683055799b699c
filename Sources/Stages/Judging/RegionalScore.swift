import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// Judges a regional separation at points of known height, so that a search can choose its settings.
struct RegionalScoring: StageKind {
  let signature = StageSignature(
    kind: "regional_score", version: 1,
    summary: "judges a regional separation: little residual at points of known height, much of it elsewhere",
    settings: [
      SettingSpec(
        "average", .word(ScoreAverage.allCases.map(\.rawValue)), .defaultsTo("mean"),
        "root of the mean or of the median of the squares"),
      SettingSpec(
        "variable", .text, .optional,
        "variable of true_regional; default: reg, else gravity_anomaly, else its only field"),
    ],
    inputs: [
      InputSpec("gravity", [.gravity], "gravity with reg and res"),
      InputSpec(
        "points", [.constraints, .table], "points of known height, best ones that the separation did not use"),
      InputSpec("true_regional", [.gravity, .grid], required: false, "the true regional field, mGal"),
    ],
    outputs: [
      OutputSpec(
        "residual_at_constraints", .scalar(.acceleration),
        "RMS residual at the points: to be small; attribute points_not_scored counts those outside"),
      OutputSpec("residual_amplitude", .scalar(.acceleration), "RMS residual of all nodes: to be large"),
      OutputSpec("ratio", .scalar(.dimensionless), "the first over the second: one score for both"),
      OutputSpec(
        "regional_misfit", .scalar(.acceleration),
        "RMS of true minus found regional field; NaN without the truth"
      ),
    ])

  func run(_ context: StageContext) throws {
    let gravity = try GravityArtefact(path: context.input("gravity"))
    guard let residual = gravity.residual, let regional = gravity.regional else {
      throw StageError.missingVariable(
        "res", artefact: "the gravity input", hint: "put a regional_separation stage before")
    }
    guard gravity.geometry.columns > 1, gravity.geometry.rows > 1 else {
      throw StageError.outOfPlace(
        "the gravity grid has a single row or column; at least 2 of each are needed")
    }
    let points = try ConstraintsArtefact.points(context.input("points"), on: gravity.geometry).points
    let score = RegionalScore(
      residual: Grid(geometry: gravity.geometry, values: residual), regional: regional, constraints: points,
      truth: try Self.truth(context, on: gravity.geometry),
      average: ScoreAverage(rawValue: context.settings.word("average")) ?? .mean)
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
    let milligal = 1e-5
    for (port, value, units, text) in [
      ("residual_at_constraints", score.residualAtConstraints * milligal, "m s-2", "residual at the points"),
      ("residual_amplitude", score.residualAmplitude * milligal, "m s-2", "residual of all nodes"),
      ("ratio", score.ratio, "1", "residual at the points over that of all nodes"),
      ("regional_misfit", score.regionalMisfit * milligal, "m s-2", "true minus found regional field"),
    ] {
      context.log("\(port) \(value) \(units)")
      let missing = port == "residual_at_constraints" ? score.missing : 0
      try SharedSettings.writeScore(
        value, missing: missing, name: port, units: units, longName: text, to: context.output(port))
    }
  }

  private static func truth(_ context: StageContext, on geometry: GridGeometry) throws -> [Double]? {
    guard let path = context.inputs["true_regional"] else {
      guard !context.settings.has("variable") else {
        throw StageError.missingInput(name: "true_regional", because: "'variable' names a field of it")
      }
      return nil
    }
    let dataset = try NetCDFFile.read(path)
    let names = context.settings.optionalText("variable").map { [$0] } ?? ["reg", "gravity_anomaly"]
    let named = names.first { dataset[$0] != nil }
    if named == nil, context.settings.has("variable") {
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
