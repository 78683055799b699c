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
  /// The input of a chunk's node by which it gets what all members share.
  public static func shared(_ index: Int) -> String { "shared_\(index)" }

  /// An artefact that a member's stage reads.
  public indirect enum Source: Hashable, Sendable {
    /// An input of the chunk's node, by position.
    case shared(Int)
    /// What another stage of the member has written.
    case stage(Int, port: String)
    /// … where the member has a draw of that number, else something without it.
    case drawn(Int, by: Source, otherwise: Source)
  }

  /// A setting of a member's stage.
  public indirect enum Value: Hashable, Sendable {
    case constant(SettingValue)
    /// A member's value, by position; where it has none, the stage's own.
    case column(Int, isInteger: Bool, otherwise: Value?)
    /// The member's number in the family.
    case number
    /// The number of the member's draw of an output, by position.
    case draw(Int)
    case output(Source)
    /// Elements of which some are members' values.
    case list([Value])
  }

  /// A stage of every member.
  public struct Stage: Sendable, Hashable {
    /// In the manifest.
    public var name: String
    /// Its kind, settings, inputs and outputs.
    public var signature: StageSignature
    /// By name, with the defaults.
    public var settings: NameTable<Value>
    /// In the order of the signature.
    public var inputs: [Input]
    /// It runs for members that have a draw of this number alone.
    public var draw: Int?

    /// Of the same kind and set and fed alike, whatever its name.
    public static func == (left: Stage, right: Stage) -> Bool {
      left.signature.kind == right.signature.kind && left.signature.version == right.signature.version
        && left.settings == right.settings && left.inputs == right.inputs && left.draw == right.draw
    }

    /// Names do not count.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(signature.kind)
      hasher.combine(settings)
      hasher.combine(inputs)
    }
  }

  /// An input of a member's stage.
  public struct Input: Hashable, Sendable {
    /// As the signature names it.
    public var port: String
    /// What feeds it.
    public var source: Source
  }

  /// What the family reads of every member.
  public struct Role: Hashable, Sendable {
    /// As the family calls it.
    public var name: String
    /// What it is.
    public var source: Source
    /// Variables of which only the first that is there is kept; empty for everything.
    public var variables: [String] = []
  }

  /// In the order in which they run.
  public var stages: [Stage] = []
  /// In the order of the family's inputs.
  public var roles: [Role] = []
  /// Number of the first member in the family.
  public var first = 0
  /// For each row the number of the draw of every perturbed output, nil for none; nil for the members' own numbers.
  public var draws: [[Int?]]?
}

extension Planner {
  /// What members of a family are made of: that of an earlier round, where it was made for rows of the same kind.
  private mutating func chunkTemplate(
    _ rows: [RoundPlan.Row], _ expansion: Expansion, _ known: ChunkTemplate?
  ) throws -> ChunkTemplate {
    let shape = expansion.shape
    let refuse = ChunkRefusal(graph.stages[shape.family])
    guard rows.allSatisfy({ $0.wants == rows[0].wants && ($0.draws == nil) == (rows[0].draws == nil) }) else {
      throw refuse("needs members of which the same is wanted")
    }
    var leftOut: Set<Int> = []
    for variable in shape.variables.indices where rows.contains(where: { $0.values[variable].isNaN }) {
      leftOut.insert(variable)
    }
    if let known, known.wants == rows[0].wants, known.hasDraws == (rows[0].draws != nil),
      known.leftOut == leftOut
    {
      return known
    }
    return try chunkTemplate(rows[0], leftOut, expansion, refuse)
  }

