import Testing

@testable import NumericCore

@Suite struct DiffusionSmoothingTests {
  @Test func inverseUndoesIt() {
    let (rows, columns) = (17, 23)
    let across = (0..<rows * columns).map { 1 + Double($0 % 5) / 5 }
    let along = (0..<rows * columns).map { 2 + Double($0 % 7) / 7 }
    let smoothing = DiffusionSmoothing(
      rows: rows, columns: columns, spacing: (1, 2), deviations: (across, along))
    let values = (0..<rows * columns).map { Double(($0 * 37) % 101) / 50 - 1 }
    let smooth = smoothing.applied(to: values)
    for (found, expected) in zip(smoothing.inverse(of: smooth), values) {
      #expect(abs(found - expected) < 1e-10)
    }
    // Self-adjoint, and the sum is kept.
    let other = (0..<rows * columns).map { Double(($0 * 53) % 97) / 48 - 1 }
    let left = zip(smooth, other).reduce(0) { $0 + $1.0 * $1.1 }
    let right = zip(values, smoothing.applied(to: other)).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(left - right) < 1e-12 * abs(left) + 1e-12)
    #expect(abs(smooth.reduce(0, +) - values.reduce(0, +)) < 1e-10)
  }
}
