public import NumericCore

/// How to read a grid that another program wrote; what is nil is taken from the file.
public struct GridReadOptions: Sendable, Equatable {
  /// Which of several grids; nil where there is just one.
  public var variable: String?
  /// Nil to recognise it by the file's content.
  public var format: GridFormat?
  /// Names of the two dimensions, where neither names nor attributes tell them apart.
  public var eastingName, northingName: String?
  /// Units of the coordinates, in place of the file's; the grid is then taken as projected.
  public var lengthUnits: String?
  /// Units of the values, in place of the file's.
  public var valueUnits: String?
  /// Largest distance of a node from equal steps, as a part of a step.
  public var spacingTolerance: Double

  /// What is not given is taken from the file; nodes may be off a regular grid by a thousandth of the
  /// spacing.
  public init(
    variable: String? = nil, eastingName: String? = nil, northingName: String? = nil,
    lengthUnits: String? = nil, valueUnits: String? = nil, spacingTolerance: Double = 1e-3,
    format: GridFormat? = nil
  ) {
    self.format = format
    (self.variable, self.eastingName, self.northingName) = (variable, eastingName, northingName)
    (self.lengthUnits, self.valueUnits, self.spacingTolerance) = (lengthUnits, valueUnits, spacingTolerance)
  }
}

/// A grid of a file, turned to the program's conventions: (northing, easting), both ascending, missing
/// values NaN, SI units except mGal.
public struct GridVariable: Sendable, Equatable {
  /// What its coordinates are.
  public enum Kind: Sendable, Equatable {
    /// Easting and northing in metres.
    case projected
    /// Longitude and latitude in degrees, in the place of easting and northing.
    case geographic
  }

  /// As in the file.
  public var name: String
  /// Nodes and values.
  public var grid: Grid
  /// What its coordinates are.
  public var kind: Kind
  /// `m`, `mGal`, `kg/m3`; another unit as the file has it, with values as they are; nil for none.
  public var units: String?
  /// The file's (or the options') own spelling.
  public var foundUnits: String?
  /// The variable's, as in the file.
  public var attributes: [Dataset.Attribute]
}

/// Grids from files of other programs: NetCDF, or one of the formats of `GridFormat`.
///
/// NetCDF-3 or 4: dimensions in either order and direction,
/// packed values, fill values, km or m. Nodes stand where the coordinates say, so that it doesn't matter
/// whether the file calls them corners or centres.
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
    if let name = options.variable {
      let dataset = try NetCDFFile.read(path, names: [name], withCoordinates: true)
      return try GridLayout(dataset, try dataset.variable(name), options).gridVariable()
    }
    let dataset = try NetCDFFile.read(path)
    let layouts = try layouts(dataset, options)
    guard let only = layouts.first else {
      throw .noGrid(path: path, found: dataset.variables.map(\.name))
    }
    guard layouts.count == 1 else {
      throw .severalGrids(path: path, found: layouts.map(\.variable.name))
    }
    return try only.gridVariable()
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
    let dataset = try NetCDFFile.read(path)
    var result: [GridVariable] = []
    for layout in try layouts(dataset, options) { result.append(try layout.gridVariable()) }
    return result
  }

  private static func layouts(
    _ dataset: Dataset, _ options: GridReadOptions
  ) throws(DatasetError) -> [GridLayout] {
    var result: [GridLayout] = []
    for variable in dataset.variables where variable.dimensions.count >= 2 {
      do throws(DatasetError) {
        result.append(try GridLayout(dataset, variable, options))
      } catch {
        switch error {
        case .coordinateMissing, .unclearAxes, .wrongDimensions, .wrongType: continue
        default: throw error
        }
      }
    }
    return result
  }
}
