import Planning

/// Settings as text with their unit, for a table.
enum SettingText {
  struct Row {
    var name, value, summary: String
    var isGiven: Bool
  }

  /// Every setting that has a value, in the order of the signature.
  static func rows(_ stage: ResolvedStage, node: NodeRecord?) -> [Row] {
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
      case .output(let reference)?: shown = value == "\(reference)" ? value : "\(value) ← \(reference)"
      case .variable(let variable, _)?: shown = "\(value) ($\(variable))"
      default: break
      }
      return Row(
        name: name, value: shown, summary: specification?.summary ?? "",
        isGiven: stage.settingPlaces[name] != nil)
    }
  }

  /// The `~` lines of a family.
  static func variations(_ stage: ResolvedStage) -> [Row] {
    stage.variations.map { variation in
      let target: String
      switch variation.target {
      case .setting(let stage, let setting): target = "\(stage).\(setting)"
      case .variable(let name): target = "pipeline.\(name)"
      case .output(let port): target = "\(port)"
      }
      let distribution = variation.distribution
      var arguments = distribution.arguments.map { text($0, nil) }
      if distribution.usesDataUncertainty { arguments = ["uncertainty"] }
      arguments += distribution.options.keys.sorted().map { name in
        "\(name) = \(distribution.options[name].map { text($0, nil) } ?? "")"
      }
      return Row(
        name: target, value: "~ \(distribution.name)(\(arguments.joined(separator: ", ")))",
        summary: "drawn for every member, SI units", isGiven: true)
    }
  }

  private static func text(_ source: SettingSource, _ type: SettingType?) -> String {
    switch source {
    case .value(let value), .variable(_, let value): text(value, type)
    case .list(let elements): elements.map { text($0, element(type)) }.joined(separator: ", ")
    case .output(let reference): "\(reference)"
    }
  }

  private static func text(_ value: SettingValue, _ type: SettingType?) -> String {
    switch value {
    case .number: return number(Settings(["value": value]).number("value"), type)
    case .boolean(let flag): return flag ? "yes" : "no"
    case .word(let word), .stage(let word): return word
    case .text(let text): return "\"\(text)\""
    case .list(let values): return values.map { text($0, element(type)) }.joined(separator: ", ")
    // The folder is this machine's business.
    case .file(let path): return path.split(separator: "/").last.map(String.init) ?? path
    case .output(let reference): return "\(reference)"
    }
  }

  private static func element(_ type: SettingType?) -> SettingType? {
    if case .list(let inner, _)? = type { inner } else { type }
  }

  private static func number(_ value: Double, _ type: SettingType?) -> String {
    switch type {
    case .number(.length)?:
      abs(value) >= 1000
        ? NumberText.significant(value / 1000, 8) + " km" : NumberText.significant(value, 8) + " m"
    case .number(.acceleration)?: NumberText.significant(value * 1e5, 8) + " mGal"
    case .number(.density)?: NumberText.significant(value, 8) + " kg/m³"
    case .number(.angle)?: NumberText.significant(value, 8) + "°"
    case .number(.time)?: NumberText.significant(value, 8) + " s"
    default: NumberText.significant(value, 8)
    }
  }
}
