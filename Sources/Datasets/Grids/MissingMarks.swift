/// Numbers that stand for no number.
public enum MissingMarks {
  /// The values with NaN for those that equal a mark; a mark of few digits is met by the single-precision number next to it.
  public static func cleared(_ values: [Double], of marks: [Double]) -> [Double] {
    values.map { value in marks.contains { isSame(value, $0) } ? .nan : value }
  }

  static func isSame(_ value: Double, _ mark: Double) -> Bool {
    value == mark || (value.isFinite && abs(value - mark) <= 1.2e-7 * abs(mark))
  }

  /// A number that looks like a mark of missing values which the file does not name.
  public struct Suspect: Equatable, Sendable {
    /// The number that looks like a mark.
    public var value: Double
    /// How often it stands there.
    public var count: Int

    /// The same as an error of a file.
    public func error(path: String, variable: String) -> DatasetError {
      // A number of single precision by the digits that it was written with.
      let single = Float(value)
      let text =
        Double(single) == value && value != value.rounded() || abs(value) > 1e15
        ? "\(single)" : shortNumber(value)
      return .unclear(
        path: path, variable: variable,
        what:
          "holds \(count) time\(count == 1 ? "" : "s") \(text), which looks like a mark of missing values",
        hint: "say missing = \(text), or suspected_marks = keep where it is a true value")
    }
  }

  /// Programs write 9999 and its like, ends of integer types and huge numbers for no value. Such a number is suspected where
  /// it stands apart from all others: a tenth as many values, at most, lie within five per cent of it. Of 999 and its like,
  /// which heights and anomalies reach, only where it is an end as far from the others as they are from each other,
  /// more than once.
  public static func suspected(_ values: [Double]) -> Suspect? {
    var counts: [Double: Int] = [:]
    for value in values where isMark(value) {
      counts[value, default: 0] += 1
      if counts.count > 64 { break }
    }
    let found = counts.keys.sorted { (abs($0), $0) > (abs($1), $1) }
    return found.first { standsApart($0, counts[$0] ?? 0, values) }.map {
      Suspect(value: $0, count: counts[$0] ?? 0)
    }
  }

  private static func standsApart(_ mark: Double, _ count: Int, _ values: [Double]) -> Bool {
    if abs(mark) >= huge { return true }
    var (low, high) = (Double.infinity, -Double.infinity)
    var near = 0
    for value in values where value.isFinite && value != mark && !isMark(value) {
      (low, high) = (min(low, value), max(high, value))
      if abs(value - mark) <= 0.05 * abs(mark) { near += 1 }
    }
    // Nothing to stand apart from.
    guard low <= high else { return abs(mark) >= 9000 }
    if abs(mark) >= 9000 { return near * 10 < count }
    let gap = mark < low ? low - mark : mark > high ? mark - high : 0
    return count > 1 && gap > 0 && gap >= high - low
  }

  private static let huge = 1e9

  static func isMark(_ value: Double) -> Bool {
    let size = abs(value)
    guard size >= 998 else { return false }
    if size >= huge { return size.isFinite }
    for whole in [1e3, 1e4, 1e5, 1e6, 1e7] where size < whole && size > whole - 1.5 {
      return [whole - 1, whole - 0.1, whole - 0.01, whole - 0.001, whole - 0.75].contains { isSame(size, $0) }
    }
    return [32767, 32768, 65535].contains(size)
  }
}
