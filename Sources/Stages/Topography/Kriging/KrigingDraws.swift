import Artefacts
import Datasets
import Geostatistics
import Planning
import StageSupport

/// A member's surface of kind `kriging`: a draw of what its points leave open.
struct KrigingDraw: StageKind {
  static let kind = "kriging_draw"
  let simulations: SimulationCache

  private static let base = Input(
    ConditionalSpec.input(KrigingKind.topography.name), [.topography],
    "the result that members vary about, with its covariance")

  let signature = StageSignature(
    kind: kind, version: 1, summary: "a surface drawn as its points and their covariance leave it open",
    declares: KrigingKind.declarations + [base, DrawSettings.all], rules: KrigingKind.rules
  ).hidden

  func run(_ context: StageContext) throws {
    let task = try KrigingKind.task(context)
    let result = try task.draw(
      around: try DrawSettings.base(context[Self.base]), DrawSettings.draw(context), simulations, context)
    try result.write(to: context[KrigingKind.topography], title: "draw of a kriged surface")
    try KrigingScores(task, result, context.settings, workers: context.workers, folded: false).write(
      KrigingKind.scoreFiles(context), log: { _ in })
  }
}

/// A member's starting surface: the same of `method = kriging`.
struct StartingTopographyDraw: StageKind {
  static let kind = "starting_topography_draw"
  let simulations: SimulationCache

  private static let base = Input(
    ConditionalSpec.input(StartingTopography.topography.name), [.topography],
    "the result that members vary about, with its covariance")

  let signature = StageSignature(
    kind: kind, version: 1,
    summary: "a starting surface drawn as its points and their covariance leave it open",
    declares: StartingTopography.declarations + [base, DrawSettings.all], rules: StartingTopography.rules
  ).hidden

  func run(_ context: StageContext) throws {
    let task = try StartingTopography.task(context)
    let result = try task.draw(
      around: try DrawSettings.base(context[Self.base]), DrawSettings.draw(context), simulations, context)
    try result.write(to: context[StartingTopography.topography], title: "draw of a starting surface")
    try StartingTopography.writeScores(result, to: context[StartingTopography.scores], context)
  }
}

/// Which draw it is.
struct MemberDraw {
  let streams: Streams
  let member: Int
}

/// What the planner tells a kind that draws around a base result.
enum DrawSettings {
  private static let seed = Setting(ConditionalSpec.seed, .integer, .required, "of the family")
  private static let member = Setting(ConditionalSpec.member, .integer, .required, "number of the member")
  private static let stream = Setting(ConditionalSpec.stream, .name, .required, "names the random stream")

  static let all = Declarations([seed, member, stream])

  static func draw(_ context: StageContext) -> MemberDraw {
    MemberDraw(
      streams: Streams(seed: UInt64(bitPattern: Int64(context[seed])), name: context[stream]),
      member: context[member])
  }

  /// - Throws: where the file holds no kriged field.
  static func base(_ path: String) throws -> KrigedField {
    guard let field = try KrigedField(try NetCDFFile.read(path)) else { throw KrigedField.missing }
    return field
  }
}

/// A member's regional field: a draw of what its misfit at the constraints leaves open.
struct RegionalDraw: StageKind {
  static let kind = "regional_separation_draw"
  let simulations: SimulationCache

  private static let base = Input(
    ConditionalSpec.input(RegionalSeparation.separated.name), [.gravity],
    "the result that members vary about, with its covariances")

  let signature = StageSignature(
    kind: kind, version: 1,
    summary: "a regional field drawn as the misfit at the constraints and the surface's errors leave it open",
    declares: RegionalSeparation.declarations + [base, DrawSettings.all], rules: RegionalSeparation.rules
  ).hidden

  func run(_ context: StageContext) throws {
    let gravity = try RegionalSeparation.gravity(context)
    let field = try RegionalSeparation.krigingTask(context, gravity).draw(
      around: try DrawSettings.base(context[Self.base]), DrawSettings.draw(context), simulations)
    try RegionalSeparation.write(
      try RegionalSeparation.result(field, gravity, context), gravity, context)
  }
}
