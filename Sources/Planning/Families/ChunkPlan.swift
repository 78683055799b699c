import Manifests

// Many cheap members in one node
//
// A node a member costs a recipe, an index entry and files of its own: a tenth of a millisecond and some kilobytes, which
// is nothing beside an hour of work and everything beside a formula. With `members = chunks` a thousand members are one
// node, the chunk. Its recipe is what each of them is made of (the sub-plan), what they share, and their values; its
// outputs hold what the family reads of all of them, row by row. A chunk is always a whole thousand of the family, so a
// family that grows keeps those that were full.

/// What the members of a chunk are made of: stages in the order they run, with their places for a member's own values.
public struct ChunkPlan: Hashable, Sendable {
  /// Members of a full chunk.
  public static let rows = 1024
  /// Name of the kind that its recipe has.
  static let kind = "chunk"
  /// The output that tells which rows failed and why.
  public static let failures = "failures"

  /// Where a member's stage, or a collected output, reads from.
  public enum Source: Hashable, Sendable {
    /// An input of the chunk's node, by position.
    case shared(Int)
    case stage(Int, port: String)
  }

  /// What a setting of a member's stage gets.
  public enum Value: Hashable, Sendable {
    case constant(SettingValue)
    /// A member's value, by position.
    case column(Int, isInteger: Bool)
    /// The member's number in the family.
    case number
    case output(Source)
  }

  /// A stage of the member's sub-plan.
  public struct Stage: Sendable, Hashable {
    /// In the manifest: for logs, in no key.
    public var name: String
    /// Its kind, settings, inputs and outputs.
    public var signature: StageSignature
    /// By name, with the defaults.
    public var settings: NameTable<Value>
    /// In the order of the signature.
    public var inputs: [Input]

    /// By kind and version rather than the whole signature, which follow from them; names don't count.
    public static func == (left: Stage, right: Stage) -> Bool {
      left.signature.kind == right.signature.kind && left.signature.version == right.signature.version
        && left.settings == right.settings && left.inputs == right.inputs
    }

    /// Of what is compared, but for the version.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(signature.kind)
      hasher.combine(settings)
      hasher.combine(inputs)
    }
  }

  /// An input of a stage, and what feeds it.
  public struct Input: Hashable, Sendable {
    /// As the signature names it.
    public var port: String
    /// What feeds it.
    public var source: Source
  }

  /// An output that the family reads of every member.
  public struct Role: Hashable, Sendable {
    /// As the family calls it.
    public var name: String
    /// What it is.
    public var source: Source
  }

  /// In the order in which they run.
  public var stages: [Stage] = []
  /// In the order of the family's inputs.
  public var roles: [Role] = []
  /// Number of the first member in the family.
  public var first = 0
}

extension Planner {
  /// The sub-plan of a family's members, and the outputs of other nodes that they share.
  mutating func chunkPlan(_ expansion: Expansion) throws -> (plan: ChunkPlan, shared: [NodePort]) {
    let shape = expansion.shape
    let refuse = ChunkRefusal(graph.stages[shape.family])
    guard expansion.parent == nil else { throw refuse("can't be inside a member of another family") }
    guard shape.cases.isEmpty, shape.moves.isEmpty, shape.conditionals.isEmpty else {
      throw refuse("takes settings and noise that vary, no folds, events or moved arrows")
    }
    var builder = ChunkBuilder(shape: shape)
    for stage in shape.affected {
      guard state.shapes[stage] == nil else { throw refuse("can't hold families inside of members") }
      try add(stage, to: &builder, expansion, refuse)
    }
    for role in shape.roles {
      guard let position = builder.positions[role.output.stage] else {
        throw refuse("needs what it reads to be the members' own")
      }
      builder.plan.roles.append(
        ChunkPlan.Role(name: role.name, source: .stage(position, port: role.output.port)))
    }
    return (builder.plan, builder.shared)
  }

  private mutating func add(
    _ stage: Int, to builder: inout ChunkBuilder, _ expansion: Expansion, _ refuse: ChunkRefusal
  ) throws {
    let (template, resolved) = (state.templates[stage], graph.stages[stage])
    if resolved.signature.outputs.contains(where: \.isVolatile) {
      throw refuse("can't hold '\(resolved.name)', which has volatile outputs")
    }
    var settings = template.constants.compactMapValues { setting -> ChunkPlan.Value? in
      if case .value(let value) = setting { .constant(value) } else { nil }
    }
    for entry in template.dynamic {
      settings[entry.name] = try value(entry.name, entry.source, of: stage, &builder, refuse)
    }
    var inputs: [ChunkPlan.Input] = []
    for edge in template.inputs {
      let source = try source(edge.output, &builder)
      inputs.append(
        .init(port: edge.name, source: try noisy(source, edge.output, &builder, expansion)))
    }
    builder.positions[stage] = builder.plan.stages.count
    builder.plan.stages.append(
      .init(name: resolved.name, signature: resolved.signature, settings: settings, inputs: inputs))
  }

