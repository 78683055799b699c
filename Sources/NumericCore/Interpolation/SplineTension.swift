/// A spline under tension: beyond 1/p from a point its sheet hangs like a membrane, which has no extremum off the points, rather
/// than bends like a plate, which overshoots.
///
/// The response to a unit force solves ∇²(∇² − p²) g = δ: g(d) = K₀(p d) + ln(p d), finite at 0 (ln 2 − γ). [Mitasova1993,
/// Wessel1998]
public struct SplineTension: Sendable, Equatable {
  /// p, 1/m.
  let scale: Double

  /// p = √(T/(1 − T))/L with L the median distance of neighbouring points.
  ///
  /// - Parameter tension: T, above 0 (a plate) and below 1 (a membrane).
  /// - Precondition: two points at least, not all at one place.
  public init(_ tension: Double, points: Points) {
    precondition(tension > 0 && tension < 1)
    let distances = NearestNeighbours.distances(among: points).filter { $0 > 0 && $0.isFinite }
    let length = distances.isEmpty ? 1 : Statistics.median(distances)
    scale = (tension / (1 - tension)).squareRoot() / length
  }

  /// g(d), to 10⁻¹⁴.
  func value(_ distance: Double) -> Double {
    let x = scale * distance
    return x <= 2 ? Self.near(x) : Self.modifiedBessel(x) + Elementary.log(x)
  }

  private static let euler = 0.577_215_664_901_532_9
  private static let logTwo = 0.693_147_180_559_945_3

  /// K₀(x) + ln x = (ln 2 − γ) − (ln(x/2) + γ)(I₀(x) − 1) + Σ (x²/4)ᵏ/(k!)² (1 + ½ + … + 1/k).
  private static func near(_ x: Double) -> Double {
    guard x > 0 else { return logTwo - euler }
    let quarter = x * x / 4
    var (term, harmonic, bessel, sum) = (1.0, 0.0, 0.0, 0.0)
    for k in 1...20 {
      term *= quarter / Double(k * k)
      harmonic += 1 / Double(k)
      bessel += term
      sum += term * harmonic
    }
    return logTwo - euler - (Elementary.log(x / 2) + euler) * bessel + sum
  }

  /// K₀(x) = ∫ e^(−x cosh t) dt from 0 by the trapezoidal rule, whose error at steps of ¼ is e^(−π²/¼).
  private static func modifiedBessel(_ x: Double) -> Double {
    let step = 0.25
    var sum = 0.5 * Elementary.exp(-x)
    for k in 1...20 {
      let t = step * Double(k)
      let cosh = (Elementary.exp(t) + Elementary.exp(-t)) / 2
      guard x * cosh < 700 else { break }
      sum += Elementary.exp(-x * cosh)
    }
    return step * sum
  }
}
