import Manifests

/// What a round of a family runs, as a value and as canonical text: the output `plan` of a step.
///
///     plan 1
///     row 1e-3 5e-1
///     row nan 2 draws 3 - wants score prepares kernel moves proposal_0
///     keep pair_0 port pair
///     keep gradient member 2 kernel
///     keep pair_1 kept pair_0
///     note mean 1 2
///     end
///
/// It names no stage, so that it means the same in every pipeline; the engine reads nothing else of a step's
/// outputs but its report.
public struct RoundPlan: Sendable, Equatable {
  /// One member.
  public struct Row: Sendable, Hashable {
    /// Values of the varied settings in canonical units, and behind them those of the settings that the family
    /// gives; NaN leaves a setting at the stage's own value.
    public var values: [Double]
    /// Number of the draw of every perturbed output: equal numbers are equal noise, nil is none. Nil for the
    /// member's own numbers.
    public var draws: [Int?]?
    /// Names of the roles that the step reads of this member; empty for all.
    public var wants: [String]
    /// Roles that a later round may want of an equal member: what their stages read is made too, and kept as long
    /// as volatile outputs are.
    public var prepares: [String]
    /// Positions of the folds or events that it is computed for; empty for all.
    public var cases: [Int] = []
    /// For every moved arrow the port of the planning step that replaces it; empty for the manifest's own arrows.
    public var moves: [String]

    /// A row that wants all roles and moves nothing, unless said.
    public init(
      _ values: [Double], draws: [Int?]? = nil, wants: [String] = [], prepares: [String] = [],
      moves: [String] = []
    ) {
      (self.values, self.draws, self.wants) = (values, draws, wants)
      (self.prepares, self.moves) = (prepares, moves)
    }
  }

  /// Something that the next step and the family's own node get as an input of their own.
  public struct Keep: Sendable, Hashable {
    /// Where it comes from.
    public enum Source: Sendable, Hashable {
      /// An output of the planning step.
      case port(String)
      /// What the planning step read of a member of its round.
      case member(Int, role: String)
      /// What the planning step itself was given under a name.
      case kept(String)
    }

    /// Name of the input.
    public var name: String
    /// Where it comes from.
    public var source: Source

    /// What is kept, under a name.
    public init(_ name: String, _ source: Source) { (self.name, self.source) = (name, source) }
  }

  /// The members; none ends the family.
  public var rows: [Row]
  /// Inputs of the next step beside state and members.
  public var keeps: [Keep]
  /// Numbers for the pure functions of the family's kind.
  public var notes: [(name: String, numbers: [Double])]

  /// A round.
  public init(rows: [Row] = [], keeps: [Keep] = [], notes: [(name: String, numbers: [Double])] = []) {
    (self.rows, self.keeps, self.notes) = (rows, keeps, notes)
  }

  /// Members that differ by their values alone.
  public init(_ values: [[Double]]) { self.init(rows: values.map { Row($0) }) }

  /// Numbers of a note; nil if there is none of that name.
  public func note(_ name: String) -> [Double]? { notes.first { $0.name == name }?.numbers }

  /// Of equal texts.
  public static func == (left: RoundPlan, right: RoundPlan) -> Bool { left.text == right.text }
}

// MARK: - text

extension RoundPlan {
  /// - Precondition: names are lower case with digits and underscores.
  public var text: String {
    var text = TextBuffer()
    text += "plan 1\n"
    for row in rows {
      text += "row"
      for value in row.values { text.word(value) }
      if let draws = row.draws {
        text += " draws"
        for draw in draws { text.word(draw.map(String.init) ?? "-") }
      }
      if !row.cases.isEmpty {
        text += " cases"
        for item in row.cases { text.word(String(item)) }
      }
      for (label, names) in [("wants", row.wants), ("prepares", row.prepares), ("moves", row.moves)] {
        guard !names.isEmpty else { continue }
        text.word(label)
        for name in names { text.name(name) }
      }
      text += "\n"
    }
    for keep in keeps {
      text += "keep"
      text.name(keep.name)
      switch keep.source {
      case .port(let port):
        text += " port"
        text.name(port)
      case .member(let row, let role):
        text += " member "
        text += row
        text.name(role)
      case .kept(let name):
        text += " kept"
        text.name(name)
      }
      text += "\n"
    }
    for note in notes {
      text += "note"
      text.name(note.name)
      for number in note.numbers { text.word(number) }
      text += "\n"
    }
    text += "end\n"
    return text.text
  }

