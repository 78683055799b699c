/// Reads what stands right of an operator. Nothing nests deeper than a list in a call, so nothing recurses.
struct ValueParser {
  var scanner: Scanner
  /// Mistakes that don't end the reading of the value.
  var minor: [SyntaxError] = []

  init(_ scanner: Scanner) { self.scanner = scanner }

  /// A whole right-hand side: one element or a list.
  mutating func value(of target: DottedName) throws(SyntaxError) -> ValueSyntax {
    scanner.skipBlanks()
    if scanner.isAtLineEnd {
      throw scanner.fail(.missingValue(name: target.description), scanner.index..<scanner.index)
    }
    let (line, start) = (scanner.line, scanner.index)
    let first = try element()
    scanner.skipBlanks()
    guard scanner.byte == Bytes.comma else {
      try expectLineEnd()
      return first
    }
    var elements = [first]
    while scanner.byte == Bytes.comma {
      try skipComma()
      elements.append(try element())
      scanner.skipBlanks()
    }
    try expectLineEnd()
    var place = first.place
    if scanner.line == line, let last = elements.last?.place {
      place.length = max(1, last.column + last.length - place.column)
    }
    var list = ValueSyntax(.list(elements), place)
    list.withPoints = Habit.decimalPoints(scanner.text(start..<scanner.index))
    return list
  }

  private mutating func expectLineEnd() throws(SyntaxError) {
    scanner.skipBlanks()
    if !scanner.isAtLineEnd { throw oddity() }
  }

  /// Over a comma, and to the next line if nothing follows on this one.
  private mutating func skipComma() throws(SyntaxError) {
    let comma = scanner.index
    let before = scanner
    scanner.advance()
    scanner.skipBlanks()
    if scanner.isAtLineEnd {
      scanner.skipToContent()
      if scanner.isAtEnd || scanner.byte == Bytes.bracket || scanner.startsSetting() {
        scanner = before
        scanner.advance()
        throw scanner.fail(.danglingComma, comma..<comma + 1)
      }
    }
    if scanner.byte == Bytes.comma { throw scanner.fail(.emptyElement, scanner.index..<scanner.index + 1) }
  }

  private mutating func oddity() -> SyntaxError {
    let range = scanner.skipOddity()
    let text = scanner.excerpt(range)
    if let list = Habit.list(ofSlashes: text) {
      return scanner.fail(.slashes(found: text, list: list), range)
    }
    let isPath = text.contains("/") || text.contains("\\")
    return scanner.fail(isPath ? .unquotedPath(text) : .unexpectedText(text), range)
  }

  /// One thing, or a range of two.
  private mutating func element(inCall: Bool = false) throws(SyntaxError) -> ValueSyntax {
    let low = try atom(inCall: inCall)
    let end = scanner
    scanner.skipBlanks()
    guard scanner.byte == Bytes.dot, scanner.byte(ahead: 1) == Bytes.dot else {
      scanner = end
      return low
    }
    let dots = scanner.index
    scanner.advance(2)
    scanner.skipBlanks()
    if scanner.isAtLineEnd || scanner.byte == Bytes.comma || scanner.byte == Bytes.close {
      throw scanner.fail(.incompleteRange, dots..<dots + 2)
    }
    let high = try atom(inCall: inCall)
    var place = low.place
    place.length = high.place.column + high.place.length - place.column
    return ValueSyntax(.range(low, high), place)
  }

  private mutating func atom(inCall: Bool) throws(SyntaxError) -> ValueSyntax {
    let byte = scanner.byte
    let next = scanner.byte(ahead: 1)
    if byte == Bytes.quote {
      let start = scanner.index
      let text = try string()
      return ValueSyntax(.text(text), scanner.place(start..<scanner.index))
    }
    if byte == UInt8(ascii: "$") { return try variable() }
    let isSign = byte == Bytes.minus || byte == UInt8(ascii: "+")
    let startsNumber = Bytes.isDigit(next) || (next == Bytes.dot && Bytes.isDigit(scanner.byte(ahead: 2)))
    if Bytes.isDigit(byte) || (isSign && startsNumber) || (byte == Bytes.dot && Bytes.isDigit(next)) {
      return try number()
    }
    if Bytes.isNamed(byte) { return try named(inCall: inCall) }
    throw oddity()
  }

