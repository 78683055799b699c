/// Counts and flags, doubles in memory, as 32-bit integers of files: what users' tools show as 3 rather than 3.0, and with the
/// words of a flag's values (`flag_values` and `flag_meanings` of the climate and forecast conventions).
enum WholeNumbers {
  /// For NaN.
  private static let missing = Int32.min
  private static let (fill, range) = ("_FillValue", "actual_range")
  private static let (values, meanings) = ("flag_values", "flag_meanings")

  /// Whether a dataset has some, and no integers of its own, which could not be told from them when they are read back.
  static func isIn(_ dataset: Dataset) -> Bool {
    dataset.variables.contains { fitting($0) != nil }
      && dataset.variables.allSatisfy { variable in
        switch variable.values {
        case .int32, .int8: false
        case .double, .text: true
        }
      }
  }

  /// The values as integers; nil where the variable is no count or flag, or a value is not whole.
  private static func fitting(_ variable: Dataset.Variable) -> [Int32]? {
    guard let whole = variable.whole, !variable.isCoordinate, case .double(let numbers) = variable.values,
      ![fill, values, meanings].contains(where: { variable.attribute($0) != nil })
    else { return nil }
    var result: [Int32] = []
    result.reserveCapacity(numbers.count)
    for number in numbers {
      // −0 would come back as 0, which has other bits.
      guard let value = number.isNaN ? missing : Int32(exactly: number), number.isNaN || value != missing,
        number != 0 || number.sign == .plus
      else { return nil }
      if case .flag = whole, !number.isNaN, !(0...1).contains(value) { return nil }
      result.append(value)
    }
    return result
  }

  /// Makes a count or flag what files hold.
  static func store(_ variable: inout Dataset.Variable) {
    guard let whole = variable.whole, let integers = fitting(variable) else { return }
    variable.values = .int32(integers)
    if let index = variable.attributes.firstIndex(where: { $0.name == range }),
      let ends = variable.attributes[index].value.numbers, ends.allSatisfy({ Int32(exactly: $0) != nil })
    {
      variable.attributes[index].value = .integers(ends.map { Int($0) })
    }
    if integers.contains(missing) {
      variable.attributes.append(.init(name: fill, value: .integers([Int(missing)])))
    }
    guard case .flag(let no, let yes) = whole else { return }
    variable.attributes.append(.init(name: values, value: .integers([0, 1])))
    variable.attributes.append(.init(name: meanings, value: .text("\(no) \(yes)")))
  }

  /// Makes doubles of all integers again.
  static func takeBack(from dataset: inout Dataset) {
    for index in dataset.variables.indices where dataset.variables[index].name != CoordinateSystem.variable {
      guard case .int32(let integers) = dataset.variables[index].values else { continue }
      dataset.variables[index].values = .double(integers.map { $0 == missing ? .nan : Double($0) })
      dataset.variables[index].storedAs = .double
      let words =
        dataset.variables[index].attribute(meanings)?.text?.split(separator: " ").map(String.init) ?? []
      dataset.variables[index].whole = words.count == 2 ? .flag(no: words[0], yes: words[1]) : .count
      dataset.variables[index].attributes.removeAll { [fill, values, meanings].contains($0.name) }
      if let place = dataset.variables[index].attributes.firstIndex(where: { $0.name == range }),
        let ends = dataset.variables[index].attributes[place].value.numbers
      {
        dataset.variables[index].attributes[place].value = .numbers(ends)
      }
    }
  }
}