  /// - Throws: `FoldTextError` for anything that `text` does not write.
  public init(text: String) throws(FoldTextError) {
    self.init()
    if let plain = PlainLines.rows(of: text) {
      rows = plain
      return
    }
    var lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { Substring($0) }[...]
    guard lines.popFirst() == "plan 1" else { throw FoldTextError("a plan begins with 'plan 1'", line: 1) }
    guard lines.popLast() == "", lines.popLast() == "end" else {
      throw FoldTextError("a plan ends with 'end'", line: lines.endIndex)
    }
    for (number, line) in zip(lines.indices, lines) {
      do throws(FoldTextError) {
        try read(line)
      } catch {
        throw FoldTextError(error.reason, line: number + 1)
      }
    }
  }

  private mutating func read(_ line: Substring) throws(FoldTextError) {
    var words = FoldWords(line)
    switch words.next() {
    case "row": rows.append(try Row(&words))
    case "keep": keeps.append(try Keep(&words))
    case "note":
      let name = try words.name()
      notes.append((name, try words.numbers()))
    default: throw FoldTextError("'\(line.prefix(40))' is no line of a plan")
    }
  }
}

extension RoundPlan.Row {
  fileprivate init(_ words: inout FoldWords) throws(FoldTextError) {
    self.init(try words.numbers())
    while let label = words.next() {
      switch label {
      case "draws":
        var numbers: [Int?] = []
        while let word = words.peek, word == "-" || Int(word) != nil {
          numbers.append(words.next().flatMap { Int($0) })
        }
        draws = numbers
      case "cases":
        while let item = words.peek.flatMap({ Int($0) }) {
          cases.append(item)
          _ = words.next()
        }
        guard !cases.isEmpty, cases.allSatisfy({ $0 >= 0 }) else {
          throw FoldTextError("cases are numbers from 0")
        }
      case "wants": wants = try words.names()
      case "prepares": prepares = try words.names()
      case "moves": moves = try words.names()
      default: throw FoldTextError("'\(label)' stands where draws, cases, wants, prepares or moves can")
      }
    }
  }
}

extension RoundPlan.Keep {
  fileprivate init(_ words: inout FoldWords) throws(FoldTextError) {
    let name = try words.name()
    switch words.next() {
    case "port": self.init(name, .port(try words.name()))
    case "kept": self.init(name, .kept(try words.name()))
    case "member":
      guard let row = words.next().flatMap({ Int($0) }) else { throw FoldTextError("a member has a number") }
      self.init(name, .member(row, role: try words.name()))
    default: throw FoldTextError("what is kept is a port, a member's role or kept already")
    }
    guard words.next() == nil else { throw FoldTextError("more words than 'keep \(name) …' takes") }
  }
}

/// A plan or report that is not the text it should be.
public struct FoldTextError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public var reason: String
  /// The line that it stands in, from 1.
  public var line: Int?
  init(_ reason: String, line: Int? = nil) { (self.reason, self.line) = (reason, line) }
  /// Line and reason.
  public var description: String { line.map { "line \($0): \(reason)" } ?? reason }
}

/// The words of one line.
struct FoldWords {
  // Bytes: telling characters apart takes most of the time of a run with nothing to do.
  private var rest: Substring.UTF8View

  init(_ line: Substring) { rest = line.utf8 }

  var peek: Substring? {
    let word = rest.prefix { $0 != 0x20 }
    return word.isEmpty ? nil : Substring(word)
  }

  mutating func next() -> Substring? {
    guard let word = peek else { return nil }
    pass(word)
    return word
  }

  private mutating func pass(_ word: Substring) {
    rest = rest[word.endIndex...]
    if rest.first == 0x20 { rest.removeFirst() }
  }

  mutating func name() throws(FoldTextError) -> String {
    guard let word = next(), Self.isName(word) else { throw FoldTextError("a name is missing or malformed") }
    return String(word)
  }

  mutating func names() throws(FoldTextError) -> [String] {
    var names: [String] = []
    while let word = peek, Self.isName(word),
      !["wants", "prepares", "moves", "draws", "cases"].contains(word)
    {
      names.append(try name())
    }
    guard !names.isEmpty else { throw FoldTextError("names are missing") }
    return names
  }

  /// As many as there are.
  mutating func numbers() throws(FoldTextError) -> [Double] {
    var numbers: [Double] = []
    while let word = peek, let first = word.utf8.first,
      (0x30...0x39).contains(first) || first == 0x2D || word == "nan" || word == "inf"
    {
      guard let number = Double(word) else { throw FoldTextError("'\(word)' is no number") }
      numbers.append(number)
      pass(word)
    }
    return numbers
  }

  static func isName(_ word: some StringProtocol) -> Bool {
    guard let first = word.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return word.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  }
}

extension TextBuffer {
  mutating func word(_ number: Double) {
    self += " "
    RecipeText.append(number, to: &self)
  }

  mutating func word(_ text: String) {
    self += " "
    self += text
  }

  fileprivate mutating func name(_ name: String) {
    precondition(FoldWords.isName(name), "'\(name)' is no name of a plan")
    word(name)
  }
}
