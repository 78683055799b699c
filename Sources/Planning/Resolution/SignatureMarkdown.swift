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
      let held = family.comparesMembers ? "tries values and keeps the best" : "draws values and keeps all"
      text += "\nA family: it repeats another stage, and what changes before that one; it \(held).\n"
    }
    for remark in signature.remarks { text += "\n\(escaped(remark))\n" }
    text += table(
      "Settings", ["setting", "value", "default", "what it does"],
      signature.settings.map { setting in
        [
          "`\(setting.name)`", escaped(SignatureText.range(setting).joined(separator: "; ")),
          standard(setting), escaped(description(of: setting, signature)),
        ]
      })
    text += table(
      "Inputs", ["input", "takes", "what it is"],
      signature.inputs.map { input in
        let types = input.accepts.map(\.description).joined(separator: " or ")
        let notes = signature.notes(on: input.name).map { "; " + $0 }.joined()
        return [
          "`\(input.name)`", input.isRequired ? types : types + " (optional)", escaped(input.summary + notes),
        ]
      })
    let outputs = signature.outputs + SignatureText.bestOutputs(signature)
    text += table(
      "Outputs", ["output", "type", "what it is"],
      outputs.map { output in
        let type = output.sameTypeAs.map { "as `\($0)`" } ?? "\(output.type)"
        return ["`\(output.name)`", type, escaped(output.summary)]
      })
    if !signature.ruleSentences.isEmpty {
      text += "\n## Rules\n\n" + signature.ruleSentences.map { "- \(escaped($0))\n" }.joined()
    }
    return text
  }

  /// What it does, its words, and what it belongs to.
  private static func description(of setting: SettingSpec, _ signature: StageSignature) -> String {
    let words = SignatureText.words(setting).map { "\($0.word): \($0.summary)" }.joined(separator: "; ")
    let text = setting.summary + (words.isEmpty ? "" : " (\(words))")
    return ([text] + signature.notes(on: setting.name)).joined(separator: "; ")
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
    switch (setting.presence, setting.absence) {
    case (.required, _): "required"
    case (.defaultsTo(let text), _), (.optional, .means(let text)?): "`\(text)`"
    case (.optional, .follows(let words)?): escaped(words)
    case (.optional, nil): "–"
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
