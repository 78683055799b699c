/// What a kind of stage takes and gives: the only source of checks, of `pipe stages` and of the
/// manual.
///
/// Every node has a copy, which costs one count of references whatever stands in it.
public struct StageSignature: Sendable {
  private struct Content: Sendable {
    var kind: String
    var version: Int
    var summary: String
    var settings: [SettingSpec]
    var inputs: [InputSpec]
    var outputs: [OutputSpec]
    var family: FamilySpec?
    var isPublic: Bool
    var unkeyed: Set<String> = []
    var remarks: [String] = []
    var conditional: ConditionalSpec?
    var parts: PartSpec?
    var rules: [Rule] = []

    /// Made once: every recipe asks.
    var laterDefaults: [String: SettingValue] = [:]
  }

  private final class Box: Sendable {
    let content: Content
    init(_ content: Content) { self.content = content }
  }

  private var box: Box

  private mutating func change(_ body: (inout Content) -> Void) {
    var content = box.content
    body(&content)
    content.laterDefaults = Self.laterDefaults(of: content.settings)
    box = Box(content)
  }

  private static func laterDefaults(of settings: [SettingSpec]) -> [String: SettingValue] {
    var defaults: [String: SettingValue] = [:]
    for spec in settings { defaults[spec.name] = spec.laterDefault }
    return defaults
  }

  /// Name of the kind in manifests, lower case with underscores.
  public var kind: String {
    get { box.content.kind }
    set { change { $0.kind = newValue } }
  }
  /// Raised by the author whenever the stage's numbers change; part of every recipe.
  public var version: Int {
    get { box.content.version }
    set { change { $0.version = newValue } }
  }
  /// One line of documentation.
  public var summary: String {
    get { box.content.summary }
    set { change { $0.summary = newValue } }
  }
  /// In the order of the page.
  public var settings: [SettingSpec] {
    get { box.content.settings }
    set { change { $0.settings = newValue } }
  }
  /// In the order of the page.
  public var inputs: [InputSpec] {
    get { box.content.inputs }
    set { change { $0.inputs = newValue } }
  }
  /// In the order of the page.
  public var outputs: [OutputSpec] {
    get { box.content.outputs }
    set { change { $0.outputs = newValue } }
  }
  /// Whether such stages repeat others; a look that copies nothing.
  public var isFamily: Bool { box.content.family != nil }
  /// Non-nil for stages that repeat others (cross-validation, search, ensemble).
  public var family: FamilySpec? {
    get { box.content.family }
    set { change { $0.family = newValue } }
  }
  /// False for kinds that only the planner makes (noise added by an ensemble).
  public var isPublic: Bool {
    get { box.content.isPublic }
    set { change { $0.isPublic = newValue } }
  }
  /// Settings that decide whether there is a result but never which (a time limit): no recipe holds them.
  public var unkeyed: Set<String> {
    get { box.content.unkeyed }
    set { change { $0.unkeyed = newValue } }
  }
  /// With a setting that no recipe holds.
  public func unkeyed(_ setting: SettingSpec) -> StageSignature {
    var signature = self
    signature.unkeyed.insert(setting.name)
    return signature
  }

  /// Further lines of documentation, for kinds whose stages declare ports of their own.
  public var remarks: [String] {
    get { box.content.remarks }
    set { change { $0.remarks = newValue } }
  }
  /// Values at which settings enter no recipe.
  var laterDefaults: [String: SettingValue] { box.content.laterDefaults }
  /// What a section must observe beside the types of its settings.
  public var rules: [Rule] {
    get { box.content.rules }
    set { change { $0.rules = newValue } }
  }

  /// How a family's member draws around the result of such a stage.
  public var conditional: ConditionalSpec? {
    get { box.content.conditional }
    set { change { $0.conditional = newValue } }
  }

  /// What a stage is made of, where that is nodes of their own.
  public var parts: PartSpec? {
    get { box.content.parts }
    set { change { $0.parts = newValue } }
  }

  /// A public signature without rules; kinds give theirs with `declares` and `rules`.
  public init(
    kind: String, version: Int, summary: String, settings: [SettingSpec] = [],
    inputs: [InputSpec] = [], outputs: [OutputSpec] = []
  ) {
    box = Box(
      Content(
        kind: kind, version: version, summary: summary, settings: settings, inputs: inputs, outputs: outputs,
        isPublic: true, laterDefaults: Self.laterDefaults(of: settings)))
  }
}

