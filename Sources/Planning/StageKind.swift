public import Manifests

/// The kinds of stage that a program knows, the words that they bring, and how to read a scalar artefact.
public struct Catalogue: Sendable {
  /// By name.
  public let kinds: [String: any StageKind]
  /// Units of measure that manifests may use.
  public let units: UnitTable
  /// Types of artefact.
  public let types: TypeTable
  /// Examples for the pages of mistakes, by code.
  public let examples: [Int: MistakeExample]
  /// Reads the number that an artefact of type `.scalar` holds, in canonical units.
  public let readScalar: @Sendable (_ path: String) throws -> Double

  /// - Precondition: no two kinds share a name.
  public init(
    _ kinds: [any StageKind], vocabulary: Vocabulary = Vocabulary(),
    readScalar: @escaping @Sendable (_ path: String) throws -> Double
  ) {
    self.kinds = Dictionary(uniqueKeysWithValues: kinds.map { ($0.signature.kind, $0) })
    units = UnitTable(vocabulary.dimensions)
    types = TypeTable(vocabulary.types, dimensions: units.dimensions)
    examples = vocabulary.examples
    self.readScalar = readScalar
  }

  /// What a kind declares; nil for an unknown one.
  public func signature(_ kind: String) -> StageSignature? { kinds[kind]?.signature }

  /// The kind that draws an output anew within its data's uncertainty.
  static let noiseKind = "perturbation"

  /// Options of `normal(uncertainty, …)`: the settings of that kind which nothing else gives.
  public var noiseOptions: [SettingSpec] {
    signature(Self.noiseKind)?.settings.filter { $0.presence == .optional } ?? []
  }
}

/// What a program's kinds of stage bring into the language of manifests.
public struct Vocabulary: Sendable {
  /// What numbers may measure, in the order that messages list it; the plain number is there without being named.
  public var dimensions: [PhysicalDimension]
  /// Types of artefact, the engine's own among them, in the order that messages list them.
  public var types: [PortType]
  /// Manifests with a mistake and without it, by the mistake's code.
  public var examples: [Int: MistakeExample]

  /// The engine's own words, unless a catalogue brings more.
  public init(
    dimensions: [PhysicalDimension] = [], types: [PortType] = [.file, .grid, .table],
    examples: [Int: MistakeExample] = [:]
  ) {
    (self.dimensions, self.types, self.examples) = (dimensions, types, examples)
  }
}

/// One kind of stage: its signature and how to run it.
public protocol StageKind: Sendable {
  var signature: StageSignature { get }

  /// Reads the inputs, computes, and writes every output port to `context.output(port)`.
  /// Called on any thread; several calls may run at once.
  func run(_ context: StageContext) throws
}

/// A kind of stage that repeats others.
public protocol FamilyKind: StageKind {
  /// Decides the members to add, given those finished so far. Called again when they are finished,
  /// until it answers `isComplete`. A design that needs no scores answers all members at once.
  /// Must depend on the request alone.
  func design(_ request: DesignRequest) throws -> DesignStep
}

/// A kind whose stages declare ports and settings of their own; its `signature` is what all have in common.
public protocol DeclaredKind: StageKind {
  /// The signature of one stage: the common one with what the stage declares. A pure function, since
  /// every check, the plan and the recipe follow from it.
  func signature(for declaration: StageDeclaration) -> StageSignature
}

/// What one stage of a `DeclaredKind` declares in its section.
public struct StageDeclaration: Sendable {
  /// Names listed in a setting `inputs` that another stage feeds.
  public var inputs: [String] = []
  /// Names listed there that a line gives as `file("…")`.
  public var files: [String] = []
  /// Elements of a setting `outputs`.
  public var outputs: [(name: String, type: PortType)] = []
  /// Names in `{setting.name}` that the kind itself does not have, with the type of the value given.
  public var settings: [(name: String, type: SettingType)] = []

  /// Nothing declared.
  public init() {}
}

/// What a family's design knows when it is asked for members.
public struct DesignRequest: Sendable {
  /// A varied setting; outputs perturbed by their data's uncertainty are not among them.
  public struct Variable: Sendable {
    /// Of the setting.
    public var name: String
    /// What it is drawn from.
    public var distribution: Distribution
    /// Whether whole numbers only.
    public var isInteger: Bool
    /// A setting that varies.
    public init(name: String, distribution: Distribution, isInteger: Bool) {
      (self.name, self.distribution, self.isInteger) = (name, distribution, isInteger)
    }
  }

  /// A member that is finished.
  public struct Finished: Sendable {
    /// Of the variables, in their order.
    public var values: [Double]
    /// In the order of `score = a.b, c.d`, each for every fold; nil where the member failed.
    public var scores: [Double]?
    /// A member with its scores; nil where it failed.
    public init(values: [Double], scores: [Double]?) { (self.values, self.scores) = (values, scores) }

    /// A member with its one score; nil where it failed.
    public init(values: [Double], score: Double?) { self.init(values: values, scores: score.map { [$0] }) }

    /// The first score.
    public var score: Double? { scores?.first }
  }