  private mutating func chunkTemplate(
    _ row: RoundPlan.Row, _ leftOut: Set<Int>, _ expansion: Expansion, _ refuse: ChunkRefusal
  ) throws -> ChunkTemplate {
    let shape = expansion.shape
    var outer = expansion.parent
    while let member = outer {
      if let stage = shape.affected.first(where: { member.shape.conditionals[$0] != nil }) {
        throw refuse(
          "can't hold '\(graph.stages[stage].name)', of which each member of another family has a draw")
      }
      outer = member.parent
    }
    guard shape.cases.isEmpty, shape.moves.isEmpty, shape.conditionals.isEmpty, shape.cells.isEmpty else {
      throw refuse("takes settings and noise that vary, no folds, events, moved arrows or rows of tables")
    }
    let (roles, needed) = try path(row, shape)
    var builder = ChunkBuilder(shape: shape, hasDraws: row.draws != nil)
    builder.leftOut = leftOut
    for (position, stage) in shape.affected.enumerated() where needed?[position] != false {
      guard state.shapes[stage] == nil else { throw refuse("can't hold families inside of members") }
      guard graph.stages[stage].signature.parts == nil else {
        throw refuse("can't hold '\(graph.stages[stage].name)', which is made of parts")
      }
      try add(stage, to: &builder, expansion, refuse)
    }
    for role in roles.map({ shape.roles[$0] }) {
      guard let position = builder.positions[role.output.stage] else {
        throw refuse("needs what it reads to be the members' own")
      }
      try checkKept(role.output.stage, role.output.port, refuse)
      builder.plan.roles.append(
        ChunkPlan.Role(
          name: role.name, source: .stage(position, port: role.output.port), variables: role.variables))
    }
    return ChunkTemplate(
      wants: row.wants, hasDraws: row.draws != nil, leftOut: leftOut, plan: builder.plan,
      shared: builder.shared)
  }

  /// A volatile output that nobody reads is not made; one that is read would have to lie in the chunk.
  private func checkKept(_ stage: Int, _ port: String, _ refuse: ChunkRefusal) throws {
    let resolved = graph.stages[stage]
    guard resolved.signature.outputs.contains(where: { $0.name == port && $0.isVolatile }) else { return }
    throw refuse("can't hold '\(resolved.name).\(port)', which is volatile")
  }

  private mutating func add(
    _ stage: Int, to builder: inout ChunkBuilder, _ expansion: Expansion, _ refuse: ChunkRefusal
  ) throws {
    let (template, resolved) = (state.templates[stage], graph.stages[stage])
    var settings = template.constants.compactMapValues { setting -> ChunkPlan.Value? in
      if case .value(let value) = setting { .constant(value) } else { nil }
    }
    for entry in template.dynamic {
      settings[entry.name] = try value(entry.name, entry.source, of: stage, &builder, expansion.parent)
    }
    var inputs: [ChunkPlan.Input] = []
    for edge in template.inputs {
      if let moved = moved(edge, into: stage, in: expansion.parent) {
        inputs.append(.init(port: edge.name, source: builder.share(moved)))
        continue
      }
      let source = source(edge.output, &builder, expansion.parent)
      if case .stage(_, let port) = source { try checkKept(edge.output.stage, port, refuse) }
      inputs.append(
        .init(port: edge.name, source: try noisy(source, edge.output, &builder, expansion)))
    }
    builder.positions[stage] = builder.plan.stages.count
    builder.plan.stages.append(
      .init(name: resolved.name, signature: resolved.signature, settings: settings, inputs: inputs))
  }

  /// - Parameter parent: the member of another family that the chunk is inside of.
  private mutating func value(
    _ name: String, _ source: SettingSource?, of stage: Int, _ builder: inout ChunkBuilder,
    _ parent: MemberScope?
  ) throws -> ChunkPlan.Value? {
    let shape = builder.shape
    if let variable = shape.variedSettings[StageSetting(stage: stage, setting: name)] {
      let left = builder.leftOut.contains(variable)
      return builder.column(
        variable, otherwise: left ? try own(name, source, of: stage, &builder, parent) : nil)
    }
    if let source, let drawn = builder.drawn(source, in: parent) { return drawn }
    return try own(name, source, of: stage, &builder, parent)
  }