/// The type of a setting's value.
public indirect enum SettingType: Sendable, Equatable {
  case number(PhysicalDimension)
  case integer
  case boolean
  /// One of these words.
  case word([String])
  case text
  /// `file("path")`; its content enters the recipe, not its name.
  case file
  /// `a, b, c` with a number of elements in the range given.
  case list(SettingType, count: ClosedRange<Int>)
  /// The name of another stage.
  case stage
  /// A scalar output, `stage.port`.
  case output
  /// Any word: the name of a port or setting that the stage declares.
  case name
  /// `name` or `name(type)`: an output that the stage declares, a plain file unless a type is given.
  case port
  /// `file("path")`, or a quoted name that is looked for on PATH; the file found is hashed.
  case program
  /// `"NAME=value"`, or `"NAME"` for the value in the environment of the run, which enters the recipe.
  case environment
  /// A quoted string with `{input.x}`, `{output.x}`, `{setting.x}` or `{member}` in it.
  case template
  /// One of several types, tried in order (`mean` or a number).
  case either([SettingType])
}

/// What a kind declares of one setting.
public struct SettingSpec: Sendable {
  /// Whether it must be given, and what holds where it is not.
  public enum Presence: Sendable, Equatable {
    case required
    case optional
    /// Manifest text of the default, as a user would write it.
    case defaultsTo(String)
  }

  /// As the manifest names it.
  public var name: String
  /// What values it takes.
  public var type: SettingType
  /// Whether it must be given.
  public var presence: Presence
  /// Bounds in manifest text with a unit, such as `0 m`; exclusive where the flag says so.
  public var minimum, maximum: String?
  /// Whether the bounds themselves are outside.
  public var minimumExcluded, maximumExcluded: Bool
  /// One line of documentation.
  public var summary: String
  /// Whether a stage has declared it, rather than its kind.
  public var isDeclared = false
  /// What an optional setting stands for where it is left out; nil for nothing at all.
  public var absence: Absence?
  /// The value at which no recipe holds it: results of before the setting existed keep their keys.
  public var laterDefault: SettingValue?
  /// A value that it has where it is left out and a condition holds; recipes hold it.
  public var following: Following?
  /// Documentation of the words that it takes.
  public var words: [Word] = []

  /// What holds where it is left out.
  public enum Absence: Sendable, Equatable {
    /// A value, as manifest text.
    case means(String)
    /// In words, what follows from the data or from other settings.
    case follows(String)
  }

  /// What a setting is where it is left out and something else is given.
  public struct Following: Sendable {
    /// What is given.
    public var condition: Condition
    /// In canonical units.
    public var value: SettingValue
  }

  /// One of the words that a setting takes.
  public struct Word: Sendable, Equatable {
    /// The word and what it means.
    public var word, summary: String
    /// A word with a line about it.
    public init(word: String, summary: String) { (self.word, self.summary) = (word, summary) }
  }

  /// - Parameters:
  ///   - minimum, maximum: manifest text with a unit, such as `0 m`; nil for no bound. The bound itself is inside.
  public init(
    _ name: String, _ type: SettingType, _ presence: Presence = .optional,
    minimum: String? = nil, maximum: String? = nil, _ summary: String
  ) {
    (self.name, self.type, self.presence, self.summary) = (name, type, presence, summary)
    (self.minimum, self.maximum) = (minimum, maximum)
    (minimumExcluded, maximumExcluded) = (false, false)
  }

  /// The same with bounds that are outside.
  public func excluding(minimum: Bool = false, maximum: Bool = false) -> SettingSpec {
    var spec = self
    (spec.minimumExcluded, spec.maximumExcluded) = (minimum, maximum)
    return spec
  }
}

/// What a kind declares of one input.
public struct InputSpec: Sendable {
  /// As the manifest names it.
  public var name: String
  /// Types of artefact that fit.
  public var accepts: [PortType]
  /// Whether it must be fed.
  public var isRequired: Bool
  /// One line of the page.
  public var summary: String

  /// An input with a line about it.
  public init(_ name: String, _ accepts: [PortType], required: Bool = true, _ summary: String) {
    (self.name, self.accepts, self.isRequired, self.summary) = (name, accepts, required, summary)
  }
}

/// What a kind declares of one output.
public struct OutputSpec: Sendable {
  /// Which variable of the artefact a `~ normal(uncertainty)` perturbs, and by which deviations.
  public struct Noise: Sendable, Equatable {
    /// Names of the data and of their standard deviations in the artefact.
    public var variable, uncertainty: String
    /// Data with their standard deviations.
    public init(variable: String, uncertainty: String) {
      (self.variable, self.uncertainty) = (variable, uncertainty)
    }
  }

