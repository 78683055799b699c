import Manifests

/// `log_space(0.001, 1, 7)`: the elements of a list that lie evenly between two numbers, or evenly in the logarithm.
enum Spacing: String, CaseIterable {
  case logarithmic = "log_space"
  case linear = "linear_space"

  /// More are a mistake.
  static let greatestCount = 10_000

  /// The elements, or what is wrong.
  static func elements(_ call: CallSyntax, at place: SourcePlace) -> Result<[ValueSyntax], ManifestFault>? {
    guard let spacing = Spacing(rawValue: call.name.text) else { return nil }
    return spacing.elements(call, place)
  }

  private func elements(_ call: CallSyntax, _ place: SourcePlace) -> Result<[ValueSyntax], ManifestFault> {
    func fault(_ fact: ValueFact, _ place: SourcePlace) -> Result<[ValueSyntax], ManifestFault> {
      .failure(ManifestFault(.value(fact), place))
    }
    let numbers = call.arguments.compactMap { argument -> (ExactDecimal, NameSyntax?)? in
      if case .number(let number, let unit) = argument.form { (number, unit) } else { nil }
    }
    guard numbers.count == 3, call.arguments.count == 3, call.options.isEmpty else {
      return fault(
        .wrongArgumentCount(
          distribution: rawValue, found: call.arguments.count, expected: "3 numbers (first, last, how many)"),
        place)
    }
    guard numbers[2].1 == nil, let count = numbers[2].0.integer, (2...Self.greatestCount).contains(count)
    else {
      return fault(
        .wrongType(
          setting: rawValue, found: call.arguments[2].form.inWords,
          expected: "a whole number from 2 to \(Self.greatestCount) as its third argument"),
        call.arguments[2].place)
    }
    for (index, name) in ["first number", "last number"].enumerated()
    where self == .logarithmic && !(ExactDecimal(0) < numbers[index].0) {
      let text = call.arguments[index].numberText
      return fault(
        .argumentNotPositive(distribution: rawValue, name: name, found: text), call.arguments[index].place)
    }
    // A unit behind the parenthesis, or behind one of the two, is that of both.
    let unit = call.unit ?? numbers[1].1 ?? numbers[0].1
    if let first = numbers[0].1, let unit, first.text != unit.text {
      return fault(
        .wrongType(
          setting: rawValue, found: "\(first.text) and \(unit.text)", expected: "one unit for both ends"),
        place)
    }
    let values = values(from: numbers[0].0, to: numbers[1].0, count: count)
    return .success(values.map { ValueSyntax(.number($0, unit: unit), place) })
  }

  /// The ends are exact, what lies between is rounded to twelve digits: no machine's last bit may decide a key.
  func values(from first: ExactDecimal, to last: ExactDecimal, count: Int) -> [ExactDecimal] {
    (0..<count).map { index in
      if index == 0 { return first }
      if index == count - 1 { return last }
      let share = Double(index) / Double(count - 1)
      switch self {
      case .linear: return (first.double + (last.double - first.double) * share).rounded(digits: 12)
      case .logarithmic:
        return (first.double * Self.power(last.double / first.double, share)).rounded(digits: 12)
      }
    }
  }

  /// base^exponent for an exponent between 0 and 1, by square roots and products alone, which every processor rounds
  /// alike; libm's `pow` does not.
  private static func power(_ base: Double, _ exponent: Double) -> Double {
    var (result, root, rest) = (1.0, base, exponent)
    for _ in 0..<60 where rest > 0 {
      root = root.squareRoot()
      rest *= 2
      if rest >= 1 {
        result *= root
        rest -= 1
      }
    }
    return result
  }
}

extension Double {
  /// The decimal of so many digits that is nearest to the shortest one that reads back.
  fileprivate func rounded(digits count: Int) -> ExactDecimal {
    let exact = ExactDecimal(self)
    guard exact.digits.count > count else { return exact }
    var digits = Array(exact.digits[..<count])
    if exact.digits[count] >= 5 {
      var position = count - 1
      while position >= 0 {
        if digits[position] < 9 {
          digits[position] += 1
          break
        }
        digits[position] = 0
        position -= 1
      }
      if position < 0 { digits.insert(1, at: 0) }
    }
    let dropped = exact.digits.count - count
    let exponent = exact.exponent + dropped
    return ExactDecimal(digits: digits, exponent: exponent, isNegative: exact.isNegative)
  }
}
