import Manifests

/// What is known of an output before anything runs. Whatever is not said is not known.
public struct OutputFacts: Sendable, Equatable {
  /// Variables that it will have.
  public var has: Set<String>
  /// Variables that it will not have, and why: a sentence that goes on behind a colon and says what to do.
  public var lacks: [String: String]
  /// What its values are, in the words of messages, as `heights (m)`; nil where that is not known.
  public var quantity: String?
  /// Where its values lie.
  public var mesh: Mesh?
  /// What its coordinates mean, in a text that the catalogue understands (`Catalogue.mixture`). A stage that says nothing hands
  /// on what its inputs have.
  public var frame: String?
  /// Why it will hold nothing that any stage could use; nil for an ordinary output.
  public var absence: String?
  /// Of an output that holds what many members have: of what that is made; nil where it is not known.
  public var parts: [MemberPart]?
  /// Names and places of the rows of a table; nil where they are not known.
  public var rows: [Row]?
  /// What is known of it in numbers, in SI units, by names that the kinds of a catalogue agree on.
  public var numbers: [String: Double] = [:]
  /// What its content is where that is other than its type says; nil where the type tells.
  public var form: PortType.Form?

  /// A row of a table with a place, in the unit of its coordinates.
  public struct Row: Sendable, Equatable {
    /// Of the row.
    public var name: String
    /// East and north, or across and down.
    public var x, y: Double

    /// A row by its name and place.
    public init(_ name: String, _ x: Double, _ y: Double) { (self.name, self.x, self.y) = (name, x, y) }
  }

  /// The name in `has` and `lacks` of the number that a scalar output holds.
  public static let value = "value"

  /// Nothing is known unless it is said.
  public init(
    has: Set<String> = [], lacks: [String: String] = [:], quantity: String? = nil, mesh: Mesh? = nil
  ) {
    (self.has, self.lacks, self.quantity, self.mesh) = (has, lacks, quantity, mesh)
  }

  /// A variable is there, whatever was known of it.
  public mutating func gain(_ variables: String...) {
    for variable in variables {
      has.insert(variable)
      lacks[variable] = nil
    }
  }

  /// A variable is not there.
  public mutating func lose(_ variable: String, because reason: String) {
    has.remove(variable)
    lacks[variable] = reason
  }

  /// Nothing is known of a variable.
  public mutating func forget(_ variables: String...) {
    for variable in variables {
      has.remove(variable)
      lacks[variable] = nil
    }
  }
}

/// What the members of a family have at one of their ports.
public struct MemberPart: Sendable, Equatable {
  /// Of the repeated stage.
  public var port: String
  /// Of the artefact, with what is kept of it.
  public var type: PortType
  /// Names of the variables that it may have; empty where those are not known. Of a number the port's own name.
  public var variables: [String]

  /// What members have at a port.
  public init(port: String, type: PortType, variables: [String] = []) {
    (self.port, self.type, self.variables) = (port, type, variables)
  }
}

/// The nodes of a regular grid, in the unit of its coordinates.
public struct Mesh: Sendable, Equatable, CustomStringConvertible {
  public var west, east, south, north: Double
  public var columns, rows: Int
  /// Whether the coordinates are longitudes and latitudes, in degrees.
  public var isGeographic: Bool

  /// A mesh of `columns` × `rows` nodes between its edges, in metres or degrees.
  public init(
    edges: (west: Double, east: Double, south: Double, north: Double), columns: Int, rows: Int,
    isGeographic: Bool
  ) {
    (west, east, south, north) = edges
    (self.columns, self.rows, self.isGeographic) = (columns, rows, isGeographic)
  }

  /// `41 x 31 nodes, 0 … 40000, 0 … 30000 m`
  public var description: String {
    func text(_ value: Double) -> String { value.isFinite ? ExactDecimal(value).plain : "\(value)" }
    return "\(columns) x \(rows) nodes, \(text(west)) … \(text(east)), \(text(south)) … \(text(north)) "
      + (isGeographic ? "degrees" : "m")
  }

  /// Whether two grids have the same nodes to a millionth of their spacing.
  public func isSame(as other: Mesh) -> Bool {
    guard columns == other.columns, rows == other.rows, isGeographic == other.isGeographic else {
      return false
    }
    let tolerance =
      1e-6
      * max((east - west) / Double(max(1, columns - 1)), (north - south) / Double(max(1, rows - 1)))
    return [west - other.west, east - other.east, south - other.south, north - other.north]
      .allSatisfy { abs($0) <= tolerance }
  }
}
