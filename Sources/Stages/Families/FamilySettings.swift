import Inference
import NumericCore
import Planning

/// Settings that several families share.
enum FamilySettings {
  static let `repeat` = SettingSpec(
    "repeat", .stage, .required, "the stage to repeat, with all that changes before it")
  static let nested = SettingSpec(
    "nested", .list(.stage, count: 0...100), .optional,
    "families below that are repeated too; others are computed once, from base values")
  static let maximumFailures = SettingSpec(
    "max_failures", .integer, .defaultsTo("0"), minimum: "0", "members that may fail before the family does")
  static let seed = SettingSpec("seed", .integer, .defaultsTo("0"), minimum: "0", "seed of what is drawn")

  static let searchSamplers = SettingSpec(
    "sampler", .word(["grid", "halton", "golden_section"]), .defaultsTo("grid"),
    "regular, scrambled Halton sequence, or narrowing in on the best of one variable")
  static let trials = SettingSpec(
    "trials", .integer, .defaultsTo("8"), minimum: "1",
    "number of trials; a grid of several variables rounds up")
}

extension Distribution {
  /// The value whose cumulative probability is `u`, canonical units.
  func value(at u: Double) throws -> Double {
    switch name {
    case "normal": return Quantile.normal(u, mean: numbers[0], deviation: numbers[1])
    case "uniform": return Quantile.uniform(u, low: numbers[0], high: numbers[1])
    case "log_uniform": return Quantile.logUniform(u, low: numbers[0], high: numbers[1])
    case "log_normal": return Quantile.logNormal(u, median: numbers[0], decades: numbers[1])
    case "integers": return Double(Quantile.integers(u, low: Int(numbers[0]), high: Int(numbers[1])))
    case "discrete": return Quantile.discrete(u, numbers)
    default: throw StageError.outOfPlace("distribution \(name) cannot be drawn from")
    }
  }

  /// Whether equal steps of probability are equal steps of the logarithm.
  var isLogarithmic: Bool { name == "log_uniform" || name == "log_normal" }
}
