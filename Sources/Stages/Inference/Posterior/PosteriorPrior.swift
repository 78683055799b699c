import Inference
import NumericCore
import Planning
import StageSupport

/// The prior of an inference: what its `~` lines say, and their correlations.
struct PosteriorPrior {
  /// Of the columns, in the order of the design.
  let names: [String]
  let margins: [PriorMargin]
  /// Of the normal scores; nil where they are independent.
  let correlation: Matrix?

  /// - Throws: `StageError` for what is no continuous distribution of a number.
  init(
    _ variables: [DesignRequest.Variable], perturbations: [String] = [], _ settings: Settings
  ) throws {
    guard !variables.isEmpty else {
      throw StageError.outOfPlace("nothing is unknown: name settings with '~'")
    }
    if let noise = perturbations.first {
      throw StageError.outOfPlace(
        "'\(noise)' is drawn anew by its uncertainty, which the likelihood knows already: an inference varies settings only"
      )
    }
    names = variables.map(\.name)
    margins = try variables.map(Self.margin)
    if let elements = settings[PosteriorSettings.correlation] {
      let pairs = try Correlation(elements, names: names).pairs
      var matrix = Matrix.identity(names.count)
      for pair in pairs {
        matrix[pair.first, pair.second] = pair.value
        matrix[pair.second, pair.first] = pair.value
      }
      correlation = matrix
    } else {
      correlation = nil
    }
  }

  private static func margin(_ variable: DesignRequest.Variable) throws -> PriorMargin {
    if variable.isInteger {
      throw StageError.outOfPlace(
        "\(variable.name) takes whole numbers only, of which a density has none between: an inference needs settings that "
          + "change continuously")
    }
    guard let margin = PriorMargin(variable.distribution) else {
      throw StageError.outOfPlace(
        "\(variable.name) ~ \(variable.distribution.name) has no density: an inference needs a continuous prior, normal, "
          + "uniform, log_uniform, log_normal, truncated_normal, normal_between or log_normal_between")
    }
    if case .truncatedNormal(let mean, let deviation, let low, let high) = margin,
      (low - mean) / deviation > 30 || (high - mean) / deviation < -30
    {
      throw StageError.outOfPlace(
        "\(variable.name): the interval of truncated_normal lies more than 30 deviations from its mean, where it has no "
          + "probability that numbers can hold; move mean or interval, or take uniform")
    }
    return margin
  }

  /// Coordinates of the prior.
  func coordinates(_ map: PriorCoordinates.Map) throws -> PriorCoordinates {
    do {
      return try PriorCoordinates(margins, map, correlation: correlation)
    } catch PosteriorError.unbounded(let variable, let end) {
      throw StageError.outOfPlace(
        "\(names[variable]) has no \(end) end, which these coordinates need: take truncated_normal or uniform, or "
          + "coordinates = prior_quantile")
    }
  }
}

extension PriorMargin {
  /// Nil for what is no continuous distribution.
  init?(_ distribution: Distribution) {
    let numbers = distribution.numbers
    switch distribution.name {
    case "normal": self = .normal(mean: numbers[0], deviation: numbers[1])
    case "uniform": self = .uniform(low: numbers[0], high: numbers[1])
    case "log_uniform": self = .logUniform(low: numbers[0], high: numbers[1])
    case "log_normal": self = .logNormal(median: numbers[0], decades: numbers[1])
    case "truncated_normal":
      self = .truncatedNormal(mean: numbers[0], deviation: numbers[1], low: numbers[2], high: numbers[3])
    case "normal_between":
      self = Self.normalBetween(numbers[0], numbers[1], share: numbers[2])
    case "log_normal_between":
      guard
        case .normal(let mean, let deviation) = Self.normalBetween(
          Elementary.log10(numbers[0]), Elementary.log10(numbers[1]), share: numbers[2])
      else { return nil }
      self = .logNormal(median: Elementary.pow10(mean), decades: deviation)
    default: return nil
    }
  }

  private static func normalBetween(_ low: Double, _ high: Double, share: Double) -> PriorMargin {
    .normal(
      mean: 0.5 * (low + high),
      deviation: 0.5 * (high - low) / Quantile.standardNormal(0.5 * (1 + share)))
  }
}