  private mutating func variable() throws(SyntaxError) -> ValueSyntax {
    let start = scanner.index
    scanner.advance()
    let name = try scanner.validName(scanner.skipName())
    return ValueSyntax(.variable(name), scanner.place(start..<scanner.index))
  }

  /// Digits with at most one point and an exponent, then perhaps a unit.
  private mutating func number() throws(SyntaxError) -> ValueSyntax {
    let start = scanner.index
    scanner.skipNumber()
    let range = start..<scanner.index
    let follows = scanner.byte
    let isRange = follows == Bytes.dot && scanner.byte(ahead: 1) == Bytes.dot
    if follows == UInt8(ascii: "/") {
      let whole = start..<scanner.skipOddity().upperBound
      let text = scanner.excerpt(whole)
      if let list = Habit.list(ofSlashes: text) {
        throw scanner.fail(.slashes(found: text, list: list), whole)
      }
      throw scanner.fail(.unquotedPath(text), whole)
    }
    let isTorn = (follows == Bytes.dot && !isRange) || follows == UInt8(ascii: "_") || follows == Bytes.minus
    guard !isTorn, let value = ExactDecimal(utf8: scanner.bytes[range]) else {
      let whole = start..<scanner.skipOddity().upperBound
      throw scanner.fail(.malformedNumber(scanner.excerpt(whole)), whole)
    }
    let numberPlace = scanner.place(range)
    let beforeUnit = scanner
    guard let unit = unit() else { return ValueSyntax(.number(value, unit: nil), numberPlace) }
    if let error = splitUnit(from: beforeUnit) { throw error }
    var place = numberPlace
    place.length = unit.place.column + unit.place.length - place.column
    return ValueSyntax(.number(value, unit: unit), place)
  }

  /// A unit behind a number or a closing parenthesis, on the same line.
  private mutating func unit() -> NameSyntax? {
    let before = scanner
    scanner.skipBlanks()
    guard Bytes.startsUnit(scanner.byte) else {
      scanner = before
      return nil
    }
    let range = scanner.skipUnit()
    return NameSyntax(scanner.text(range), scanner.place(range))
  }

  /// Units of several words, as files have them: `kg m-3`.
  private mutating func splitUnit(from start: Scanner) -> SyntaxError? {
    var ahead = scanner
    ahead.skipBlanks()
    guard Bytes.startsUnit(ahead.byte), ahead.index > scanner.index else { return nil }
    var first = start
    first.skipBlanks()
    _ = ahead.skipUnit()
    let range = first.index..<ahead.index
    guard let unit = Habit.unit(ofWords: ahead.text(range)) else { return nil }
    let error = scanner.fail(.splitUnit(found: scanner.excerpt(range), unit: unit), range)
    scanner = ahead
    return error
  }

  /// A word, a dotted name, a call or a file.
  private mutating func named(inCall: Bool) throws(SyntaxError) -> ValueSyntax {
    let range = scanner.skipName()
    let follows = scanner.byte
    if let register = scanner.skipRegisterNumber(after: range) {
      return ValueSyntax(.text(scanner.text(register)), scanner.place(register))
    }
    if follows == UInt8(ascii: "/") || follows == UInt8(ascii: "\\") || follows == UInt8(ascii: ":") {
      let whole = range.lowerBound..<scanner.skipOddity().upperBound
      throw scanner.fail(.unquotedPath(scanner.excerpt(whole)), whole)
    }
    if follows == Bytes.open {
      if inCall, scanner.text(range) != "file" {
        throw scanner.fail(.nestedCall(scanner.excerpt(range)), range)
      }
      return try call(range)
    }
    let isDotted = follows == Bytes.dot && scanner.byte(ahead: 1) != Bytes.dot
    if isDotted {
      let dotted = try scanner.dotted(after: range)
      return ValueSyntax(.dotted(dotted), dotted.place)
    }
    let text = scanner.text(range)
    if text != text.lowercased(), let flag = Habit.flag(text) {
      throw scanner.fail(.malformedName(found: text, suggestion: flag), range)
    }
    let word = try scanner.validName(range)
    return ValueSyntax(.word(word), scanner.place(range))
  }

