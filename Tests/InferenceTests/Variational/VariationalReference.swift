// Names are those of the reference files.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
import Foundation
import Inference
import NumericCore
import TestSupport

/// One of the reference problems: a model of few parameters with Gaussian noise and prior.
struct VariationalProblem: Decodable {
  struct Optimum: Decodable {
    var std: [Double]
    var kl_to_posterior: Double
  }
  struct Box: Decodable {
    var mean: [Double]
    var std: [Double]
    var log_evidence_no_lik_const: Double
  }
  var name: String
  var kind: String
  var G: [[Double]]?
  var R: [[Double]]
  var y: [Double]
  var m0: [Double]
  var C0: [[Double]]
  var family: String
  var lo: [Double]?
  var hi: [Double]?
  var xs: [Double]?
  var post_mean: [Double]?
  var post_cov: [[Double]]?
  var log_evidence: Double?
  var exact_box_posterior: Box?
  var opt_diagonal: Optimum?

  static func read(_ name: String) throws -> VariationalProblem {
    let text = try Reference.text("vi_problems/\(name).json", of: "inference")
    return try JSONDecoder().decode(VariationalProblem.self, from: Data(text.utf8))
  }

  func predict(_ theta: [Double]) -> [Double] {
    if let G { return G.map { row in zip(row, theta).reduce(0) { $0 + $1.0 * $1.1 } } }
    let (depth, mass) = (theta[0], theta[1])
    return (xs ?? []).map { x in
      let square = (x * 1e3) * (x * 1e3) + (depth * 1e3) * (depth * 1e3)
      return 1e5 * 6.67430e-11 * mass * 1e12 * depth * 1e3 / (square * square.squareRoot())
    }
  }

  var dimension: Int { m0.count }

  /// The prior: normal, or truncated where the problem has bounds.
  var margins: [PriorMargin] {
    (0..<dimension).map { index in
      let deviation = C0[index][index].squareRoot()
      guard let lo, let hi else { return .normal(mean: m0[index], deviation: deviation) }
      return .truncatedNormal(mean: m0[index], deviation: deviation, low: lo[index], high: hi[index])
    }
  }

  var correlation: Matrix? {
    var matrix = Matrix(rows: dimension, columns: dimension)
    for row in 0..<dimension {
      for column in 0..<dimension {
        matrix[row, column] = C0[row][column] / (C0[row][row] * C0[column][column]).squareRoot()
      }
    }
    return matrix == .identity(dimension) ? nil : matrix
  }

  /// - Parameter extra: added to the diagonal of R.
  func likelihood(extra: Double = 0) throws -> GaussianLikelihood {
    let isDiagonal = R.indices.allSatisfy { row in R.indices.allSatisfy { $0 == row || R[row][$0] == 0 } }
    if isDiagonal {
      return try GaussianLikelihood(y, deviations: R.indices.map { (R[$0][$0] + extra).squareRoot() })
    }
    var matrix = Matrix(rows: y.count, columns: y.count, values: R.flatMap { $0 })
    for index in y.indices { matrix[index, index] += extra }
    return try GaussianLikelihood(y, covariance: matrix)
  }

  func evaluation(
    _ theta: [Double], _ likelihood: GaussianLikelihood, withConstant: Bool = true
  ) throws -> VariationalInference.Evaluation {
    let predicted = predict(theta)
    let constant = withConstant ? 0 : likelihood.constant
    return VariationalInference.Evaluation(
      logLikelihood: try likelihood.logDensity(predicted) - constant,
      residual: try likelihood.whitenedResidual(predicted),
      relativeMeanSquare: likelihood.relativeMeanSquare(predicted))
  }
}

/// Tables of numbers with a line of names.
struct NumberTable {
  var names: [String]
  var rows: [[Double]]

  init(_ file: String) throws {
    var lines = try Reference.text(file, of: "inference").split(separator: "\n")
    names = lines.removeFirst().split(separator: ",").map(String.init)
    rows = lines.map { $0.split(separator: ",").map { Double($0) ?? .nan } }
  }

  subscript(_ name: String, _ row: Int) -> Double {
    names.firstIndex(of: name).map { rows[row][$0] } ?? .nan
  }
}

/// |a − b| ≤ tolerance · max(1, |b|) for all, or how far it is.
func relativeDifference(_ found: [Double], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  return zip(found, expected).map { abs($0 - $1) / max(1, abs($1)) }.map { $0.isNaN ? .infinity : $0 }.max()
    ?? 0
}
