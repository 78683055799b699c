import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// One grid, column or number of every member, or the part of it that is looked at.
struct ChosenMembers {
  let reader: NetCDFSeriesReader
  let variable: String
  let units: String
  /// Of the part.
  let shape: MemberShape
  private let whole: MemberShape
  /// Where the values of the part stand in the whole; nil where it is the whole.
  private let nodes: [Int]?

  /// What an ensemble has statistics of: grids and columns, numbers that members gave, and what was drawn for them.
  static func names(_ reader: NetCDFSeriesReader) -> [String] {
    let beside = EnsembleVariables.all.map(\.name)
    let columns = reader.columns.filter { $0 != EnsembleVariables.member.name }
    let isNumber = { (name: String) in
      !beside.contains(name) && EnsembleVariables.parameter.rest(of: name) == nil
    }
    return reader.slicedVariables + columns.filter(isNumber) + columns.filter { !isNumber($0) }
  }

  init(_ context: StageContext, reader: NetCDFSeriesReader, variable: String) throws {
    (self.reader, self.variable) = (reader, variable)
    units = reader.units(of: variable) ?? "1"
    whole = try MemberShape(of: variable, in: reader)
    (shape, nodes) = try Self.part(of: whole, context) ?? (whole, nil)
  }

  /// All of a variable.
  init(whole variable: String, of reader: NetCDFSeriesReader) throws {
    (self.reader, self.variable) = (reader, variable)
    units = reader.units(of: variable) ?? "1"
    whole = try MemberShape(of: variable, in: reader)
    (shape, nodes) = (whole, nil)
  }

  /// What to look at, and where its values stand in the whole; nil for all.
  private static func part(
    of whole: MemberShape, _ context: StageContext
  ) throws -> (shape: MemberShape, nodes: [Int]?)? {
    if let geometry = whole.geometry {
      guard let part = try part(of: geometry, context) else { return nil }
      return (MemberShape(part.geometry), part.values.map { Int($0) })
    }
    guard context[MergedStatistics.inner] == nil else {
      throw StageError.outOfPlace("'inner' is a distance from the edges of a grid, and members have none")
    }
    let isGeographic = whole.places?.isGeographic ?? false
    guard let region = try MergedStatistics.region.value(context.settings, isGeographic: isGeographic) else {
      return nil
    }
    guard let points = whole.places?.points else {
      throw StageError.outOfPlace("members have no places: there is no region to look at")
    }
    let inside = (0..<points.count).filter {
      region.contains(easting: points.easting[$0], northing: points.northing[$0])
    }
    guard !inside.isEmpty else {
      throw StageError.outOfPlace("the region \(region) holds no row of the members")
    }
    return (whole.rows(inside), inside)
  }

  /// The nodes of a grid to look at, each with its number in the whole grid; nil for all.
  private static func part(of whole: GridGeometry, _ context: StageContext) throws -> Grid? {
    var region = try MergedStatistics.region.value(context.settings, isGeographic: whole.isGeographic)
    if let distance = context[MergedStatistics.inner] {
      guard !whole.isGeographic else {
        throw StageError.outOfPlace(
          "'inner' is a distance from the edges of a projected grid; give 'geographic_region'")
      }
      region = whole.region.shrunk(by: distance)
    }
    guard let region else { return nil }
    let numbers = Grid(geometry: whole, values: (0..<whole.count).map(Double.init))
    guard region.width >= 0, region.height >= 0, let part = numbers.cut(to: region) else {
      throw StageError.outOfPlace(
        "the region \(region) holds no node of the members, which cover \(whole.region)")
    }
    return part
  }

  private var isColumn: Bool { !reader.slicedVariables.contains(variable) }

  func member(_ index: Int) throws -> [Double] {
    isColumn ? [try reader.column(variable)[index]] : cut(try reader.slice(index, variable: variable))
  }

  private func cut(_ values: [Double]) -> [Double] { nodes.map { $0.map { values[$0] } } ?? values }

  /// Of values at the places of the whole or of the part.
  func cut(_ values: [Double], on other: MemberShape) -> [Double]? {
    if other.isSame(as: whole) { return cut(values) }
    return other.isSame(as: shape) ? values : nil
  }

  /// Calls `body` with every place of the part and its value in every member. Rows of the grid are taken a few at a
  /// time, so that memory holds all members of those rows only.
  func forEachNode(_ context: StageContext, _ body: (Int, [Double]) -> Void) throws {
    guard !isColumn else { return body(0, try reader.column(variable)) }
    let order = nodes ?? Array(0..<whole.count)
    var place = Array(repeating: -1, count: whole.count)
    for (node, number) in order.enumerated() { place[number] = node }
    let columns = max(1, whole.columns)
    let count = whole.count / columns
    let rowsAtOnce = max(1, 2_000_000 / max(1, columns * reader.count))
    var row = 0
    while row < count {
      try context.checkCancelled()
      let rows = row..<min(count, row + rowsAtOnce)
      row = rows.upperBound
      let numbers = rows.lowerBound * columns..<rows.upperBound * columns
      guard numbers.contains(where: { place[$0] >= 0 }) else { continue }
      let band = try reader.band(rows, variable: variable)
      for number in numbers where place[number] >= 0 {
        let offset = number - numbers.lowerBound
        body(place[number], (0..<reader.count).map { band[$0 * numbers.count + offset] })
      }
    }
  }
}
