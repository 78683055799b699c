import NumericCore

/// Convolutional perfectly matched layers [Komatitsch2007] around a section: every difference E becomes E + ψ
/// with ψ ← bψ + aE.
public struct AbsorbingLayer: Equatable, Hashable, Sendable {
  /// Cells on each side.
  public var cells: Int
  /// Amplitude that a wave at normal incidence keeps after crossing the layer twice.
  public var reflection: Double
  /// Of the waves to absorb, Hz.
  public var frequency: Double

  /// - Throws: `.outOfRange`.
  public init(cells: Int = 20, reflection: Double = 1e-5, frequency: Double) throws(WaveError) {
    guard (4...1000).contains(cells) else {
      throw .outOfRange(
        what: "the number of cells of the absorbing layer", value: Double(cells), low: 4, high: 1000)
    }
    guard reflection > 0, reflection < 1 else {
      throw .outOfRange(what: "the reflection of the absorbing layer", value: reflection, low: 0, high: 1)
    }
    guard frequency > 0 else {
      throw .outOfRange(
        what: "the frequency of the absorbing layer", value: frequency, low: 0, high: .infinity)
    }
    (self.cells, self.reflection, self.frequency) = (cells, reflection, frequency)
  }

  /// a and b at distance e·L into a layer of thickness L = cells · spacing; 0 outside it.
  ///
  /// d = d₀e², d₀ = −3 v ln R / 2L, α = πf(1 − e), b = exp(−(d + α) dt), a = d/(d + α) (b − 1).
  func coefficients(
    depth e: Double, spacing: Double, fastest: Double, step: Double
  ) -> (a: Double, b: Double) {
    guard e > 0 else { return (0, 0) }
    let d0 = -3 * fastest * Elementary.log(reflection) / (2 * Double(cells) * spacing)
    let d = d0 * e * e
    let alpha = max(0, Double.pi * frequency * (1 - e))
    let b = Elementary.exp(-(d + alpha) * step)
    return (d / (d + alpha) * (b - 1), b)
  }

  /// An axis of `count` nodes between layers, `total` long with them, first node at `first`: without a layer before that
  /// where it is 0.
  struct Axis {
    var first, count, total: Int
  }

  /// Coefficients along an axis; `half`: at half nodes.
  func profile(
    _ axis: Axis, half: Bool, spacing: Double, fastest: Double, step: Double
  ) -> (a: [Double], b: [Double]) {
    let last = axis.first + axis.count - 1
    var (a, b) = ([Double](repeating: 0, count: axis.total), [Double](repeating: 0, count: axis.total))
    for index in 0..<axis.total {
      let place = Double(index) + (half ? 0.5 : 0)
      let depth = max(Double(axis.first) - place, place - Double(last)) / Double(cells)
      (a[index], b[index]) = coefficients(
        depth: min(depth, 1), spacing: spacing, fastest: fastest, step: step)
    }
    return (a, b)
  }
}