  private mutating func value(
    _ name: String, _ source: SettingSource?, of stage: Int, _ builder: inout ChunkBuilder,
    _ refuse: ChunkRefusal
  ) throws -> ChunkPlan.Value? {
    let shape = builder.shape
    func column(_ variable: Int) -> ChunkPlan.Value {
      .column(variable, isInteger: shape.variables[variable].variation.isInteger)
    }
    if let variable = shape.variedSettings[StageSetting(stage: stage, setting: name)] {
      return column(variable)
    }
    switch source {
    case nil: return nil
    case .member?: return .number
    case .value(let value)?: return .constant(value)
    case .variable(let name, let base)?: return shape.variedNames[name].map(column) ?? .constant(base)
    case .output(let reference)?:
      guard let producer = graph.positions[reference.stage] else { return nil }
      return .output(try self.source(StagePort(stage: producer, port: reference.port), &builder))
    case .list?: throw refuse("can't vary an element of a list ('\(graph.stages[stage].name).\(name)')")
    }
  }

  private mutating func source(_ output: StagePort, _ builder: inout ChunkBuilder) throws -> ChunkPlan.Source
  {
    if let position = builder.positions[output.stage] { return .stage(position, port: output.port) }
    let port = source(output, in: nil)
    if let known = builder.shared.firstIndex(of: port) { return .shared(known) }
    builder.shared.append(port)
    return .shared(builder.shared.count - 1)
  }

  /// The output with the family's noise on it, where it has some.
  private mutating func noisy(
    _ source: ChunkPlan.Source, _ output: StagePort, _ builder: inout ChunkBuilder, _ expansion: Expansion
  ) throws -> ChunkPlan.Source {
    guard let index = builder.shape.perturbed[output] else { return source }
    if let known = builder.noises[index] { return .stage(known, port: Noise.port) }
    let noise = expansion.noises[index]
    var settings = noise.settings.compactMapValues { setting -> ChunkPlan.Value? in
      if case .value(let value) = setting { .constant(value) } else { nil }
    }
    settings["member"] = .number
    builder.noises[index] = builder.plan.stages.count
    builder.plan.stages.append(
      .init(
        name: "\(graph.stages[output.stage].name).\(output.port)", signature: noise.signature,
        settings: settings, inputs: [.init(port: Noise.port, source: source)]))
    return .stage(builder.plan.stages.count - 1, port: Noise.port)
  }

  /// Nodes of all members, a thousand each, and the node that reads them.
  mutating func gatherChunks(_ plan: RoundPlan, _ expansion: Expansion, _ own: OwnNode) throws -> Int {
    let shape = expansion.shape
    let stage = graph.stages[shape.family]
    guard !plan.rows.isEmpty else { throw PlanError.noMembers(family: stage.name, place: stage.place) }
    guard plan.rows.allSatisfy({ $0.draws == nil && $0.wants.isEmpty }) else {
      throw PlanError.designFailed(
        family: stage.name, reason: "its members are not all made alike, as members = chunks needs them",
        place: stage.place)
    }
    let (template, shared) = try chunkPlan(expansion)
    let values = try plan.rows.enumerated().map { number, row in
      try checked(row.values, of: shape, member: number, mayKeepOwn: false)
    }
    var inputs = own.arrows
    var chunks: [Int] = []
    for first in stride(from: 0, to: values.count, by: ChunkPlan.rows) {
      let rows = Array(values[first..<min(first + ChunkPlan.rows, values.count)])
      chunks.append(addChunk(template, shared, rows, first: first, of: expansion))
    }
    for (number, chunk) in chunks.enumerated() {
      for output in nodes[chunk].outputs {
        inputs.append(
          NodeInput(port: output.name, step: number, source: NodePort(node: chunk, port: output.name)))
      }
    }
    let id = append(ownNode(expansion, own, inputs: inputs, values: values))
    nodes[id].hasChunks = true
    families.append(
      FamilyPlan(node: id, stage: stage.name, memberNodes: chunks.map { [$0] }, isComplete: true))
    return id
  }

