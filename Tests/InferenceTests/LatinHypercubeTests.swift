import Foundation
import Inference
import NumericCore
import Testing

@Suite struct LatinHypercubeTests {
  /// From SciPy 1.17.1.
  @Test func centeredAsSciPy() {
    let line = LatinHypercube.centered(count: 10, dimensions: 1, seed: 0)
    #expect(line.map { $0[0] } == [0.45, 0.65, 0.25, 0.75, 0.35, 0.55, 0.95, 0.05, 0.85, 0.15])
    let plane = LatinHypercube.centered(count: 5, dimensions: 2, seed: 0)
    #expect(plane == [[0.5, 0.9], [0.9, 0.3], [0.7, 0.5], [0.1, 0.1], [0.3, 0.7]])
  }

  /// From SciPy 1.17.1.
  @Test func randomAsSciPy() {
    let samples = LatinHypercube.random(count: 3, dimensions: 2, seed: 3)
    #expect(
      samples == [
        [0x1.46b7439d7580dp-1, 0x1.d7959751e1603p-1],
        [0x1.0f539bd9b30b3p-4, 0x1.1d3e7a1059455p-3],
        [0x1.efef74f54e9c0p-1, 0x1.0b69ba831ca34p-1],
      ])
  }

  @Test(arguments: [1, 2, 7, 100]) func oneSampleInEachStratum(_ count: Int) {
    for samples in [
      LatinHypercube.centered(count: count, dimensions: 3, seed: 5),
      LatinHypercube.random(count: count, dimensions: 3, seed: 5),
    ] {
      for dimension in 0..<3 {
        let strata = samples.map { Int(($0[dimension] * Double(count)).rounded(.up)) }
        #expect(strata.sorted() == Array(1...count))
      }
    }
  }

  @Test func nothingToSample() {
    #expect(LatinHypercube.centered(count: 0, dimensions: 3, seed: 1).isEmpty)
    #expect(LatinHypercube.random(count: 2, dimensions: 0, seed: 1) == [[], []])
  }

  struct Row {
    let parameter: String
    let value: Double
    let distribution: String
    let low: Double
    let scale: Double
    let isInteger: Bool
    let isLogarithmic: Bool

    /// The value that belongs to a unit sample.
    func value(at u: Double) -> Double {
      switch distribution {
      case "normal": return Quantile.normal(u, mean: low, deviation: scale)
      case "uniform_discrete": return Double(Quantile.integers(u, low: Int(low), high: Int(low + scale)))
      default:
        if isLogarithmic {
          let bounds = (Elementary.pow10(low), Elementary.pow10(low + scale))
          return Quantile.logUniform(u, low: bounds.0, high: bounds.1)
        }
        let value = Quantile.uniform(u, low: low, high: low + scale)
        return isInteger ? value.rounded(.toNearestOrEven) : value
      }
    }
  }

  static let reference: URL? = {
    let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let beside = place.deletingLastPathComponent().deletingLastPathComponent()
    let shared =
      ProcessInfo.processInfo.environment["PIPE_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? beside.appendingPathComponent("shared")
    let file = shared.appendingPathComponent("reference/gravity/h_lhc_scipy_main5e459c6.csv")
    return FileManager.default.fileExists(atPath: file.path) ? file : nil
  }()

  /// What Invert4Geom drew, through the inverse distribution functions.
  @Test(
    .enabled(if: reference != nil, "the reference numbers are not beside the repository"),
    arguments: ["centered", "random"], [0, 1])
  func invert4Geom(_ criterion: String, _ seed: Int) throws {
    let rows = try Self.rows(criterion: criterion, seed: seed)
    let names = rows.map(\.parameter).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
    #expect(names.count == (seed == 0 ? 3 : 4))
    let count = rows.count / names.count
    let samples =
      criterion == "centered"
      ? LatinHypercube.centered(count: count, dimensions: names.count, seed: UInt64(seed))
      : LatinHypercube.random(count: count, dimensions: names.count, seed: UInt64(seed))
    for (index, row) in rows.enumerated() {
      let value = row.value(at: samples[index % count][index / count])
      #expect(abs(value - row.value) <= 1e-13 * abs(row.value), "\(row)")
    }
  }

  private static func rows(criterion: String, seed: Int) throws -> [Row] {
    let text = try String(contentsOf: #require(reference), encoding: .utf8)
    return try text.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard cells[1] == criterion, cells[3] == "\(seed)" else { return nil }
      return Row(
        parameter: cells[4], value: try #require(Double(cells[6])), distribution: cells[7],
        low: try #require(Double(cells[8])), scale: try #require(Double(cells[9])),
        isInteger: cells[10] == "int", isLogarithmic: cells[11] == "True")
    }
  }
}
