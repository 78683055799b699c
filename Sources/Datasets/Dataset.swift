/// The content of one NetCDF file: named dimensions, variables over them, attributes, all in file order.
public struct Dataset: Sendable {
  /// A named length that variables share.
  public struct Dimension: Sendable, Equatable {
    /// As in the file.
    public var name: String
    /// Values along it.
    public var size: Int

    /// A dimension of a length.
    public init(name: String, size: Int) { (self.name, self.size) = (name, size) }
  }

  /// What an attribute holds; NetCDF has no others that are read or written here.
  public enum AttributeValue: Sendable {
    case text(String)
    case numbers([Double])
    case integers([Int])
  }

  /// A name with a text or numbers.
  public struct Attribute: Sendable, Equatable {
    /// As in the file.
    public var name: String
    /// What it holds.
    public var value: AttributeValue

    /// An attribute with its value.
    public init(name: String, value: AttributeValue) { (self.name, self.value) = (name, value) }
  }

  /// Flattened, last dimension fastest.
  ///
  /// Files of others: `float` and 64-bit and unsigned 32-bit integers are read as double (exact up to
  /// 2⁵³), shorter integers as `int32`, bytes as `int8`, characters and strings as text.
  public enum Values: Sendable {
    case double([Double])
    case int32([Int32])
    case int8([Int8])
    case text([String])
  }

  /// What whole numbers are that lie in memory as doubles, so that files hold them as what they are.
  public enum Whole: Sendable, Hashable {
    /// 0, 1, 2, …
    case count
    /// 0 and 1, a word each.
    case flag(no: String, yes: String)
  }

  /// Values over dimensions, with attributes.
  public struct Variable: Sendable {
    /// As in the file.
    public var name: String
    /// Slowest first; empty for a scalar.
    public var dimensions: [String]
    /// In the order of the dimensions, the last changing fastest.
    public var values: Values
    /// In the order of the file.
    public var attributes: [Attribute]
    /// The type in the file that it was read from, for decoding; not part of equality.
    public var storedAs: StoredType?
    /// What its doubles are where all of them are whole numbers; not part of equality.
    public var whole: Whole?
    /// What the library answers for a value that was never written, where it is none of the type's own. Like the type.
    var unwritten: Double?

    /// - Precondition: as many values as the dimensions' sizes say, where it is written.
    public init(name: String, dimensions: [String], values: Values, attributes: [Attribute] = []) {
      (self.name, self.dimensions) = (name, dimensions)
      (self.values, self.attributes) = (values, attributes)
    }
  }

  /// In the order of the file.
  public var dimensions: [Dimension]
  /// In the order of the file.
  public var variables: [Variable]
  /// Attributes of the whole file. `Conventions` is written by itself and not among them.
  public var attributes: [Attribute]
  /// The file it was read from, for messages; not part of equality.
  public var path: String
  /// What the coordinates of its grids, or of the places of its points, mean; nil where that is not known. In files it
  /// is a variable of its own and an attribute of what lies in it, neither of which is among the variables here.
  public var coordinateSystem: CoordinateSystem?

  /// The parts as given; `path` for messages.
  public init(
    dimensions: [Dimension] = [], variables: [Variable] = [], attributes: [Attribute] = [],
    path: String = ""
  ) {
    (self.dimensions, self.variables) = (dimensions, variables)
    (self.attributes, self.path) = (attributes, path)
  }

  /// The variable of a name; nil where there is none.
  public subscript(name: String) -> Variable? { variables.first { $0.name == name } }

  /// An attribute of the whole file; nil where there is none.
  public func attribute(_ name: String) -> AttributeValue? {
    attributes.first { $0.name == name }?.value
  }

  /// The length of a dimension; nil where there is none.
  public func size(of dimension: String) -> Int? { dimensions.first { $0.name == dimension }?.size }
}

// Two NaN are the same missing value, so that a dataset equals what is read back of it.
private func same(_ left: [Double], _ right: [Double]) -> Bool {
  left.count == right.count && zip(left, right).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}

extension Dataset: Equatable {
  /// Equal in everything but the path; NaN equals NaN.
  public static func == (left: Dataset, right: Dataset) -> Bool {
    left.dimensions == right.dimensions && left.variables == right.variables
      && left.attributes == right.attributes && left.coordinateSystem == right.coordinateSystem
  }
}

extension Dataset.Variable: Equatable {
  /// Equal values; NaN equals NaN.
  public static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.dimensions == right.dimensions && left.values == right.values
      && left.attributes == right.attributes
  }
}

extension Dataset.AttributeValue: Equatable {
  /// Equal values; NaN equals NaN.
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.text(let a), .text(let b)): a == b
    case (.numbers(let a), .numbers(let b)): same(a, b)
    case (.integers(let a), .integers(let b)): a == b
    default: false
    }
  }

  /// The text; nil for numbers.
  public var text: String? { if case .text(let text) = self { text } else { nil } }

  /// The values of a numeric attribute; nil for text.
  public var numbers: [Double]? {
    switch self {
    case .text: nil
    case .numbers(let values): values
    case .integers(let values): values.map(Double.init)
    }
  }

  /// The value of a numeric attribute that has just one; nil otherwise.
  public var number: Double? { numbers.flatMap { $0.count == 1 ? $0[0] : nil } }
}

extension Dataset.Values: Equatable {
  /// Equal values of one type; NaN equals NaN.
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.double(let a), .double(let b)): same(a, b)
    case (.int32(let a), .int32(let b)): a == b
    case (.int8(let a), .int8(let b)): a == b
    case (.text(let a), .text(let b)): a == b
    default: false
    }
  }

  /// Values of whatever type.
  public var count: Int {
    switch self {
    case .double(let values): values.count
    case .int32(let values): values.count
    case .int8(let values): values.count
    case .text(let values): values.count
    }
  }
}

extension Dataset.Variable {
  /// One of the variable's attributes; nil where there is none.
  public func attribute(_ name: String) -> Dataset.AttributeValue? {
    attributes.first { $0.name == name }?.value
  }

  /// The attribute `units`; nil where there is none.
  public var units: String? { attribute("units")?.text }
}
