/// Settings and inputs of a stage that don't go together: codes M140 to M149.
public enum RuleFact: Sendable, Equatable {
  /// A setting or input that belongs to a choice which is not made. `found` and `wanted` are phrases: "with method =
  /// trend", "without 'mask'".
  case outOfPlace(RuleSubject, found: String, wanted: String, because: String?)
  /// What has to be given beside something else.
  case needed(RuleSubject, found: String, because: String?)
  /// More than one of what may be given once.
  case exclusive([RuleSubject], because: String?)
  /// Several of which one has to be given; the phrase is empty where that is always so.
  case noneGiven([RuleSubject], found: String, because: String?)
  /// Values that don't fit each other; the reason follows their names.
  case valuesUnfit([String], reason: String)

  var number: Int {
    switch self {
    case .outOfPlace: 140
    case .needed: 141
    case .exclusive: 142
    case .noneGiven: 143
    case .valuesUnfit: 144
    }
  }

  /// One line, without place and code.
  public var message: String {
    switch self {
    case .outOfPlace(let subject, let found, let wanted, let reason):
      "\(subject) has no meaning \(found)\(Self.tail(reason)); leave it out or use it \(wanted)"
    case .needed(let subject, let found, let reason): "\(subject) is needed \(found)\(Self.tail(reason))"
    case .exclusive(let subjects, let reason):
      "\(Prose.list(subjects.map(\.description))) exclude each other\(Self.tail(reason)); keep one"
    case .noneGiven(let subjects, let found, let reason):
      "one of \(Prose.list(subjects.map(\.description))) is needed" + (found.isEmpty ? "" : " " + found)
        + Self.tail(reason)
    case .valuesUnfit(let names, let reason): "\(Prose.list(names.map { "'\($0)'" })) \(reason)"
    }
  }

  private static func tail(_ reason: String?) -> String { reason.map { ": \($0)" } ?? "" }
}

/// What a rule is about.
public struct RuleSubject: Sendable, Equatable, CustomStringConvertible {
  /// Of the setting or input.
  public var name: String
  /// Whether it is an input.
  public var isInput: Bool

  /// A setting or an input by its name.
  public init(_ name: String, isInput: Bool) { (self.name, self.isInput) = (name, isInput) }

  /// As messages name it.
  public var description: String { isInput ? "input '\(name)'" : "'\(name)'" }
}
