/// One mistake (or doubt) in a manifest: a fact and where it stands. Prose is made by `DiagnosticRenderer`.
public struct Diagnostic: Sendable, Equatable, Error {
  /// An error keeps the manifest from being run; a warning does not.
  public enum Severity: String, Sendable, Equatable { case error, warning }

  /// What is wrong, with the names and numbers that a message needs.
  public enum Fact: Sendable, Equatable {
    /// The text can't be read as a manifest.
    case syntax(SyntaxFact)
    /// Something is named that does not exist, exists twice, or is missing.
    case name(NameFact)
    /// A setting's value has the wrong type, unit, size or count.
    case value(ValueFact)
    /// Arrows that don't fit, and families that can't repeat what they name.
    case graph(GraphFact)
    /// What stages foresee to fail.
    case stage(StageFact)
    /// Settings and inputs of a stage that don't go together.
    case rule(RuleFact)
  }

  /// A second place that belongs to the mistake, such as the first of two declarations.
  public struct Note: Sendable, Equatable {
    /// What the second place is, in words.
    public var text: String
    /// Where it stands.
    public var place: SourcePlace
    /// A second place with what it is.
    public init(_ text: String, _ place: SourcePlace) { (self.text, self.place) = (text, place) }
  }

  /// What is wrong.
  public var fact: Fact
  /// Where.
  public var place: SourcePlace
  /// A second place that belongs to it.
  public var note: Note?

  /// A mistake at a place.
  public init(_ fact: Fact, at place: SourcePlace, note: Note? = nil) {
    (self.fact, self.place, self.note) = (fact, place, note)
  }

  /// The stable number of its kind.
  public var code: DiagnosticCode {
    switch fact {
    case .syntax(let fact): DiagnosticCode(fact.number)
    case .name(let fact): DiagnosticCode(fact.number)
    case .value(let fact): DiagnosticCode(fact.number)
    case .graph(let fact): DiagnosticCode(fact.number)
    case .stage(let fact): DiagnosticCode(fact.number)
    case .rule(let fact): DiagnosticCode(fact.number)
    }
  }

  /// Whether it keeps the manifest from being run.
  public var severity: Severity {
    if case .name(.unusedVariable) = fact { .warning } else { .error }
  }

  /// One line, without place and code.
  public var message: String {
    switch fact {
    case .syntax(let fact): fact.message
    case .name(let fact): fact.message
    case .value(let fact): fact.message
    case .graph(let fact): fact.message
    case .stage(let fact): fact.message
    case .rule(let fact): fact.message
    }
  }
}

/// The stable number of a kind of mistake. A number is never given to another kind of mistake.
public struct DiagnosticCode: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// As in `M052`: 52.
  public let number: Int

  /// A code of that number, whether there is such a mistake or not.
  public init(_ number: Int) { self.number = number }

  /// Reads `M052`, `m52` or `52`; nil for a code that does not exist.
  public init?(_ text: String) {
    let digits = text.hasPrefix("M") || text.hasPrefix("m") ? String(text.dropFirst()) : text
    guard let number = Int(digits), explanations[number] != nil else { return nil }
    self.number = number
  }

  /// Every code, in order.
  public static var all: [DiagnosticCode] { explanations.keys.sorted().map { DiagnosticCode($0) } }

  /// `M` and at least three digits.
  public var description: String {
    let digits = String(number)
    return "M" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }

  /// By number.
  public static func < (left: DiagnosticCode, right: DiagnosticCode) -> Bool { left.number < right.number }

  /// A page about the mistake, what it means; with an example, also that with the mistake and without it.
  public func page(with example: MistakeExample? = nil) -> String {
    explained?.page(for: self, example) ?? "\(self): no such code"
  }

  /// The words of the page; nil for a code that does not exist.
  public var explained: Explanation? { explanations[number] }
}

/// What a page of `pipe explain M052` says.
public struct Explanation: Sendable, Equatable {
  /// One line that names the mistake.
  public let title: String
  /// What it means and what to do, in paragraphs.
  public let meaning: String

  init(_ title: String, _ meaning: String) { (self.title, self.meaning) = (title, meaning) }

  func page(for code: DiagnosticCode, _ example: MistakeExample?) -> String {
    var page = "\(code): \(title)\n\n\(meaning)\n"
    if let example {
      page += "\nWrong:\n\n\(Self.indented(example.wrong))\nRight:\n\n\(Self.indented(example.right))"
    }
    return page
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { ($0.isEmpty ? "" : "    " + $0) + "\n" }.joined()
  }
}

/// Manifest text with a mistake, and without it, in the words of a program's kinds of stage: its catalogue registers
/// one for each code that text can show.
public struct MistakeExample: Sendable, Equatable {
  /// With the mistake.
  public let wrong: String
  /// The text mended.
  public let right: String

  /// An example of one mistake.
  public init(wrong: String, right: String) { (self.wrong, self.right) = (wrong, right) }
}
