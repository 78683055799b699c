import Manifests

/// What differs between two recipes of one stage: why it will run again.
public enum RecipeDifference {
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
    case memberCount(old: Int, new: Int)
    case memberValues(index: Int, old: String, new: String)
    /// The way recipes are written.
    case format(old: String, new: String)

    /// In the words of the user: `inversion.damping: 0.1 → 0.14`.
    public func text(stage: String) -> String {
      switch self {
      case .kind(let old, let new): "kind of stage \(stage): \(old) → \(new)"
      case .version(let kind, let old, let new): "stage kind \(kind): version \(old) → \(new)"
      case .setting(let name, let old, let new): "\(stage).\(name): \(readable(old)) → \(readable(new))"
      case .settingAdded(let name, let value): "\(stage).\(name): not set → \(readable(value))"
      case .settingRemoved(let name, let value): "\(stage).\(name): \(readable(value)) → not set"
      case .file(let setting): "the file of \(stage).\(setting) changed"
      case .input(let port, let member): "input \(port)\(suffix(member)) of \(stage) changed"
      case .inputAdded(let port, let member): "input \(port)\(suffix(member)) of \(stage) is new"
      case .inputRemoved(let port, let member): "input \(port)\(suffix(member)) of \(stage) is gone"
      case .memberOutcome(_, let member, let failedBefore):
        failedBefore
          ? "member \(member) of \(stage) had failed and now has not"
          : "member \(member) of \(stage) has failed and had not"
      case .variables(let old, let new): "what \(stage) varies: \(list(old)) → \(list(new))"
      case .memberCount(let old, let new): "members of \(stage): \(old) → \(new)"
      case .memberValues(let index, let old, let new):
        "member \(index) of \(stage): \(list(old)) → \(list(new))"
      case .format(let old, let new): "recipes of \(stage) are written in another way: \(old) → \(new)"
      }
    }

    private func suffix(_ member: Int?) -> String { member.map { " of member \($0)" } ?? "" }

    private func list(_ words: String) -> String {
      words.isEmpty
        ? "nothing" : words.split(separator: " ").map { readable(String($0)) }.joined(separator: ", ")
    }
  }

  /// Every difference: format and kind first, then settings, inputs, members, each in the order of the recipe.
  public static func between(old: String, new: String) -> [Difference] {
    let (old, new) = (Parsed(old), Parsed(new))
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
    if old.members.count != new.members.count {
      differences.append(.memberCount(old: old.members.count, new: new.members.count))
    }
    for (index, pair) in zip(old.members, new.members).enumerated() where pair.0 != pair.1 {
      differences.append(.memberValues(index: index, old: pair.0, new: pair.1))
    }
    return differences
  }

  private static func settings(_ old: Parsed, _ new: Parsed) -> [Difference] {
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

  private static func inputs(_ old: Parsed, _ new: Parsed) -> [Difference] {
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

  /// A value of a recipe as a person would write it: `1e-1` becomes `0.1`. Files show the start of their hash.
  public static func readable(_ value: String) -> String {
    if value.hasPrefix("[") && value.hasSuffix("]") && !value.contains("\"") {
      return value.dropFirst().dropLast().split(separator: ",")
        .map { readable(String($0.drop { $0 == " " })) }.joined(separator: ", ")
    }
    if value.hasPrefix("file sha256:") { return "file \(value.dropFirst(12).prefix(12))" }
    guard let decimal = ExactDecimal(value) else { return value }
    return plain(decimal) ?? value
  }

  /// Without an exponent where that takes no more than a dozen places.
  private static func plain(_ decimal: ExactDecimal) -> String? {
    let digits = String(decoding: decimal.digits.map { $0 + 48 }, as: UTF8.self)
    let point = digits.count + decimal.exponent
    let sign = decimal.isNegative ? "-" : ""
    guard !digits.isEmpty else { return "0" }
    if point <= 0 {
      return point > -6 ? sign + "0." + String(repeating: "0", count: -point) + digits : nil
    }
    if decimal.exponent >= 0 {
      return point <= 12 ? sign + digits + String(repeating: "0", count: decimal.exponent) : nil
    }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }
}

/// The components of a recipe's text by name.
private struct Parsed {
  struct Input: Hashable, Comparable {
    var port: String
    var member: Int?

    static func < (left: Input, right: Input) -> Bool {
      (left.port, left.member ?? -1) < (right.port, right.member ?? -1)
    }
  }

  var format = ""
  var kind = ""
  var version = ""
  var settings: [String: String] = [:]
  var inputs: [Input: String] = [:]
  var variables: String?
  var members: [String] = []

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let word = line.prefix { $0 != " " }
      let rest = String(line.dropFirst(word.count + 1))
      switch word {
      case "recipe": format = rest
      case "kind":
        let parts = rest.split(separator: " ")
        (kind, version) = (parts.dropLast().joined(separator: " "), parts.last.map(String.init) ?? "")
      case "variables": variables = rest
      case "member":
        guard let sign = rest.firstIndex(of: "=") else { continue }
        members.append(String(rest[rest.index(after: sign)...].drop { $0 == " " }))
      case "setting": addSetting(rest)
      case "input": addInput(rest)
      default: continue
      }
    }
  }

  private mutating func addSetting(_ rest: String) {
    guard let (name, value) = Self.split(rest) else { return }
    settings[name] = value
  }

  private mutating func addInput(_ rest: String) {
    guard let (name, value) = Self.split(rest) else { return }
    if name.hasSuffix("]"), let open = name.lastIndex(of: "["),
      let member = Int(name[name.index(after: open)...].dropLast())
    {
      inputs[Input(port: String(name[..<open]), member: member)] = value
    } else {
      inputs[Input(port: name, member: nil)] = value
    }
  }

  /// `name = value`; a quoted name may hold ` = ` itself.
  private static func split(_ rest: String) -> (name: String, value: String)? {
    var (index, isQuoted, isEscaped) = (rest.startIndex, false, false)
    while index < rest.endIndex {
      let character = rest[index]
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else if !isQuoted, rest[index...].hasPrefix(" = ") {
        return (String(rest[..<index]), String(rest[rest.index(index, offsetBy: 3)...]))
      }
      index = rest.index(after: index)
    }
    return nil
  }
}
