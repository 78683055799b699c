import Manifests
import Testing

@testable import Planning

@Suite struct CorrelationTests {
  private static func elements(_ parts: String...) -> [SettingValue] {
    parts.map { part in ExactDecimal(part).map { .number($0) } ?? .word(part) }
  }

  @Test func pairsAreOrderedByTheVariables() throws {
    let correlation = try Correlation(
      Self.elements("c", "a", "-0.5", "a", "b", "0.25"), names: ["a", "b", "c"])
    #expect(
      correlation.pairs == [
        .init(first: 0, second: 1, value: 0.25), .init(first: 0, second: 2, value: -0.5),
      ])
    let other = try Correlation(Self.elements("b", "a", "0.25", "a", "c", "-0.5"), names: ["a", "b", "c"])
    #expect(other == correlation)
  }

  /// L Lᵀ is the matrix of correlations.
  @Test func factor() throws {
    let correlation = try Correlation(
      Self.elements("a", "b", "0.8", "b", "c", "0.5", "a", "d", "-0.3"), names: ["a", "b", "c", "d"])
    let factor = try #require(correlation.factor())
    let expected: [[Double]] = [[1, 0.8, 0, -0.3], [0.8, 1, 0.5, 0], [0, 0.5, 1, 0], [-0.3, 0, 0, 1]]
    for row in 0..<4 {
      for column in 0..<4 {
        let product = (0..<4).reduce(0) { $0 + factor[row][$1] * factor[column][$1] }
        #expect(abs(product - expected[row][column]) < 1e-15)
        if column > row { #expect(factor[row][column] == 0) }
      }
    }
  }

  @Test func contradictionsAreRefused() {
    let parts = Self.elements("a", "b", "0.9", "b", "c", "0.9", "a", "c", "-0.9")
    #expect(throws: Correlation.Fault.self) { try Correlation(parts, names: ["a", "b", "c"]) }
    #expect(throws: Correlation.Fault(description: "names 'a' beside itself")) {
      try Correlation(Self.elements("a", "a", "0.5"), names: ["a", "b"])
    }
    #expect(throws: Correlation.Fault(description: "takes triples of two names and a number")) {
      try Correlation(Self.elements("a", "0.5", "b"), names: ["a", "b"])
    }
  }
}
