public import NumericCore

/// How to read a grid that another program wrote; what is nil is taken from the file.
public struct GridReadOptions: Sendable, Equatable {
  /// Which of several grids; nil where there is just one.
  public var variable: String?
  /// Nil to recognise it by the file's content.
  public var format: GridFormat?
  /// Names of the two dimensions, or columns, where neither names nor attributes tell them apart.
  public var eastingName, northingName: String?
  /// Unit of the coordinates, in place of the file's: a length for a projected grid, an angle for a geographic one.
  public var coordinateUnit: String?
  /// Whether the coordinates are longitude and latitude, where the file does not say.
  public var isGeographic: Bool?
  /// What the coordinates mean, in place of the file's; they are in metres or degrees then.
  public var coordinateSystem: CoordinateSystem?
  /// Units of the values, in place of the file's.
  public var valueUnits: String?
  /// Unit of the values where neither the file nor `valueUnits` name one; nil for the program's own.
  public var usualUnit: String?
  /// What the values must measure. A unit of anything else is refused; without one the program's own is taken, and told.
  public var measure: Measure?
  /// Whether values are depths, positive down, which become heights, where the file does not say.
  public var isDepth: Bool?
  /// Further factor of the values, after their unit.
  public var scale = 1.0
  /// Marks of missing values that the file does not name.
  public var missing: [Double] = []
  /// Whether values that look like a mark of missing ones are taken for values.
  public var keepsSuspected = false
  /// Whether decimals in text are set off by a comma; nil to tell it from the text.
  public var decimalComma: Bool?
  /// Largest distance of a node from equal steps, as a part of a step; rounding is told apart from it and allowed.
  public var regularityTolerance = usualTolerance
  /// Whether what the file leaves open is refused: coordinates without a unit that may be degrees, numbers that look like
  /// marks of missing values. Else they are taken as they are, as for a look at a file.
  public var isStrict = false

  /// A part of a step.
  public static let usualTolerance = 0.01

  /// What is not given is taken from the file.
  public init(
    variable: String? = nil, eastingName: String? = nil, northingName: String? = nil,
    coordinateUnit: String? = nil, measure: Measure? = nil, format: GridFormat? = nil
  ) {
    (self.variable, self.format, self.measure) = (variable, format, measure)
    (self.eastingName, self.northingName) = (eastingName, northingName)
    self.coordinateUnit = coordinateUnit
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
  /// What was taken for granted because the file does not say it, and what was changed.
  public var remarks: [String] = []
  /// What its coordinates mean; nil where the file does not say, or says what does not fit them.
  public var coordinateSystem: CoordinateSystem?
}
