public import Datasets
import NumericCore

/// What is said of a variable in a line: shape and norms, in the units of its file.
public struct VariableSummary: Sendable, Equatable, Encodable {
  /// Over the values that are there; all NaN where none is.
  public struct Norms: Sendable, Equatable {
    public var mean, deviation, rms, minimum, maximum: Double
  }

  /// As the file has it.
  public var name: String
  /// Names, the slowest first.
  public var dimensions: [String]
  /// Sizes of the dimensions.
  public var shape: [Int]
  /// As the file has them.
  public var units: String?
  /// Values in all, and those of them that are NaN.
  public var count: Int
  /// Of these values those that are not there.
  public var missing: Int
  /// Nil for text.
  public var norms: Norms?

  /// - Precondition: the variable is one of the dataset's.
  public init(_ variable: Dataset.Variable, in dataset: Dataset) {
    name = variable.name
    dimensions = variable.dimensions
    shape = variable.dimensions.map { dataset.size(of: $0) ?? 0 }
    units = variable.units
    count = variable.values.count
    guard let values = variable.decoded() else {
      missing = 0
      return
    }
    let present = values.filter { !$0.isNaN }
    missing = values.count - present.count
    norms = Norms(
      mean: Statistics.mean(present), deviation: Statistics.deviation(present), rms: Statistics.rms(present),
      minimum: present.min() ?? .nan, maximum: present.max() ?? .nan)
  }

  /// Of every variable, in the file's order.
  public static func all(_ dataset: Dataset) -> [VariableSummary] {
    dataset.variables.map { VariableSummary($0, in: dataset) }
  }
}

extension VariableSummary.Norms: Encodable {
  private enum Key: String, CodingKey { case mean, deviation, rms, minimum, maximum }

  /// JSON has no NaN and no infinity: these are null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    let pairs: [(Key, Double)] = [
      (.mean, mean), (.deviation, deviation), (.rms, rms), (.minimum, minimum), (.maximum, maximum),
    ]
    for (key, value) in pairs { try container.encode(value.isFinite ? value : nil, forKey: key) }
  }
}
