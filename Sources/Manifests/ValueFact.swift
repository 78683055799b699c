/// Values of the wrong type, unit, size or count: codes M080 to M109.
public enum ValueFact: Sendable, Equatable {
  case missingUnit(setting: String, dimension: String, units: [String])
  case wrongDimension(setting: String, unit: String, found: String, expected: String, units: [String])
  case unitOnNumber(setting: String, unit: String)
  case unknownUnit(String, suggestion: String?)
  case unknownWord(setting: String, word: String, allowed: [String], suggestion: String?)
  /// Types in words: "a length", "the word 'mean'".
  case wrongType(setting: String, found: String, expected: String)
  /// The bound as the signature writes it, with its sign: "> 0 m".
  case outOfRange(setting: String, found: String, bound: String)
  case wrongCount(setting: String, found: Int, minimum: Int, maximum: Int)
  case notAnInteger(setting: String, found: String)
  /// `path` as it was looked for.
  case fileNotFound(path: String)
  case unknownDistribution(String, suggestion: String?)
  case wrongArgumentCount(distribution: String, found: Int, expected: String)
  case argumentOrder(distribution: String, low: String, high: String)
  case argumentNotPositive(distribution: String, name: String, found: String)
  case unknownOption(distribution: String, option: String, suggestion: String?)
  case reversedRange(low: String, high: String)
  case numberTooLarge(setting: String, found: String)
  case programNotFound(String)
  /// A comma between two digits where that makes one element too many: the value as it would be with points.
  case decimalComma(setting: String, withPoints: String)
  /// A word that says there is no value.
  case noValue(setting: String, word: String)

  var number: Int {
    switch self {
    case .missingUnit: 80
    case .wrongDimension: 81
    case .unitOnNumber: 82
    case .unknownUnit: 83
    case .unknownWord: 84
    case .wrongType: 85
    case .outOfRange: 86
    case .wrongCount: 87
    case .notAnInteger: 88
    case .fileNotFound: 89
    case .unknownDistribution: 90
    case .wrongArgumentCount: 91
    case .argumentOrder: 92
    case .argumentNotPositive: 93
    case .unknownOption: 94
    case .reversedRange: 95
    case .numberTooLarge: 96
    case .programNotFound: 97
    case .decimalComma: 98
    case .noValue: 99
    }
  }

  var message: String {
    switch self {
    case .missingUnit(let setting, let dimension, let units):
      "'\(setting)' is \(Prose.article(dimension)) and needs a unit: \(Prose.alternatives(units))"
    case .wrongDimension(let setting, let unit, let found, let expected, let units):
      "'\(setting)' is \(Prose.article(expected)) but '\(unit)' is a unit of \(found); "
        + "expected \(Prose.alternatives(units))"
    case .unitOnNumber(let setting, let unit): "'\(setting)' is a plain number and takes no unit ('\(unit)')"
    case .unknownUnit(let unit, let near): "unknown unit '\(unit)'" + Prose.suggestion(near)
    case .unknownWord(let setting, let word, let allowed, let near):
      "unknown word '\(word)' for '\(setting)'; expected \(Prose.alternatives(allowed))"
        + Prose.suggestion(near)
    case .wrongType(let setting, let found, let expected): "'\(setting)' takes \(expected), not \(found)"
    case .outOfRange(let setting, let found, let bound): "'\(setting)' must be \(bound), not \(found)"
    case .wrongCount(let setting, let found, let minimum, let maximum):
      "'\(setting)' takes \(Prose.count(minimum, maximum)), not \(found)"
    case .notAnInteger(let setting, let found): "'\(setting)' takes a whole number, not \(found)"
    case .fileNotFound(let path): "no file '\(path)'"
    case .programNotFound(let name):
      "no program '\(name)' on PATH; one of the project is written file(\"path\")"
    case .decimalComma(let setting, let text):
      "'\(setting)' has more elements than it takes; decimals have a point: \(text)"
    case .noValue(let setting, let word):
      "'\(setting)' has no word '\(word)'; leave the line out where there is no value"
    default: distributionMessage
    }
  }

  private var distributionMessage: String {
    switch self {
    case .unknownDistribution(let name, let near): "unknown distribution '\(name)'" + Prose.suggestion(near)
    case .wrongArgumentCount(let name, let found, let expected):
      "\(name) takes \(expected), not \(found == 1 ? "1 argument" : "\(found) arguments")"
    case .argumentOrder(let name, let low, let high):
      "\(name) goes from low to high, but \(low) is not below \(high)"
    case .argumentNotPositive(let distribution, let name, let found):
      "the \(name) of \(distribution) must be above zero, not \(found)"
    case .unknownOption(let distribution, let option, let near):
      "unknown option '\(option)' of \(distribution)" + Prose.suggestion(near)
    case .reversedRange(let low, let high): "range goes from low to high, but \(low) is above \(high)"
    case .numberTooLarge(let setting, let found): "'\(setting)' can't hold a number as large as \(found)"
    default: ""
    }
  }
}
