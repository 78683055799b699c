public import Manifests

/// A kind of stage that tells before anything runs what its outputs will be, and what of its section can't work.
///
/// `pipe check` asks every stage in the order of the arrows and hands on what it answers, so that a mistake at one end
/// of a chain is told at the other: an ensemble that draws from the noise of data without any. The engine compares and
/// passes on; what a variable or a grid means is the stages' business.
public protocol ForeseeingKind: StageKind {
  /// A pure function of the request and, where that says so, of the headers of files that it names. It says only what
  /// is certain: a pipeline that would run must have no mistake.
  func foresee(_ request: ForesightRequest) -> Foresight
}

/// What a stage is asked about its future.
public struct ForesightRequest: Sendable {
  /// What feeds an input.
  public struct Feed: Sendable {
    /// `model.data`
    public var source: PortReference
    /// What is known of it before anything runs.
    public var facts: OutputFacts
    /// What it is; nil where that is not known.
    public var type: PortType?

    /// What is known of the output that feeds an input.
    public init(source: PortReference, facts: OutputFacts, type: PortType? = nil) {
      (self.source, self.facts, self.type) = (source, facts, type)
    }
  }

  /// Name of the stage, for reasons.
  public var stage: String
  /// Settings whose value is known, defaults included.
  public var settings: Settings
  /// Settings that another stage gives, or that differ from member to member of a family.
  public var open: Set<String>
  /// Ports that are fed.
  public var inputs: [String: Feed]
  /// Whether headers of files may be read, which takes some milliseconds a file.
  public var readsFiles: Bool
  /// Of a family that collects what its members have: the outputs of the repeated stage; nil where they are not known.
  public var members: [MemberPart]?

  /// Every setting is known and no file may be read, unless told otherwise.
  public init(
    stage: String, settings: Settings, open: Set<String> = [], inputs: [String: Feed] = [:],
    readsFiles: Bool = false
  ) {
    (self.stage, self.settings, self.open) = (stage, settings, open)
    (self.inputs, self.readsFiles) = (inputs, readsFiles)
  }

  /// What the stage will read; nil where it is not known.
  public subscript<Value>(_ setting: Setting<Value>) -> Value? {
    open.contains(setting.name) ? nil : setting.read(settings.values[setting.name])
  }

  /// Whether a setting is not given, by a value, another stage or a family.
  public func lacks(_ setting: String) -> Bool { !settings.has(setting) && !open.contains(setting) }
}

/// What a stage foresees.
public struct Foresight: Sendable {
  /// By port; of ports that are absent nothing is known.
  public var outputs: [String: OutputFacts] = [:]
  /// In the order of the signature; each fails `pipe check`.
  public var mistakes: [Mistake] = []

  /// What can't work.
  public struct Mistake: Sendable, Equatable {
    /// What is wrong; the engine's renderer makes the sentence.
    public var fact: StageFact
    /// The setting or input whose line is meant; nil for the stage's header.
    public var subject: String?

    /// At the line of a setting or input, or at the header of the stage.
    public init(_ fact: StageFact, at subject: String? = nil) { (self.fact, self.subject) = (fact, subject) }
  }

  /// Nothing is known, and nothing wrong.
  public init() {}

  mutating func refuse(_ fact: StageFact, at subject: String? = nil) {
    mistakes.append(Mistake(fact, at: subject))
  }

  /// The stage would fail: a sentence that says what was found, what is expected, and what to do.
  public mutating func refuse(_ reason: String, at subject: String? = nil) {
    refuse(.unfit(reason: reason), at: subject)
  }

  /// A file does not hold what the settings ask of it: a sentence that names it.
  public mutating func refuse(file reason: String, at subject: String) {
    refuse(.fileUnfit(reason: reason), at: subject)
  }
}

extension ForesightRequest {
  /// Facts of an input's artefact; nothing is known of one that is not fed.
  public func facts(_ input: String) -> OutputFacts { inputs[input]?.facts ?? OutputFacts() }

  /// A mistake where what feeds an input lacks a variable.
  /// - Parameter advice: what to do, in the place of what the maker of the artefact says.
  public func require(
    _ variable: String, of input: String, advice: String? = nil, in foresight: inout Foresight
  ) {
    guard let fed = inputs[input], let found = fed.facts.lacks[variable] else { return }
    let reason = advice ?? found
    foresight.refuse(
      .inputLacks(input: input, variable: variable, source: fed.source.description, reason: reason), at: input
    )
  }

  /// A mistake where two inputs are known to have other nodes.
  public func requireSameMesh(_ input: String, as other: String, in foresight: inout Foresight) {
    guard let first = inputs[input], let second = inputs[other], let mesh = first.facts.mesh,
      let otherMesh = second.facts.mesh, !mesh.isSame(as: otherMesh)
    else { return }
    foresight.refuse(
      .gridsDiffer(
        input: input, mesh: "\(first.source): \(mesh)", other: other,
        otherMesh: "\(second.source): \(otherMesh)"),
      at: input)
  }
}

// MARK: - By the values that declare

extension ForesightRequest {
  /// Whether something feeds it.
  public func isFed<Path>(_ input: Input<Path>) -> Bool { inputs[input.name] != nil }

  /// What feeds an input; nil where nothing does.
  public subscript<Path>(_ input: Input<Path>) -> Feed? { inputs[input.name] }

  /// Facts of an input's artefact; nothing is known of one that is not fed.
  public func facts<Path>(_ input: Input<Path>) -> OutputFacts { facts(input.name) }

  /// Whether a setting is not given, by a value, another stage or a family.
  public func lacks<Value>(_ setting: Setting<Value>) -> Bool { lacks(setting.name) }

  /// A mistake where what feeds an input lacks a variable.
  /// - Parameter advice: what to do, in the place of what the maker of the artefact says.
  public func require<Path>(
    _ variable: String, of input: Input<Path>, advice: String? = nil, in foresight: inout Foresight
  ) {
    require(variable, of: input.name, advice: advice, in: &foresight)
  }

  /// A mistake where two inputs are known to have other nodes.
  public func requireSameMesh<First, Second>(
    _ input: Input<First>, as other: Input<Second>, in foresight: inout Foresight
  ) {
    requireSameMesh(input.name, as: other.name, in: &foresight)
  }
}

extension Foresight {
  /// The stage would fail because of what feeds an input: a sentence that says what was found, what is expected, and
  /// what to do.
  public mutating func refuse<Path>(_ reason: String, at input: Input<Path>) {
    refuse(reason, at: input.name)
  }

  /// What is known of an output; nothing unless it was said.
  public subscript(_ output: Output) -> OutputFacts {
    get { outputs[output.name] ?? OutputFacts() }
    set { outputs[output.name] = newValue }
  }
}
