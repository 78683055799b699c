import Reporting
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.2134, 4, "0.2134"), (492.2704164812973, 4, "492.3"), (-1.005, 3, "−1.01"), (0, 4, "0"),
    (123_456, 4, "123500"), (1_234_567, 4, "1.235×10⁶"), (0.00001234, 3, "1.23×10⁻⁵"), (9.9996, 4, "10"),
    (99_999.6, 5, "100000"), (0.00012, 4, "0.00012"), (1e-300, 4, "1×10⁻³⁰⁰"), (2500, 4, "2500"),
    (0.1 + 0.2, 4, "0.3"),
  ])
  func significantDigits(value: Double, digits: Int, text: String) {
    #expect(NumberText.significant(value, digits) == text)
  }

  @Test(arguments: [
    (1.0, 0, "1"), (0.05, 2, "0.05"), (-0.2, 1, "−0.2"), (-0.001, 2, "0.00"), (1234.5, 1, "1234.5"),
    (2.5, 0, "2"), (3.5, 0, "4"),
  ])
  func fixedDecimals(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  @Test func notNumbers() {
    #expect(NumberText.significant(.nan) == "–")
    #expect(NumberText.fixed(-.infinity, decimals: 1) == "−∞")
  }

  @Test(arguments: [
    (0.0123, "12 ms"), (0.4, "0.4 s"), (12.4, "12 s"), (59.9, "1 min 00 s"), (125, "2 min 05 s"),
    (3725, "1 h 02 min"), (0, "0 ms"),
  ])
  func durations(seconds: Double, text: String) { #expect(NumberText.duration(seconds) == text) }

  @Test(arguments: [(0, "0 B"), (999, "999 B"), (84_000_000, "84 MB"), (1_340_000_000, "1.34 GB")])
  func byteCounts(count: Int, text: String) { #expect(NumberText.bytes(count) == text) }
}