  private struct Content: Sendable {
    var type: PortType
    var summary: String
    var noise: Noise?
    var collected: Collected
    var isOnDemand = false
    var isVolatile = false
    var sameTypeAs: String?
  }

  private final class Box: Sendable {
    let content: Content
    init(_ content: Content) { self.content = content }
  }

  /// As the manifest names it.
  public var name: String
  // Behind a reference: every arrow and every node of a plan has copies, of mostly one and the same output.
  private var box: Box

  private mutating func change(_ body: (inout Content) -> Void) {
    var content = box.content
    body(&content)
    box = Box(content)
  }

  /// Of the artefact.
  public var type: PortType {
    get { box.content.type }
    set { change { $0.type = newValue } }
  }
  /// One line of the page.
  public var summary: String {
    get { box.content.summary }
    set { change { $0.summary = newValue } }
  }
  /// What an ensemble may draw anew within its uncertainty.
  public var noise: Noise? {
    get { box.content.noise }
    set { change { $0.noise = newValue } }
  }
  /// What an ensemble over the stage keeps of this output of every member.
  public var collected: Collected {
    get { box.content.collected }
    set { change { $0.collected = newValue } }
  }
  /// Whether the stage writes it only when somebody wants it (`StageContext.wants`).
  public var isOnDemand: Bool {
    get { box.content.isOnDemand }
    set { change { $0.isOnDemand = newValue } }
  }
  /// Whether it is dropped when the stages that read it have run, and made again for who comes later.
  public var isVolatile: Bool {
    get { box.content.isVolatile }
    set { change { $0.isVolatile = newValue } }
  }
  /// The input that it is of the same type as, for stages that take grids and tables alike; `type` then stands for
  /// what feeds that input.
  public var sameTypeAs: String? {
    get { box.content.sameTypeAs }
    set { change { $0.sameTypeAs = newValue } }
  }

  /// - Parameters:
  ///   - noise: what an ensemble may draw anew.
  ///   - collected: what an ensemble keeps of it of every member.
  ///   - sameTypeAs: the input whose type it has.
  public init(
    _ name: String, _ type: PortType, _ summary: String, noise: Noise? = nil, collected: Collected = false,
    sameTypeAs: String? = nil
  ) {
    self.name = name
    box = Box(
      Content(type: type, summary: summary, noise: noise, collected: collected, sameTypeAs: sameTypeAs))
  }

  /// Whether an ensemble over the stage keeps anything of it.
  public var isCollected: Bool { collected.isKept }

  /// Name of the file that the stage writes: NetCDF unless it is a plain file.
  public var fileName: String { name + fileEnding }

  /// `.nc`, or nothing for a plain file.
  public var fileEnding: String { type.form == .bytes ? "" : ".nc" }
}

/// How a stage repeats others. Every family has a setting `repeat` of type `.stage`.
public struct FamilySpec: Sendable, Equatable {
  /// The setting of a family that names the stages through whose folds each member goes, and the settings of
  /// such a stage: which fold it holds out, from 0, and how many there are.
  public static let folds = (setting: "folds", fold: "fold", count: "folds")
  /// The settings of a family that name the pipeline setting which every member goes through all values of, and
  /// these values.
  public static let each = (setting: "each", values: "events")
  /// The setting of a family that says what becomes of its members' outputs but those that it reads: `keep` or `drop`.
  public static let intermediates = "intermediates"
  /// The setting of a family that says how its members are computed: `nodes` or `chunks`.
  public static let members = "members"
  /// The setting of a family that names the inputs whose arrow it replaces.
  public static let moves = "moves"
  /// The distribution by which a member draws around a stage's own result.
  public static let conditional = "conditional"
  /// The same of a stage whose own result stands on no data: `stage.output ~ prior`.
  public static let prior = "prior"
  /// Both words.
  static let ownDraws: Set = [conditional, prior]

  /// The port of a role where each member has one for every fold.
  public static func port(_ port: String, fold: Int) -> String { "\(port)_\(folds.fold)_\(fold)" }

