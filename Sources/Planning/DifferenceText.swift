import Manifests

extension RecipeDifference {
  /// What the words of a difference need besides the recipes, which hold neither names nor units.
  public struct Context: Sendable {
    /// Name of the node.
    public var stage: String
    /// Setting → type, for units.
    public var types: [String: SettingType]
    /// Setting that is a file → its path for people.
    public var files: [String: String]
    /// Setting or input port → the `stage.port` that feeds it now, and that fed it in the run before.
    public var sources: [String: String]
    /// Port → the node that fed it before.
    public var oldSources: [String: String]

    /// What is needed to tell a difference of recipes in the user's words.
    public init(
      stage: String, types: [String: SettingType] = [:], files: [String: String] = [:],
      sources: [String: String] = [:], oldSources: [String: String] = [:]
    ) {
      (self.stage, self.types, self.files) = (stage, types, files)
      (self.sources, self.oldSources) = (sources, oldSources)
    }
  }
}

extension RecipeDifference.Difference {
  /// Without units and names of files.
  public func text(stage: String) -> String { text(in: .init(stage: stage)) }

  /// In the words of the user: `fit.order: 1 → 2`, `smooth.width: 10 km → 12 km`,
  /// `data/survey.nc: content changed`.
  public func text(in context: RecipeDifference.Context) -> String {
    let stage = context.stage
    func value(_ name: String, _ text: String) -> String {
      RecipeDifference.readable(text, type: context.types[name])
    }
    switch self {
    case .kind(let old, let new): return "kind of stage \(stage): \(old) → \(new)"
    case .version(let kind, let old, let new): return "stage kind \(kind): version \(old) → \(new)"
    case .setting(let name, let old, let new):
      let origin = context.sources[name].map { " (from \($0))" } ?? ""
      return "\(stage).\(name): \(value(name, old)) → \(value(name, new))\(origin)"
    case .settingAdded(let name, let new): return "\(stage).\(name): not set → \(value(name, new))"
    case .settingRemoved(let name, let old): return "\(stage).\(name): \(value(name, old)) → not set"
    case .file(let setting):
      return context.files[setting].map { "\($0): content changed" }
        ?? "the file of \(stage).\(setting) changed"
    case .input, .inputAdded, .inputRemoved, .memberOutcome: return inputText(context)
    case .variables(let old, let new): return "what \(stage) varies: \(list(old)) → \(list(new))"
    case .draws(let old, let new):
      return "what \(stage) draws from: \(old.joined(separator: ", ")) → \(new.joined(separator: ", "))"
    case .memberCount(let old, let new): return "members of \(stage): \(old) → \(new)"
    case .memberValues(let index, let old, let new):
      return "member \(index) of \(stage): \(list(old)) → \(list(new))"
    case .format(let old, let new): return "recipes of \(stage) are written in another way: \(old) → \(new)"
    }
  }

  private func inputText(_ context: RecipeDifference.Context) -> String {
    let stage = context.stage
    switch self {
    case .input(let port, nil):
      guard let source = context.sources[port] else { return "input \(port) of \(stage) changed" }
      if let old = context.oldSources[port], old != source {
        return "\(stage).\(port): <- \(old) → <- \(source)"
      }
      return "input \(port): \(source) ran before it and gave another result"
    case .input(let port, let member?): return "input \(port) of member \(member) of \(stage) changed"
    case .inputAdded(let port, let member):
      let source = member == nil ? context.sources[port].map { " (\($0))" } ?? "" : ""
      return "input \(port)\(suffix(member)) of \(stage) is new\(source)"
    case .inputRemoved(let port, let member): return "input \(port)\(suffix(member)) of \(stage) is gone"
    case .memberOutcome(_, let member, let failedBefore):
      return failedBefore
        ? "member \(member) of \(stage) had failed and now has not"
        : "member \(member) of \(stage) has failed and had not"
    default: preconditionFailure("\(self) is no difference of inputs")
    }
  }

  private func suffix(_ member: Int?) -> String { member.map { " of member \($0)" } ?? "" }

  private func list(_ words: String) -> String {
    words.isEmpty
      ? "nothing"
      : words.split(separator: " ").map { RecipeDifference.readable(String($0)) }.joined(separator: ", ")
  }
}

extension RecipeDifference {
  /// A value of a recipe as a person would write it: `1e-1` becomes `0.1`, and `1e4` of a length `10 km`.
  /// Files show the start of their hash.
  public static func readable(_ value: String, type: SettingType? = nil) -> String {
    if value.hasPrefix("[") && value.hasSuffix("]") && !value.contains("\"") {
      let element = type?.listType?.0 ?? type
      return value.dropFirst().dropLast().split(separator: ",")
        .map { readable(String($0.drop { $0 == " " }), type: element) }.joined(separator: ", ")
    }
    if value.hasPrefix("file sha256:") { return "file \(value.dropFirst(12).prefix(12))" }
    guard let decimal = ExactDecimal(value) else { return value }
    if type?.numeric?.dimension != nil { return display(.number(decimal), type: type) }
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
