/// Named columns of equal length, as of a CSV file.
public struct Table: Sendable, Equatable {
  /// What a column holds.
  public enum Kind: Sendable {
    /// NaN marks an empty cell.
    case number([Double])
    case text([String])

    /// Cells.
    public var count: Int {
      switch self {
      case .number(let values): values.count
      case .text(let values): values.count
      }
    }
  }

  /// The first cell that kept a column from being one of numbers.
  public struct Cell: Sendable {
    /// From 1.
    public var line: Int
    /// As written.
    public var text: String
  }

  /// A name with the cells below it.
  public struct Column: Sendable {
    /// As the file has it, a unit in brackets with it.
    public var name: String
    /// Its cells.
    public var kind: Kind
    /// For messages; not part of equality.
    public var firstText: Cell?
    /// What the header or a line below it says; not part of equality.
    public var unit: String?
    /// Whether the header has no name for it: row numbers. Not part of equality.
    public var isNameless = false

    /// A column with its cells.
    public init(name: String, kind: Kind, firstText: Cell? = nil) {
      (self.name, self.kind, self.firstText) = (name, kind, firstText)
    }

    /// The name without a unit.
    public var title: String { ColumnTitle(name).name }

    /// What the name, or a unit such as degrees_east, says of a place.
    public var role: CoordinateRole? {
      isNameless ? nil : CoordinateRole(name: title) ?? unit.flatMap { CoordinateRole(unit: $0) }
    }
  }

  /// In the order of the file, of equal length.
  public var columns: [Column]
  /// Whether the file names its columns, or the caller does; else they have names by their place. Not part of equality.
  public var isNamed = true
  /// Whether lines of Geosoft's names divide the rows. Not part of equality.
  public var hasLineNames = false
  /// How the text was understood where it could have been otherwise. Not part of equality.
  public var remarks: [String] = []
  /// The file it was read from, for messages; not part of equality.
  public var path: String

  /// - Precondition: all columns have the same length.
  public init(columns: [Column], path: String = "") {
    precondition(Set(columns.map(\.kind.count)).count <= 1, "columns of different lengths")
    (self.columns, self.path) = (columns, path)
  }

  /// Number of rows.
  public var count: Int { columns.first?.kind.count ?? 0 }

  /// The column of that name, with its unit or without.
  public subscript(name: String) -> Column? {
    if let column = columns.first(where: { $0.name == name }) { return column }
    let fitting = columns.filter { !$0.isNameless && $0.title == name }
    return fitting.count == 1 ? fitting[0] : nil
  }

  /// The columns whose names mean the same.
  public func columns(of role: CoordinateRole) -> [Column] { columns.filter { $0.role == role } }

  /// - Throws: `.columnMissing`; `.notNumeric` with the first cell that is no number.
  public func numbers(_ name: String) throws(DatasetError) -> [Double] {
    let column = try column(name)
    if case .number(let values) = column.kind { return values }
    let cell = column.firstText
    throw .notNumeric(path: path, column: name, line: cell?.line ?? 0, found: cell?.text ?? "text")
  }

  /// The cells as text; numbers in their shortest form, missing ones empty.
  /// - Throws: `.columnMissing`.
  public func texts(_ name: String) throws(DatasetError) -> [String] {
    switch try column(name).kind {
    case .text(let texts): texts
    case .number(let values): values.map(numberText)
    }
  }

  /// - Throws: `.columnMissing`.
  public func column(_ name: String) throws(DatasetError) -> Column {
    guard let column = self[name] else {
      throw .columnMissing(path: path, column: name, found: columns.map(\.name))
    }
    return column
  }

  /// Equal columns, wherever they were read from.
  public static func == (left: Table, right: Table) -> Bool { left.columns == right.columns }
}

extension Table.Column: Equatable {
  /// Equal names and cells.
  public static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.kind == right.kind
  }
}

extension Table.Kind: Equatable {
  /// Equal cells; an empty number equals an empty one.
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.number(let a), .number(let b)): Dataset.Values.double(a) == .double(b)
    case (.text(let a), .text(let b)): a == b
    default: false
    }
  }
}

/// The shortest decimal that reads back as the same number; nothing for NaN.
func numberText(_ value: Double) -> String { value.isNaN ? "" : String(describing: value) }