  private mutating func call(_ range: Range<Int>) throws(SyntaxError) -> ValueSyntax {
    let name = NameSyntax(try scanner.validName(range), scanner.place(range))
    scanner.advance()
    if name.text == "file" { return try file(range) }
    var call = CallSyntax(name: name, arguments: [], options: [], unit: nil)
    scanner.skipToContent()
    while scanner.byte != Bytes.close {
      try argument(of: &call)
      scanner.skipBlanks()
      if scanner.byte == Bytes.comma {
        scanner.advance()
        scanner.skipToContent()
        if scanner.byte == Bytes.comma || scanner.byte == Bytes.close {
          throw scanner.fail(.emptyElement, scanner.index..<scanner.index + 1)
        }
      } else if scanner.byte != Bytes.close {
        if scanner.isAtLineEnd {
          throw SyntaxError(fact: .unclosedParenthesis(of: name.text), place: name.place)
        }
        throw oddity()
      }
    }
    scanner.advance()
    var place = name.place
    if place.line == scanner.line {
      // From the name's column, for counting from the start of a long line each time would be quadratic.
      place.length = scanner.place(scanner.index - 1..<scanner.index).column + 1 - place.column
    }
    call.unit = unit()
    var value = ValueSyntax(.call(call), place)
    if place.line == scanner.line {
      value.withPoints = Habit.decimalPoints(scanner.text(range.lowerBound..<scanner.index))
    }
    return value
  }

  private mutating func argument(of call: inout CallSyntax) throws(SyntaxError) {
    if scanner.isAtEnd {
      throw SyntaxError(fact: .unclosedParenthesis(of: call.name.text), place: call.name.place)
    }
    var ahead = scanner
    let range = ahead.skipName()
    ahead.skipBlanks()
    guard !range.isEmpty, ahead.byte == UInt8(ascii: "=") else {
      let start = scanner.index
      let value = try element(inCall: true)
      if !call.options.isEmpty { throw scanner.fail(.argumentAfterOption, start..<scanner.index) }
      call.arguments.append(value)
      return
    }
    scanner = ahead
    let name = NameSyntax(try scanner.validName(range), scanner.place(range))
    scanner.advance()
    scanner.skipBlanks()
    if scanner.isAtLineEnd || scanner.byte == Bytes.comma || scanner.byte == Bytes.close {
      throw scanner.fail(.missingValue(name: name.text), range)
    }
    if call.options.contains(where: { $0.name.text == name.text }) {
      throw scanner.fail(.repeatedOption(name.text), range)
    }
    call.options.append(CallSyntax.Option(name: name, value: try element(inCall: true)))
  }

  /// `file("path")` from behind the parenthesis.
  private mutating func file(_ name: Range<Int>) throws(SyntaxError) -> ValueSyntax {
    scanner.skipBlanks()
    guard scanner.byte == Bytes.quote else { throw scanner.fail(.malformedFile, name) }
    let path = try string()
    scanner.skipBlanks()
    guard scanner.byte == Bytes.close, !path.isEmpty, !path.contains("\n") else {
      throw scanner.fail(.malformedFile, name)
    }
    scanner.advance()
    return ValueSyntax(.file(path), scanner.place(name.lowerBound..<scanner.index))
  }

