/// Values by name, sorted by name: the settings, inputs and outputs of one stage.
///
/// A stage has a handful to some dozens of them and a pipeline may have a hundred thousand stages. An array
/// that is searched costs less than a dictionary at that size, and what is written in the order of names
/// (recipes, records) needs no sorting.
///
/// Everything is inlinable: called through the module's boundary without being specialised, a look-up costs fifty
/// times as much.
@frozen
public struct NameTable<Value> {
  /// A name with its value.
  public typealias Element = (key: String, value: Value)

  @usableFromInline var entries: [Element]

  /// - Complexity: sorting the entries. Of equal names the last counts.
  @inlinable
  public init(_ entries: some Sequence<(String, Value)>) {
    self.entries = []
    for (name, value) in entries { self[name] = value }
  }

  /// Without entries.
  @inlinable
  public init() { entries = [] }

  /// Makes room for that many entries.
  @inlinable
  public mutating func reserveCapacity(_ capacity: Int) { entries.reserveCapacity(capacity) }

  /// Position of a name, or where it would have to stand.
  @inlinable
  func search(_ name: String) -> (position: Int, isFound: Bool) {
    // Names mostly come in an order of their own, which beats halving at this length.
    if entries.count <= 8 {
      var position = 0
      while position < entries.count, entries[position].key < name { position += 1 }
      return (position, position < entries.count && entries[position].key == name)
    }
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key < name { low = middle + 1 } else { high = middle }
    }
    return (low, low < entries.count && entries[low].key == name)
  }

  /// The value of a name; setting nil removes it.
  @inlinable
  public subscript(name: String) -> Value? {
    get {
      if entries.count <= 8 {
        for entry in entries where entry.key == name { return entry.value }
        return nil
      }
      let (position, isFound) = search(name)
      return isFound ? entries[position].value : nil
    }
    set {
      let (position, isFound) = search(name)
      switch (newValue, isFound) {
      case (let value?, true): entries[position].value = value
      case (let value?, false) where position == entries.count: entries.append((name, value))
      case (let value?, false): entries.insert((name, value), at: position)
      case (nil, true): entries.remove(at: position)
      case (nil, false): break
      }
    }
  }

  /// In the order of names.
  @inlinable
  public var keys: [String] { entries.map(\.key) }
  /// In the order of the names.
  @inlinable
  public var values: [Value] { entries.map(\.value) }

  /// The same names with changed values.
  @inlinable
  public func mapValues<Other>(_ transform: (Value) throws -> Other) rethrows -> NameTable<Other> {
    try NameTable<Other>(sorted: entries.map { ($0.key, try transform($0.value)) })
  }

  /// The same without the names whose changed value is nil.
  @inlinable
  public func compactMapValues<Other>(_ transform: (Value) throws -> Other?) rethrows -> NameTable<Other> {
    try NameTable<Other>(
      sorted: entries.compactMap { entry in try transform(entry.value).map { (entry.key, $0) } })
  }

  /// The entries that are wanted.
  @inlinable
  public func filter(_ isIncluded: (Element) throws -> Bool) rethrows -> NameTable {
    NameTable(sorted: try entries.filter(isIncluded))
  }

  @inlinable
  init(sorted entries: [Element]) { self.entries = entries }

  /// As a dictionary of the standard library.
  @inlinable
  public var dictionary: [String: Value] {
    Dictionary(uniqueKeysWithValues: entries.lazy.map { ($0.key, $0.value) })
  }
}

extension NameTable: RandomAccessCollection {
  /// Of the first name.
  @inlinable
  public var startIndex: Int { entries.startIndex }
  /// Behind the last name.
  @inlinable
  public var endIndex: Int { entries.endIndex }
  /// The entry at a position in the order of the names.
  @inlinable
  public subscript(position: Int) -> Element { entries[position] }
}

extension NameTable: ExpressibleByDictionaryLiteral {
  /// - Precondition: no name twice.
  @inlinable
  public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}

extension NameTable: Sendable where Value: Sendable {}

extension NameTable: Equatable where Value: Equatable {
  /// Equal names with equal values.
  @inlinable
  public static func == (left: NameTable, right: NameTable) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { $0.key == $1.key && $0.value == $1.value }
  }
}

extension NameTable: Hashable where Value: Hashable {
  /// Names and values, in their order.
  @inlinable
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for (key, value) in entries {
      hasher.combine(key)
      hasher.combine(value)
    }
  }
}

/// Coded as a dictionary is.
extension NameTable: Codable where Value: Codable {
  /// Reads an object of names.
  @inlinable
  public init(from decoder: any Decoder) throws {
    self.init(try [String: Value](from: decoder).map { ($0.key, $0.value) })
  }

  /// Writes an object of names.
  @inlinable
  public func encode(to encoder: any Encoder) throws { try dictionary.encode(to: encoder) }
}
