import Artefacts
import Manifests

@testable import Planning

/// Kinds with the shapes of the real ones and no work in them.
struct CheckedToyKind: StageKind {
  var signature: StageSignature
  func run(_ context: StageContext) throws {}
}

/// Declares ports and settings as stages of programs do.
struct DeclaringToyKind: DeclaredKind {
  let signature: StageSignature = {
    var signature = StageSignature(
      kind: "command", version: 1, summary: "Runs a program.",
      settings: [
        SettingSpec("program", .program, .required, "What to run."),
        SettingSpec("arguments", .list(.template, count: 1...100), .optional, "What it is told."),
        SettingSpec("inputs", .list(.name, count: 1...100), .optional, "What it reads."),
        SettingSpec("outputs", .list(.port, count: 1...100), .required, "What it leaves."),
        SettingSpec("environment", .list(.environment, count: 1...100), .optional, "Variables."),
        SettingSpec("time_limit", .number(.time), .optional, "Limit."),
      ])
    signature.unkeyed = ["time_limit"]
    return signature
  }()

  func signature(for declaration: StageDeclaration) -> StageSignature {
    var signature = signature
    signature.settings += (declaration.files.map { ($0, SettingType.file) } + declaration.settings).map {
      var spec = SettingSpec($0.0, $0.1, .required, "")
      spec.isDeclared = true
      return spec
    }
    signature.inputs = declaration.inputs.map { InputSpec($0, [.file], "") }
    signature.outputs = declaration.outputs.map { OutputSpec($0.name, $0.type, "", collected: true) }
    return signature
  }

  func run(_ context: StageContext) throws {}
}

let toyCatalogue = Catalogue(
  toySignatures.map { CheckedToyKind(signature: $0) } + [DeclaringToyKind(), RuledToyKind()],
  vocabulary: Vocabulary(dimensions: PhysicalDimension.registered, types: PortType.registered),
  readScalar: { _ in 0 })

