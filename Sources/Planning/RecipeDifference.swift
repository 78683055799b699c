/// What differs between two recipes of one stage: why it will run again.
public enum RecipeDifference {
  /// One line that differs.
  public enum Difference: Equatable, Sendable {
    case kind(old: String, new: String)
    case version(kind: String, old: String, new: String)
    case setting(name: String, old: String, new: String)
    case settingAdded(name: String, value: String)
    case settingRemoved(name: String, value: String)
    /// The content of an input file.
    case file(setting: String)
    /// Input port, and the member that it belongs to.
    case input(port: String, member: Int?)
    case inputAdded(port: String, member: Int?)
    case inputRemoved(port: String, member: Int?)
    /// A member failed where it had not, or the other way round.
    case memberOutcome(port: String, member: Int, failedBefore: Bool)
    case variables(old: String, new: String)
    /// What a step draws from.
    case draws(old: [String], new: [String])
    case memberCount(old: Int, new: Int)
    case memberValues(index: Int, old: String, new: String)
    /// The way recipes are written.
    case format(old: String, new: String)
  }

  /// Every difference: format and kind first, then settings, inputs, members, each in the order of the recipe.
  public static func between(old: String, new: String) -> [Difference] {
    let (old, new) = (RecipeComponents(old), RecipeComponents(new))
    var differences: [Difference] = []
    if old.format != new.format { differences.append(.format(old: old.format, new: new.format)) }
    if old.kind != new.kind {
      differences.append(.kind(old: old.kind, new: new.kind))
    } else if old.version != new.version {
      differences.append(.version(kind: new.kind, old: old.version, new: new.version))
    }
    differences += settings(old, new)
    differences += inputs(old, new)
    if old.variables != new.variables {
      differences.append(.variables(old: old.variables ?? "", new: new.variables ?? ""))
    }
    if old.draws != new.draws { differences.append(.draws(old: old.draws, new: new.draws)) }
    if old.members.count != new.members.count {
      differences.append(.memberCount(old: old.members.count, new: new.members.count))
    }
    for (index, pair) in zip(old.members, new.members).enumerated() where pair.0 != pair.1 {
      differences.append(.memberValues(index: index, old: pair.0, new: pair.1))
    }
    return differences
  }

  private static func settings(_ old: RecipeComponents, _ new: RecipeComponents) -> [Difference] {
    Set(old.settings.keys).union(new.settings.keys).sorted().compactMap { name in
      switch (old.settings[name], new.settings[name]) {
      case (let before?, let now?):
        if before == now { return nil }
        let areFiles = before.hasPrefix("file sha256:") && now.hasPrefix("file sha256:")
        return areFiles ? .file(setting: name) : .setting(name: name, old: before, new: now)
      case (nil, let now?): return .settingAdded(name: name, value: now)
      case (let before?, nil): return .settingRemoved(name: name, value: before)
      case (nil, nil): return nil
      }
    }
  }

  private static func inputs(_ old: RecipeComponents, _ new: RecipeComponents) -> [Difference] {
    Set(old.inputs.keys).union(new.inputs.keys).sorted().compactMap { input in
      switch (old.inputs[input], new.inputs[input]) {
      case (let before?, let now?):
        if before == now { return nil }
        if let member = input.member, before == "failed" || now == "failed" {
          return .memberOutcome(port: input.port, member: member, failedBefore: before == "failed")
        }
        return .input(port: input.port, member: input.member)
      case (nil, _?): return .inputAdded(port: input.port, member: input.member)
      case (_?, nil): return .inputRemoved(port: input.port, member: input.member)
      case (nil, nil): return nil
      }
    }
  }
}
