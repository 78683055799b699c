import NumericCore

/// A row or column of nodes, to read several grids along.
struct GridLine {
  enum Direction { case westEast, southNorth }

  let direction: Direction
  let geometry: GridGeometry
  /// Of the row or column.
  private let index: Int
  private let crossing: Double

  /// - Parameter place: near which the line runs; nil for the middle.
  init(_ direction: Direction, through place: (easting: Double, northing: Double)?, in geometry: GridGeometry)
  {
    (self.direction, self.geometry) = (direction, geometry)
    let (row, column) = Figures.nodes(of: place, in: geometry)
    index = direction == .westEast ? row : column
    crossing = direction == .westEast ? geometry.easting(column) : geometry.northing(row)
  }

  /// - Precondition: the grid has this geometry.
  func values(_ grid: Grid) -> [Double] {
    precondition(grid.geometry == geometry)
    return direction == .westEast ? grid.row(index) : (0..<geometry.rows).map { grid[$0, index] }
  }

  /// Without lines; its title says where it runs.
  func profile(valueLabel: String, title: String? = nil) -> Profile {
    let titles = MapPanel.axisTitles(geometry.isGeographic)
    let isAcross = direction == .westEast
    let place = isAcross ? geometry.northing(index) : geometry.easting(index)
    let text =
      geometry.isGeographic
      ? "\(isAcross ? "latitude" : "longitude") \(NumberText.significant(place))°"
      : "\(isAcross ? "northing" : "easting") \(NumberText.significant(place / 1000)) km"
    let name = "\(isAcross ? "West–east" : "South–north") at \(text)"
    var profile = Profile(
      title: title.map { "\($0), \(name.prefix(1).lowercased())\(name.dropFirst())" } ?? name,
      distances: isAcross ? geometry.eastings : geometry.northings,
      distanceLabel: isAcross ? titles.easting : titles.northing, valueLabel: valueLabel)
    profile.isGeographic = geometry.isGeographic
    profile.crossing = crossing
    return profile
  }
}

extension Grid {
  func row(_ row: Int) -> [Double] { (0..<geometry.columns).map { self[row, $0] } }
}

extension Profile.Band {
  /// mean ± `sigmas` standard deviations.
  init(mean: [Double], deviation: [Double], sigmas: Double) {
    let times = sigmas == 1 ? "" : "\(NumberText.significant(sigmas)) "
    self.init(
      label: "mean ± \(times)σ", lower: zip(mean, deviation).map { $0 - sigmas * $1 },
      upper: zip(mean, deviation).map { $0 + sigmas * $1 })
  }
}
