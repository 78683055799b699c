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

  /// Writes one file out of those of many members, nil for one that failed, in which
  /// `StageContext.Member.row` finds each of them again. Of variables that are named only the first that is there is kept.
  public typealias Gather =
    @Sendable (_ files: [String?], _ output: OutputSpec, _ variables: [String], _ path: String) throws -> Void

  /// Puts the outputs of the members of a chunk together.
  public let gather: Gather

  /// Makes a memory for the members of a chunk, all of which read some files.
  public typealias Memory = @Sendable (_ shared: [String]) -> any MemberMemory

  /// What members of a chunk hand on to each other without files.
  public var memory: Memory = Catalogue.noMemory

  /// Runs a stage, with what a program does before and after every one of its stages.
  public typealias Perform = @Sendable (_ kind: any StageKind, _ context: StageContext) throws -> Void

  /// What has to happen around the `run` of each kind, such as handing on from inputs to outputs what no kind should have to
  /// know of.
  public let perform: Perform

  /// Whether what two inputs of a stage have for coordinates can't go together: nil where it can, or where that is not
  /// known, else what to do about it, as a sentence behind a colon.
  public typealias Mixture = @Sendable (_ frame: String, _ other: String) -> String?

  /// Compares `OutputFacts.frame` of two inputs.
  public let mixture: Mixture

  /// What programs of before would have written instead of a file that a stage has written: each writes it to a path. A
  /// store that knows an output by their bytes keeps knowing it.
  public typealias OlderForms =
    @Sendable (_ path: String) throws -> [@Sendable (_ target: String) throws -> Void]

  /// Tells the older forms of an artefact's file.
  public var olderForms: OlderForms = { _ in [] }

  /// A catalogue whose families have no chunks.
  public static let noGather: Gather = { _, _, _, _ in throw ChunkError() }

  /// A catalogue whose members write all files.
  public static let noMemory: Memory = { _ in NoMemory() }

  /// - Precondition: no two kinds share a name.
  public init(
    _ kinds: [any StageKind], vocabulary: Vocabulary = Vocabulary(),
    gather: @escaping Gather = Catalogue.noGather, perform: @escaping Perform = { try $0.run($1) },
    mixture: @escaping Mixture = { _, _ in nil },
    readScalar: @escaping @Sendable (_ path: String) throws -> Double
  ) {
    (self.gather, self.perform, self.mixture) = (gather, perform, mixture)
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

  /// The kind that gives a member its row of a table: input `table`, settings `column`, `factor`, `dimension`, `family`, `seed`
  /// and `member`, output `value`.
  static let cellKind = "table_cell"

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

/// All files are written.
private struct NoMemory: MemberMemory {
  func perform(_ work: () throws -> Void) throws { try work() }
  func hold(in folder: String) {}
  func has(_ path: String) -> Bool { false }
  func forget(in folder: String) {}
}

/// A program without a way to put members' outputs together.
public struct ChunkError: Error, CustomStringConvertible {
  /// What the program lacks.
  public var description: String { "this program can't gather members in chunks" }
}

/// One kind of stage: its signature and how to run it.
public protocol StageKind: Sendable {
  var signature: StageSignature { get }

  /// Reads the inputs, computes, and writes every output port to `context.output(port)`.
  /// Called on any thread; several calls may run at once.
  func run(_ context: StageContext) throws
}

/// A kind that can do its work for many members of a chunk at once: a program that takes longer to start than to compute.
public protocol BatchKind: StageKind {
  /// Whether stages of these settings do.
  func runsTogether(_ settings: Settings) -> Bool

  /// What `run` does, for every context: of one stage for several members, in order. Answers what went wrong with each of
  /// them, nil for those that ended well, and throws where the run is being stopped. What a member comes to must not depend
  /// on which others are beside it, since that depends on the machine.
  func run(together contexts: [StageContext]) throws -> [(any Error)?]
}

/// A kind of stage that repeats others.
public protocol FamilyKind: StageKind {
  /// All members, where they are known before anything has run (for others see `FoldKind`). Must depend on the
  /// request alone.
  func design(_ request: DesignRequest) throws -> RoundPlan
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

/// What a family's members are decided by.
public struct DesignRequest: Sendable {
  /// A varied setting; outputs perturbed by their data's uncertainty are not among them.
  public struct Variable: Hashable, Sendable {
    /// Of the setting.
    public var name: String
    /// What it is drawn from.
    public var distribution: Distribution
    /// What the family begins with for it, where the section says so.
    public var start: Distribution?
    /// Whether whole numbers only.
    public var isInteger: Bool
    /// A setting that varies.
    public init(name: String, distribution: Distribution, isInteger: Bool) {
      (self.name, self.distribution, self.isInteger) = (name, distribution, isInteger)
    }
  }

  /// The family's own settings.
  public var settings: Settings
  /// In the order of the `~` lines.
  public var variables: [Variable]
  /// Outputs that are drawn anew within their data's uncertainty, by the names of their random streams: kind of the
  /// stage and port.
  public var perturbations: [String] = []
  /// How many times each member is computed, each with roles of its own: folds or events.
  public var cases: Int
  /// How many arrows members replace.
  public var moves = 0

  /// A request for members that vary `variables`.
  public init(settings: Settings, variables: [Variable], cases: Int = 1) {
    (self.settings, self.variables, self.cases) = (settings, variables, cases)
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
    /// Which row of its inputs' files it is, where these hold many members (`Catalogue.gather`).
    public var row: Int?
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
  /// What members' values are drawn from, in the order of `memberVariables`, where the recipe tells it: of
  /// steps, and of families that say so (`FamilySpec.tellsDraws`).
  public var memberDraws: [MemberDraw] = []
  /// For a family's node or step: what its members give, in the order of the repeated stage's outputs.
  public var memberPorts: [MemberPort] = []
  /// Names of the cases that members were computed for; a role's port then is `role_label_name`.
  public var memberCases: [String] = []
  /// For a family's node: the report of each of its steps in order.
  public var reports: [String] = []
  /// Which of the instruction sets that the program's inner loops are compiled for, by name; nil where the stage is
  /// free. It never changes a result.
  public var instructions: String?
  /// Makes a folder for the node's own use on the file system of the outputs; it goes when the node ends.
  public var makeScratch: @Sendable () throws -> String
  /// Bytes that volatile outputs of the run may take; nil where nobody says. For refusals alone: no result depends on it.
  public var scratchLimit: Int?
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
  /// Makes an output of an input's bytes without writing them, by the names of their ports: the store has them once. Nil
  /// where files have to be copied.
  public var handOn: (@Sendable (_ input: String, _ output: String) -> Void)?

  /// Whether an output that is made on demand is to be written.
  public func wants(_ port: String) -> Bool { outputs[port] != nil }

  /// A context without scratch folder and threads to borrow, whose log goes nowhere.
  public init(
    settings: Settings, inputs: [String: String], outputs: [String: String], members: [Member] = [],
    memberVariables: [MemberVariable] = []
  ) {
    (self.settings, self.inputs, self.outputs) = (settings, inputs, outputs)
    (self.members, self.memberVariables) = (members, memberVariables)
    makeScratch = { throw CancellationError() }
    (log, checkCancelled) = ({ _ in }, {})
    (borrowThreads, returnThreads) = ({ _ in 0 }, { _ in })
  }
}