  /// What the family reads of each member: outputs that one of its settings names (`score = distance.value`), an output of
  /// the repeated stage, or what that marks to be collected.
  public struct Role: Sendable, Equatable {
    /// The port by which a step or the family's node gets it; what plans want it by.
    public var name: String
    /// The setting that names it; the name itself unless told.
    public var setting: String
    /// Whether it must be given.
    public var isRequired: Bool
    /// Ports of the first outputs that the setting names; those behind them are `name_2`, `name_3`, ….
    public var ports: [String]
    /// The output of the repeated stage that is read where the setting is not given.
    public var standard: String?
    /// Whether it is a number that members are compared by, so that it has to differ between them.
    public var isScore = false
    /// Whether it is what the repeated stage marks, by the names of the outputs.
    public var isCollected = false
    /// The setting that names the variable that is read of each output, one for all or one each: where members lie in chunks
    /// nothing else of them is kept.
    public var variables: String?
    /// Variables that are read where that setting is not given, the first that is there.
    public var usualVariables: [String] = []

    /// A role, required unless told otherwise.
    public init(_ name: String, setting: String? = nil, required: Bool = true) {
      (self.name, self.setting, isRequired, ports) = (name, setting ?? name, required, [name])
    }

    /// Every output of the repeated stage that is to be collected, or, if it has none, its first grid, else its first table,
    /// else its numbers.
    public static let collected: Role = {
      var role = Role("collected", required: false)
      role.isCollected = true
      return role
    }()

    /// Numbers that members are compared by.
    /// - Parameters:
    ///   - ports: of the first, the second, ….
    ///   - standard: the output of the repeated stage that is the score where no line says.
    public static func scores(_ ports: [String], standard: String? = nil) -> Role {
      var role = Role("score")
      (role.ports, role.standard, role.isScore) = (ports, standard, true)
      return role
    }

    /// Of the output that stands at this position in the setting.
    func port(_ index: Int) -> String { index < ports.count ? ports[index] : "\(name)_\(index + 1)" }
  }

  /// Settings that say how members are chosen and compared, by the names that a kind has for them; nil for one that it has not.
  public struct Choosing: Sendable, Equatable {
    /// Which of a sampler's designs is taken, of the words in `SamplerSpec.criteria`.
    public var criterion: String?
    /// Ends the family early, which only extensible samplers can.
    public var stop: String?
    /// One word for all scores, or one for each.
    public var goal: String?
    /// Picks one of several best members, which only several scores have.
    public var choice: String?
    /// None of them, unless told otherwise.
    public init(
      criterion: String? = nil, stop: String? = nil, goal: String? = nil, choice: String? = nil
    ) {
      (self.criterion, self.stop, self.goal, self.choice) = (criterion, stop, goal, choice)
    }

    /// Those that there are.
    var names: [String] { [criterion, stop, goal, choice].compactMap(\.self) }
  }

  /// Outputs `best_<setting>` for every setting that is varied, and `best` where that is one.
  public enum Best: Sendable, Equatable {
    /// The values themselves.
    case numbers
    /// Artefacts.
    case ofType(PortType)
  }

  /// A setting of the family that names stages, to one setting of which each member gives numbers of its own: a window.
  /// A member has these numbers behind the values of the settings varied, under the names `<setting>_<part>`.
  public struct Given: Sendable, Equatable {
    /// Of the family.
    public var setting: String
    /// Names of the numbers, in the order of the list that they make.
    public var parts: [String]
    /// Of the stages: the first of these that the family has been given itself, or else the last.
    public var targets: [String]
    /// Numbers for the members of a family.
    public init(_ setting: String, parts: [String], targets: [String]) {
      (self.setting, self.parts, self.targets) = (setting, parts, targets)
    }

    /// Names of the numbers among a member's values.
    public var names: [String] { parts.map { "\(setting)_\($0)" } }
  }

  /// A port of a family's state.
  public struct StatePort: Sendable, Equatable {
    /// Of the step's output.
    public var name: String
    /// Of the step's output.
    public var type: PortType
    /// Whether it is what replaces the moved arrows, and so of the type of what they have in the manifest.
    public var isMoved = false
    /// A port that steps write.
    public init(_ name: String, _ type: PortType, isMoved: Bool = false) {
      (self.name, self.type, self.isMoved) = (name, type, isMoved)
    }
  }

