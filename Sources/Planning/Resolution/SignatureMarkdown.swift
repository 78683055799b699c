/// Stage signatures as pages of the manual: Markdown for DocC, one page a kind.
public enum SignatureMarkdown {
  /// The page of every public kind, by its name.
  public static func pages(_ catalogue: Catalogue) -> [(kind: String, text: String)] {
    catalogue.kinds.values.map(\.signature).filter(\.isPublic).sorted { $0.kind < $1.kind }
      .map { ($0.kind, page($0)) }
  }

  static func page(_ signature: StageSignature) -> String {
    var text = "# \(signature.kind)\n\n\(sentence(signature.summary))\n\n## Overview\n\n\(section(signature))"
    if let family = signature.family {
      let held = family.purpose == .search ? "tries values and keeps the best" : "draws values and keeps all"
      text += "\nA family: it repeats another stage, and what changes before that one; it \(held).\n"
    }
    for remark in signature.remarks { text += "\n\(escaped(remark))\n" }
    text += table(
      "Settings", ["setting", "value", "default", "what it does"],
      signature.settings.map { setting in
        [
          "`\(setting.name)`", escaped(SignatureText.range(setting).joined(separator: "; ")),
          standard(setting), escaped(setting.summary),
        ]
      })
    text += table(
      "Inputs", ["input", "takes", "what it is"],
      signature.inputs.map { input in
        let types = input.accepts.map(\.description).joined(separator: " or ")
        return ["`\(input.name)`", input.isRequired ? types : types + " (optional)", escaped(input.summary)]
      })
    let outputs = signature.outputs + SignatureText.bestOutputs(signature)
    return text
      + table(
        "Outputs", ["output", "type", "what it is"],
        outputs.map { output in
          let type = output.sameTypeAs.map { "as `\($0)`" } ?? "\(output.type)"
          return ["`\(output.name)`", type, escaped(output.summary)]
        })
  }

  /// What a section of a manifest must have, to copy and fill in.
  private static func section(_ signature: StageSignature) -> String {
    let settings = signature.settings.filter { $0.presence == .required }.map(\.name)
    let inputs = signature.inputs.filter(\.isRequired).map(\.name)
    let width = (settings + inputs).map(\.count).max() ?? 0
    func line(_ name: String, _ sign: String) -> String {
      name + String(repeating: " ", count: width - name.count) + " \(sign) …\n"
    }
    let lines = settings.map { line($0, " =") } + inputs.map { line($0, "<-") }
    return "```ini\n[name : \(signature.kind)]\n" + lines.joined() + "```\n"
  }

  private static func standard(_ setting: SettingSpec) -> String {
    switch setting.presence {
    case .required: "required"
    case .optional: "–"
    case .defaultsTo(let text): "`\(text)`"
    }
  }

  private static func table(_ title: String, _ head: [String], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    let lines = ([head, head.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }
    return "\n## \(title)\n\n" + lines.joined()
  }

  private static func sentence(_ text: String) -> String {
    escaped(text.prefix(1).uppercased() + text.dropFirst()) + (text.hasSuffix(".") ? "" : ".")
  }

  /// Signs that Markdown would take for its own.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "|<*_`[".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