  /// A quoted string; an unknown escape is reported and its letter kept.
  mutating func string() throws(SyntaxError) -> String {
    let start = scanner.index
    scanner.advance()
    var content: [UInt8] = []
    while true {
      if scanner.isAtEnd || scanner.byte == Bytes.newline {
        throw scanner.fail(.unterminatedString, start..<scanner.index)
      }
      let byte = scanner.byte
      scanner.advance()
      if byte == Bytes.quote { return String(decoding: content, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\"), !scanner.isAtEnd, scanner.byte != Bytes.newline else {
        content.append(byte)
        continue
      }
      content.append(contentsOf: escape())
    }
  }

  /// The bytes that the escape behind a backslash stands for.
  private mutating func escape() -> ArraySlice<UInt8> {
    let start = scanner.index
    let length = max(1, CleanSource.sequenceLength(scanner.bytes, at: start))
    scanner.advance(length)
    switch scanner.bytes[start] {
    case Bytes.quote, UInt8(ascii: "\\"): return scanner.bytes[start..<start + 1]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "t"): return [0x09]
    default:
      let range = start - 1..<start + length
      minor.append(scanner.fail(.unknownEscape(scanner.text(start..<start + length)), range))
      return scanner.bytes[start..<start + length]
    }
  }
}

extension Scanner {
  /// Over sign, digits, a point that is not the first of `..`, and an exponent that has digits.
  mutating func skipNumber() {
    if byte == Bytes.minus || byte == UInt8(ascii: "+") { advance() }
    while Bytes.isDigit(byte) { advance() }
    if byte == Bytes.dot, byte(ahead: 1) != Bytes.dot {
      advance()
      while Bytes.isDigit(byte) { advance() }
    }
    guard byte | 0x20 == UInt8(ascii: "e") else { return }
    let hasSign = byte(ahead: 1) == Bytes.minus || byte(ahead: 1) == UInt8(ascii: "+")
    guard Bytes.isDigit(byte(ahead: hasSign ? 2 : 1)) else { return }
    advance(hasSign ? 2 : 1)
    while Bytes.isDigit(byte) { advance() }
  }

  /// `EPSG:32722`: a register in capitals and a number of it, a text that needs no quotes.
  mutating func skipRegisterNumber(after name: Range<Int>) -> Range<Int>? {
    guard name.count >= 2, name.upperBound == index, byte == UInt8(ascii: ":"), Bytes.isDigit(byte(ahead: 1)),
      bytes[name].allSatisfy({ $0 &- 0x41 < 26 })
    else { return nil }
    var length = 1
    while Bytes.isDigit(byte(ahead: length)) { length += 1 }
    let end = byte(ahead: length)
    guard
      end == 0 || end == Bytes.newline || end == Bytes.comma || end == Bytes.comment || end == Bytes.close
        || Bytes.isBlank(end)
    else { return nil }
    advance(length)
    return name.lowerBound..<index
  }

  mutating func skipUnit() -> Range<Int> {
    let start = index
    while index < bytes.count, Bytes.isUnit(bytes[index]) { advance() }
    return start..<index
  }

  /// The text of a name, which must be lower case.
  mutating func validName(_ range: Range<Int>) throws(SyntaxError) -> String {
    let isValid =
      !range.isEmpty && bytes[range.lowerBound] &- 0x61 < 26
      && bytes[range].allSatisfy { $0 &- 0x61 < 26 || Bytes.isDigit($0) || $0 == UInt8(ascii: "_") }
    guard isValid else {
      let found = excerpt(range)
      throw fail(.malformedName(found: found, suggestion: Habit.name(found)), range)
    }
    return text(range)
  }

  /// `.name` behind a name.
  /// - Parameter mayHaveScope: whether `.name.name` is allowed.
  mutating func dotted(
    after first: Range<Int>, mayHaveScope: Bool = false
  ) throws(SyntaxError) -> DottedName {
    advance()
    let second = skipName()
    if byte == Bytes.dot, byte(ahead: 1) != Bytes.dot {
      let start = index
      if mayHaveScope {
        advance()
        let third = skipName()
        if byte != Bytes.dot, !second.isEmpty, !third.isEmpty {
          let scope = NameSyntax(try validName(first), place(first))
          let owner = NameSyntax(try validName(second), place(second))
          var name = DottedName(owner: owner, name: NameSyntax(try validName(third), place(third)))
          name.scope = scope
          return name
        }
      }
      let whole = first.lowerBound..<max(start, skipOddity().upperBound)
      throw fail(.tooManyDots(excerpt(whole)), whole)
    }
    let owner = NameSyntax(try validName(first), place(first))
    return DottedName(owner: owner, name: NameSyntax(try validName(second), place(second)))
  }
}