  /// What is read of each member.
  public var roles: [Role]
  /// Ports of the state of a family that others may continue or look into: `model_3`, `iteration_3`, `last`. Its steps
  /// report an `iteration`.
  public var states: [StatePort] = []
  /// The input by which steps and the family's node get what the moved arrows have in the manifest; all of them then come
  /// from one output. Nil where they do not need it.
  public var moved: String?
  /// Columns of the steps' reports that a tree of iterations tells, the most telling one first.
  public var told: [String] = []
  /// The setting that says how many iterations a family goes on for; nil where none does.
  public var budget: String?
  /// The setting of the repeated stage that the family varies without being told by a `~` line.
  public var fixedSetting: String?
  /// Outputs with the values of the best member.
  public var best: Best?
  /// What the words of the setting `sampler` can do; one that is not listed can do everything but learn.
  public var samplers: [String: SamplerSpec] = [:]
  /// Settings that `check` holds against the sampler and the scores.
  public var choosing = Choosing()
  /// Settings of other stages that members give numbers of their own.
  public var given: [Given] = []
  /// Settings that it hands on to the noise of its members.
  public var noiseSettings: [String] = []
  /// Whether the family goes on however many members fail, and judges itself what is left.
  public var toleratesFailures = false
  /// The word before a drawn setting by which a line says what the family begins with; nil where none does.
  public var starts: String?
  /// Whether its own node is told what members' values are drawn from (`StageContext.memberDraws`).
  public var tellsDraws = false

  /// - Parameters:
  ///   - fixedSetting: the setting that is varied where no `~` line says.
  ///   - roles: what is read of each member.
  ///   - best: which outputs tell the values of the best.
  public init(fixedSetting: String? = nil, roles: [Role], best: Best? = nil) {
    (self.fixedSetting, self.roles, self.best) = (fixedSetting, roles, best)
  }

  /// Whether members are compared, rather than kept.
  public var comparesMembers: Bool { roles.contains(where: \.isScore) }
}

/// How a member of a family draws around a stage's own result: `stage.output ~ conditional`.
public struct ConditionalSpec: Sendable {
  /// The output that is drawn.
  public var output: String
  /// Kind of the member's stage. It has the settings, inputs and outputs of the stage itself, settings `draw_seed`,
  /// `draw_member` and `draw_stream`, and an input `base_<port>` for each of `base`.
  public var kind: String
  /// Outputs of the stage itself that the draw needs: covariance parameters, factors.
  public var base: [String]
  /// What a section must say for there to be a draw; nil where every stage of the kind has one.
  public var condition: Condition?
  /// What manifests write behind `~`.
  public var word: String

  /// A draw by another kind of stage.
  public init(
    output: String, kind: String, base: [String], when condition: Condition? = nil,
    as word: String = FamilySpec.conditional
  ) {
    (self.output, self.kind, self.base, self.condition) = (output, kind, base, condition)
    self.word = word
  }

  /// Settings that the planner gives it, whatever the stage itself calls its own: the family's seed, the number of the
  /// member, and the name of the random stream.
  public static let (seed, member, stream) = ("draw_seed", "draw_member", "draw_stream")

  /// The input of the member's stage that the base's output feeds.
  public static func input(_ port: String) -> String { "base_\(port)" }
}

/// What a way of choosing members asks for.
public struct SamplerSpec: Sendable, Equatable {
  /// The most settings that it takes.
  public var maximumVariables: Int?
  /// Scores that it can weigh against each other.
  public var maximumScores: Int
  /// Whether whole numbers may vary.
  public var takesIntegers: Bool
  /// Whether it chooses by the scores so far, from `startup_trials` members on.
  public var learns: Bool
  /// Whether more members keep the first ones.
  public var isExtensible: Bool
  /// Whether blocks of neighbouring members differ less than independent draws would.
  public var isEven = false
  /// What the words of the setting `criterion` ask for; empty where the sampler takes no such setting.
  public var criteria: [String: CriterionSpec] = [:]

  /// A sampler that takes any number of settings, whole ones too, and does not learn, unless told otherwise.
  public init(
    maximumVariables: Int? = nil, maximumScores: Int = 2, takesIntegers: Bool = true, learns: Bool = false,
    isExtensible: Bool = true
  ) {
    (self.maximumVariables, self.maximumScores) = (maximumVariables, maximumScores)
    (self.takesIntegers, self.learns, self.isExtensible) = (takesIntegers, learns, isExtensible)
  }
}

/// What a rule for choosing one of a sampler's designs asks for.
public struct CriterionSpec: Sendable, Equatable {
  /// The fewest settings that it takes.
  public var minimumVariables: Int

  /// Any number of settings, unless told otherwise.
  public init(minimumVariables: Int = 0) { self.minimumVariables = minimumVariables }
}
