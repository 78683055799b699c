import Manifests

/// What a family repeats and what it changes, as its section says, by positions of stages: read once, for `check` and for
/// the plan (`FamilyReader`), and followed once (`FamilyWalk`).
struct Family: Sendable {
  /// A varied setting or `$variable`.
  struct Variable: Sendable {
    /// Unique within the family and free of stage names: the setting, where needed with a number.
    var name: String
    var variation: Variation
    var dimension: PhysicalDimension
    /// One of the numbers that the family gives, rather than a setting that is varied.
    var isGiven = false
    /// Where it is no number of the design but one of another stage's table.
    var cell: Cell?
  }

  /// A column of a table, of which every member has a row.
  struct Cell: Hashable, Sendable {
    var output: StagePort
    var column: String
    /// How many canonical units a number of the column is.
    var factor: SettingValue
    var place: SourcePlace
  }

  /// An output with noise on it.
  struct Perturbation: Sendable {
    var output: StagePort
    var type: PortType
    var noise: OutputSpec.Noise
    var distribution: Distribution
    var place: SourcePlace
    /// Name of the random stream: kind of the producing stage and port.
    var stream: String
  }

  /// Something that is read of each member: the name that a step or the family's node knows it by, and the output.
  struct Role: Sendable {
    var name: String
    /// What a row of a plan calls it, together with others of the same setting.
    var group: String
    var output: StagePort
    /// Whether members are compared by it.
    var isScore = false
    /// Variables of which the first that is there is read; empty for everything.
    var variables: [String] = []
  }

  /// A stage whose member draws around the stage itself (`~ conditional`): the kind that does, and the ports of the
  /// base node that it gets beside its own inputs.
  struct Conditional: Sendable {
    var stage: Int
    var spec: ConditionalSpec
    var stream: String
    var place: SourcePlace
  }

  /// Position of its stage.
  var stage: Int
  /// Position of the stage that it repeats.
  var repeated: Int
  var roles: [Role] = []
  var nested: [Int] = []
  var variables: [Variable] = []
  var perturbations: [Perturbation] = []
  var variedSettings: [StageSetting: Int] = [:]
  var variedNames: [String: Int] = [:]
  var perturbed: [StagePort: Int] = [:]
  /// Settings that members have beside the varied ones.
  var memberSettings: [StageSetting: MemberValue] = [:]
  /// How many times each member is computed, and what tells these apart; empty where it is once.
  var cases: [MemberCase] = []
  /// The pipeline setting that takes the name of the case.
  var each: String?
  /// Inputs whose arrow the family replaces, in the order of its setting `moves`.
  var moves: [StageSetting: Int] = [:]
  var conditionals: [Int: Conditional] = [:]

  init(stage: Int, repeated: Int) { (self.stage, self.repeated) = (stage, repeated) }

  /// The stages that members are made for.
  var targets: [Int] {
    roles.map(\.output.stage).reduce(into: [repeated]) { targets, stage in
      if !targets.contains(stage) { targets.append(stage) }
    }
  }
}

/// One of several times that a member is computed: a fold by its number, an event by its name.
struct MemberCase: Hashable, Sendable {
  /// `fold`, or the pipeline setting that takes the event's name.
  var label: String
  var index: Int
  /// The event's name; nil for a fold.
  var name: String?

  /// What a role's port is called for this case.
  func port(_ role: String) -> String { "\(role)_\(label)_\(name ?? String(index))" }
}

/// What a member's setting is made of.
enum MemberValue: Hashable, Sendable {
  case fold
  /// Position of the first of so many numbers among the member's values.
  case given(Int, count: Int)
}

/// What is wrong with a family.
struct FamilyFault: Sendable {
  var error: PlanError
  /// Whether the check of single lines has told it already, with more to say.
  var isOfLine = false
}
