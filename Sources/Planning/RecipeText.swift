import Manifests

/// UTF-8 text under construction: appending to a `String` costs several times as much.
struct TextBuffer {
  var bytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }

  static func += (buffer: inout TextBuffer, text: StaticString) {
    buffer.bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  static func += (buffer: inout TextBuffer, text: String) { buffer.bytes.append(contentsOf: text.utf8) }

  static func += (buffer: inout TextBuffer, number: Int) {
    guard number < 0 || number > 9 else { return buffer.bytes.append(UInt8(number) + 48) }
    buffer += number.description
  }
}

/// How the components of a recipe are written. Every value has one text and no two values share one:
/// numbers begin with a digit or `-`, quoted texts with `"`, lists with `[`; `yes`, `no`, `nan` and `inf` are
/// never words, since a word that could be taken for anything else is written `word "…"`.
enum RecipeText {
  static func append(_ value: SettingValue, fileHash: (_ element: Int?) -> String, to text: inout TextBuffer)
  {
    append(value, element: nil, fileHash: fileHash, to: &text)
  }

  private static func append(
    _ value: SettingValue, element: Int?, fileHash: (Int?) -> String, to text: inout TextBuffer
  ) {
    switch value {
    case .number(let decimal): append(decimal, to: &text)
    case .boolean(let flag): text += flag ? "yes" as StaticString : "no"
    case .word(let word): appendWord(word, to: &text)
    case .text(let content): appendQuoted(content, to: &text)
    case .list(let elements):
      text += "["
      for (index, value) in elements.enumerated() {
        if index > 0 { text += ", " }
        append(value, element: index, fileHash: fileHash, to: &text)
      }
      text += "]"
    case .file:
      text += "file sha256:"
      text += fileHash(element)
    // Names of stages never decide a result; `isNameOnly` keeps such settings out of recipes, so this is
    // reached only for one that stands among other elements of a list.
    case .stage, .output: text += "stage"
    }
  }

  /// `log_uniform 1e-3 1`, with a file by its content.
  static func append(_ distribution: Distribution, fileHash: String?, to text: inout TextBuffer) {
    text += distribution.name
    for argument in distribution.arguments {
      text += " "
      append(argument, fileHash: { _ in fileHash ?? "" }, to: &text)
    }
    for (option, value) in distribution.options.sorted(by: { $0.key < $1.key }) {
      text += " \(option)=" as String
      append(value, fileHash: { _ in fileHash ?? "" }, to: &text)
    }
  }

  /// Whether a setting only names stages, which no recipe holds.
  static func isNameOnly(_ value: SettingValue) -> Bool {
    switch value {
    case .stage, .output: true
    case .list(let elements): !elements.isEmpty && elements.allSatisfy(isNameOnly)
    default: false
    }
  }

  /// Canonical decimal, the same bytes as `ExactDecimal.description` without its temporary arrays.
  static func append(_ decimal: ExactDecimal, to text: inout TextBuffer) {
    guard !decimal.digits.isEmpty else { return text += "0" }
    if decimal.isNegative { text += "-" }
    for digit in decimal.digits { text.bytes.append(digit + 48) }
    if decimal.exponent != 0 {
      text += "e"
      text += decimal.exponent
    }
  }

  /// The shortest decimal that reads back; `nan`, `inf`, `-inf` for the rest. The bytes are those of
  /// `append(ExactDecimal(shortest: number))`, without its arrays: recipes of rounds are mostly members' numbers.
  static func append(_ number: Double, to text: inout TextBuffer) {
    guard number.isFinite else {
      return text += number.isNaN ? "nan" as StaticString : (number < 0 ? "-inf" : "inf")
    }
    guard number != 0 else { return text += "0" }
    if number < 0 { text += "-" }
    let start = text.bytes.count
    var exponent = number.forEachDigit { digit in
      // Zeros in front are no digits.
      if digit != 48 || text.bytes.count > start { text.bytes.append(digit) }
    }
    while text.bytes.last == 48 {
      text.bytes.removeLast()
      exponent += 1
    }
    guard exponent != 0 else { return }
    text += "e"
    text += exponent
  }

  /// Names of settings, ports and kinds: bare when they look like one, quoted otherwise.
  static func appendName(_ name: String, to text: inout TextBuffer) {
    if isBare(name) { text += name } else { appendQuoted(name, to: &text) }
  }

  private static func appendWord(_ word: String, to text: inout TextBuffer) {
    switch word {
    case "yes", "no", "nan", "inf", "file", "word", "stage": break
    default: if isBare(word) { return text += word }
    }
    text += "word "
    appendQuoted(word, to: &text)
  }

  private static func isBare(_ name: String) -> Bool {
    var isFirst = true
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
        break
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."): if isFirst { return false }
      default: return false
      }
      isFirst = false
    }
    return !isFirst
  }

  /// Quotes, backslashes and control characters are escaped, so that a text never ends its line.
  static func appendQuoted(_ content: String, to text: inout TextBuffer) {
    text += "\""
    for scalar in content.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      default:
        if scalar.value < 32 || scalar.value == 127 || (0x80...0x9F).contains(scalar.value)
          || scalar.value == 0x2028 || scalar.value == 0x2029 || scalar.properties.isGraphemeExtend
        {
          text += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          text.bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
      }
    }
    text += "\""
  }
}

extension ExactDecimal {
  /// The shortest decimal that reads back as `value`, from the bytes of its description: planning makes
  /// one for each drawn number, and reading by characters costs some microseconds.
  /// - Precondition: `value` is finite.
  init(shortest value: Double) {
    precondition(value.isFinite, "only a finite number has a decimal form")
    var digits: [UInt8] = []
    let exponent = value.forEachDigit { digits.append($0 - 48) }
    self.init(digits: digits, exponent: exponent, isNegative: value < 0)
  }
}

extension Double {
  /// Calls `take` with the digits, in ASCII, of the shortest decimal that reads back as the magnitude, zeros at its ends
  /// among them.
  /// - Returns: the power of ten that a 1 in the last of them stands for.
  /// - Precondition: the value is finite.
  fileprivate func forEachDigit(_ take: (UInt8) -> Void) -> Int {
    var (exponent, power) = (0, 0)
    var (seenPoint, seenMark, powerIsNegative) = (false, false, false)
    for byte in magnitude.description.utf8 {
      switch byte {
      case UInt8(ascii: "."): seenPoint = true
      case UInt8(ascii: "e"): seenMark = true
      case UInt8(ascii: "-"): powerIsNegative = true
      case UInt8(ascii: "+"): break
      default:
        if seenMark {
          power = 10 * power + Int(byte - 48)
        } else {
          take(byte)
          if seenPoint { exponent -= 1 }
        }
      }
    }
    return exponent + (powerIsNegative ? -power : power)
  }
}