  /// What a setting is where the chunk's members have no value for it.
  private mutating func own(
    _ name: String, _ source: SettingSource?, of stage: Int, _ builder: inout ChunkBuilder,
    _ parent: MemberScope?
  ) throws -> ChunkPlan.Value? {
    if let given = setting(name, nil, of: stage, in: parent) { return builder.value(given) }
    switch source {
    case nil: return nil
    case .member?: return .number
    case .output(let reference)?:
      guard let producer = graph.positions[reference.stage] else { return nil }
      let output = StagePort(stage: producer, port: reference.port)
      return .output(self.source(output, &builder, parent))
    case let source?: return setting(name, source, of: stage, in: parent).map { builder.value($0) }
    }
  }

  private mutating func source(
    _ output: StagePort, _ builder: inout ChunkBuilder, _ parent: MemberScope?
  ) -> ChunkPlan.Source {
    if let position = builder.positions[output.stage] { return .stage(position, port: output.port) }
    return builder.share(source(output, in: parent))
  }

  /// The output with the family's noise on it, where it has some.
  private mutating func noisy(
    _ source: ChunkPlan.Source, _ output: StagePort, _ builder: inout ChunkBuilder, _ expansion: Expansion
  ) throws -> ChunkPlan.Source {
    guard let index = builder.shape.perturbed[output] else { return source }
    func drawn(by stage: Int) -> ChunkPlan.Source {
      let noisy = ChunkPlan.Source.stage(stage, port: Noise.port)
      return builder.hasDraws ? .drawn(index, by: noisy, otherwise: source) : noisy
    }
    if let known = builder.noises[index] { return drawn(by: known) }
    let noise = expansion.noises[index]
    var settings = noise.settings.compactMapValues { setting -> ChunkPlan.Value? in
      if case .value(let value) = setting { .constant(value) } else { nil }
    }
    settings["member"] = builder.hasDraws ? .draw(index) : .number
    builder.noises[index] = builder.plan.stages.count
    builder.plan.stages.append(
      .init(
        name: "\(graph.stages[output.stage].name).\(output.port)", signature: noise.signature,
        settings: settings, inputs: [.init(port: Noise.port, source: source)],
        draw: builder.hasDraws ? index : nil))
    return drawn(by: builder.plan.stages.count - 1)
  }

  /// Nodes of all members, a thousand each, and the node that reads them.
  mutating func gatherChunks(_ plan: RoundPlan, _ expansion: Expansion, _ own: OwnNode) throws -> Int {
    let shape = expansion.shape
    let stage = graph.stages[shape.family]
    guard !plan.rows.isEmpty else { throw PlanError.noMembers(family: stage.name, place: stage.place) }
    var template: ChunkTemplate?
    let round = try addChunks(plan.rows, to: expansion, as: RoundPlace(round: nil, first: 0), &template)
    expansion.parent?.touched += round.chunks.map(\.node)
    let inputs = own.arrows + round.inputs(of: self, from: 0)
    let id = append(ownNode(expansion, own, inputs: inputs, values: round.values))
    nodes[id].chunkSizes = round.chunks.map(\.rows)
    if plan.rows.contains(where: { $0.draws != nil }) {
      nodes[id].members?.perturbations = shape.perturbations.map(\.stream)
    }
    families.append(
      FamilyPlan(
        node: id, stage: stage.name, memberNodes: round.chunks.map { [$0.node] }, isComplete: true))
    return id
  }

  /// Nodes of the members of a round, a thousand each.
  /// - Parameter known: what an earlier round's members were made of, and then this one's.
  mutating func addChunks(
    _ rows: [RoundPlan.Row], to expansion: Expansion, as place: RoundPlace, _ known: inout ChunkTemplate?
  ) throws -> BuiltRound {
    let shape = expansion.shape
    let template = try chunkTemplate(rows, expansion, known)
    known = template
    let values = try rows.enumerated().map { number, row in
      try checkDraws(row, shape)
      return try checked(
        row.values, of: shape, member: place.first + number, mayKeepOwn: place.mayKeepOwn(row))
    }
    var round = BuiltRound()
    for first in stride(from: 0, to: values.count, by: ChunkPlan.rows) {
      let range = first..<min(first + ChunkPlan.rows, values.count)
      var chunk = template.plan
      chunk.first = place.first + first
      if rows[first].draws != nil { chunk.draws = rows[range].map { $0.draws ?? [] } }
      let node = addChunk(chunk, template.shared, Array(values[range]), of: expansion, round: place.round)
      round.chunks.append((node: node, rows: range.count))
    }
    round.chunkValues = values
    return round
  }