  private mutating func addChunk(
    _ template: ChunkPlan, _ shared: [NodePort], _ rows: [[Double]], first: Int, of expansion: Expansion
  ) -> Int {
    let shape = expansion.shape
    let stage = graph.stages[shape.family]
    var chunk = template
    chunk.first = first
    var signature = StageSignature(
      kind: ChunkPlan.kind, version: 1, summary: "many members", isPublic: false)
    signature.outputs =
      shape.roles.map { role in
        let type = graph.stages[role.output.stage].signature.outputs.first { $0.name == role.output.port }?
          .type
        return OutputSpec(role.name, type ?? .file, "of every member")
      } + [OutputSpec(ChunkPlan.failures, .file, "which members failed, and why")]
    let inputs = shared.enumerated().map { NodeInput(port: "shared_\($0)", source: $1) }
    var node = Node(
      id: nodes.count,
      name: NodeName(stage: stage.name + ".rows", members: [.init(family: stage.name, index: first)]),
      signature: signature, settings: [:], inputs: inputs, outputs: signature.outputs,
      members: NodeMembers(variables: shape.memberVariables, values: rows, maximumFailures: 0),
      place: stage.place)
    node.chunk = chunk
    return append(node)
  }
}

/// Why a family's members can't lie in chunks.
private struct ChunkRefusal {
  let family: String
  let place: SourcePlace

  init(_ stage: ResolvedStage) {
    (family, place) = (stage.name, stage.settingPlaces[FamilySpec.members] ?? stage.place)
  }

  func callAsFunction(_ reason: String) -> PlanError {
    .designFailed(family: family, reason: "members = chunks " + reason, place: place)
  }
}

/// A sub-plan while it is made.
private struct ChunkBuilder {
  let shape: FamilyShape
  var plan = ChunkPlan()
  var shared: [NodePort] = []
  /// Position of each affected stage, and of the noise on each perturbed output.
  var positions: [Int: Int] = [:]
  var noises: [Int: Int] = [:]
}

// MARK: - in recipes

extension ChunkPlan {
  /// One line a component, names of stages left out.
  func append(
    to text: inout TextBuffer, fileHash: (_ stage: Int, _ setting: String, _ element: Int?) -> String
  ) {
    for (index, stage) in stages.enumerated() {
      text += "stage \(index) " as String
      RecipeText.appendName(stage.signature.kind, to: &text)
      text += " \(stage.signature.version)\n" as String
      for (name, value) in stage.settings where !stage.signature.unkeyed.contains(name) {
        if case .constant(let value) = value, RecipeText.isNameOnly(value) { continue }
        text += "stage \(index) setting " as String
        RecipeText.appendName(name, to: &text)
        text += " = "
        switch value {
        case .constant(let value):
          RecipeText.append(value, fileHash: { fileHash(index, name, $0) }, to: &text)
        case .column(let column, let isInteger):
          text += "column \(column)\(isInteger ? " whole" : "")" as String
        case .number: text += "number"
        case .output(let source): Self.append(source, to: &text)
        }
        text += "\n"
      }
      for input in stage.inputs {
        text += "stage \(index) input " as String
        RecipeText.appendName(input.port, to: &text)
        text += " = "
        Self.append(input.source, to: &text)
        text += "\n"
      }
    }
    for role in roles {
      text += "role "
      RecipeText.appendName(role.name, to: &text)
      text += " = "
      Self.append(role.source, to: &text)
      text += "\n"
    }
    text += "first \(first)\n" as String
  }

  private static func append(_ source: Source, to text: inout TextBuffer) {
    switch source {
    case .shared(let index): text += "shared \(index)" as String
    case .stage(let index, let port):
      text += "of \(index) " as String
      RecipeText.appendName(port, to: &text)
    }
  }

  /// Input files of all stages, under the names that a recipe's file hashes have.
  var files: [String: String] {
    var files: [String: String] = [:]
    for (index, stage) in stages.enumerated() {
      for (name, value) in stage.settings {
        switch value {
        case .constant(.file(let path)): files[Self.fileEntry(index, name, nil)] = path
        case .constant(.list(let elements)):
          for (position, element) in elements.enumerated() {
            if case .file(let path) = element { files[Self.fileEntry(index, name, position)] = path }
          }
        default: break
        }
      }
    }
    return files
  }

  static func fileEntry(_ stage: Int, _ setting: String, _ element: Int?) -> String {
    "\(stage).\(setting)" + (element.map { "[\($0)]" } ?? "")
  }
}
