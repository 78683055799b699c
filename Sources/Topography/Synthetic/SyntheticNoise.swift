public import NumericCore

/// How noise is scaled.
public enum NoiseDeviation: Equatable, Hashable, Sendable {
  /// The same standard deviation everywhere, in the data's unit.
  case absolute(Double)
  /// This fraction of the largest absolute value, the same everywhere.
  case fractionOfMaximum(Double)
  /// This fraction of each value's absolute value.
  case fractionOfEach(Double)

  /// Standard deviation of each value's noise, in the data's unit.
  public func deviations(of values: [Double]) -> [Double] {
    switch self {
    case .absolute(let deviation): return values.map { _ in deviation }
    case .fractionOfMaximum(let fraction):
      let deviation = fraction * (values.map { abs($0) }.max() ?? 0)
      return values.map { _ in deviation }
    case .fractionOfEach(let fraction): return values.map { fraction * abs($0) }
    }
  }
}

/// Values plus normal noise whose own mean was taken off, drawn in the values' order from NumPy's
/// `default_rng(seed)`.
public func contaminate(_ values: [Double], _ deviation: NoiseDeviation, seed: UInt64 = 0) -> [Double] {
  guard !values.isEmpty else { return [] }
  let noise = noise(like: values, deviation, seed: seed)
  return zip(values, noise).map { $0 + $1 }
}

private func noise(like values: [Double], _ deviation: NoiseDeviation, seed: UInt64) -> [Double] {
  var random = NumPyRandom(seed: seed)
  let noise = zip(deviation.deviations(of: values), random.standardNormal(values.count)).map { $0 * $1 }
  let mean = Statistics.mean(noise)
  return noise.map { $0 - mean }
}

/// A grid plus noise of long wavelength: the grid is taken to coarser nodes over the same region
/// (bilinear), noise is drawn there, and *minus* that noise is brought back to the grid's nodes
/// (bicubic) and added.
///
/// - Parameter coarseSpacing: of the coarse nodes, metres, adjusted to the region.
/// - Precondition: the coarse grid has at least two rows and columns.
public func contaminateWithLongWavelengthNoise(
  _ grid: Grid, _ deviation: NoiseDeviation, coarseSpacing: Double, seed: UInt64 = 1
) -> Grid {
  let coarse = GridGeometry(region: grid.geometry.region, spacing: coarseSpacing)
  let sampler = BilinearSampler(grid, rules: .sameRegion)
  let places = coarse.nodes
  let values = zip(places.easting, places.northing).map { sampler.value(easting: $0, northing: $1) }
  let drawn = noise(like: values, deviation, seed: seed)
  let points = grid.geometry.nodes
  let fine = BicubicSampler.sample(
    grid: Grid(geometry: coarse, values: drawn.map { -$0 }), at: points)
  return Grid(geometry: grid.geometry, values: zip(grid.values, fine).map { $0 + $1 })
}

/// Which random numbers place synthetic constraints.
public enum ConstraintGenerator: Equatable, Hashable, Sendable {
  /// NumPy's `RandomState(seed).uniform`: Invert4Geom up to 2.0.1 and its published models.
  case legacy
  /// NumPy's `default_rng(seed).uniform`.
  case pcg64
}

/// Points spread at random over a region: all eastings are drawn first, then all northings.
public func syntheticConstraints(
  count: Int, seed: UInt32 = 7, generator: ConstraintGenerator, region: Region
) -> Points {
  switch generator {
  case .legacy:
    var random = LegacyRandom(seed: seed)
    let easting = random.uniform(region.west, region.east, count)
    return Points(easting: easting, northing: random.uniform(region.south, region.north, count))
  case .pcg64:
    var random = NumPyRandom(seed: UInt64(seed))
    let easting = random.uniform(region.west, region.east, count)
    return Points(easting: easting, northing: random.uniform(region.south, region.north, count))
  }
}