  private mutating func addChunk(
    _ chunk: ChunkPlan, _ shared: [NodePort], _ rows: [[Double]], of expansion: Expansion, round: Int?
  ) -> Int {
    let shape = expansion.shape
    let stage = graph.stages[shape.family]
    var signature = StageSignature(
      kind: ChunkPlan.kind, version: 1, summary: "many members"
    ).hidden
    signature.outputs =
      chunk.roles.map { role in
        let output = shape.roles.first { $0.name == role.name }?.output
        let spec = output.flatMap { output in
          graph.stages[output.stage].signature.outputs.first { $0.name == output.port }
        }
        return OutputSpec(role.name, spec?.type ?? .file, "of every member")
      } + [OutputSpec(ChunkPlan.failures, .file, "which members failed, and why")]
    let inputs = shared.enumerated().map { NodeInput(port: ChunkPlan.shared($0), source: $1) }
    var node = Node(
      id: nodes.count,
      name: NodeName(
        stage: stage.name + ".rows",
        members: (expansion.parent?.chain ?? []) + [
          .init(family: stage.name, round: round, index: chunk.first)
        ]),
      signature: signature, settings: [:], inputs: inputs, place: stage.place)
    node.members = NodeMembers(variables: shape.memberVariables, values: rows, maximumFailures: 0)
    node.chunk = chunk
    return append(node)
  }
}

/// What the members of a family's rounds are made of, for rows of one kind.
struct ChunkTemplate: Sendable {
  fileprivate let wants: [String]
  fileprivate let hasDraws: Bool
  /// Variables for which some members have the stage's own value.
  fileprivate let leftOut: Set<Int>
  fileprivate let plan: ChunkPlan
  /// Outputs of other nodes that members share.
  fileprivate let shared: [NodePort]
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
  /// Whether each member says which draw of every noise it has.
  let hasDraws: Bool
  /// Variables for which some members have the stage's own value.
  var leftOut: Set<Int> = []
  var plan = ChunkPlan()
  var shared: [NodePort] = []
  /// Position of each affected stage, and of the noise on each perturbed output.
  var positions: [Int: Int] = [:]
  var noises: [Int: Int] = [:]

  init(shape: FamilyShape, hasDraws: Bool) { (self.shape, self.hasDraws) = (shape, hasDraws) }

  /// An output that is none of the members' own.
  mutating func share(_ port: NodePort) -> ChunkPlan.Source {
    if let known = shared.firstIndex(of: port) { return .shared(known) }
    shared.append(port)
    return .shared(shared.count - 1)
  }

  mutating func value(_ setting: NodeSetting) -> ChunkPlan.Value {
    switch setting {
    case .value(let value): .constant(value)
    case .output(let port): .output(share(port))
    }
  }

  func column(_ variable: Int, otherwise: ChunkPlan.Value?) -> ChunkPlan.Value {
    .column(variable, isInteger: shape.variables[variable].variation.isInteger, otherwise: otherwise)
  }

