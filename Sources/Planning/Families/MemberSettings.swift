import Manifests

/// A setting that a family changes in its members beside what its `~` lines say: which fold a stage holds out, or
/// the region that a stage keeps.
struct MemberSetting: Hashable, Sendable {
  enum Value: Hashable, Sendable {
    case fold
    /// The edges are the member's values from the first one of this setting of the family on.
    case region(of: String)
  }

  var stage: String
  var setting: String
  var value: Value

  /// The family's setting that asks for it.
  var origin: String {
    switch value {
    case .fold: FamilySpec.folds.setting
    case .region(let setting): setting
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
    let region =
      settings[FamilySpec.geographicRegion] == nil ? FamilySpec.region : FamilySpec.geographicRegion
    return folds
      + family.regionSettings.flatMap { setting in
        stageNames(setting).map { MemberSetting(stage: $0, setting: region, value: .region(of: setting)) }
      }
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
}

/// Names of the edges of a region, as four values of a member.
enum RegionEdges {
  static func names(of setting: String) -> [String] {
    ["west", "east", "south", "north"].map { "\(setting)_\($0)" }
  }
}
