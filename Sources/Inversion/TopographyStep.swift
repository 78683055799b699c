import Gravity
import NumericCore

extension InversionProblem {
  /// What the solver's step adds to the surface, metres, one value a cell, in this order: sign,
  /// bounds (the lower one last, so it wins where they cross), weights; frozen cells get 0.
  ///
  /// A derivative by thickness changes sign where the surface is the lower face of its cell.
  /// Invert4Geom changes it where the density is negative, which is the same for a positive
  /// contrast, and for a negative one would move every cell the wrong way.
  func correction(
    step: [Double], cells: [Int], layer: PrismLayer, topography: [Double], byHeight: Bool
  ) -> [Double] {
    var result = [Double](repeating: 0, count: model.count)
    for (index, cell) in cells.enumerated() {
      var change = !byHeight && layer.surfaceIsBottom[cell] ? -step[index] : step[index]
      if let upper = upperLayer?[cell], !upper.isNaN { change = min(change, upper - topography[cell]) }
      if let lower = lowerLayer?[cell], !lower.isNaN { change = max(change, lower - topography[cell]) }
      if let weights { change *= weights[cell] }
      result[cell] = change
    }
    return result
  }

  func layer(of topography: [Double]) -> PrismLayer {
    PrismLayer(
      topography: topography, geometry: model, reference: reference,
      densityContrast: densityContrast)
  }

  /// Anomaly − gravity − regional, mGal.
  func residual(forward: [Double]) -> [Double] {
    anomaly.indices.map { anomaly[$0] - forward[$0] - regional[$0] }
  }

  func innerRMS(_ residual: [Double]) -> Double {
    var (sum, count) = (0.0, 0)
    for index in residual.indices where isInner[index] {
      sum += residual[index] * residual[index]
      count += 1
    }
    return (sum / Double(count)).squareRoot()
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