  /// A setting that holds a variable which differs between members; nil for one that does not.
  func drawn(_ source: SettingSource, in parent: MemberScope?) -> ChunkPlan.Value? {
    switch source {
    case .variable(let name, let base):
      guard let variable = shape.variedNames[name] else { return nil }
      let value = column(variable, otherwise: leftOut.contains(variable) ? .constant(base) : nil)
      // Alone it is a list of one element, where the setting is a list.
      if case .list = base { return .list([value]) }
      return value
    case .list(let elements):
      guard shape.variedNames.keys.contains(where: source.uses) else { return nil }
      return .list(
        elements.map { drawn($0, in: parent) ?? .constant(Planner.value($0, in: parent)) })
    case .value, .output, .member: return nil
    }
  }
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
      if let draw = stage.draw { text += "stage \(index) where \(draw)\n" as String }
      let later = stage.signature.laterDefaults
      for (name, value) in stage.settings where !stage.signature.unkeyed.contains(name) {
        if case .constant(let value) = value, RecipeText.isNameOnly(value) || later[name] == value {
          continue
        }
        text += "stage \(index) setting " as String
        RecipeText.appendName(name, to: &text)
        text += " = "
        Self.append(value, to: &text) { fileHash(index, name, $0) }
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
      for name in role.variables {
        text += " variable "
        RecipeText.appendName(name, to: &text)
      }
      text += "\n"
    }
    text += "first \(first)\n" as String
    for (row, numbers) in (draws ?? []).enumerated() {
      text += "row \(row) draws" as String
      for number in numbers { text.word(number.map(String.init) ?? "-") }
      text += "\n"
    }
  }

  private static func append(
    _ value: Value, to text: inout TextBuffer, fileHash: (_ element: Int?) -> String
  ) {
    switch value {
    case .constant(let value): RecipeText.append(value, fileHash: fileHash, to: &text)
    case .column(let column, let isInteger, let otherwise):
      text += "column \(column)\(isInteger ? " whole" : "")" as String
      if let otherwise {
        text += " or "
        append(otherwise, to: &text, fileHash: fileHash)
      }
    case .number: text += "number"
    case .draw(let draw): text += "draw \(draw)" as String
    case .output(let source): append(source, to: &text)
    case .list(let elements):
      text += "list"
      for element in elements {
        text += " ("
        append(element, to: &text, fileHash: fileHash)
        text += ")"
      }
    }
  }

  private static func append(_ source: Source, to text: inout TextBuffer) {
    switch source {
    case .shared(let index): text += "shared \(index)" as String
    case .stage(let index, let port):
      text += "of \(index) " as String
      RecipeText.appendName(port, to: &text)
    case .drawn(let draw, let noisy, let plain):
      text += "where \(draw) " as String
      append(noisy, to: &text)
      text += " else "
      append(plain, to: &text)
    }
  }

  /// Input files of all stages, under the names that a recipe's file hashes have.
  var files: [String: String] {
    var files: [String: String] = [:]
    for (index, stage) in stages.enumerated() {
      for (name, value) in stage.settings {
        switch value.own {
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

  /// Whether the family or a stage of the member reads an output.
  public func reads(_ port: String, of stage: Int) -> Bool {
    roles.contains { $0.source.reads(port, of: stage) }
      || stages.contains { reader in
        reader.inputs.contains { $0.source.reads(port, of: stage) }
          || reader.settings.contains { _, value in value.reads(port, of: stage) }
      }
  }

  static func fileEntry(_ stage: Int, _ setting: String, _ element: Int?) -> String {
    "\(stage).\(setting)" + (element.map { "[\($0)]" } ?? "")
  }
}

extension ChunkPlan.Source {
  fileprivate func reads(_ port: String, of stage: Int) -> Bool {
    switch self {
    case .shared: false
    case .stage(let index, let other): index == stage && other == port
    case .drawn(_, let by, let otherwise): by.reads(port, of: stage) || otherwise.reads(port, of: stage)
    }
  }
}

extension ChunkPlan.Value {
  fileprivate func reads(_ port: String, of stage: Int) -> Bool {
    switch self {
    case .output(let source): source.reads(port, of: stage)
    case .column(_, _, let otherwise?): otherwise.reads(port, of: stage)
    case .list(let elements): elements.contains { $0.reads(port, of: stage) }
    case .constant, .column, .number, .draw: false
    }
  }

  /// What holds where the member has no value of its own.
  public var own: ChunkPlan.Value {
    if case .column(_, _, let otherwise?) = self { otherwise } else { self }
  }
}
