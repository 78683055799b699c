public import NumericCore

/// Reads a file of slices (as `NetCDFSeriesWriter` writes) piece by piece.
///
/// Holds the file open. Values are safe to read from any thread.
public struct NetCDFSeriesReader: Sendable {
  /// Number of slices.
  public let count: Int
  /// Name of the leading dimension.
  public let dimension: String
  /// Variables with the leading dimension and others behind it, and those with it alone.
  public let slicedVariables, columns: [String]
  /// Nodes of the slices' grids; nil where the file has no easting and northing.
  public let geometry: GridGeometry?

  private let file: SharedFile
  private let sizes: [Int]
  private let dimensionNames: [String]
  /// Of the variables with the leading dimension.
  private let attributes: [String: [Dataset.Attribute]]
  private let variables: [VariableInfo]
  /// Names of those without it: coordinates, and what all slices share.
  public let constants: [String]

  /// - Throws: `.wrongDimensions` where no variable starts with the dimension, and as `NetCDFFile.read`.
  public init(_ path: String, dimension: String = "run") throws(DatasetError) {
    let handle = try NetCDFHandle.open(path)
    let dimensions = try handle.dimensions()
    let all = try handle.variables()
    guard let leading = dimensions.firstIndex(where: { $0.name == dimension }) else {
      throw .wrongDimensions(
        path: path, variable: all.last?.name ?? "", found: dimensions.map(\.name), expected: [dimension])
    }
    variables = all.filter { $0.dimensions.first == Int32(leading) && !$0.isCharacters }
    slicedVariables = variables.filter { $0.dimensions.count > 1 }.map(\.name)
    columns = variables.filter { $0.dimensions.count == 1 && $0.name != dimension }.map(\.name)
    (self.dimension, count) = (dimension, dimensions[leading].size)
    (sizes, dimensionNames) = (dimensions.map(\.size), dimensions.map(\.name))
    constants = all.filter { $0.dimensions.first != Int32(leading) }.map(\.name)
    var attributes: [String: [Dataset.Attribute]] = [:]
    for info in variables {
      attributes[info.name] = try handle.attributes(of: info.id, count: info.attributeCount)
    }
    self.attributes = attributes
    // Places of a table's rows have the same names and are no axes.
    let axes = all.filter { $0.dimensions.map { dimensions[Int($0)].name } == [$0.name] }.map(\.name)
    geometry = try NetCDFSeriesReader.geometry(path, axes)
    file = SharedFile(handle)
  }

  private static func geometry(_ path: String, _ names: [String]) throws(DatasetError) -> GridGeometry? {
    let pairs = [["northing", "easting"], ["latitude", "longitude"]]
    guard let pair = pairs.first(where: { $0.allSatisfy(names.contains) }) else { return nil }
    let dataset = try NetCDFFile.read(path, variables: pair)
    let (northing, easting) = (try dataset.axis(pair[0], of: ""), try dataset.axis(pair[1], of: ""))
    return GridGeometry(
      region: Region(west: easting.low, east: easting.high, south: northing.low, north: northing.high),
      columns: easting.count, rows: northing.count, isGeographic: pair[0] == "latitude")
  }

  /// The unit of a variable, as the file has it.
  public func units(of variable: String) -> String? {
    attributes[variable]?.first { $0.name == "units" }?.value.text
  }

  /// Nodes of a variable's slices, which may lie on another grid than `geometry`.
  /// - Throws: `.variableMissing`; `.wrongDimensions` where slices are no grids.
  public func geometry(of variable: String) throws(DatasetError) -> GridGeometry {
    let names = try find(variable).dimensions.dropFirst().map { dimensionNames[Int($0)] }
    guard let isGeographic = Dataset.isGeographic(names) else {
      throw .wrongDimensions(
        path: file.path, variable: variable, found: [dimension] + names,
        expected: [dimension, "northing", "easting"])
    }
    let dataset = try NetCDFFile.read(file.path, variables: names)
    let (northing, easting) = (
      try dataset.axis(names[0], of: variable), try dataset.axis(names[1], of: variable)
    )
    return GridGeometry(
      region: Region(west: easting.low, east: easting.high, south: northing.low, north: northing.high),
      columns: easting.count, rows: northing.count, isGeographic: isGeographic)
  }

  /// One slice of a variable, flattened.
  /// - Throws: `.variableMissing`, `.indexOutOfRange`.
  public func slice(_ index: Int, variable: String) throws(DatasetError) -> [Double] {
    let info = try find(variable)
    guard (0..<count).contains(index) else {
      throw .indexOutOfRange(path: file.path, variable: dimension, index: index, count: count)
    }
    let shape = info.dimensions.dropFirst().map { sizes[Int($0)] }
    return try file.doubles(info, start: [index] + shape.map { _ in 0 }, count: [1] + shape)
  }

