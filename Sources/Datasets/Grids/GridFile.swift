public import NumericCore

/// Grids from files of other programs: NetCDF, or one of the formats of `GridFormat`.
///
/// NetCDF-3 or 4: dimensions in either order and direction, packed values, marks of missing values, units of the table.
/// Nodes stand where the coordinates say, so that it doesn't matter whether the file calls them corners or centres.
public enum GridFile {
  /// - Returns: the grid, its units after conversion, and the variable's attributes as in the file.
  /// - Throws: as `readVariable`.
  public static func read(
    _ path: String, variable: String, options: GridReadOptions = GridReadOptions()
  ) throws(DatasetError) -> (grid: Grid, units: String?, attributes: [Dataset.Attribute]) {
    var options = options
    options.variable = variable
    let found = try readVariable(path, options: options)
    return (found.grid, found.units, found.attributes)
  }

  /// Reads `options.variable`, or the only grid of the file.
  /// - Throws: what `NetCDFFile.read` throws; `.coordinateMissing`, `.unclearAxes`, `.irregular`,
  ///   `.coordinateNotFinite`, `.wrongUnits`, `.wrongDimensions`, `.wrongType`; `.noGrid`, `.severalGrids`.
  public static func readVariable(
    _ path: String, options: GridReadOptions = GridReadOptions()
  ) throws(DatasetError) -> GridVariable {
    let format = try format(of: path, options)
    guard format == .netcdf else {
      let grid = try format.read(try LocalFile.read(path), options: options, path: path)
      return try grid.gridVariable(options, path: path)
    }
    try FileProbe.check(path, variable: options.variable)
    if let name = options.variable, name != OldGMTGrid.variable {
      let dataset = try NetCDFFile.read(path, names: [name], withCoordinates: true)
      return try GridLayout(dataset, try dataset.variable(name), options).gridVariable(options)
    }
    let dataset = try NetCDFFile.read(path, names: nil, withCoordinates: false)
    if let old = try OldGMTGrid.read(dataset) { return try old.gridVariable(options, path: path) }
    if let name = options.variable {
      return try GridLayout(dataset, try dataset.variable(name), options).gridVariable(options)
    }
    let layouts = try layouts(dataset, options)
    guard let only = layouts.first else { throw try noGrid(dataset) }
    guard layouts.count == 1 else {
      throw .severalGrids(path: path, found: layouts.map(\.variable.name))
    }
    return try only.gridVariable(options)
  }

  private static func noGrid(_ dataset: Dataset) throws(DatasetError) -> DatasetError {
    if let deep = dataset.variables.first(where: { $0.dimensions.count > 2 }) {
      let sizes = deep.dimensions.map { "\($0) (\(dataset.size(of: $0) ?? 0))" }.joined(separator: " x ")
      return .unsupported(
        path: dataset.path, what: "'\(deep.name)' on \(sizes), more than one grid",
        hint:
          "write the one that is meant to a file of its own, as xarray's isel(time=0) or ncks -d time,0 do")
    }
    guard try NetCDFFile.hasGroups(dataset.path) else {
      return .noGrid(path: dataset.path, found: dataset.variables.map(\.name))
    }
    return .unsupported(
      path: dataset.path, what: "its variables in groups",
      hint: "copy the group's variables to the root, as nccopy -g or xarray's to_netcdf without 'group' do")
  }

  private static func format(of path: String, _ options: GridReadOptions) throws(DatasetError) -> GridFormat {
    if let format = options.format { return format }
    try LocalFile.checkIsLocal(path)
    return try GridFormat.recognised(try LocalFile.head(path), path: path)
  }

  /// Every variable that is a grid over two coordinates; others (tables, curvilinear or unnamed axes) are
  /// left out.
  /// - Throws: `.irregular`, `.coordinateNotFinite`, `.wrongUnits` where a grid has such coordinates.
  public static func readAll(
    _ path: String, options: GridReadOptions = GridReadOptions()
  ) throws(DatasetError) -> [GridVariable] {
    try FileProbe.check(path)
    let dataset = try NetCDFFile.read(path, names: nil, withCoordinates: false)
    var result: [GridVariable] = []
    for layout in try layouts(dataset, options) { result.append(try layout.gridVariable(options)) }
    return result
  }

  private static func layouts(
    _ dataset: Dataset, _ options: GridReadOptions
  ) throws(DatasetError) -> [GridLayout] {
    var result: [GridLayout] = []
    var unclear: DatasetError?
    for variable in dataset.variables where variable.dimensions.count >= 2 {
      do throws(DatasetError) {
        result.append(try GridLayout(dataset, variable, options))
      } catch {
        switch error {
        case .unclearAxes, .curvilinear: unclear = unclear ?? error
        case .coordinateMissing, .wrongDimensions, .wrongType: continue
        default: throw error
        }
      }
    }
    // A grid but for its coordinates, and no other.
    if result.isEmpty, let unclear { throw unclear }
    return result
  }
}
