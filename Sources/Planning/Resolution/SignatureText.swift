/// Stage signatures as plain text: `pipe stages` and `pipe stages KIND`.
public enum SignatureText {
  /// Every public kind with its line of documentation, in alphabetical order.
  public static func list(_ catalogue: Catalogue) -> String {
    let signatures = catalogue.kinds.values.map(\.signature).filter(\.isPublic).sorted { $0.kind < $1.kind }
    return table(signatures.map { [$0.kind, $0.summary] }, indent: 0)
  }

  /// One kind in full. Nil for an unknown kind; `nearest` answers what may have been meant.
  public static func page(_ kind: String, _ catalogue: Catalogue) -> String? {
    guard let signature = catalogue.signature(kind), signature.isPublic else { return nil }
    return page(signature)
  }

  /// The public kind whose name is nearest to a misspelt one.
  public static func nearest(to kind: String, _ catalogue: Catalogue) -> String? {
    Suggestion.nearest(to: kind, in: catalogue.kinds.values.map(\.signature).filter(\.isPublic).map(\.kind))
  }

  static func page(_ signature: StageSignature) -> String {
    var text = "\(signature.kind)\n\n\(signature.summary)\n"
    if !signature.settings.isEmpty {
      text += "\nSettings\n"
      for setting in signature.settings {
        text += "  \(setting.name)\n"
        for line in [facts(setting)] + signature.notes(on: setting.name) + [setting.summary] {
          text += "      \(line)\n"
        }
        text += table(words(setting).map { [$0.word, $0.summary] }, indent: 8)
      }
    }
    if !signature.inputs.isEmpty {
      let rows = signature.inputs.map { input in
        let types = input.accepts.map(\.description).joined(separator: " or ")
        let summary = ([input.summary] + signature.notes(on: input.name)).joined(separator: "; ")
        return [input.name, input.isRequired ? types : types + ", optional", summary]
      }
      text += "\nInputs\n" + table(rows, indent: 2)
    }
    let outputs = signature.outputs + bestOutputs(signature)
    if !outputs.isEmpty {
      let rows = outputs.map { [$0.name, $0.sameTypeAs.map { "as '\($0)'" } ?? "\($0.type)", $0.summary] }
      text += "\nOutputs\n" + table(rows, indent: 2)
    }
    if !signature.ruleSentences.isEmpty {
      text += "\nRules\n" + signature.ruleSentences.map { "  \($0)\n" }.joined()
    }
    for remark in signature.remarks { text += "\n\(remark)\n" }
    return text
  }

  /// Type, units, range and default on one line.
  private static func facts(_ setting: SettingSpec) -> String {
    let presence =
      switch (setting.presence, setting.absence) {
      case (.required, _): "required"
      case (.defaultsTo(let text), _), (.optional, .means(let text)?): "default \(text)"
      case (.optional, .follows(let words)?): "default: \(words)"
      case (.optional, nil): "optional"
      }
    return (range(setting) + [presence]).joined(separator: "; ")
  }

  /// The words that have a line of documentation.
  static func words(_ setting: SettingSpec) -> [SettingSpec.Word] {
    setting.words.filter { !$0.summary.isEmpty }
  }

  /// Type, units and range.
  static func range(_ setting: SettingSpec) -> [String] {
    var facts = [setting.type.inWords]
    if let dimension = setting.type.numeric?.dimension, dimension != .dimensionless {
      facts.append("in " + dimension.unitSymbols.joined(separator: ", "))
    }
    if let count = setting.type.listType?.1 { facts.append(elements(count)) }
    if let minimum = setting.minimum {
      facts.append((setting.minimumExcluded ? "above " : "at least ") + minimum)
    }
    if let maximum = setting.maximum {
      facts.append((setting.maximumExcluded ? "below " : "at most ") + maximum)
    }
    return facts
  }

  private static func elements(_ count: ClosedRange<Int>) -> String {
    if count.lowerBound == count.upperBound { return "\(count.lowerBound) elements" }
    if count.upperBound == .max { return "\(count.lowerBound) or more elements" }
    return "\(count.lowerBound) to \(count.upperBound) elements"
  }

  static func bestOutputs(_ signature: StageSignature) -> [OutputSpec] {
    guard let family = signature.family, family.best != nil else { return [] }
    let name = OutputSpec.best(family.fixedSetting ?? "<setting>")
    let type = family.bestType(.dimensionless)
    let best = [
      OutputSpec(name, type, "value of the setting in the best trial"),
      OutputSpec(OutputSpec.best, type, "the same, when one setting is varied"),
    ]
    return best.filter { output in !signature.outputs.contains { $0.name == output.name } }
  }

  /// Columns with two spaces between them.
  private static func table(_ rows: [[String]], indent: Int) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = String(repeating: " ", count: indent)
      for (column, cell) in row.enumerated() {
        let isLast = column == row.count - 1
        line += isLast ? cell : cell + String(repeating: " ", count: widths[column] - cell.count + 2)
      }
      return line + "\n"
    }.joined()
  }
}
