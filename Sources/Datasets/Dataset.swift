/// The content of one NetCDF file: named dimensions, variables over them, attributes, all in file order.
public struct Dataset: Sendable {
  public struct Dimension: Sendable, Equatable {
    public var name: String
    public var size: Int

    public init(name: String, size: Int) { (self.name, self.size) = (name, size) }
  }

  public enum AttributeValue: Sendable {
    case text(String)
    case numbers([Double])
    case integers([Int])
  }

  public struct Attribute: Sendable, Equatable {
    public var name: String
    public var value: AttributeValue

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

  public struct Variable: Sendable {
    public var name: String
    /// Slowest first; empty for a scalar.
    public var dimensions: [String]
    public var values: Values
    public var attributes: [Attribute]
    /// The type in the file that it was read from, for decoding; not part of equality.
    public var storedAs: StoredType?
    /// What the library answers for a value that was never written, where it is none of the type's own. Like the type.
    var unwritten: Double?

    public init(name: String, dimensions: [String], values: Values, attributes: [Attribute] = []) {
      (self.name, self.dimensions) = (name, dimensions)
      (self.values, self.attributes) = (values, attributes)
    }
  }

  public var dimensions: [Dimension]
  public var variables: [Variable]
  /// Attributes of the whole file. `Conventions` is written by itself and not among them.
  public var attributes: [Attribute]
  /// The file it was read from, for messages; not part of equality.
  public var path: String

  public init(
    dimensions: [Dimension] = [], variables: [Variable] = [], attributes: [Attribute] = [],
    path: String = ""
  ) {
    (self.dimensions, self.variables) = (dimensions, variables)
    (self.attributes, self.path) = (attributes, path)
  }

  public subscript(name: String) -> Variable? { variables.first { $0.name == name } }

  public func attribute(_ name: String) -> AttributeValue? {
    attributes.first { $0.name == name }?.value
  }

  public func size(of dimension: String) -> Int? { dimensions.first { $0.name == dimension }?.size }
}

// Two NaN are the same missing value, so that a dataset equals what is read back of it.
private func same(_ left: [Double], _ right: [Double]) -> Bool {
  left.count == right.count && zip(left, right).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}

extension Dataset: Equatable {
  public static func == (left: Dataset, right: Dataset) -> Bool {
    left.dimensions == right.dimensions && left.variables == right.variables
      && left.attributes == right.attributes
  }
}

extension Dataset.Variable: Equatable {
  public static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.dimensions == right.dimensions && left.values == right.values
      && left.attributes == right.attributes
  }
}

extension Dataset.AttributeValue: Equatable {
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.text(let a), .text(let b)): a == b
    case (.numbers(let a), .numbers(let b)): same(a, b)
    case (.integers(let a), .integers(let b)): a == b
    default: false
    }
  }

  public var text: String? { if case .text(let text) = self { text } else { nil } }

  /// The values of a numeric attribute; nil for text.
  public var numbers: [Double]? {
    switch self {
    case .text: nil
    case .numbers(let values): values
    case .integers(let values): values.map(Double.init)
    }
  }

  public var number: Double? { numbers.flatMap { $0.count == 1 ? $0[0] : nil } }
}

extension Dataset.Values: Equatable {
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.double(let a), .double(let b)): same(a, b)
    case (.int32(let a), .int32(let b)): a == b
    case (.int8(let a), .int8(let b)): a == b
    case (.text(let a), .text(let b)): a == b
    default: false
    }
  }

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
  public func attribute(_ name: String) -> Dataset.AttributeValue? {
    attributes.first { $0.name == name }?.value
  }

  public var units: String? { attribute("units")?.text }
}
