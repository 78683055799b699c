/// How the values of a map are coloured, and what stands under its title.
public struct MapLook: Sendable, Hashable {
  /// The scale of colours, and whether it has a middle.
  public enum Colours: Sendable, Hashable {
    /// Along a scale.
    case sequential
    /// About zero, with symmetric limits.
    case diverging
    /// Of deviations, in colours that no one takes for those of the thing itself.
    case spread
  }

  /// The number under the title, over all nodes that have a value; weights are equal.
  public enum Statistic: Sendable, Hashable { case none, mean, rootMeanSquare }

  /// The scale of the values.
  public let colours: Colours
  /// The number under the title.
  public let statistic: Statistic

  /// Without a number unless told otherwise.
  public init(_ colours: Colours, _ statistic: Statistic = .none) {
    (self.colours, self.statistic) = (colours, statistic)
  }

  /// A scale from the least to the greatest value.
  public static let plain = MapLook(.sequential)
  /// The same with the mean under the title.
  public static let mean = MapLook(.sequential, .mean)
  /// About zero, with the mean.
  public static let signed = MapLook(.diverging, .mean)
  /// About zero, with the root mean square: what is left of a fit.
  public static let difference = MapLook(.diverging, .rootMeanSquare)
  /// In the colours of deviations, with the mean.
  public static let deviation = MapLook(.spread, .mean)
}

/// A map of a grid, or of the rows of a table as dots.
public struct FieldMap: Sendable {
  /// What the caption says of the dots.
  public enum Note: Sendable { case none, plain, counted }

  /// What is drawn.
  public var field: Field
  /// Above the map; the unit follows.
  public var title: String
  /// Colours and the number under the title.
  public var look: MapLook
  /// The sentence below, without the note on the dots.
  public var caption: String
  /// Points on top of the map; nil for none.
  public var dots: Dots?
  /// Other points on top of it, in a colour of their own: what they are stands in the caption.
  public var marks: Dots?
  /// What the caption says of the dots.
  public var note = Note.plain
  /// The settings that are the width of a rim about an inner region, in metres and in degrees.
  public var rim: (width: String, angle: String)?
  /// Of a field that is the same everywhere, its value under this name instead of a map.
  public var constant: String?

  /// A map in the look of the mean unless told otherwise.
  public init(
    _ field: Field, _ title: String, _ look: MapLook = .mean, dots: Dots? = nil, caption: String
  ) {
    (self.field, self.title, self.look) = (field, title, look)
    (self.dots, self.caption) = (dots, caption)
  }
}

/// A map for every variable of a series; the title is the rest of the name, `_` as a point, and `suffix`.
public struct SeriesMaps: Sendable {
  /// The output that holds the series.
  public var port: String
  /// The variables that are drawn, in the order of the file.
  public var series: VariableSeries
  /// Behind the rest of a name in a title: ` %`.
  public var suffix: String
  /// The sentence below the maps.
  public var caption: String
  /// Of all of them.
  public var look = MapLook.plain
  /// Whether titles are what the series and the variable itself say of their content: `pressure at 0.5 s`. The number at the
  /// end of a name then counts pictures.
  public var isTitledByContent = false

  /// One map for every variable of the series that the output has.
  public init(_ port: String, _ series: VariableSeries, suffix: String, _ caption: String) {
    (self.port, self.series, self.suffix, self.caption) = (port, series, suffix, caption)
  }
}

/// Three maps: the first, the first − the second, the second.
public struct FieldComparison: Sendable {
  public var first, second: Field
  /// Above the three maps.
  public var titles: (first: String, difference: String, second: String)
  /// Of the outer maps; the one between is always about zero.
  public var look: MapLook
  /// Points on top of all three; nil for none.
  public var dots: Dots?
  /// Nil: that the outer maps share their colours.
  public var caption: String?

  /// The maps share their colours unless a caption says why not.
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
  /// One of the distributions, over the bins of all.
  public struct Part: Sendable {
    /// In the key.
    public var label: String
    /// Whose values are counted; missing ones are not.
    public var field: Field
    /// Whether there is no figure without it.
    public var isRequired: Bool

    /// There is no figure without it unless told otherwise.
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

  /// Above the bars.
  public var title: String
  /// Of the axis; the unit follows.
  public var quantity: String
  /// From front to back.
  public var parts: [Part]
  /// Vertical lines at the mean and about it.
  public var marks: Marks
  /// The sentence below.
  public var caption: String

  /// Without marks unless told otherwise.
  public init(_ title: String, _ quantity: String, _ parts: [Part], marks: Marks = .none, _ caption: String) {
    (self.title, self.quantity, self.parts) = (title, quantity, parts)
    (self.marks, self.caption) = (marks, caption)
  }
}

/// Two fields against each other.
public struct FieldAgreement: Sendable {
  public var first, second: (name: String, field: Field)
  /// Above the points; the statistic follows.
  public var title: String
  /// A field whose root mean square stands in the title.
  public var statistic: Field?
  /// Further lines: the second as so many times the first.
  public var multiples: [Double] = []
  /// The sentence below.
  public var caption: String

  /// With the line of equality alone unless multiples are given.
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
  /// The sentence below.
  public var caption: String

  /// Two deviations each way about the mean, through the middle of the grid.
  public init(_ mean: Field, _ deviation: Field, subject: Variable, _ caption: String) {
    (self.mean, self.deviation, self.subject, self.caption) = (mean, deviation, subject, caption)
  }
}

/// Groups of points in colours of their own; equal groups are one, under a name of its own.
public struct PointGroups: Sendable {
  /// What each group is called, and the output that holds its points.
  public var groups: [(label: String, port: String)]
  /// The name of groups that have the same points.
  public var labelOfEqual: String
  /// Above the map.
  public var title: String
  /// What a point is called where the groups are counted.
  public var noun: String
  /// The sentence below; the counts follow.
  public var caption: String

  /// A colour a group, in their order.
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
  /// The output that is the table.
  public var port: String
  public var x, y: Variable
  /// Above the curve.
  public var title: String
  /// Whether both axes are: what isn't above 0 is left out.
  public var isLogarithmic: Bool
  /// The sentence below.
  public var caption: String

  /// Axes of equal steps unless told otherwise.
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
  /// The output that is drawn.
  public var port: String
  /// As after `--as`.
  public var kind: String
  /// What is drawn of it; empty for what suits the artefact.
  public var variables: [Variable]
  /// Another output that is drawn with it where that is there.
  public var other: String?
  /// A grid that must have more than two nodes each way.
  public var grid: Variable?
  /// A variable that must lie on a grid, or in rows that say where they are.
  public var placed: Variable?
  /// A variable that the output need not have, and without which there is nothing to draw.
  public var needed: Variable?
  /// The sentence below.
  public var caption: String

  /// Of the output alone and of any grid, unless told otherwise.
  public init(
    _ port: String, as kind: String, of variables: [Variable] = [], with other: String? = nil,
    grid: Variable? = nil, caption: String
  ) {
    (self.port, self.kind, self.variables) = (port, kind, variables)
    (self.other, self.grid, self.caption) = (other, grid, caption)
  }

  /// Left out where that variable has no places.
  public func at(placesOf variable: Variable) -> OutputPlot {
    var plot = self
    plot.placed = variable
    return plot
  }

  /// Left out where the output has no such variable.
  public func ifThere(_ variable: Variable) -> OutputPlot {
    var plot = self
    plot.needed = variable
    return plot
  }
}
