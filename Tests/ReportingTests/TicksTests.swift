import Testing

@testable import Reporting

@Suite struct TicksTests {
  @Test func positionsAreRoundNumbersWithEqualDecimals() {
    let ticks = Ticks.linear(0...0.7, count: 4)
    #expect(ticks.values == [0, 0.2, 0.4, 0.6])
    #expect(ticks.labels == ["0.0", "0.2", "0.4", "0.6"])
    #expect(Ticks.linear(-12...31, count: 5).labels == ["−10", "0", "10", "20", "30"])
    #expect(Ticks.linear(4800...5130, count: 4).values == [4800, 4900, 5000, 5100])
  }

  @Test(arguments: [
    (-45.0, 45.0), (0.0, 1.0), (438.1, 603.2), (-3e-7, 8e-7), (0.0, 30.0), (1e7, 3e7), (-38_000, -9000),
  ])
  func threeToNineMarksInsideTheRange(low: Double, high: Double) {
    for count in 3...6 {
      let ticks = Ticks.linear(low...high, count: count)
      #expect((3...9).contains(ticks.values.count), "\(low) … \(high) for \(count): \(ticks.labels)")
      #expect(ticks.values.allSatisfy { $0 >= low && $0 <= high })
      #expect(Set(ticks.labels).count == ticks.labels.count)
    }
  }

  @Test func emptyAndHugeRanges() {
    #expect(Ticks.linear(5...5).values == [5])
    #expect(Ticks.linear(1e300...1.000000000001e300).values.count < 9)
  }

  @Test func logarithmicMarks() {
    #expect(Ticks.logarithmic(0.001...1).labels == ["0.001", "0.01", "0.1", "1"])
    #expect(Ticks.logarithmic(0.2...8).values == [0.3, 1, 3])
    #expect(Ticks.logarithmic(1...6).values == [1, 2, 5])
    #expect(Ticks.logarithmic(1e-12...1e12).values.count <= 13)
  }

  @Test func scalesMapBounds() {
    let scale = Scale(domain: 0.01...100, start: 200, end: 0, isLogarithmic: true)
    #expect(abs(scale.position(0.01) - 200) < 1e-9)
    #expect(abs(scale.position(1) - 100) < 1e-9)
    #expect(abs(scale.position(100)) < 1e-9)
  }
}
