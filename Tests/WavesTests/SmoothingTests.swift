import NumericCore
import Testing

@testable import Waves

@Suite struct SmoothingTests {
  static let section = Section(x0: 0, z0: 0, spacing: 20, columns: 161, rows: 141)

  @Test func pointBecomesABellOfTheGivenWidths() throws {
    let smoothing = try Smoothing(section: Self.section, vertical: 60, horizontal: 150)
    var point = [Double](repeating: 0, count: Self.section.count)
    point[70 * 161 + 80] = 1
    let spread = smoothing.applied(to: point)
    #expect(abs(spread.reduce(0, +) - 1) <= 1e-12)
    #expect(spread.allSatisfy { $0 >= 0 })
    var (vertical, horizontal, fourth) = (0.0, 0.0, 0.0)
    for (index, value) in spread.enumerated() {
      let (x, z) = (Double(index % 161 - 80) * 20, Double(index / 161 - 70) * 20)
      (vertical, horizontal) = (vertical + value * z * z, horizontal + value * x * x)
      fourth += value * x * x * x * x
    }
    print(
      "smoothing \(horizontal.squareRoot()) \(vertical.squareRoot()), kurtosis \(fourth / (horizontal * horizontal) - 3)"
    )
    #expect(abs(horizontal.squareRoot() / 150 - 1) <= 1e-4)
    #expect(abs(vertical.squareRoot() / 60 - 1) <= 1e-4)
    #expect(fourth / (horizontal * horizontal) - 3 <= 0.45)
  }

  @Test func isSelfAdjointAndKeepsConstants() throws {
    var random = NumPyRandom(seed: 1)
    let lengths = noise(Self.section.count, &random).map { 80 * ($0 + 1) }
    let smoothing = try Smoothing(section: Self.section, vertical: lengths, horizontal: lengths.reversed())
    let (a, b) = (noise(Self.section.count, &random), noise(Self.section.count, &random))
    let left = zip(smoothing.applied(to: a), b).reduce(0) { $0 + $1.0 * $1.1 }
    let right = zip(a, smoothing.applied(to: b)).reduce(0) { $0 + $1.0 * $1.1 }
    let size = zip(a, a).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(left - right) <= 1e-13 * size)
    let constant = smoothing.applied(to: [Double](repeating: 3, count: Self.section.count))
    #expect(constant.allSatisfy { abs($0 - 3) <= 1e-12 })
  }

  @Test func wavelengthsAreThoseOfTheModel() throws {
    let speed = [Double](repeating: 2000, count: Self.section.count)
    let smoothing = try Smoothing(section: Self.section, wavelengths: (0.25, 0.5), speed: speed, frequency: 5)
    #expect(smoothing.vertical.allSatisfy { $0 == 100 } && smoothing.horizontal.allSatisfy { $0 == 200 })
    #expect(throws: WaveError.outOfRange(what: "a smoothing length", value: -1, low: 0, high: .infinity)) {
      try Smoothing(section: Self.section, vertical: -1, horizontal: 2)
    }
  }
}