private let toySignatures: [StageSignature] = [
  StageSignature(
    kind: "synthetic_model", version: 1, summary: "A basin and its gravity.",
    settings: [
      SettingSpec(
        "spacing", .number(.length), .required, minimum: "0 m", "Grid spacing."
      ).excluding(minimum: true),
      SettingSpec(
        "region", .list(.number(.length), count: 4...4), .defaultsTo("0, 40, 0, 30 km"),
        "West, east, south, north."),
      SettingSpec("density_contrast", .number(.density), .defaultsTo("2669 kg/m3"), "Across the surface."),
      SettingSpec(
        "gravity_noise", .number(.acceleration), .defaultsTo("0 mGal"), minimum: "0 mGal", "Deviation."),
      SettingSpec("testing_data", .boolean, .defaultsTo("no"), "Twice the resolution."),
      SettingSpec(
        "constraints", .integer, .defaultsTo("10"), minimum: "1", maximum: "100000", "Number of points."),
      SettingSpec("title", .text, .optional, "A label."),
    ],
    outputs: [
      OutputSpec("gravity", .gravity, "Observed.", noise: .init(variable: "g", uncertainty: "u")),
      OutputSpec("topography", .topography, "True."),
      OutputSpec("constraints", .constraints, "Points.", noise: .init(variable: "z", uncertainty: "u")),
    ]),
  StageSignature(
    kind: "read_grid", version: 1, summary: "A grid from a file.",
    settings: [SettingSpec("path", .file, .required, "The file.")],
    outputs: [OutputSpec("grid", .grid, "The grid.")]),
  StageSignature(
    kind: "starting_topography", version: 1, summary: "A first guess.",
    settings: [
      SettingSpec("method", .word(["flat", "spline"]), .required, "How."),
      SettingSpec(
        "level", .either([.word(["mean", "median"]), .number(.length)]), .defaultsTo("mean"),
        "Where it is flat."),
      SettingSpec("dampings", .list(.number(.dimensionless), count: 1...100), .optional, "Tried in turn."),
    ],
    inputs: [
      InputSpec("constraints", [.table, .constraints], required: false, "Points."),
      InputSpec("like", [.topography], "Its grid."),
    ],
    outputs: [OutputSpec("topography", .topography, "The guess.")]),
  StageSignature(
    kind: "topography_inversion", version: 1, summary: "Fits topography to gravity.",
    settings: [
      SettingSpec(
        "damping", .number(.dimensionless), .defaultsTo("0.1"), minimum: "0", "Damping."
      ).excluding(minimum: true),
      SettingSpec("density_contrast", .number(.density), .defaultsTo("2669 kg/m3"), "Contrast."),
      SettingSpec("zref", .number(.length), .defaultsTo("0 m"), "Reference level."),
      SettingSpec("max_iterations", .integer, .defaultsTo("100"), minimum: "1", "Limit."),
      SettingSpec("l2_norm_tolerance", .number(.dimensionless), .defaultsTo("0.2"), "Stop."),
      SettingSpec("derivative", .word(["annulus", "exact"]), .defaultsTo("exact"), "Of gravity."),
    ],
    inputs: [
      InputSpec("gravity", [.gravity], "Residual."), InputSpec("topography", [.topography], "Start."),
    ],
    outputs: [
      OutputSpec("topography", .topography, "Result.", collected: true),
      OutputSpec("rms_error", .scalar(.length), "Against the truth."),
      OutputSpec("score", .scalar(.dimensionless), "At testing data."),
    ]),
  StageSignature(
    kind: "damping_cv", version: 1, summary: "Cross-validation of the damping.",
    settings: familySettings + [
      SettingSpec("limits", .list(.number(.dimensionless), count: 2...2), .required, "Range."),
      SettingSpec("trials", .integer, .defaultsTo("8"), minimum: "1", "Number."),
    ],
    outputs: [OutputSpec("scores", .history, "All.")]
  ).repeating(
    FamilySpec(fixedSetting: "damping", roles: [.scores(["score"], standard: "score")], best: .numbers)),
  StageSignature(
    kind: "search", version: 1, summary: "Searches settings.",
    settings: familySettings + [
      SettingSpec("score", .either([.output, .list(.output, count: 2...2)]), .optional, "What is compared."),
      SettingSpec(
        "goal", .either([toyGoals, .list(toyGoals, count: 2...2)]), .defaultsTo("minimise"), "Best."),
      SettingSpec("choose", .word(["first", "second"]), .optional, "Of a front."),
      SettingSpec("folds", .list(.stage, count: 1...9), .optional, "Gone through."),
      SettingSpec("fold_average", .word(["mean", "median"]), .optional, "Of their scores."),
      SettingSpec(
        "sampler", .word(["grid", "golden_section", "gaussian_process", "tpe"]), .defaultsTo("grid"), "How."),
      SettingSpec("startup_trials", .integer, .optional, minimum: "1", "Before it learns."),
    ],
    outputs: [OutputSpec("scores", .history, "All.")]
  ).repeating(toySearch),
  StageSignature(
    kind: "ensemble_loop", version: 1, summary: "Repeats with drawn settings.",
    settings: familySettings + [
      SettingSpec("runs", .integer, .required, minimum: "1", "Members."),
      SettingSpec("seed", .integer, .defaultsTo("0"), "Of the draws."),
      SettingSpec(
        "sampler", .word(["latin_hypercube", "monte_carlo"]), .defaultsTo("latin_hypercube"), "Design."),
      SettingSpec(
        "criterion", .word(["random", "maximin", "minimum_correlation"]), .defaultsTo("random"), "Which."),
      SettingSpec("candidates", .integer, .optional, minimum: "1", "Compared."),
      SettingSpec(
        "correlation", .list(.either([.output, .name, .number(.dimensionless)]), count: 3...300), .optional,
        "Pairs."),
    ],
    outputs: [OutputSpec("members", .ensemble, "All.")]
  ).repeating(toyEnsemble),
  StageSignature(
    kind: "split_table", version: 1, summary: "Parts a table.",
    settings: [
      SettingSpec("folds", .integer, .optional, minimum: "2", "How many."),
      SettingSpec("fold", .either([.integer, .word(["none"])]), .optional, minimum: "0", "Which."),
    ],
    inputs: [InputSpec("table", [.table, .constraints], "Rows.")],
    outputs: [OutputSpec("training", .table, "Rest."), OutputSpec("testing", .table, "Held out.")]),
  StageSignature(
    kind: "merged_stats", version: 1, summary: "Statistics of members.",
    inputs: [
      InputSpec("members", [.ensemble], "Members."),
      InputSpec("constraints", [.table, .constraints], required: false, "Weights."),
    ],
    outputs: [
      OutputSpec("statistics", .statistics, "Result."), OutputSpec("rms_error", .scalar(.length), "Error."),
    ]),
  StageSignature(
    kind: "perturbation", version: 1, summary: "Noise.",
    settings: [
      SettingSpec("variable", .text, .required, "What."),
      SettingSpec("low_pass", .number(.length), .optional, minimum: "0 m", "Filter.").excluding(
        minimum: true),
    ]
  ).hidden,
  StageSignature(
    kind: "reduction", version: 1, summary: "One number.",
    settings: [
      SettingSpec("function", .word(["mean", "median"]), .required, "What."),
      SettingSpec("variable", .text, .optional, "Of what."),
      SettingSpec(
        "dimension", .word(["dimensionless", "length", "acceleration", "density"]), .required,
        "Its dimension."),
    ],
    inputs: [InputSpec("data", [.grid, .gravity, .topography, .table, .constraints], "Data.")],
    outputs: [OutputSpec("value", .scalar(.dimensionless), "It.")]
  ).hidden,
]

