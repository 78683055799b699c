import Testing

@testable import NumericCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Distance in units of the last place; 0 for equal bits and for two NaN.
func ulps(_ a: Double, _ b: Double) -> UInt64 {
  if a.isNaN && b.isNaN { return 0 }
  func ordered(_ x: Double) -> Int64 {
    let bits = Int64(bitPattern: x.bitPattern)
    return bits < 0 ? Int64.min &- bits : bits
  }
  let (distance, overflow) = ordered(a).subtractingReportingOverflow(ordered(b))
  return overflow ? .max : distance.magnitude
}

@Suite struct ElementaryTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let ours: @Sendable (Double) -> Double
    let system: @Sendable (Double) -> Double
    let reference: [(Double, Double)]
    /// Where to compare with the system's function, from a uniform number.
    let place: @Sendable (Double) -> Double
  }

  static let functions: [Function] = [
    Function(
      testDescription: "exp", ours: Elementary.exp, system: { exp($0) },
      reference: ElementaryReference.exp, place: { 1490 * $0 - 760 }),
    Function(
      testDescription: "expm1", ours: Elementary.expm1, system: { expm1($0) },
      reference: ElementaryReference.expm1, place: { 2 * $0 - 1 }),
    Function(
      testDescription: "log", ours: Elementary.log, system: { log($0) },
      reference: ElementaryReference.log, place: { exp(1400 * $0 - 700) }),
    Function(
      testDescription: "log1p", ours: Elementary.log1p, system: { log1p($0) },
      reference: ElementaryReference.log1p, place: { 3 * $0 - 0.99 }),
    Function(
      testDescription: "log10", ours: Elementary.log10, system: { log10($0) },
      reference: ElementaryReference.log10, place: { exp(40 * $0 - 20) }),
    Function(
      testDescription: "pow10", ours: Elementary.pow10, system: { pow(10, $0) },
      reference: ElementaryReference.pow10, place: { 630 * $0 - 320 }),
    Function(
      testDescription: "sin", ours: Elementary.sin, system: { sin($0) },
      reference: ElementaryReference.sin, place: { 40 * $0 - 20 }),
    Function(
      testDescription: "cos", ours: Elementary.cos, system: { cos($0) },
      reference: ElementaryReference.cos, place: { 40 * $0 - 20 }),
    Function(
      testDescription: "sin, large", ours: Elementary.sin, system: { sin($0) },
      reference: [], place: { exp(709 * $0) }),
    Function(
      testDescription: "atan", ours: Elementary.atan, system: { atan($0) },
      reference: ElementaryReference.atan, place: { 10 * $0 - 5 }),
  ]

  @Test(arguments: functions) func nearestDouble(_ function: Function) {
    for (x, value) in function.reference {
      #expect(function.ours(x) == value, "at \(x)")
    }
  }

  @Test(arguments: functions) func nextToSystem(_ function: Function) {
    var random = NumPyRandom(seed: 1)
    var (worst, equal): (UInt64, Int) = (0, 0)
    for _ in 0..<100_000 {
      let x = function.place(random.random())
      let distance = ulps(function.ours(x), function.system(x))
      worst = max(worst, distance)
      equal += distance == 0 ? 1 : 0
    }
    // Ours is the nearest double; the system's own errors reach 0.9 ulp, in its log10 more than 1.
    #expect(worst <= (function.testDescription == "log10" ? 2 : 1))
    #expect(equal >= 90_000)
  }

  @Test(arguments: functions) func specialArguments(_ function: Function) {
    let arguments = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, 0x1p-1074, 0x1.5p-1023, .greatestFiniteMagnitude, 710,
      -745.2,
    ]
    for x in arguments {
      let (ours, system) = (function.ours(x), function.system(x))
      #expect(ulps(ours, system) <= 1, "at \(x)")
      if ours == 0 { #expect(ours.sign == system.sign, "at \(x)") }
    }
  }

  @Test func powers() {
    for (x, y, value) in ElementaryReference.pow { #expect(Elementary.pow(x, y) == value, "\(x)^\(y)") }
    let values = [0, -0.0, 0.5, 1, -1, 2, 3, -3, -0.5, 1e300, 1e-300, .infinity, -.infinity, .nan]
    for x in values {
      for y in values {
        #expect(ulps(Elementary.pow(x, y), pow(x, y)) <= 1, "\(x)^\(y)")
      }
    }
  }

  @Test func anglesOfPoints() {
    for (y, x, value) in ElementaryReference.atan2 {
      #expect(Elementary.atan2(y, x) == value, "(\(x), \(y))")
    }
    let values = [0, -0.0, 1, -1, 1e300, 1e-300, .infinity, -.infinity, .nan]
    for x in values {
      for y in values {
        #expect(
          Elementary.atan2(y, x).bitPattern == atan2(y, x).bitPattern
            || (x + y).isNaN && ulps(Elementary.atan2(y, x), atan2(y, x)) == 0, "(\(x), \(y))")
      }
    }
  }

  @Test func wholePowersOfTenAreExact() throws {
    for exponent in 0...22 {
      let exact = try #require(Double("1e\(exponent)"))
      #expect(Elementary.pow10(Double(exponent)) == exact)
      #expect(Elementary.log10(exact) == Double(exponent))
    }
  }

  @Test func sineAndCosineLieOnTheCircle() {
    for step in -1000...1000 {
      let (s, c) = Elementary.sincos(Double(step) * 0.37)
      #expect(abs(s * s + c * c - 1) < 4e-16)
      #expect(s == Elementary.sin(Double(step) * 0.37) && c == Elementary.cos(Double(step) * 0.37))
    }
  }
}
