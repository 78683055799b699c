import Manifests

/// A setting that a family changes in its members beside what its `~` lines say: which fold a stage holds out, or
/// numbers that each member gives.
struct MemberSetting: Hashable, Sendable {
  enum Value: Hashable, Sendable {
    case fold
    /// The numbers are the member's values from the first one of this setting of the family on.
    case given(by: String)
  }

  var stage: String
  var setting: String
  var value: Value

  /// The family's setting that asks for it.
  var origin: String {
    switch value {
    case .fold: FamilySpec.folds.setting
    case .given(let setting): setting
    }
  }
}

extension ResolvedStage {
  /// Nothing for a stage that is no family.
  var memberSettings: [MemberSetting] {
    guard let family = signature.family else { return [] }
    let folds = stageNames(FamilySpec.folds.setting).map {
      MemberSetting(stage: $0, setting: FamilySpec.folds.fold, value: .fold)
    }
    let given = family.given.flatMap { given in
      let target = given.targets.first { settings[$0] != nil } ?? given.targets.last ?? given.setting
      return stageNames(given.setting).map {
        MemberSetting(stage: $0, setting: target, value: .given(by: given.setting))
      }
    }
    return folds + given
  }

  /// The stages that a setting names.
  func stageNames(_ setting: String) -> [String] {
    switch settings[setting] {
    case .value(.stage(let name))?: [name]
    case .value(.list(let elements))?:
      elements.compactMap { if case .stage(let name) = $0 { name } else { nil } }
    default: []
    }
  }

  /// How many folds a stage has; nil unless the manifest says so.
  var foldCount: Int? {
    guard case .number(let count)? = settings[FamilySpec.folds.count]?.base else { return nil }
    return count.integer
  }

  /// The setting by which a family names what it compares members by, and the outputs named; nil where it compares none.
  var scoreSetting: (name: String, outputs: [PortReference])? {
    guard let role = signature.family?.roles.first(where: \.isScore) else { return nil }
    return (role.setting, portReferences(role.setting))
  }

  /// Families that this one repeats inside each member.
  var nestedStages: [String] { stageNames("nested") }

  /// The outputs or inputs that a setting names, `stage.port` one or several.
  func portReferences(_ setting: String) -> [PortReference] {
    switch settings[setting] {
    case .value(.output(let port))?: [port]
    case .value(.list(let elements))?:
      elements.compactMap { if case .output(let port) = $0 { port } else { nil } }
    default: []
    }
  }

  /// The words or quoted strings of a setting, one or several.
  func names(_ setting: String) -> [String] {
    func name(_ value: SettingValue) -> String? {
      switch value {
      case .word(let text), .text(let text): text
      default: nil
      }
    }
    switch settings[setting] {
    case .value(.list(let elements))?: return elements.compactMap(name)
    case .value(let value)?, .variable(_, let value)?: return name(value).map { [$0] } ?? []
    default: return []
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