private let toyGoals = SettingType.word(["minimise", "maximise"])

private let toySearch: FamilySpec = {
  var spec = FamilySpec(roles: [.scores(["score", "second_score"])], best: .numbers)
  spec.samplers = [
    "golden_section": SamplerSpec(maximumVariables: 1, maximumScores: 1, takesIntegers: false),
    "gaussian_process": SamplerSpec(maximumScores: 1, learns: true), "tpe": SamplerSpec(learns: true),
  ]
  spec.choosing = FamilySpec.Choosing(goal: "goal", choice: "choose")
  return spec
}()

private let toyEnsemble: FamilySpec = {
  var spec = FamilySpec(roles: [.collected])
  var hypercube = SamplerSpec(isExtensible: false)
  hypercube.criteria = [
    "random": CriterionSpec(), "maximin": CriterionSpec(minimumVariables: 1),
    "minimum_correlation": CriterionSpec(minimumVariables: 2),
  ]
  spec.samplers = ["latin_hypercube": hypercube]
  spec.choosing = FamilySpec.Choosing(criterion: "criterion")
  return spec
}()

private let familySettings = [
  SettingSpec("repeat", .stage, .required, "The stage to repeat."),
  SettingSpec("nested", .list(.stage, count: 1...100), .optional, "Families repeated in each member."),
]

/// The manifest of DESIGN §2 in terms of the toy kinds.
let exampleManifest = """
  # Topography of a synthetic basin from noisy gravity, with its uncertainty.

  [pipeline]                          # settings of the pipeline
  spacing = 1 km
  runs    = 20

  [model : synthetic_model]           # [name : kind of stage]
  spacing          = $spacing
  region           = 0 km, 40 km, 0 km, 30 km
  density_contrast = 2.669 g/cm3
  gravity_noise    = 0.2 mGal
  testing_data     = yes
  constraints      = 10

  [start : starting_topography]
  method       = spline
  constraints <- model.constraints
  like        <- model.topography     # takes the grid, not the values

  [damping : damping_cv]
  repeat = inversion
  limits = 0.001, 1

  [inversion : topography_inversion]
  gravity          <- model.gravity
  topography       <- start.topography
  damping          <- damping.best
  max_iterations    = 200
  l2_norm_tolerance = 20 %

  [ensemble : ensemble_loop]
  repeat  = inversion
  runs    = $runs
  sampler = latin_hypercube
  seed    = 1
  model.gravity              ~ normal(uncertainty)
  model.constraints          ~ normal(uncertainty, low_pass = 10 km)
  inversion.density_contrast ~ normal(2669, 50) kg/m3
  inversion.zref             ~ uniform(480, 505) m

  [statistics : merged_stats]
  members     <- ensemble.members
  constraints <- model.constraints

  [profile ci]
  pipeline.spacing = 8 km
  ensemble.runs    = 8

  [expect]
  statistics.rms_error <= 40 m

  """

func resolve(
  _ text: String, overrides: [(name: String, value: String)] = [], profile: String? = nil,
  files: [String: String] = [:], existing: Set<String> = []
) -> ResolutionResult {
  Resolver.resolve(
    manifestPath: "x.manifest", text: .texts(["x.manifest": text].merging(files) { $1 }, existing: existing),
    catalogue: toyCatalogue, overrides: overrides, profile: profile)
}

func rendered(_ result: ResolutionResult) -> [String] {
  result.diagnostics.map { diagnostic in
    let first = DiagnosticRenderer(sources: [:]).render(diagnostic).split(separator: "\n").first ?? ""
    return String(first)
  }
}