  /// The family's own settings.
  public var settings: Settings
  /// In the order of the `~` lines.
  public var variables: [Variable]
  /// Outputs that are drawn anew within their data's uncertainty, by the names of their random streams: kind of the
  /// stage and port.
  public var perturbations: [String] = []
  /// In the order in which they were designed.
  public var finished: [Finished]
  /// For an ensemble that checks itself (`FamilySpec.checkKind`): what each check so far gave; nil where it failed.
  public var checks: [Double?] = []
  /// How many times each member is computed, each with scores of its own.
  public var folds: Int

  /// A request with the members so far.
  public init(settings: Settings, variables: [Variable], finished: [Finished], folds: Int = 1) {
    (self.settings, self.variables, self.finished) = (settings, variables, finished)
    self.folds = folds
  }
}

/// Members to add.
public struct DesignStep: Sendable {
  /// Values of each new member in the order of `DesignRequest.variables`, canonical units, and behind them the
  /// edges of regions that the family gives (`FamilySpec.regionSettings`). Where `draws` are given, NaN leaves a setting at
  /// the stage's own value.
  public var members: [[Double]]
  /// For each new member the number of the draw of every perturbed output, in the order of
  /// `DesignRequest.perturbations`: equal numbers are equal noise, nil is none. Nil for the members' own numbers.
  public var draws: [[Int?]]?
  /// Whether these are the last.
  public var isComplete: Bool
  /// Members to add, and whether they are the last.
  public init(members: [[Double]], draws: [[Int?]]? = nil, isComplete: Bool) {
    (self.members, self.draws, self.isComplete) = (members, draws, isComplete)
  }
}

/// What a running stage sees.
public struct StageContext: Sendable {
  /// A member handed to a family's own node.
  public struct Member: Sendable {
    /// From 0.
    public var index: Int
    /// Values of the varied settings in canonical units, in the order of `memberVariables`.
    public var values: [Double]
    /// Port → path; empty when the member failed.
    public var inputs: [String: String]
    /// Whether it failed, so that it has no inputs.
    public var hasFailed: Bool
    /// A member with its artefacts.
    public init(index: Int, values: [Double], inputs: [String: String], hasFailed: Bool) {
      (self.index, self.values) = (index, values)
      (self.inputs, self.hasFailed) = (inputs, hasFailed)
    }
  }

  /// Every setting that has a value.
  public var settings: Settings
  /// Input port → path of a read-only file. Optional ports that nothing feeds are absent.
  public var inputs: [String: String]
  /// Output port → path to write.
  public var outputs: [String: String]
  /// For a family's node: its members in order, and what varies.
  public var members: [Member]
  /// For a family's node: what varies.
  public var memberVariables: [MemberVariable]
  /// For a family whose design says which member gets which noise: names of the noises' streams, in the design's order.
  public var memberPerturbations: [String] = []
  /// Which of the instruction sets that the program's inner loops are compiled for, by name; nil where the stage is
  /// free. It never changes a result.
  public var instructions: String?
  /// Makes a folder for the node's own use on the file system of the outputs; it goes when the node ends.
  public var makeScratch: @Sendable () throws -> String
  /// Appends a line to the node's log.
  public var log: @Sendable (String) -> Void
  /// Says something that the reader of the result must know: a search that ended at a limit, data that were left out.
  ///
  /// One sentence without a full stop, with numbers and units. It is kept with the result, so that a node that is found
  /// in the store says it again: on the terminal, in the events, the run's record and the report's head. Members that
  /// warn of the same (equal texts but for their numbers) are told together. It is part of no recipe and of no
  /// artefact. What was said before is passed over. Call it from the stage's own thread, so that the order is
  /// always the same.
  public var warn: @Sendable (String) -> Void = { _ in }
  /// Throws `CancellationError` when the run is being stopped; call at least once an iteration.
  public var checkCancelled: @Sendable () throws -> Void
  /// Asks for up to n further threads; answers how many were lent. Give them back.
  public var borrowThreads: @Sendable (Int) -> Int
  /// Gives lent threads back.
  public var returnThreads: @Sendable (Int) -> Void

  /// A context without members and threads to borrow, whose log goes nowhere, unless told otherwise.
  public init(
    settings: Settings, inputs: [String: String], outputs: [String: String], members: [Member] = [],
    memberVariables: [MemberVariable] = [],
    makeScratch: @escaping @Sendable () throws -> String = { throw CancellationError() },
    log: @escaping @Sendable (String) -> Void = { _ in },
    checkCancelled: @escaping @Sendable () throws -> Void = {},
    borrowThreads: @escaping @Sendable (Int) -> Int = { _ in 0 },
    returnThreads: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    (self.settings, self.inputs, self.outputs) = (settings, inputs, outputs)
    (self.members, self.memberVariables) = (members, memberVariables)
    self.makeScratch = makeScratch
    (self.log, self.checkCancelled) = (log, checkCancelled)
    (self.borrowThreads, self.returnThreads) = (borrowThreads, returnThreads)
  }
}
