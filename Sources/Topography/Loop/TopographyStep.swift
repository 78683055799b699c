import Gravity
import NumericCore

extension InversionProblem {
  /// What the solver's step adds to the surface, metres, one value a cell, in this order: sign, limit,
  /// bounds (the lower one last, so it wins where they cross), weights, and the bounds again where there are
  /// weights; frozen cells get 0.
  ///
  /// Invert4Geom leaves out the second look at the bounds: a start beyond them is then pulled back only by
  /// its weight's part. For a start between them and weights from 0 to 1 it changes nothing.
  ///
  /// A derivative by thickness changes sign where the surface is the lower face of its cell.
  /// Invert4Geom changes it where the density is negative, which is the same for a positive
  /// contrast, and for a negative one would move every cell the wrong way.
  func correction(
    step: [Double], cells: [Int], surfaceIsBottom: [Bool], topography: [Double], settings: InversionSettings
  ) -> [Double] {
    var result = [Double](repeating: 0, count: model.count)
    let byHeight = settings.derivative.isByHeight
    let longest = settings.stepLimit.map { limit in (limit, step.reduce(0) { max($0, abs($1)) }) }
    let scale = longest.map { $1 > $0 ? $0 / $1 : 1 } ?? 1
    let isBounded = upperLayer != nil || lowerLayer != nil
    for (index, cell) in cells.enumerated() {
      var change = !byHeight && surfaceIsBottom[cell] ? -step[index] : step[index]
      if scale < 1 { change *= scale }
      if isBounded { change = bounded(change, cell, topography) }
      if let weights {
        change *= weights[cell]
        if isBounded { change = bounded(change, cell, topography) }
      }
      result[cell] = change
    }
    return result
  }

  private func bounded(_ change: Double, _ cell: Int, _ topography: [Double]) -> Double {
    var change = change
    if let upper = upperLayer?[cell], !upper.isNaN { change = min(change, upper - topography[cell]) }
    if let lower = lowerLayer?[cell], !lower.isNaN { change = max(change, lower - topography[cell]) }
    return change
  }

  /// Signed density; a cell whose surface is exactly at the reference is positive at the start and
  /// negative after a step (it has no volume, the sign is Invert4Geom's).
  func signedDensity(of topography: [Double], iteration: Int) -> [Double] {
    topography.indices.map { cell in
      let above =
        iteration == 0 ? topography[cell] >= reference[cell] : topography[cell] > reference[cell]
      return above ? densityContrast[cell] : -densityContrast[cell]
    }
  }
}
