import Datasets
import Inference
import Planning
import StageSupport

/// A varied setting, ready to be drawn: a table of samples has been read.
struct DrawnVariable {
  let name: String
  let isInteger: Bool
  let distribution: Distribution
  /// Of `samples`, by rising value, canonical units.
  private let samples: [Double]

  init(_ variable: DesignRequest.Variable) throws {
    try self.init(name: variable.name, isInteger: variable.isInteger, variable.distribution)
  }

  init(name: String, isInteger: Bool, _ distribution: Distribution) throws {
    (self.name, self.isInteger, self.distribution) = (name, isInteger, distribution)
    samples = distribution.name == "samples" ? try Self.read(distribution) : []
    try check()
  }

  /// The value whose cumulative probability is `u`, canonical units; whole for an integer.
  func value(at u: Double) throws -> Double {
    let drawn = try distribution.name == "samples" ? Quantile.discrete(u, samples) : distribution.value(at: u)
    return isInteger ? drawn.rounded() : drawn
  }

  private static func read(_ distribution: Distribution) throws -> [Double] {
    guard case .file(let path)? = distribution.arguments.first,
      case .text(let column) = distribution.arguments[1],
      let scale = distribution.numbers.first
    else { preconditionFailure("the manifest's reader gives samples a file, a column and a factor") }
    let values = try TableFile.read(path).numbers(column)
    guard !values.isEmpty else { throw StageError.outOfPlace("\(path) holds no row to draw from") }
    if let row = values.firstIndex(where: { !$0.isFinite }) {
      throw StageError.outOfPlace("\(path), column '\(column)': value \(row + 1) is no number to draw")
    }
    return values.map { $0 * scale }.sorted()
  }

  private func check() throws {
    guard distribution.name == "truncated_normal" else { return }
    let numbers = distribution.numbers
    let (low, high) = ((numbers[2] - numbers[0]) / numbers[1], (numbers[3] - numbers[0]) / numbers[1])
    guard low < 30, high > -30 else {
      throw StageError.outOfPlace(
        "\(name): the interval of truncated_normal lies more than 30 deviations from its mean, where it has no "
          + "probability that numbers can hold; move mean or interval, or take uniform")
    }
  }
}

// MARK: - as an axis of a search

extension DrawnVariable {
  /// Where an optimiser looks for the variable's value: an interval, or the positions in a list.
  struct Axis {
    var parameter: SearchSpace.Parameter
    /// Rising; empty for an interval.
    var choices: [Double] = []

    func value(_ coordinate: Double) -> Double { choices.isEmpty ? coordinate : choices[Int(coordinate)] }

    func coordinate(_ value: Double) -> Double {
      choices.isEmpty ? value : Double(choices.firstIndex(of: value) ?? 0)
    }
  }

  /// An unbounded distribution is searched between its quantiles of 0.1 % and 99.9 %.
  func axis() throws -> Axis {
    switch distribution.name {
    case "samples": return choice(samples)
    case "discrete": return choice(distribution.numbers.map { isInteger ? $0.rounded() : $0 })
    case "integers": return try interval(distribution.numbers[0], distribution.numbers[1])
    case "truncated_normal": return try interval(distribution.numbers[2], distribution.numbers[3])
    case "uniform", "log_uniform": return try interval(distribution.numbers[0], distribution.numbers[1])
    default: return try interval(distribution.value(at: 0.001), distribution.value(at: 0.999))
    }
  }

  private func choice(_ values: [Double]) -> Axis {
    let distinct = Set(values).sorted()
    return Axis(parameter: .integer(0, distinct.count - 1), choices: distinct)
  }

  private func interval(_ low: Double, _ high: Double) throws -> Axis {
    let isLogarithmic = distribution.isLogarithmic
    guard isInteger || distribution.name == "integers" else {
      return Axis(parameter: isLogarithmic ? .logarithmic(low, high) : .real(low, high))
    }
    let (least, most) = (low.rounded(.up), high.rounded(.down))
    guard least <= most, abs(least) < 0x1p52, abs(most) < 0x1p52 else {
      throw StageError.outOfPlace("\(name): no whole number between \(low) and \(high)")
    }
    return Axis(parameter: .integer(Int(least), Int(most), logarithmic: isLogarithmic && least > 0))
  }
}
