import Manifests

/// What is read of each member of a family.
enum FamilyRoles {
  static func roles(
    of stage: ResolvedStage, _ spec: FamilySpec, repeated: Int, scores: [StagePort], in graph: StageGraph
  ) throws -> [FamilyShape.Role] {
    if !spec.roles.isEmpty { return try spec.roles.flatMap { try named($0, by: stage, in: graph) } }
    switch spec.purpose {
    case .search:
      return zip(FamilySpec.scorePorts, scores).map {
        FamilyShape.Role(name: $0, group: FamilySpec.scorePorts[0], output: $1)
      }
    case .ensemble: return try collected(by: stage, repeated, in: graph)
    }
  }

  /// Outputs that a setting of the family names.
  private static func named(
    _ role: FamilySpec.Role, by stage: ResolvedStage, in graph: StageGraph
  ) throws -> [FamilyShape.Role] {
    let references = stage.portReferences(role.setting)
    guard !references.isEmpty || !role.isRequired else {
      throw PlanError.roleMissing(family: stage.name, setting: role.setting, place: stage.place)
    }
    return try references.enumerated().map { index, reference in
      let position = try graph.position(of: reference.stage, usedBy: stage, setting: role.setting)
      guard graph.stages[position].signature.outputs.contains(where: { $0.name == reference.port }) else {
        let place = stage.settingPlaces[role.setting] ?? stage.place
        throw PlanError.unknownOutput(reference, usedBy: stage.name, place: place)
      }
      let name = index == 0 ? role.name : "\(role.name)_\(index + 1)"
      return FamilyShape.Role(
        name: name, group: role.name, output: StagePort(stage: position, port: reference.port))
    }
  }

  /// What the repeated stage marks for ensembles, or else its first grid, its first table, or its numbers.
  private static func collected(
    by stage: ResolvedStage, _ repeated: Int, in graph: StageGraph
  ) throws -> [FamilyShape.Role] {
    let target = graph.stages[repeated]
    var ports = target.signature.outputs.filter(\.isCollected).map(\.name)
    let outputs = target.signature.outputs
    if ports.isEmpty,
      let only = outputs.first(where: { $0.type.isPlainGrid })
        ?? outputs.first(where: { $0.type.form == .table })
    {
      ports = [only.name]
    }
    if ports.isEmpty { ports = outputs.filter(\.type.isScalar).map(\.name) }
    guard !ports.isEmpty else {
      throw PlanError.nothingCollected(family: stage.name, repeated: target.name, place: stage.place)
    }
    return ports.map { FamilyShape.Role(name: $0, group: $0, output: StagePort(stage: repeated, port: $0)) }
  }
}

extension ResolvedStage {
  /// The outputs or inputs that a setting names, `stage.port` one or several.
  func portReferences(_ setting: String) -> [PortReference] {
    switch settings[setting] {
    case .value(.output(let port))?: [port]
    case .value(.list(let elements))?:
      elements.compactMap { if case .output(let port) = $0 { port } else { nil } }
    default: []
    }
  }

  /// The quoted strings of a setting.
  func texts(_ setting: String) -> [String] {
    switch settings[setting] {
    case .value(.text(let text))?: [text]
    case .value(.list(let elements))?:
      elements.compactMap { if case .text(let text) = $0 { text } else { nil } }
    default: []
    }
  }
}
