internal import NumericCore

/// A regular coordinate: its ends, count and direction.
struct Axis {
  let name: String
  let low, high: Double
  let count: Int
  let isDescending: Bool
  /// Largest distance of a node of the file from its place here, as a part of a step.
  let deviation: Double

  /// Signed step from one node to the next; zero for a single node.
  var step: Double { count > 1 ? (isDescending ? low - high : high - low) / Double(count - 1) : 0 }

  /// The ends as the file has them.
  /// - Parameter tolerance: largest distance of a node from its place in equal steps, as a part of a step.
  /// - Throws: `.coordinateNotFinite`, `.irregular`, `.wrongCount` for no node at all.
  init(name: String, values: [Double], tolerance: Double, path: String) throws(DatasetError) {
    let line = try RegularLine(name: name, values: values, path: path)
    guard line.step != 0, line.deviation <= tolerance || values.count == 1 else {
      throw line.irregular(tolerance)
    }
    self.init(name, first: line.first, last: line.last, count: values.count, deviation: line.deviation)
  }

  /// The ends after rounding is undone: coordinates that were rounded to some decimals or to single precision are put
  /// back to the plainest regular line that rounds to them.
  /// - Parameters:
  ///   - tolerance: as above, for coordinates that rounding does not explain.
  ///   - isSingle: whether the file keeps them in single precision.
  init(
    snapping name: String, values: [Double], tolerance: Double, isSingle: Bool, isAngle: Bool, path: String
  ) throws(DatasetError) {
    let line = try RegularLine(name: name, values: values, path: path)
    guard values.count > 1 else {
      self.init(name, first: line.first, last: line.last, count: 1, deviation: 0)
      return
    }
    let rounding = line.deviation > 1e-6 ? line.rounding(isSingle: isSingle) : nil
    let explained = rounding.map { min(2 * $0 / abs(line.step), line.mostExplained) * (1 + 1e-6) } ?? 0
    guard line.step != 0, line.deviation <= max(tolerance, explained) else { throw line.irregular(tolerance) }
    let plain = rounding.flatMap { line.plainest(within: $0, isAngle: isAngle) }
    let first = plain?.first ?? line.first
    let last = plain.map { $0.first + Double(values.count - 1) * $0.step } ?? line.last
    self.init(name, first: first, last: last, count: values.count, deviation: line.deviation)
  }

  private init(_ name: String, first: Double, last: Double, count: Int, deviation: Double) {
    (self.name, self.count, self.deviation) = (name, count, deviation)
    (low, high) = (min(first, last), max(first, last))
    isDescending = last < first
  }

  private init(_ name: String, low: Double, high: Double, count: Int, isDescending: Bool) {
    (self.name, self.count, self.deviation) = (name, count, 0)
    (self.low, self.high, self.isDescending) = (low, high, isDescending)
  }

  /// The axis in another unit.
  func converted(by unit: FileUnit) -> Axis {
    Axis(
      name, low: unit.convert(low), high: unit.convert(high), count: count, isDescending: isDescending)
  }
}

/// The line of equal steps between the first and the last of some values.
private struct RegularLine {
  let name, path: String
  let values: [Double]
  let step: Double
  /// Largest distance of a value from the line, in steps.
  let deviation: Double

  var first: Double { values[0] }
  var last: Double { values[values.count - 1] }

  /// Rounding is believed up to this part of a step; of a few nodes nearly any rounding could be said.
  var mostExplained: Double { values.count >= 8 ? 0.04 : 0.01 }

  init(name: String, values: [Double], path: String) throws(DatasetError) {
    guard let first = values.first, let last = values.last else {
      throw .wrongCount(path: path, variable: name, found: 0, expected: 1)
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .coordinateNotFinite(path: path, coordinate: name, index: index)
    }
    let step = values.count > 1 ? (last - first) / Double(values.count - 1) : 1
    (self.name, self.path, self.values, self.step) = (name, path, values, step)
    deviation =
      values.indices.reduce(0) { most, index in
        max(most, abs(values[index] - (first + Double(index) * step)))
      } / abs(step)
  }

  func irregular(_ tolerance: Double) -> DatasetError {
    let steps = zip(values.dropFirst(), values).map { $0 - $1 }
    return .irregular(
      path: path, coordinate: name, smallest: steps.min() ?? 0, largest: steps.max() ?? 0,
      tolerance: tolerance)
  }

  /// The largest error that the values can have if they were rounded, or cut off, to decimals or to single precision;
  /// nil where they are neither.
  func rounding(isSingle: Bool) -> Double? {
    let largest = values.reduce(0) { max($0, abs($1)) }
    if isSingle { return Double(Float(largest).ulp) }
    for decimals in 0...7 {
      let scale = power(decimals)
      // A decimal number is off its own double by a part in 2⁵³.
      let isRounded = values.allSatisfy {
        abs($0 * scale - ($0 * scale).rounded()) <= 1e-15 * abs($0 * scale) + 1e-9
      }
      if isRounded { return 1 / scale }
    }
    return nil
  }

  /// Of the lines that all values lie on within `error` the one with the plainest step.
  func plainest(within error: Double, isAngle: Bool) -> (first: Double, step: Double)? {
    for candidate in candidates(isAngle) where candidate != 0 {
      let starts = values.indices.map { values[$0] - Double($0) * candidate }
      guard let low = starts.min(), let high = starts.max() else { continue }
      // Half of the error where values were rounded, all of it where they were cut off.
      let bounds = [error / 2, error].map { (high - $0 * (1 + 1e-6), low + $0 * (1 + 1e-6)) }
      for (least, most) in bounds where least <= most {
        if let start = multiple(between: least, most, of: candidate) { return (start, candidate) }
      }
      for (least, most) in bounds where least <= most { return (start(between: least, most), candidate) }
    }
    return nil
  }

  /// Plain numbers near the step: parts of a degree and whole seconds of arc, or decimals of few digits and thirds.
  private func candidates(_ isAngle: Bool) -> [Double] {
    var result: [Double] = []
    if isAngle {
      result.append((step * 3600).rounded() / 3600)
      let parts = (1 / abs(step)).rounded()
      if parts >= 1 { result.append((step < 0 ? -1 : 1) / parts) }
    }
    let digits = Int(-Elementary.log10(abs(step)).rounded(.up))
    for more in 1...5 {
      let decimals = digits + more
      let scale = power(abs(decimals))
      result.append(decimals >= 0 ? (step * scale).rounded() / scale : (step / scale).rounded() * scale)
      if more < 3 {
        let third =
          decimals >= 0 ? (step * 3 * scale).rounded() / scale : (step * 3 / scale).rounded() * scale
        result.append(third / 3)
      }
    }
    return result
  }

  /// A multiple, or half a multiple, of the step between two bounds.
  private func multiple(between least: Double, _ most: Double, of step: Double) -> Double? {
    for part in [1.0, 2] {
      let value = ((least + most) / 2 / step * part).rounded() * step / part
      guard value >= least, value <= most else { continue }
      // The double nearest to the plain number that the product may miss by its rounding.
      let tidy = (value * 1e9).rounded() / 1e9
      return abs(tidy - value) < 1e-12 * abs(value) ? tidy : value
    }
    return nil
  }

  /// The file's own start where it lies between two bounds, else a decimal number.
  private func start(between least: Double, _ most: Double) -> Double {
    if first >= least, first <= most { return first }
    for decimals in 0...8 {
      let scale = power(decimals)
      let value = ((least + most) / 2 * scale).rounded() / scale
      if value >= least, value <= most { return value }
    }
    return (least + most) / 2
  }

  private func power(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { product, _ in product * 10 }
  }
}
