public import Datasets
public import NumericCore

// Vertical sections are drawn as maps are, with height in the place of northing.
extension Dataset {
  /// Whether these are the dimensions of a vertical section: depth, whose coordinate says that it is positive
  /// downwards, and distance.
  public func isSection(_ dimensions: [String]) -> Bool {
    dimensions.count == 2 && self[dimensions[0]]?.attribute("positive")?.text == "down"
      && self[dimensions[1]]?.dimensions == [dimensions[1]]
  }

  /// A vertical section as a grid of heights over distances, its deepest row first; nil for what is none.
  /// - Throws: as `grid(_: String)`.
  public func section(_ name: String) throws -> Grid? {
    let variable = try variable(name)
    guard isSection(variable.dimensions) else { return nil }
    let (depths, distances) = (try column(variable.dimensions[0]), try column(variable.dimensions[1]))
    let values = try doubles(name)
    guard let top = depths.first, let bottom = depths.last, let left = distances.first,
      let right = distances.last, values.count == depths.count * distances.count
    else { return nil }
    let geometry = GridGeometry(
      region: Region(west: left, east: right, south: -bottom, north: -top), columns: distances.count,
      rows: depths.count)
    let rows = stride(from: depths.count - 1, through: 0, by: -1)
    return Grid(
      geometry: geometry,
      values: rows.flatMap { values[$0 * distances.count..<($0 + 1) * distances.count] })
  }
}
