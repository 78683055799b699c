import NumericCore

/// The geoid above the ellipsoid, to bring heights above sea level to heights above the ellipsoid.
public struct GeoidHeights {
  private let grid: Grid

  /// Reads a grid of heights in longitude and latitude.
  public init(path: String) throws {
    grid = try TopographyArtefact(path: path).topography
    guard grid.geometry.isGeographic, grid.geometry.columns > 1, grid.geometry.rows > 1 else {
      throw StageError.outOfPlace(
        "the input 'geoid' must be a grid in longitude and latitude, of two rows and columns at least")
    }
    if let least = grid.values.filter(\.isFinite).min(), let most = grid.values.filter(\.isFinite).max(),
      least < -150 || most > 150
    {
      throw StageError.outOfPlace(
        "the input 'geoid' goes from \(least) to \(most) m, but the geoid lies within 110 m of the ellipsoid: "
          + "is it a topography?")
    }
  }

  /// Of each place, bicubic between the nodes.
  /// - Throws: where one that is needed lies outside the grid.
  public func heights(longitude: [Double], latitude: [Double]) throws -> [Double] {
    let places = grid.geometry.turned(Points(easting: longitude, northing: latitude))
    let heights = BicubicSampler.sample(grid: grid, at: places, singlePrecision: false)
    if let index = heights.indices.first(where: {
      !heights[$0].isFinite && longitude[$0].isFinite && latitude[$0].isFinite
    }) {
      let missing = heights.count { !$0.isFinite }
      throw StageError.outOfPlace(
        "\(missing) of \(heights.count) places have no height of the geoid, the first at longitude \(longitude[index]), "
          + "latitude \(latitude[index]); take a geoid grid that covers them")
    }
    return heights
  }
}
