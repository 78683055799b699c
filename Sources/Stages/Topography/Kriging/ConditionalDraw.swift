import Artefacts
import Datasets
import Geostatistics
import Planning
import StageSupport

/// A member's stage that draws around a stage's own result: it has what that stage declares, the result as a further
/// input, and what the planner tells of the draw.
struct ConditionalDraw: StageKind {
  /// A kind of stage that has draws around its result, and where they go.
  struct Drawn: Sendable {
    /// Of the draw.
    var kind: String
    var summary: String
    /// What is drawn.
    var output: Output
    var declarations: [any Declaration]
    var rules: [Rule]
  }

  /// Writes the outputs of a member around the base result, whose file it is given.
  typealias Draw = @Sendable (_ base: String, _ draw: MemberDraw, _ context: StageContext) throws -> Void

  let signature: StageSignature
  private let base: Input<String>
  private let draw: Draw

  init(_ drawn: Drawn, draw: @escaping Draw) {
    let base = Input(
      ConditionalSpec.input(drawn.output.name), [drawn.output.spec.type],
      "the result that members vary about, with its covariance")
    signature =
      StageSignature(
        kind: drawn.kind, version: 1, summary: drawn.summary,
        declares: drawn.declarations + [base, DrawSettings.all], rules: drawn.rules
      ).hidden
    (self.base, self.draw) = (base, draw)
  }

  func run(_ context: StageContext) throws {
    try draw(context[base], DrawSettings.draw(context), context)
  }
}

/// Which draw it is.
struct MemberDraw {
  let streams: Streams
  let member: Int
}

/// What the planner tells a kind that draws around a base result.
private enum DrawSettings {
  static let seed = Setting(ConditionalSpec.seed, .integer, .required, "of the family")
  static let member = Setting(ConditionalSpec.member, .integer, .required, "number of the member")
  static let stream = Setting(ConditionalSpec.stream, .name, .required, "names the random stream")

  static let all = Declarations([seed, member, stream])

  static func draw(_ context: StageContext) -> MemberDraw {
    MemberDraw(
      streams: Streams(seed: UInt64(bitPattern: Int64(context[seed])), name: context[stream]),
      member: context[member])
  }
}

extension ConditionalDraw {
  /// Of kind `kriging`: a draw of what its points leave open.
  static func ofKriging(_ simulations: SimulationCache) -> ConditionalDraw {
    ConditionalDraw(KrigingKind.drawn) { base, draw, context in
      let task = try KrigingKind.task(context)
      let result = try task.draw(
        around: try KrigedField(of: base), draw, simulations, context)
      try result.write(to: context[KrigingKind.topography], title: "draw of a kriged surface")
      try KrigingScores(task, result, context.settings, workers: context.workers, folded: false).write(
        KrigingKind.scoreFiles(context), log: { _ in })
    }
  }

  /// The same of `starting_topography` with `method = kriging`.
  static func ofStartingTopography(_ simulations: SimulationCache) -> ConditionalDraw {
    ConditionalDraw(StartingTopography.drawn) { base, draw, context in
      let result = try StartingTopography.task(context).draw(
        around: try KrigedField(of: base), draw, simulations, context)
      try result.write(to: context[StartingTopography.topography], title: "draw of a starting surface")
      try StartingTopography.writeScores(result, to: context[StartingTopography.scores], context)
    }
  }

  /// A member's regional field: a draw of what its misfit at the constraints leaves open.
  static func ofRegionalField(_ simulations: SimulationCache) -> ConditionalDraw {
    ConditionalDraw(RegionalSeparation.drawn) { base, draw, context in
      let gravity = try RegionalSeparation.gravity(context)
      let field = try RegionalSeparation.krigingTask(context, gravity).draw(
        around: try KrigedField(of: base), draw, simulations)
      try RegionalSeparation.write(
        try RegionalSeparation.result(field, gravity, context), gravity, context)
    }
  }
}

extension ConditionalDraw {
  /// Of kind `prior_surface`.
  static let ofPrior = ConditionalDraw(PriorSurface.drawn) { base, draw, context in
    try PriorSurface.draw(about: base, draw, context)
  }
}

extension KrigedField {
  /// - Throws: where the file holds no kriged field.
  fileprivate init(of path: String) throws {
    guard let field = try KrigedField(try NetCDFFile.read(path)) else { throw KrigedField.missing }
    self = field
  }
}

extension KrigingKind {
  static let drawn = ConditionalDraw.Drawn(
    kind: "kriging_draw", summary: "a surface drawn as its points and their covariance leave it open",
    output: topography, declarations: declarations, rules: rules)
}

extension StartingTopography {
  static let drawn = ConditionalDraw.Drawn(
    kind: "starting_topography_draw",
    summary: "a starting surface drawn as its points and their covariance leave it open",
    output: topography, declarations: declarations, rules: rules)
}

extension RegionalSeparation {
  static let drawn = ConditionalDraw.Drawn(
    kind: "regional_separation_draw",
    summary: "a regional field drawn as the misfit at the constraints and the surface's errors leave it open",
    output: separated, declarations: declarations, rules: rules)
}
