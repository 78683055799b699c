/// How the values of a map are coloured, and what stands under its title.
public struct MapLook: Sendable, Hashable {
  public enum Colours: Sendable, Hashable {
    /// Along a scale.
    case sequential
    /// About zero, with symmetric limits.
    case diverging
    /// Of deviations, in colours that no one takes for those of the thing itself.
    case spread
  }

  public enum Statistic: Sendable, Hashable { case none, mean, rootMeanSquare }

  public let colours: Colours
  public let statistic: Statistic

  public init(_ colours: Colours, _ statistic: Statistic = .none) {
    (self.colours, self.statistic) = (colours, statistic)
  }

  public static let plain = MapLook(.sequential)
  public static let mean = MapLook(.sequential, .mean)
  public static let signed = MapLook(.diverging, .mean)
  public static let difference = MapLook(.diverging, .rootMeanSquare)
  public static let deviation = MapLook(.spread, .mean)
}

/// A map of a grid, or of the rows of a table as dots.
public struct FieldMap: Sendable {
  /// What the caption says of the dots.
  public enum Note: Sendable { case none, plain, counted }

  public var field: Field
  public var title: String
  public var look: MapLook
  public var caption: String
  public var dots: Dots?
  public var note = Note.plain
  /// The settings that are the width of a rim about an inner region, in metres and in degrees.
  public var rim: (width: String, angle: String)?
  /// Of a field that is the same everywhere, its value under this name instead of a map.
  public var constant: String?

  public init(
    _ field: Field, _ title: String, _ look: MapLook = .mean, dots: Dots? = nil, caption: String
  ) {
    (self.field, self.title, self.look) = (field, title, look)
    (self.dots, self.caption) = (dots, caption)
  }
}

/// A map for every variable of a series; the title is the rest of the name, `_` as a point, and `suffix`.
public struct SeriesMaps: Sendable {
  public var port: String
  public var series: VariableSeries
  public var suffix: String
  public var caption: String

  public init(_ port: String, _ series: VariableSeries, suffix: String, _ caption: String) {
    (self.port, self.series, self.suffix, self.caption) = (port, series, suffix, caption)
  }
}

/// Three maps: the first, the first − the second, the second.
public struct FieldComparison: Sendable {
  public var first, second: Field
  public var titles: (first: String, difference: String, second: String)
  public var look: MapLook
  public var dots: Dots?
  /// Nil: that the outer maps share their colours.
  public var caption: String?

  public init(
    _ first: Field, _ second: Field, _ titles: (String, String, String), _ look: MapLook = .plain,
    dots: Dots? = nil, caption: String? = nil
  ) {
    (self.first, self.second, self.titles) = (first, second, titles)
    (self.look, self.dots, self.caption) = (look, dots, caption)
  }
}

/// The distribution of one or more fields.
public struct FieldHistogram: Sendable {
  public struct Part: Sendable {
    public var label: String
    public var field: Field
    /// Whether there is no figure without it.
    public var isRequired: Bool

    public init(_ label: String, _ field: Field, required: Bool = true) {
      (self.label, self.field, isRequired) = (label, field, required)
    }
  }

  /// Lines across it.
  public enum Marks: Sendable {
    case none, mean, greatest
    /// At −2 and 2.
    case twoDeviations
  }

  public var title: String
  /// Of the axis; the unit follows.
  public var quantity: String
  public var parts: [Part]
  public var marks: Marks
  public var caption: String

  public init(_ title: String, _ quantity: String, _ parts: [Part], marks: Marks = .none, _ caption: String) {
    (self.title, self.quantity, self.parts) = (title, quantity, parts)
    (self.marks, self.caption) = (marks, caption)
  }
}

/// Two fields against each other.
public struct FieldAgreement: Sendable {
  public var first, second: (name: String, field: Field)
  public var title: String
  /// A field whose root mean square stands in the title.
  public var statistic: Field?
  /// Further lines: the second as so many times the first.
  public var multiples: [Double] = []
  public var caption: String

  public init(
    _ first: (String, Field), _ second: (String, Field), title: String, statistic: Field? = nil,
    _ caption: String
  ) {
    (self.first, self.second, self.title) = (first, second, title)
    (self.statistic, self.caption) = (statistic, caption)
  }
}

/// A mean with bands of its deviation along two lines through the middle, with what it began from and should be.
public struct MeanProfiles: Sendable {
  public var mean, deviation: Field
  /// What it is the mean of if its unit is that of this variable, whose truth and start are drawn then.
  public var subject: Variable
  public var caption: String

  public init(_ mean: Field, _ deviation: Field, subject: Variable, _ caption: String) {
    (self.mean, self.deviation, self.subject, self.caption) = (mean, deviation, subject, caption)
  }
}

/// Groups of points in colours of their own; equal groups are one, under a name of its own.
public struct PointGroups: Sendable {
  public var groups: [(label: String, port: String)]
  public var labelOfEqual: String
  public var title: String
  /// What a point is called where the groups are counted.
  public var noun: String
  public var caption: String

  public init(
    _ groups: [(label: String, port: String)], labelOfEqual: String, title: String, noun: String,
    _ caption: String
  ) {
    (self.groups, self.labelOfEqual, self.title) = (groups, labelOfEqual, title)
    (self.noun, self.caption) = (noun, caption)
  }
}

/// One column of a table against another.
public struct ColumnCurve: Sendable {
  public var port: String
  public var x, y: Variable
  public var title: String
  public var isLogarithmic: Bool
  public var caption: String

  public init(
    _ port: String, _ x: Variable, _ y: Variable, title: String, isLogarithmic: Bool = false,
    _ caption: String
  ) {
    (self.port, self.x, self.y, self.title) = (port, x, y, title)
    (self.isLogarithmic, self.caption) = (isLogarithmic, caption)
  }
}

/// What `pipe plot OUTPUT --as KIND` draws, in the size of the page.
public struct OutputPlot: Sendable {
  public var port: String
  /// As after `--as`.
  public var kind: String
  public var variables: [Variable]
  /// Another output that is drawn with it where that is there.
  public var other: String?
  /// A grid that must have more than two nodes each way.
  public var grid: Variable?
  public var caption: String

  public init(
    _ port: String, as kind: String, of variables: [Variable] = [], with other: String? = nil,
    grid: Variable? = nil, caption: String
  ) {
    (self.port, self.kind, self.variables) = (port, kind, variables)
    (self.other, self.grid, self.caption) = (other, grid, caption)
  }
}
