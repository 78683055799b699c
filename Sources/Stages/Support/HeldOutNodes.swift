public import NumericCore

/// True between the nodes of the grid of twice the spacing: the nodes held out of an inversion.
public func halfSpacingTests(_ geometry: GridGeometry) -> [Bool] {
  (0..<geometry.count).map { ($0 / geometry.columns) % 2 != 0 || ($0 % geometry.columns) % 2 != 0 }
}

/// The data on a grid of half the spacing: every node bicubically sampled from the data themselves,
/// as Invert4Geom 2 does. The held-out data are then not independent of the others.
public func interpolatedTests(_ gravity: GravityArtefact) -> GravityArtefact {
  let fine = gravity.geometry.refined(by: 2)
  let points = fine.nodes
  func sample(_ values: [Double]) -> [Double] {
    BicubicSampler.sample(grid: Grid(geometry: gravity.geometry, values: values), at: points)
  }
  var result = GravityArtefact(
    geometry: fine, anomaly: sample(gravity.anomaly), upward: sample(gravity.upward))
  result.uncertainty = gravity.uncertainty.map(sample)
  result.isTest = halfSpacingTests(fine)
  (result.zref, result.densityContrast) = (gravity.zref, gravity.densityContrast)
  return result
}
