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
/// Observations at different heights are interpolated the same way in theirs, which are M: what that
/// adds is bounded likewise (twice: F is less its value at a base), and it multiplies the error of the first
/// interpolation by Lebesgue's constant of M nodes, less than 4 for M ≤ 64.
/// The annulus z/(a b (a + b)), with |a|, |b|, |a + b| ≥ r − β, is at most (Z + β) A / (r − β)³, Z the
/// largest height difference; its ring reaches half the side of a square of the cell's area inwards.
struct FarFieldBound: Sendable {
  struct Choice: Equatable, Sendable {
    /// Chebyshev heights, and cells to each side that are summed directly.
    var heights, radius: Int
    /// Chebyshev heights of the observations, 1 where all have one height.
    var observationHeights = 1
    /// The bound itself: Σ |error of a cell's kernel| over all far cells.
    var error: Double

    /// In terms of the near field.
    fileprivate func cost(transform: Int) -> Int {
      transform * (heights + heights * observationHeights) + (2 * radius + 1) * (2 * radius + 1)
    }
  }

  private static let mostHeights = 64

  /// Cells to each side that are summed directly at most.
  var largestRadius = 10
  /// Terms of the near field that cost as much as a transform (measured).
  var transformCost = 12

  /// Spacings, metres; the farthest ring; largest distance of an observation from its cell's centre
  /// along an axis, in cells.
  let spacingEasting, spacingNorthing: Double
  let rings: Int
  let phase: Double
  /// Z: only for the annulus; nil for the attraction of the face.
  let annulusHeight: Double?

  private var halfSide: Double {
    let isSquare = spacingEasting == spacingNorthing
    return (isSquare ? spacingEasting : (spacingEasting * spacingNorthing).squareRoot()) / 2
  }

  /// The cheapest choice whose bound is at most `tolerance`, nil if there is none.
  ///
  /// - Parameters: half of the range of the cells' heights, and of the observations'.
  func choice(half: Double, observationHalf: Double = 0, tolerance: Double) -> Choice? {
    var sums = [Double](repeating: 0, count: Self.mostHeights + 1)
    var observationSums = sums
    var best: (choice: Choice, cost: Int)?
    for ring in stride(from: max(rings, 2), through: 2, by: -1) {
      add(ring: ring, half: half, to: &sums)
      if observationHalf > 0 { add(ring: ring, half: observationHalf, to: &observationSums) }
      guard ring - 1 <= largestRadius else { continue }
      var choice = Choice(heights: 0, radius: ring - 1, error: 0)
      var limit = tolerance
      if observationHalf > 0 {
        guard let found = Self.fewest(observationSums, tolerance / 4) else { continue }
        choice.observationHeights = found
        choice.error = 2 * observationSums[found]
        limit = (tolerance - choice.error) / 4
      }
      guard let heights = Self.fewest(sums, limit) else { continue }
      choice.heights = heights
      choice.error += observationHalf > 0 ? 4 * sums[heights] : sums[heights]
      let cost = choice.cost(transform: transformCost)
      if best.map({ cost < $0.cost }) ?? true { best = (choice, cost) }
    }
    return best?.choice
  }

  private static func fewest(_ sums: [Double], _ limit: Double) -> Int? {
    (1...mostHeights).first { sums[$0] <= limit }
  }

  /// Adds the bound of one ring for every number of heights.
  private func add(ring: Int, half: Double, to sums: inout [Double]) {
    let least = min(spacingEasting, spacingNorthing)
    let distance =
      annulusHeight == nil
      ? (Double(ring) - phase - 0.5) * least : (Double(ring) - phase) * least - halfSide
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
