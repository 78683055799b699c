/// Reads one manifest file. Every mistake is kept and reading goes on with the next line.
struct FileParser {
  struct Include {
    var path: String
    var place: SourcePlace
  }

  private(set) var version = 1
  private(set) var sections: [SectionSyntax] = []
  private(set) var includes: [Include] = []
  private(set) var diagnostics: [Diagnostic]
  private var scanner: Scanner
  private let damagedLines: Set<Int>
  private var hasContent = false

  init(_ bytes: [UInt8], path: String) {
    let source = CleanSource(bytes, path: path)
    (diagnostics, damagedLines) = (source.diagnostics, source.damagedLines)
    scanner = Scanner(source, path: path)
    if let foreign = ForeignText.find(source.bytes) {
      let place = SourcePlace(file: path, line: foreign.line, column: 1, length: max(1, foreign.length))
      diagnostics = [Diagnostic(.syntax(.foreignLanguage(foreign.language)), at: place)]
      return
    }
    while true {
      scanner.skipToContent()
      if scanner.isAtEnd { break }
      do {
        try statement()
      } catch {
        report(error)
        scanner.skipStatement()
      }
      hasContent = true
    }
  }

  private mutating func report(_ error: SyntaxError) {
    if damagedLines.contains(error.place.line) { return }
    diagnostics.append(Diagnostic(.syntax(error.fact), at: error.place))
  }

  private mutating func statement() throws(SyntaxError) {
    if scanner.byte == Bytes.bracket { return try header() }
    // Most lines are settings and need no look ahead.
    guard scanner.byte == UInt8(ascii: "i") || scanner.byte == UInt8(ascii: "m") else { return try setting() }
    var ahead = scanner
    let word = ahead.skipName()
    if word.count == 7 || word.count == 8, !scanner.startsSetting() {
      if word.count == 7, ahead.text(word) == "include" { return try include() }
      if word.count == 8, ahead.text(word) == "manifest" { return try versionLine() }
    }
    try setting()
  }

  // MARK: First line and includes

  private mutating func versionLine() throws(SyntaxError) {
    let word = scanner.skipName()
    if hasContent { throw scanner.fail(.misplacedVersion, word) }
    scanner.skipBlanks()
    let number = scanner.skipOddity()
    guard scanner.text(number) == "1" else {
      throw scanner.fail(.unsupportedVersion(found: scanner.excerpt(number)), number.isEmpty ? word : number)
    }
    try endOfLine()
  }

  private mutating func include() throws(SyntaxError) {
    let word = scanner.skipName()
    scanner.skipBlanks()
    guard scanner.byte == Bytes.quote else { throw scanner.fail(.malformedInclude, word) }
    let start = scanner.index
    var values = ValueParser(scanner)
    let path = try values.string()
    scanner = values.scanner
    for error in values.minor { report(error) }
    let place = scanner.place(start..<scanner.index)
    if path.isEmpty { throw SyntaxError(fact: .malformedInclude, place: place) }
    if !sections.isEmpty { throw SyntaxError(fact: .misplacedInclude, place: place) }
    includes.append(Include(path: path, place: place))
    try endOfLine()
  }

  private mutating func endOfLine() throws(SyntaxError) {
    scanner.skipBlanks()
    guard !scanner.isAtLineEnd else { return }
    let rest = scanner.skipOddity()
    throw scanner.fail(.unexpectedText(scanner.excerpt(rest)), rest)
  }

  // MARK: Sections