  /// One slice of a variable over (northing, easting).
  /// - Throws: as `slice`; `.wrongDimensions` for another shape.
  public func grid(_ index: Int, variable: String) throws(DatasetError) -> Grid {
    let values = try slice(index, variable: variable)
    guard let geometry, values.count == geometry.count else {
      throw .wrongDimensions(
        path: file.path, variable: variable, found: ["\(values.count) values a slice"],
        expected: [dimension, "northing", "easting"])
    }
    return Grid(geometry: geometry, values: values)
  }

  /// The file as it would be with one slice alone: that of every sliced variable without the leading dimension, all
  /// columns with theirs, and what has no leading dimension.
  /// - Throws: `.indexOutOfRange`, and as `NetCDFFile.read`.
  public func dataset(at index: Int) throws(DatasetError) -> Dataset {
    var dataset = try NetCDFFile.read(file.path, variables: constants + [dimension] + columns)
    for info in variables where info.dimensions.count > 1 {
      dataset.variables.append(
        Dataset.Variable(
          name: info.name, dimensions: info.dimensions.dropFirst().map { dimensionNames[Int($0)] },
          values: .double(try slice(index, variable: info.name)),
          attributes: ownAttributes(of: info.name)))
    }
    return dataset
  }

  /// The file without the leading dimension: what has none as it is, and what has it as a slice without values, in the
  /// order of the file.
  /// - Throws: as `NetCDFFile.read`.
  public func frame() throws(DatasetError) -> Dataset {
    var dataset = try NetCDFFile.read(file.path, variables: constants)
    for info in variables where info.name != dimension {
      let names = info.dimensions.dropFirst().map { dimensionNames[Int($0)] }
      for name in names where dataset.size(of: name) == nil {
        let size = zip(dimensionNames, sizes).first { $0.0 == name }?.1 ?? 0
        dataset.dimensions.append(Dataset.Dimension(name: name, size: size))
      }
      dataset.variables.append(
        Dataset.Variable(
          name: info.name, dimensions: names, values: .double([]),
          attributes: ownAttributes(of: info.name)))
    }
    return dataset
  }

  /// A band of rows (the second dimension) of every slice: slice by slice, flattened. Statistics that need
  /// all runs of a node, as percentiles, go through a file in such bands.
  /// - Throws: `.variableMissing`, `.wrongDimensions`, `.indexOutOfRange`.
  public func band(_ rows: Range<Int>, variable: String) throws(DatasetError) -> [Double] {
    let info = try find(variable)
    let shape = info.dimensions.map { sizes[Int($0)] }
    guard shape.count > 1 else {
      throw .wrongDimensions(
        path: file.path, variable: variable, found: [dimension], expected: [dimension, "another"])
    }
    guard rows.lowerBound >= 0, rows.upperBound <= shape[1] else {
      throw .indexOutOfRange(
        path: file.path, variable: variable, index: rows.upperBound - 1, count: shape[1])
    }
    let rest = Array(shape.dropFirst(2))
    return try file.doubles(
      info, start: [0, rows.lowerBound] + rest.map { _ in 0 }, count: [count, rows.count] + rest)
  }

  /// A variable with one value a slice.
  /// - Throws: `.variableMissing`, `.wrongDimensions`.
  public func column(_ name: String) throws(DatasetError) -> [Double] {
    let info = try find(name)
    guard info.dimensions.count == 1 else {
      throw .wrongDimensions(
        path: file.path, variable: name, found: [dimension, "\(info.dimensions.count - 1) more"],
        expected: [dimension])
    }
    return try file.doubles(info, start: [0], count: [count])
  }

  /// Without what the writer adds.
  private func ownAttributes(of name: String) -> [Dataset.Attribute] {
    (attributes[name] ?? []).filter { $0.name != "_FillValue" && $0 != Placement.reference }
  }

  private func find(_ name: String) throws(DatasetError) -> VariableInfo {
    guard let info = variables.first(where: { $0.name == name }) else {
      throw .variableMissing(path: file.path, variable: name, found: slicedVariables + columns)
    }
    return info
  }
}

/// An open file that is only read from now on. Each read is one call of the library, which its owner
/// serialises, and nothing here changes before the last reader is gone: so it may be shared.
private final class SharedFile: @unchecked Sendable {
  private let handle: NetCDFHandle

  init(_ handle: NetCDFHandle) { self.handle = handle }

  var path: String { handle.path }

  func doubles(_ info: VariableInfo, start: [Int], count: [Int]) throws(DatasetError) -> [Double] {
    try handle.doubles(info, start: start, count: count)
  }
}
