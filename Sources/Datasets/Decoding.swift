extension Dataset.Variable {
  /// The values as numbers, missing ones NaN, the others raw · `scale_factor` + `add_offset`. Nil for text.
  ///
  /// Missing are raw values equal to `_FillValue` or one of `missing_value`, to the library's mark of what was never
  /// written, and those outside `valid_min`, `valid_max` or `valid_range`. All are compared in the type that the file
  /// keeps the values in: −99999.9 as a double marks what the same number became as a float.
  public func decoded() -> [Double]? {
    guard var numbers = rawNumbers else { return nil }
    let rule = Unpacking(self)
    for index in numbers.indices {
      let raw = numbers[index]
      numbers[index] = rule.isMissing(raw: raw) ? .nan : rule.unpacked(raw)
    }
    return numbers
  }

  var rawNumbers: [Double]? {
    switch values {
    case .double(let values): values
    case .int32(let values): values.map(Double.init)
    case .int8(let values): values.map(Double.init)
    case .text: nil
    }
  }
}

/// What the attributes of a variable say of its raw numbers.
struct Unpacking {
  let scale, offset: Double
  /// Marks among raw values, and among unpacked ones where a mark is no value of the file's type.
  private(set) var marks: [Double] = []
  private(set) var unpackedMarks: [Double] = []
  private var low = -Double.infinity, high = Double.infinity
  private var unpackedLow = -Double.infinity, unpackedHigh = Double.infinity
  /// Attributes whose value can't be understood.
  private(set) var unclear: [String] = []

  var isPacked: Bool { scale != 1 || offset != 0 }

  init(_ variable: Dataset.Variable) {
    let type = variable.storedAs ?? variable.values.impliedType
    var unclear: [String] = []
    func factor(_ name: String, usual: Double) -> Double {
      guard let value = variable.attribute(name) else { return usual }
      guard let numbers = value.spelledNumbers, numbers.count == 1, numbers[0].isFinite else {
        unclear.append(name)
        return usual
      }
      return numbers[0]
    }
    (scale, offset) = (factor("scale_factor", usual: 1), factor("add_offset", usual: 0))
    if scale == 0 { unclear.append("scale_factor") }
    for name in ["_FillValue", "missing_value"] {
      guard let value = variable.attribute(name) else { continue }
      guard let numbers = value.spelledNumbers else {
        unclear.append(name)
        continue
      }
      for number in numbers where !number.isNaN { add(mark: number, type) }
    }
    if let type, type.hasUnwrittenMark { marks.append(variable.unwritten ?? type.unwritten) }
    self.unclear = unclear
    setRange(of: variable, type)
  }

  private mutating func add(mark: Double, _ type: StoredType?) {
    switch type {
    case .float?:
      let single = Double(Float(mark))
      if single.isFinite || !mark.isFinite { marks.append(single) }
    case let type? where type.isInteger && mark != mark.rounded(): unpackedMarks.append(mark)
    default: marks.append(mark)
    }
  }

  /// Bounds of the type of the packed data hold for these, wider ones for what is unpacked (NUG, "Attribute
  /// Conventions").
  private mutating func setRange(of variable: Dataset.Variable, _ type: StoredType?) {
    func bound(_ name: String, count: Int) -> (values: [Double], isUnpacked: Bool)? {
      guard let value = variable.attribute(name) else { return nil }
      guard let numbers = value.spelledNumbers, numbers.count == count else {
        unclear.append(name)
        return nil
      }
      var isWide = false
      if case .numbers = value { isWide = isPacked && type?.isInteger == true }
      return (type == .float ? numbers.map { Double(Float($0)) } : numbers, isWide)
    }
    let range = bound("valid_range", count: 2).map { ($0.values[0], $0.values[1], $0.isUnpacked) }
    if let (least, most, isUnpacked) = range { limit(least, most, isUnpacked) }
    if let least = bound("valid_min", count: 1) { limit(least.values[0], .infinity, least.isUnpacked) }
    if let most = bound("valid_max", count: 1) { limit(-.infinity, most.values[0], most.isUnpacked) }
  }

  private mutating func limit(_ least: Double, _ most: Double, _ isUnpacked: Bool) {
    if isUnpacked {
      (unpackedLow, unpackedHigh) = (max(unpackedLow, least), min(unpackedHigh, most))
    } else {
      (low, high) = (max(low, least), min(high, most))
    }
  }

  func unpacked(_ raw: Double) -> Double { isPacked ? raw * scale + offset : raw }

  func isMissing(raw: Double) -> Bool {
    // Swift's `<` is false for NaN, which is missing anyhow.
    if raw < low || raw > high || marks.contains(raw) { return true }
    let isUnlimited = unpackedLow == -.infinity && unpackedHigh == .infinity && unpackedMarks.isEmpty
    guard !isUnlimited else { return false }
    let value = unpacked(raw)
    return value < unpackedLow || value > unpackedHigh || unpackedMarks.contains(value)
  }
}

extension Dataset.Values {
  /// The type of values that come from no file.
  var impliedType: StoredType? {
    switch self {
    case .double: .double
    case .int32: .int
    case .int8: .byte
    case .text: nil
    }
  }
}

extension Dataset.AttributeValue {
  /// Numbers, also where they were written as text; nil for other text.
  var spelledNumbers: [Double]? {
    guard case .text(let text) = self else { return numbers }
    let words = text.split { " ,;\t\n".contains($0) }
    let found = words.compactMap { TextNumbers.number(ArraySlice($0.utf8)) }
    return found.count == words.count && !words.isEmpty ? found : nil
  }
}