  /// `[pipeline]`, `[name : kind]`, `[profile name]`, `[results]` or `[expect]`. A header with a mistake still begins a
  /// section, so that its lines are not taken for the section above.
  private mutating func header() throws(SyntaxError) {
    let start = scanner.index
    sections.append(SectionSyntax(kind: .unreadable, place: scanner.place(start..<start + 1)))
    let last = sections.count - 1
    scanner.advance()
    scanner.skipBlanks()
    let word = scanner.skipName()
    scanner.skipBlanks()
    if scanner.byte == UInt8(ascii: ":") {
      let name = NameSyntax(try scanner.validName(word), scanner.place(word))
      sections[last].kind = .stage(name: name, kind: nil)
      scanner.advance()
      scanner.skipBlanks()
      let kind = scanner.skipName()
      if kind.isEmpty { throw malformedHeader(start) }
      let kindName = NameSyntax(try scanner.validName(kind), scanner.place(kind))
      scanner.skipBlanks()
      try closeHeader(start)
      sections[last].kind = .stage(name: name, kind: kindName)
      sections[last].lines.reserveCapacity(4)
    } else if scanner.byte == Bytes.closingBracket {
      guard let kind = Self.plainSections[scanner.text(word)] else { throw malformedHeader(start) }
      sections[last].kind = kind
      scanner.advance()
    } else if scanner.text(word) == "profile" {
      let name = scanner.skipName()
      if name.isEmpty { throw malformedHeader(start) }
      let profile = NameSyntax(try scanner.validName(name), scanner.place(name))
      scanner.skipBlanks()
      try closeHeader(start)
      sections[last].kind = .profile(profile)
    } else {
      if scanner.isAtLineEnd, !word.isEmpty { throw scanner.fail(.unclosedSection, start..<scanner.index) }
      throw malformedHeader(start)
    }
    sections[last].place = scanner.place(start..<scanner.index)
    scanner.skipBlanks()
    guard !scanner.isAtLineEnd else { return }
    let rest = scanner.skipOddity()
    throw scanner.fail(.textAfterSection(found: scanner.excerpt(rest)), rest)
  }

  private static let plainSections: [String: SectionSyntax.Kind] = [
    "pipeline": .pipeline, "expect": .expect, "results": .results,
  ]

  private mutating func closeHeader(_ start: Int) throws(SyntaxError) {
    if scanner.byte == Bytes.closingBracket { return scanner.advance() }
    if scanner.isAtLineEnd { throw scanner.fail(.unclosedSection, start..<scanner.index) }
    throw malformedHeader(start)
  }

  private mutating func malformedHeader(_ start: Int) -> SyntaxError {
    var end = start
    while end < scanner.bytes.count, scanner.bytes[end] != Bytes.newline, scanner.bytes[end] != Bytes.comment
    {
      end += 1
      if scanner.bytes[end - 1] == Bytes.closingBracket { break }
    }
    while end > start + 1, Bytes.isBlank(scanner.bytes[end - 1]) { end -= 1 }
    return scanner.fail(.malformedSection(found: scanner.excerpt(start..<end)), start..<end)
  }

  // MARK: Lines

  private mutating func setting() throws(SyntaxError) {
    let start = scanner.index
    let target = try self.target()
    guard !sections.isEmpty else {
      throw SyntaxError(fact: .lineOutsideSection(name: target.description), place: target.place)
    }
    let last = sections.count - 1
    var line = LineSyntax(
      target: target, sign: .fixes, value: ValueSyntax(.unreadable, target.place), text: "")
    do {
      try readRest(of: &line, in: sections[last].kind)
      if sections[last].kind == .expect { line.text = textOfLine(from: start) }
    } catch {
      // Kept even if the value is unreadable: a mistake in it must not make the setting missing too.
      sections[last].lines.append(line)
      throw error
    }
    sections[last].lines.append(line)
  }

  private mutating func readRest(of line: inout LineSyntax, in section: SectionSyntax.Kind)
    throws(SyntaxError)
  {
    scanner.skipBlanks()
    line.sign = try sign(in: section, of: line.target)
    var values = ValueParser(scanner)
    defer { for error in values.minor { report(error) } }
    let value: ValueSyntax
    do {
      value = try values.value(of: line.target)
      scanner = values.scanner
    } catch {
      scanner = values.scanner
      throw error
    }
    try check(value, fits: line.sign)
    line.value = value
  }

  private func textOfLine(from start: Int) -> String {
    var end = scanner.index
    while end > start, Bytes.isBlank(scanner.bytes[end - 1]) { end -= 1 }
    return scanner.text(start..<end)
  }

  private mutating func target() throws(SyntaxError) -> DottedName {
    let range = scanner.skipName()
    if range.isEmpty {
      let isDash = scanner.byte == Bytes.minus && Bytes.isBlank(scanner.byte(ahead: 1))
      let oddity = scanner.skipOddity()
      if isDash { throw scanner.fail(.dash, oddity) }
      throw scanner.fail(.unexpectedText(scanner.excerpt(oddity)), oddity)
    }
    if scanner.byte == Bytes.dot {
      if case .stage? = sections.last?.kind { return try scanner.dotted(after: range, mayHaveScope: true) }
      return try scanner.dotted(after: range)
    }
    return DottedName(owner: nil, name: NameSyntax(try scanner.validName(range), scanner.place(range)))
  }

