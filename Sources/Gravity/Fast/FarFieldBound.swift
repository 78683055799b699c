import NumericCore

/// How many Chebyshev heights and how wide a near field a tolerance asks for.
///
/// The attraction F of a cell whose nearest edge is r from the observation is analytic in the
/// height ζ of its face where |Im ζ| < r: on the ellipse about the interval [−h, h] with semi-axis
/// β = τ r along the imaginary axis, parameter ρ = β/h + √(1 + β²/h²), it is at most A / (r (1 − τ)),
/// A the cell's area, because |r² + ζ²| ≥ (r − |Im ζ|)². Interpolation in n Chebyshev nodes is then
/// off by at most 4 A / (r (1 − τ)) · ρ^(1−n) / (ρ − 1) [Trefethen2013, theorem 8.2]; the best of a
/// few τ is taken for each ring of cells, and the rings j = R + 1, … with 8 j cells are added.
/// The clearance does not enter: cells below an observation are in the near field, and are exact.
/// The annulus z/(a b (a + b)), with |a|, |b|, |a + b| ≥ r − β, is at most (Z + β) A / (r − β)³, Z the
/// largest height difference.
struct FarFieldBound: Sendable {
  struct Choice: Equatable, Sendable {
    /// Chebyshev heights, and cells to each side that are summed directly.
    var heights, radius: Int
    /// The bound itself: Σ |error of a cell's kernel| over all far cells.
    var error: Double
  }

  private static let largestRadius = 10
  private static let mostHeights = 64

  /// Spacings, metres; the farthest ring; largest distance of an observation from its cell's centre
  /// along an axis, in cells.
  let spacingEasting, spacingNorthing: Double
  let rings: Int
  let phase: Double
  /// Z: only for the annulus; nil for the attraction of the face.
  let annulusHeight: Double?

  /// The cheapest choice whose bound is at most `tolerance`, nil if there is none.
  func choice(half: Double, tolerance: Double) -> Choice? {
    var sums = [Double](repeating: 0, count: Self.mostHeights + 1)
    var best: (choice: Choice, cost: Int)?
    for ring in stride(from: max(rings, 2), through: 2, by: -1) {
      add(ring: ring, half: half, to: &sums)
      let radius = ring - 1
      guard radius <= Self.largestRadius else { continue }
      guard let heights = (1...Self.mostHeights).first(where: { sums[$0] <= tolerance }) else { continue }
      // A height costs two transforms, about as much as 24 terms of the near field (measured).
      let cost = 24 * heights + (2 * radius + 1) * (2 * radius + 1)
      if best.map({ cost < $0.cost }) ?? true {
        best = (Choice(heights: heights, radius: radius, error: sums[heights]), cost)
      }
    }
    return best?.choice
  }

  /// Adds the bound of one ring for every number of heights.
  private func add(ring: Int, half: Double, to sums: inout [Double]) {
    let least = min(spacingEasting, spacingNorthing)
    let distance =
      annulusHeight == nil
      ? (Double(ring) - phase - 0.5) * least : (Double(ring) - phase) * least - spacingEasting / 2
    var bounds = [Double](repeating: .infinity, count: sums.count)
    if distance > 0 {
      for tau in [0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95] {
        let beta = tau * distance
        let rho = beta / half + (1 + beta * beta / (half * half)).squareRoot()
        let gap = distance - beta
        let area = spacingEasting * spacingNorthing
        let size = annulusHeight.map { ($0 + beta) * area / (gap * gap * gap) } ?? area / gap
        var bound = 8 * Double(ring) * 4 * size / (rho - 1)
        for heights in 1..<sums.count {
          bounds[heights] = min(bounds[heights], bound)
          bound /= rho
        }
      }
    }
    for heights in 1..<sums.count { sums[heights] += bounds[heights] }
  }
}
