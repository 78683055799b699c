/// What flows along an arrow of the graph. An open value: the engine knows plain grids, tables, numbers and files, and a
/// catalogue registers what its kinds make of them.
public struct PortType: Sendable, CustomStringConvertible {
  /// What the engine itself must know of a content.
  public enum Form: Hashable, Sendable {
    /// Values on the nodes of a grid.
    case grid
    /// Columns with rows in common.
    case table
    /// One number.
    case scalar(PhysicalDimension)
    /// Bytes that only the stages at both ends understand.
    case bytes
    /// Variables of several shapes, for stages that know the type.
    case mixed

    /// For messages; nil where it says nothing.
    var inWords: String? {
      switch self {
      case .grid: "a grid"
      case .table: "a table"
      case .scalar: "a number"
      case .bytes, .mixed: nil
      }
    }
  }

  /// One word, as manifests and messages write it.
  public let name: String
  /// What the engine knows of a content of this type.
  public let form: Form
  /// Names of the types that it is a special case of, the nearest first.
  public let ancestors: [String]
  /// Whether an artefact of a wider type may stand for it: its content decides, and is checked where it is read.
  public let isFoundInWider: Bool
  /// Whether a stage may say that an output it declares is of this type.
  public let isDeclarable: Bool

  /// A type of its own, a special case of none.
  public init(_ name: String, _ form: Form, isDeclarable: Bool = false) {
    (self.name, self.form, self.isDeclarable) = (name, form, isDeclarable)
    (ancestors, isFoundInWider) = ([], false)
  }

  /// A special case of another type, of the same form.
  public init(_ name: String, of wider: PortType, isFoundInWider: Bool = true, isDeclarable: Bool = false) {
    (self.name, form, self.isDeclarable) = (name, wider.form, isDeclarable)
    (ancestors, self.isFoundInWider) = ([wider.name] + wider.ancestors, isFoundInWider)
  }

  /// Any gridded data, such as a file that was read: goes wherever a grid is taken and is checked there.
  public static let grid = PortType("grid", .grid, isDeclarable: true)
  /// A table with a header.
  public static let table = PortType("table", .table, isDeclarable: true)
  /// Bytes of any format, read by the stages at both ends alone.
  public static let file = PortType("file", .bytes, isDeclarable: true)

  /// One number of this dimension: the engine reads it and hands it to settings.
  public static func scalar(_ dimension: PhysicalDimension) -> PortType {
    PortType(dimension == .dimensionless ? "number" : "number (\(dimension.name))", .scalar(dimension))
  }

  /// What an input takes that reads one number of any dimension; no output is of this type.
  public static let anyNumber = PortType("any number", .scalar(.dimensionless))

  /// Its name.
  public var description: String { name }

  /// Of a number.
  public var dimension: PhysicalDimension? {
    if case .scalar(let dimension) = form { dimension } else { nil }
  }

  /// Whether it is one number.
  public var isScalar: Bool { dimension != nil }

  /// Whether it is a grid that any stage of grids may read.
  var isPlainGrid: Bool { form == .grid && (ancestors.isEmpty || isFoundInWider) }

  /// Whether an output of this type may feed an input that accepts `accepted`.
  public func feeds(_ accepted: [PortType]) -> Bool {
    accepted.contains { type in
      type == self || type.form == .bytes || ancestors.contains(type.name)
        || (type.isFoundInWider && type.ancestors.contains(name)) || (isScalar && type == .anyNumber)
    }
  }
}

/// A catalogue has one type of a name.
extension PortType: Hashable {
  /// By name.
  public static func == (left: PortType, right: PortType) -> Bool { left.name == right.name }

  /// Of the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The types of artefact that a catalogue registers, with those that the engine has.
public struct TypeTable: Sendable {
  /// In the order that messages list them.
  public let types: [PortType]
  /// What a stage may call the type of an output that it declares, in the order that messages list them.
  public let declarable: [(word: String, type: PortType)]

  /// - Parameters:
  ///   - types: in the order that messages list them; of the engine's own the ones that belong between others.
  ///   - dimensions: of the numbers that may be declared.
  public init(_ types: [PortType], dimensions: [PhysicalDimension]) {
    self.types = types
    declarable =
      types.filter(\.isDeclarable).map { ($0.name, $0) }
      + dimensions.map { ($0 == .dimensionless ? "number" : $0.name, .scalar($0)) }
  }

  /// The type of an output that a stage declares by this word; nil where nothing is called so.
  public func declared(_ word: String) -> PortType? { declarable.first { $0.word == word }?.type }
}
