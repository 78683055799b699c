/// What plots draw of artefacts that hold certain variables.
public enum ArtefactView: Sendable {
  case map(MapView)
  case comparison(ComparisonView)
  case profile(ProfileView)
  /// Variables that are drawn by no view of their own; their looks are known by their names.
  case variables([Variable])
}

/// Grids that are shown side by side where an artefact holds at least two of them, or the only one.
public struct MapView: Sendable {
  /// From left to right.
  public var variables: [Variable]
  /// Those of them whose colours mean the same.
  public var alike: [Variable]

  /// Colours of their own each unless told otherwise.
  public init(_ variables: [Variable], alike: [Variable] = []) {
    (self.variables, self.alike) = (variables, alike)
  }
}

/// Two grids of an artefact that are worth comparing.
public struct ComparisonView: Sendable {
  public var first, second: Variable

  /// The first, then what it is compared with.
  public init(_ first: Variable, _ second: Variable) { (self.first, self.second) = (first, second) }
}

/// Lines of an artefact in one panel.
public struct ProfileView: Sendable {
  /// What a line stands for: colours and dashes follow from it.
  public enum Look: Sendable { case result, start, reference, other }

  /// One line, of one variable or the sum of several.
  public struct Line: Sendable {
    /// The sum of these.
    public var variables: [Variable]
    /// Nil: as the artefact calls the variable.
    public var label: String?
    /// What it stands for.
    public var look: Look

    /// Under the name of the variable in its artefact unless labelled.
    public init(_ variable: Variable, plus others: [Variable] = [], label: String? = nil, _ look: Look) {
      (variables, self.label, self.look) = ([variable] + others, label, look)
    }
  }

  /// The last one decides the nodes.
  public var lines: [Line]
  /// Standard deviation of the last line.
  public var deviation: Variable?
  /// The variable that another artefact is compared by.
  public var main: Variable
  /// Attribute: a level, and its name.
  public var level: (attribute: String, label: String)?
  /// Of the vertical axis, without the unit.
  public var axis: String

  /// A profile known by `main`; without a band about it and without a level unless they are given.
  public init(
    _ main: Variable, axis: String, deviation: Variable? = nil,
    level: (attribute: String, label: String)? = nil, _ lines: [Line]
  ) {
    (self.main, self.axis, self.lines) = (main, axis, lines)
    (self.deviation, self.level) = (deviation, level)
  }

  /// Every variable that it is made of.
  public var needs: [Variable] { lines.flatMap(\.variables) + (deviation.map { [$0] } ?? []) }
}
