import Artefacts
import Datasets
import Geostatistics
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// The surface and the regional field that gravity, known heights and a prior make the most probable, with draws of what
/// they leave open.
struct PosteriorKind: StageKind {
  private static let gravity = Input(
    "gravity", [.gravity], "gravity with its uncertainty; a regional part is not taken off but found")
  private static let mean = Input(
    "topography", [.topography], "mean of the prior, and the nodes of the model")
  private static let constraints = Input.optional("constraints", [.constraints], "points of known height")

  private static let jitter = Setting(
    "jitter", .number(in: .metre), .optional(meaning: 0), .atLeast(0),
    "standard deviation of an independent error of every constraint beside its own")
  private static let regional = Setting(
    "regional_covariance", .word(KrigingSettings.CorrelationWord.self), .optional(meaning: .matern52),
    "how the correlation of the regional field falls with distance")
  private static let regionalDeviation = Setting(
    "regional_deviation", .number(in: .milligal), .optional, .above(0),
    "standard deviation of the regional field; without it the field is a constant")
  private static let regionalLength = Setting(
    "regional_length", .number(in: .metre), .optional, .above(0), "correlation length of the regional field")
  private static let constant = Setting(
    "constant_deviation", .number(in: .milligal), .default(1000), .atLeast(0),
    "standard deviation of a constant in gravity; large: it is free")
  private static let densityDeviation = Setting(
    "density_uncertainty", .number(in: .kilogramPerCubicMetre), .optional(meaning: 0), .atLeast(0),
    "standard deviation of the density contrast, where no family draws it")
  private static let zrefDeviation = Setting(
    "zref_uncertainty", .number(in: .metre), .optional(meaning: 0), .atLeast(0),
    "standard deviation of the reference level, where no family draws it")
  private static let draws = Setting(
    "draws", .integer, .default(20), .atLeast(2).atMost(100_000), "draws of the posterior")
  private static let seed = Setting("seed", .integer, .default(0), .atLeast(0), "of the draws")
  private static let probes = Setting(
    "probes", .integer, .optional(otherwise: "deviations are those of the draws then"),
    .atLeast(8).atMost(100_000),
    "solutions by which deviations are found where data or cells are more than 5000; their error is told")
  private static let iterations = Setting(
    "max_iterations", .integer, .default(30), .atLeast(1).atMost(1000), "Gauss-Newton steps")

  private static let topography = Output(
    "topography", .topography, "the most probable surface with its standard deviation `uncert`")
  private static let explained = Output(
    "gravity", .gravity, "the data with forward_gravity, misfit, reg and res of that surface")
  private static let members = Output(
    "members", .ensemble, "draws by randomised maximum likelihood: data and mean drawn, then fitted")
  private static let leftOut = Output(
    "left_out", .table, "each constraint as gravity and the others predict it")
  private static let evidence = Output(
    "log_evidence", .scalar(.dimensionless),
    "logarithm of the probability of the data; NaN beyond 5000 data or cells")
  private static let chi = Output(
    "chi", .scalar(.dimensionless),
    "RMS of what is left of gravity in its standard deviations; above 1.5 the deviations mean nothing")
  private static let scaled = Output(
    "constraint_z_rms", .scalar(.dimensionless),
    "RMS of constraint less prediction in standard deviations: outside 0.8 to 1.25 these are not calibrated")

  let kernels: KernelCache

  let signature = StageSignature(
    kind: "posterior", version: 1,
    summary: "the most probable surface and regional field of gravity, known heights and a prior, with draws",
    declares: [
      gravity, mean, constraints, ContrastSettings.all, Declarations(PriorSettings.declarations), jitter,
      regional, regionalDeviation, regionalLength,
      constant, densityDeviation, zrefDeviation, draws, seed, probes, iterations, topography, explained,
      members,
      leftOut,
      evidence, chi, scaled,
    ],
    rules: PriorSettings.rules + [
      .needs(regionalLength, with: regionalDeviation),
      .only(regional, regionalLength, with: regionalDeviation),
      .only(jitter, with: constraints),
    ])

  func run(_ context: StageContext) throws {
    let task = try PosteriorTask(context, kernels: kernels, Self.input(context))
    try PriorSettings.use(
      context, on: task.geometry, free: task.isPresent,
      Finding(task: task, outputs: Self.outputs(context)))
  }

  private struct Finding: PriorSettings.Use {
    let task: PosteriorTask
    let outputs: PosteriorTask.Outputs

    func callAsFunction(_ prior: some FieldPrior) throws { try task.run(prior, outputs) }
  }

  private static func input(_ context: StageContext) -> PosteriorTask.Input {
    let field = context[regionalDeviation].map { deviation in
      Covariance(
        context[Self.regional].correlation, deviation: deviation, length: context[given: regionalLength])
    }
    return PosteriorTask.Input(
      gravity: context[gravity], mean: context[mean], constraints: context[constraints],
      jitter: context[jitter],
      regional: field, constant: context[constant], density: context[densityDeviation],
      zref: context[zrefDeviation], draws: context[draws], seed: UInt64(context[seed]),
      probes: context[probes], iterations: context[iterations])
  }

  private static func outputs(_ context: StageContext) -> PosteriorTask.Outputs {
    PosteriorTask.Outputs(
      topography: context[topography], gravity: context[explained], members: context[members],
      leftOut: context[leftOut], evidence: context[evidence], chi: context[chi], scaled: context[scaled])
  }
}
