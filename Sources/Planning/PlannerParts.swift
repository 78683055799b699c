import Manifests

// Stages that are made of parts
//
// What a stage does many times over, each time by itself, can be nodes of their own: they run side by side, each is cached,
// and a stage that gets more of them keeps those that it had. Unlike the members of a family they vary nothing that a manifest
// names; their number is a setting of the stage.

/// Nodes that a stage is made of: of another kind, one for each number from 0. A part has what its signature names of the settings
/// and arrows of the stage, and its number; the stage gets one output of each part as an input `part_0`, `part_1`, ….
public struct PartSpec: Sendable, Equatable {
  /// Of a part.
  public var kind: String
  /// The setting of the stage that says how many parts there are; parts do not know it.
  public var count: String
  /// The setting of a part that takes its number.
  public var number: String
  /// The output of a part that the stage gets.
  public var output: String

  /// Parts of a kind.
  public init(kind: String, count: String, number: String, output: String) {
    (self.kind, self.count, self.number, self.output) = (kind, count, number, output)
  }

  /// The input by which a stage gets a part.
  public static func input(_ number: Int) -> String { "part_\(number)" }
}

extension StageSignature {
  /// Made of parts.
  public func made(of parts: PartSpec) -> StageSignature {
    var signature = self
    signature.parts = parts
    return signature
  }
}

extension StageContext {
  /// What the parts of a stage gave, in their order.
  public var parts: [String] {
    var found: [String] = []
    while let path = inputs[PartSpec.input(found.count)] { found.append(path) }
    return found
  }
}

extension Node {
  /// What a node is given.
  struct Fed {
    var settings: NameTable<NodeSetting>
    var inputs: [NodeInput]
  }
}

extension Planner {
  /// Nodes of the parts of a stage.
  /// - Returns: the inputs by which the stage gets them.
  mutating func parts(
    _ spec: PartSpec, of stage: Int, _ content: NodeContent, _ fed: Node.Fed, in scope: MemberScope?
  ) throws -> [NodeInput] {
    let resolved = graph.stages[stage]
    let place = resolved.settingPlaces[spec.count] ?? resolved.place
    guard let signature = catalogue.signature(spec.kind) else {
      throw PlanError.noDesign(family: resolved.name, kind: spec.kind, place: resolved.place)
    }
    guard case .value(let value)? = fed.settings[spec.count],
      let count = Settings([spec.count: value]).optionalInteger(spec.count)
    else { throw PlanError.settingFromOutput(family: resolved.name, setting: spec.count, place: place) }
    let names = Set(signature.settings.map(\.name))
    var settings: NameTable<NodeSetting> = [:]
    for (name, setting) in fed.settings where names.contains(name) { settings[name] = setting }
    let ports = Set(signature.inputs.map(\.name))
    let inputs = fed.inputs.filter { ports.contains($0.port) }
    return (0..<count).map { number in
      settings[spec.number] = .value(.number(ExactDecimal(number)))
      var own = content
      own.settings.append(settings[spec.number])
      let known = state.shapes.isEmpty ? nil : state.known[own]
      let id =
        known
        ?? append(
          Node(
            id: nodes.count,
            name: NodeName(
              stage: resolved.name + ".part",
              members: (scope?.chain ?? []) + [.init(family: resolved.name, index: number)]),
            signature: signature, settings: settings, inputs: inputs, place: resolved.place), own)
      scope?.touched.append(id)
      return NodeInput(port: PartSpec.input(number), source: NodePort(node: id, port: spec.output))
    }
  }
}
