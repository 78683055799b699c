/// Values of a grid between its nodes.
public enum GridInterpolation: String, Sendable, CaseIterable {
  /// The nearest node; of equally near ones the eastern or northern.
  case nearest
  /// Linear along both axes.
  case bilinear
  /// Cubic convolution (`BicubicSampler`).
  case bicubic
  /// The spline through all nodes (`SplineSampler`), none of which may be missing.
  case spline

  /// The field at each point; NaN outside the grid's region (`GridGeometry.edgeTolerance`) and where a node that is needed is missing (bicubic: where
  /// nodes with more than half of the weight are).
  ///
  /// - Precondition: at least two columns and two rows; every node finite for the spline.
  public func sample(_ grid: Grid, at points: Points) -> [Double] {
    let geometry = grid.geometry
    precondition(geometry.columns >= 2 && geometry.rows >= 2, "interpolation needs two nodes a side")
    switch self {
    case .bicubic: return BicubicSampler.sample(grid: grid, at: points, singlePrecision: false)
    case .spline:
      let sampler = SplineSampler(grid)
      return zip(points.easting, points.northing).map { sampler.value(easting: $0, northing: $1) }
    case .bilinear:
      let sampler = BilinearSampler(grid)
      return zip(points.easting, points.northing).map { sampler.value(easting: $0, northing: $1) }
    case .nearest:
      return zip(points.easting, points.northing).map { easting, northing in
        guard let cells = geometry.cells(easting: easting, northing: northing) else { return .nan }
        let column = Int(cells.east + 0.5)
        return grid[
          min(Int(cells.north + 0.5), geometry.rows - 1),
          geometry.goesRound ? column % geometry.columns : min(column, geometry.columns - 1)]
      }
    }
  }
}
