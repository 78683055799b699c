import Artefacts
import Planning

/// Settings as text with their unit, for a table.
enum SettingText {
  struct Row {
    var name, value, summary: String
    var isGiven: Bool
  }

  /// Every setting that has a value, in the order of the signature.
  /// - Parameter number: what an output that a setting takes has given, with its unit; nil where there is none.
  static func rows(
    _ stage: ResolvedStage, node: NodeRecord?, number: (PortReference) -> String?
  ) -> [Row] {
    let documented = stage.signature.settings.map(\.name)
    let others = Set(stage.settings.keys).subtracting(documented).sorted()
    return (documented + others).compactMap { name in
      let specification = stage.signature.settings.first { $0.name == name }
      let resolved = stage.settings[name]
      guard let value = node?.settings[name] ?? resolved.map({ text($0, specification?.type) }) else {
        return nil
      }
      var shown = value
      switch resolved {
      case .output(let reference)?:
        // A record tells the arrow or the number, by what its recipe holds.
        let own = number(reference) ?? (value.contains("\(reference)") ? nil : value)
        shown = (own.map { "\($0) " } ?? "") + "← \(reference)"
      case .variable(let variable, _)?: shown = "\(value) ($\(variable))"
      default: break
      }
      return Row(
        name: name, value: shown, summary: specification?.summary ?? "",
        isGiven: stage.settingPlaces[name] != nil)
    }
  }

  /// The `~` lines of a family.
  static func variations(_ stage: ResolvedStage, in inputs: ReportInputs) -> [Row] {
    stage.variations.map { variation in
      let distribution = variation.distribution
      let type = type(of: variation.target, in: inputs.pipeline)
      var arguments = distribution.arguments.map { display($0, type: type) }
      if distribution.usesDataUncertainty { arguments = ["uncertainty"] }
      arguments += distribution.options.keys.sorted().map { name in
        let type = inputs.views.optionTypes[name]
        return "\(name) = \(distribution.options[name].map { display($0, type: type) } ?? "")"
      }
      return Row(
        name: variation.target.inWords, value: "~ \(distribution.name)(\(arguments.joined(separator: ", ")))",
        summary: "drawn for every member", isGiven: true)
    }
  }

  /// The type of what is varied; of a pipeline setting that of the first setting which uses it.
  private static func type(of target: VariationTarget, in pipeline: ResolvedPipeline) -> SettingType? {
    func specified(_ name: String, _ stage: ResolvedStage?) -> SettingType? {
      stage?.signature.settings.first { $0.name == name }?.type
    }
    switch target {
    case .setting(let stage, let setting): return specified(setting, pipeline[stage])
    case .output: return nil
    case .variable(let name):
      for stage in pipeline.stages {
        let user = stage.settings.keys.sorted().first { key in
          if case .variable(name, _)? = stage.settings[key] { true } else { false }
        }
        if let user { return specified(user, stage) }
      }
      return nil
    }
  }

  private static func text(_ source: SettingSource, _ type: SettingType?) -> String {
    switch source {
    case .value(let value), .variable(_, let value): display(value, type: type)
    case .list(let elements): elements.map { text($0, element(type)) }.joined(separator: ", ")
    case .output(let reference): "\(reference)"
    case .member: "number of the member"
    }
  }

  private static func element(_ type: SettingType?) -> SettingType? {
    if case .list(let inner, _)? = type { inner } else { type }
  }
}
