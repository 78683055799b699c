import Foundation
import NumericCore
import TestSupport

@testable import Inference

/// Posteriors with published samples: log densities in coordinates in which the prior is N(0, I), and what is known.
struct PublishedPosterior {
  var dimensions: Int
  /// Parameters of coordinates.
  var parameters: @Sendable ([Double]) -> [Double]
  /// Of the parameters.
  var logLikelihood: @Sendable ([Double]) -> Double
  var mean: [Double]
  var deviation: [Double]
  /// Draws that mean and deviation were computed of.
  var draws: Double

  func density(_ z: [Double]) -> ChainDensity {
    ChainDensity(
      likelihood: logLikelihood(parameters(z)), prior: -0.5 * z.reduce(0) { $0 + $1 * $1 })
  }

  /// One of the tasks of sbibm, by its number from 1.
  static func task(_ name: String, observation: Int) throws -> PublishedPosterior {
    let text = try Data(
      contentsOf: URL(
        fileURLWithPath: try Reference.path("sbibm/reference_posteriors.json", of: "inference")))
    let all = try JSONSerialization.jsonObject(with: text) as? [String: [[String: Any]]]
    guard let entry = all?[name]?[observation - 1], let data = entry["observation"] as? [Double],
      let mean = entry["mean"] as? [Double], let covariance = entry["covariance"] as? [[Double]]
    else { throw CocoaError(.fileReadCorruptFile) }
    let (width, likelihood) = problem(name, data)
    return PublishedPosterior(
      dimensions: mean.count,
      parameters: { z in
        width == 0
          ? z.map { 0.1.squareRoot() * $0 } : z.map { width * (2 * NormalDistribution.cumulative($0) - 1) }
      },
      logLikelihood: likelihood, mean: mean,
      deviation: covariance.indices.map { covariance[$0][$0].squareRoot() }, draws: 10_000)
  }

  /// Half of the width of the uniform prior, 0 for N(0, 0.1 I), and the log likelihood.
  private static func problem(
    _ name: String, _ data: [Double]
  ) -> (width: Double, likelihood: @Sendable ([Double]) -> Double) {
    switch name {
    case "gaussian_linear": (0, { -5 * squares($0, data) })
    case "gaussian_linear_uniform": (1, { -5 * squares($0, data) })
    case "gaussian_mixture":
      (
        10,
        { theta in
          let square = squares(theta, data)
          return Elementary.log(0.5 * Elementary.exp(-0.5 * square) + 50 * Elementary.exp(-50 * square))
        }
      )
    case "two_moons": (1, { moons($0, data) })
    default: (3, { slcp($0, data) })
    }
  }

  private static func squares(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  /// A ring of radius r ~ N(0.1, 0.01) about a place that depends on |θ₁ + θ₂|, its right half.
  private static func moons(_ theta: [Double], _ data: [Double]) -> Double {
    let root = 2.0.squareRoot()
    let u = data[0] + abs(theta[0] + theta[1]) / root - 0.25
    let v = data[1] - (theta[1] - theta[0]) / root
    let r = (u * u + v * v).squareRoot()
    guard u > 0 else { return -.infinity }
    let off = (r - 0.1) / 0.01
    return -0.5 * off * off - Elementary.log(r)
  }

  /// Four points of a normal distribution.
  private static func slcp(_ t: [Double], _ data: [Double]) -> Double {
    let (s1, s2) = (t[2] * t[2], t[3] * t[3])
    let twice = Elementary.exp(2 * t[4])
    let rho = (twice - 1) / (twice + 1)
    let (a, b, c) = (s1 * s1 + 1e-6, s2 * s2 + 1e-6, rho * s1 * s2)
    let determinant = a * b - c * c
    var sum = -2 * Elementary.log(determinant)
    for point in 0..<4 {
      let (x, y) = (data[2 * point] - t[0], data[2 * point + 1] - t[1])
      sum -= 0.5 * (b * x * x - 2 * c * x * y + a * y * y) / determinant
    }
    return sum
  }

  /// Reference samples of observation 1.
  static func samples(_ name: String) throws -> [[Double]] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "gzip", "-dc", try Reference.path("sbibm/\(name)_1_reference_samples.csv.gz", of: "inference"),
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst().map { line in
      line.split(separator: ",").compactMap { Double($0) }
    }
  }
}
