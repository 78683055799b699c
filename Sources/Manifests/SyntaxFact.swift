/// Mistakes in the text itself: codes M001 to M049.
public enum SyntaxFact: Sendable, Equatable {
  case unreadableFile(path: String, reason: String)
  case invalidUTF8
  case controlCharacter(UInt8)
  case unsupportedVersion(found: String)
  case misplacedVersion
  case malformedSection(found: String)
  case unclosedSection
  case malformedName(found: String, suggestion: String? = nil)
  case textAfterSection(found: String)
  case lineOutsideSection(name: String)
  case missingOperator(name: String, allowed: [String])
  case missingValue(name: String)
  case unterminatedString
  case unknownEscape(String)
  case malformedNumber(String)
  case unexpectedText(String)
  case danglingComma
  case unclosedParenthesis(of: String)
  case malformedInclude
  case misplacedInclude
  case includeCycle([String])
  case tooManyDots(String)
  /// `section` in words: "a [profile]".
  case wrongOperator(found: String, section: String, allowed: [String])
  case malformedReference(found: String)
  case malformedDistribution(found: String)
  case malformedFile
  case nestedCall(String)
  case argumentAfterOption
  case emptyElement
  case repeatedOption(String)
  case unquotedPath(String)
  case incompleteRange
  case tooDeepInclude(limit: Int)
  /// `0/40/0/30`, and the same as a list.
  case slashes(found: String, list: String)
  /// `name: value`; the value is empty where nothing follows the colon.
  case colon(name: String, value: String)
  /// The whole text is of another language.
  case foreignLanguage(String)
  /// `kg m-3`, and the same in one word.
  case splitUnit(found: String, unit: String)
  /// A line that begins with a dash.
  case dash

  var number: Int {
    switch self {
    case .unreadableFile: 1
    case .invalidUTF8: 2
    case .controlCharacter: 3
    case .unsupportedVersion: 4
    case .misplacedVersion: 5
    case .malformedSection: 6
    case .unclosedSection: 7
    case .malformedName: 8
    case .textAfterSection: 9
    case .lineOutsideSection: 10
    case .missingOperator: 11
    case .missingValue: 12
    case .unterminatedString: 13
    case .unknownEscape: 14
    case .malformedNumber: 15
    case .unexpectedText: 16
    case .danglingComma: 17
    case .unclosedParenthesis: 18
    case .malformedInclude: 19
    case .misplacedInclude: 20
    case .includeCycle: 21
    case .tooManyDots: 22
    case .wrongOperator: 23
    case .malformedReference: 24
    case .malformedDistribution: 25
    case .malformedFile: 26
    case .nestedCall: 27
    case .argumentAfterOption: 28
    case .emptyElement: 29
    case .repeatedOption: 30
    case .unquotedPath: 31
    case .incompleteRange: 32
    case .tooDeepInclude: 33
    case .slashes: 34
    case .colon: 35
    case .foreignLanguage: 36
    case .splitUnit: 37
    case .dash: 38
    }
  }

  var message: String {
    switch self {
    case .unreadableFile(let path, let reason): "can't read manifest '\(path)': \(reason)"
    case .invalidUTF8: "invalid UTF-8; a manifest is UTF-8 text"
    case .controlCharacter(let byte): "control character U+\(Self.hex(byte)); a manifest is plain text"
    case .unsupportedVersion(let found):
      "unsupported version '\(found)' of the manifest language; this is version 1"
    case .misplacedVersion: "'manifest 1' may stand on the first line only"
    case .malformedSection(let found):
      "malformed section '\(found)'; expected [pipeline], [name : kind], "
        + "[profile name], [results] or [expect]"
    case .unclosedSection: "section header without ']'"
    case .malformedName(let found, let near):
      "malformed name '\(found)'; a name is lower-case letters, digits and "
        + "underscores and starts with a letter" + Prose.suggestion(near)
    case .textAfterSection(let found): "unexpected '\(found)' behind the section header"
    case .lineOutsideSection(let name): "'\(name)' stands before the first section"
    default: valueMessage
    }
  }

  private var valueMessage: String {
    switch self {
    case .missingOperator(let name, let allowed): "expected \(Prose.alternatives(allowed)) after '\(name)'"
    case .missingValue(let name): "'\(name)' has no value"
    case .unterminatedString: "string without closing '\"'"
    case .unknownEscape(let escape): "unknown escape '\\\(escape)'; known are \\\" \\\\ \\n \\t"
    case .malformedNumber(let text): "malformed number '\(text)'"
    case .unexpectedText(let text): "unexpected '\(text)'"
    case .danglingComma: "nothing follows the comma at the end of the line"
    case .unclosedParenthesis(let name): "'\(name)(' without ')'"
    case .malformedInclude: "malformed include; write include \"other.manifest\""
    case .misplacedInclude: "an include must stand before the first section"
    case .includeCycle(let chain): "include goes in a circle: \(chain.joined(separator: " → "))"
    case .tooManyDots(let name): "'\(name)' has too many dots; expected name or stage.name"
    case .wrongOperator(let found, let section, let allowed):
      "'\(found)' in \(section); expected \(Prose.alternatives(allowed))"
    case .malformedReference(let found):
      "'<-' takes the output of a stage, stage.output, not \(found)"
    case .malformedDistribution(let found): "'~' takes a distribution such as normal(0, 1), not \(found)"
    case .malformedFile: "malformed file; write file(\"path\")"
    case .nestedCall(let name): "'\(name)(' inside parentheses; calls do not nest"
    case .argumentAfterOption: "an argument without a name stands behind a named one"
    case .emptyElement: "empty element in a list"
    case .repeatedOption(let name): "option '\(name)' is given twice"
    case .unquotedPath(let path): "unexpected path '\(path)'; write file(\"\(path)\")"
    case .incompleteRange: "incomplete range; write low .. high"
    case .tooDeepInclude(let limit): "includes are nested more than \(limit) deep"
    default: habitMessage
    }
  }

  private var habitMessage: String {
    switch self {
    case .slashes(let found, let list):
      "'\(found)': the elements of a list stand between commas; write \(list)"
    case .colon(let name, ""):
      "expected '=' after '\(name)', not ':'; a section begins with a line [\(name) : kind of stage]"
    case .colon(let name, let value): "expected '=' after '\(name)', not ':'; write \(name) = \(value)"
    case .foreignLanguage(let language):
      "this is \(language); a manifest has sections [name : kind of stage] with lines name = value"
    case .splitUnit(let found, let unit): "a unit is one word, not '\(found)'; write \(unit)"
    case .dash: "a line can't begin with '-'; the elements of a list stand behind its name: name = a, b, c"
    default: ""
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
