import Artefacts
import Inference
import Planning
import StageSupport

/// Numbers between 0 and 1, one row a member and one column a variable, that become values by the inverse of each
/// variable's distribution function.
enum UnitDesign {
  /// Each column of its own stream, named after the variable.
  static func monteCarlo(count: Int, names: [String], seed: UInt64) -> [[Double]] {
    (0..<count).map { member in
      names.map { MonteCarlo.unit(member: member, dimension: $0, seed: seed) }
    }
  }

  static func sobol(count: Int, dimensions: Int, seed: UInt64) throws -> [[Double]] {
    guard dimensions <= Sobol.maximumDimensions else {
      throw StageError.outOfPlace(
        "sampler sobol takes up to \(Sobol.maximumDimensions) varied settings, not \(dimensions)")
    }
    return Sobol.scrambled(count: count, dimensions: dimensions, seed: seed)
  }

  /// Makes columns depend on each other as a normal distribution with these correlations of its quantiles does
  /// (Gaussian copula); each column stays uniform, and columns that no pair names stay as they are.
  static func correlated(_ units: [[Double]], by correlation: Correlation) -> [[Double]] {
    guard let factor = correlation.factor() else { preconditionFailure("the correlations were checked") }
    let named = Set(correlation.pairs.flatMap { [$0.first, $0.second] })
    return units.map { row in
      let normal = row.map { Quantile.standardNormal($0) }
      return row.indices.map { column in
        // The first of the named ones is itself.
        guard named.contains(column), factor[column].prefix(column).contains(where: { $0 != 0 }) else {
          return row[column]
        }
        let mixed = (0...column).reduce(0) { $0 + factor[column][$1] * normal[$1] }
        return NormalDistribution.cumulative(mixed)
      }
    }
  }
}