  private mutating func sign(
    in section: SectionSyntax.Kind, of target: DottedName
  ) throws(SyntaxError) -> LineOperator {
    let start = scanner.index
    let found: LineOperator? =
      switch (scanner.byte, scanner.byte(ahead: 1)) {
      case (UInt8(ascii: "="), let next): next == UInt8(ascii: "=") ? nil : .fixes
      case (UInt8(ascii: "~"), _): .draws
      case (UInt8(ascii: "<"), Bytes.minus): .takes
      case (UInt8(ascii: "<"), UInt8(ascii: "=")): .atMost
      case (UInt8(ascii: "<"), _): .below
      case (UInt8(ascii: ">"), UInt8(ascii: "=")): .atLeast
      case (UInt8(ascii: ">"), _): .above
      default: nil
      }
    guard let found else {
      if scanner.byte == UInt8(ascii: ":"), section.allows(.fixes) { throw colon(after: target) }
      let fact = SyntaxFact.missingOperator(name: target.description, allowed: Self.quoted(section.operators))
      throw scanner.fail(fact, start..<(scanner.isAtLineEnd ? start : start + 1))
    }
    scanner.advance(found.length)
    guard section.allows(found) else {
      let fact = SyntaxFact.wrongOperator(
        found: found.rawValue, section: section.inWords, allowed: Self.quoted(section.operators))
      throw scanner.fail(fact, start..<scanner.index)
    }
    return found
  }

  /// `name: value`
  private mutating func colon(after target: DottedName) -> SyntaxError {
    let start = scanner.index
    var rest = scanner
    rest.advance()
    rest.skipBlanks()
    let first = rest.index
    while !rest.isAtLineEnd { rest.advance() }
    var end = rest.index
    while end > first, Bytes.isBlank(rest.bytes[end - 1]) { end -= 1 }
    return scanner.fail(.colon(name: target.description, value: rest.excerpt(first..<end)), start..<start + 1)
  }

  private static func quoted(_ operators: [LineOperator]) -> [String] { operators.map { "'\($0.rawValue)'" } }

  private func check(_ value: ValueSyntax, fits sign: LineOperator) throws(SyntaxError) {
    switch (sign, value.form) {
    case (.takes, .dotted), (.takes, .call), (.draws, .call), (.draws, .word): return
    case (.takes, _):
      throw SyntaxError(fact: .malformedReference(found: value.form.inWords), place: value.place)
    case (.draws, _):
      throw SyntaxError(fact: .malformedDistribution(found: value.form.inWords), place: value.place)
    default: return
    }
  }
}

extension LineOperator {
  fileprivate var length: Int {
    switch self {
    case .fixes, .draws, .below, .above: 1
    case .takes, .atMost, .atLeast: 2
    }
  }
}

extension SectionSyntax.Kind {
  fileprivate func allows(_ sign: LineOperator) -> Bool {
    switch (self, sign) {
    case (.unreadable, _), (.pipeline, .fixes), (.profile, .fixes), (.results, .fixes): true
    case (.stage, .fixes), (.stage, .takes), (.stage, .draws): true
    case (.expect, .atMost), (.expect, .atLeast), (.expect, .below), (.expect, .above): true
    default: false
    }
  }

  fileprivate var operators: [LineOperator] { LineOperator.allCases.filter(allows) }

  fileprivate var inWords: String {
    switch self {
    case .pipeline: "[pipeline]"
    case .stage: "a stage"
    case .profile: "a [profile]"
    case .expect: "[expect]"
    case .results: "[results]"
    case .unreadable: "a section"
    }
  }
}

extension ValueSyntax.Form {
  /// What the value is, for messages: "a number", "the word 'mean'".
  public var inWords: String {
    switch self {
    case .number(let number, let unit):
      "the number \(number.plain)" + (unit.map { " \($0.text)" } ?? "")
    case .word(let word) where word == "yes" || word == "no": word
    case .word(let word): "the word '\(word)'"
    case .text: "a quoted string"
    case .file: "a file"
    case .variable(let name): "$\(name)"
    case .dotted(let name): "'\(name)'"
    case .list: "a list"
    case .range: "a range"
    case .call(let call): "\(call.name.text)(…)"
    case .unreadable: "something unreadable"
    }
  }
}
