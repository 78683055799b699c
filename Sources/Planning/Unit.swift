public import Manifests

/// A unit of measure that manifests may use.
public struct Unit: Sendable {
  /// As manifests write it: `km`.
  public let symbol: String
  /// How many canonical units of its dimension it is.
  public let factor: ExactDecimal
  private let ofDimension: @Sendable () -> PhysicalDimension

  /// - Parameter dimension: asked for when it is needed, since a dimension knows its units.
  /// - Precondition: `factor` is a decimal number.
  public init(
    _ symbol: String, _ factor: String, of dimension: @autoclosure @escaping @Sendable () -> PhysicalDimension
  ) {
    guard let exact = ExactDecimal(factor) else { preconditionFailure("bad factor \(factor)") }
    (self.symbol, self.factor, ofDimension) = (symbol, exact, dimension)
  }

  /// What it measures.
  public var dimension: PhysicalDimension { ofDimension() }
}

/// A catalogue has one unit of a symbol.
extension Unit: Hashable {
  /// By symbol.
  public static func == (left: Unit, right: Unit) -> Bool { left.symbol == right.symbol }

  /// Of the symbol.
  public func hash(into hasher: inout Hasher) { hasher.combine(symbol) }
}

/// What a number measures. An open value: the engine knows the plain number alone, and a catalogue registers the others.
public struct PhysicalDimension: Sendable, CustomStringConvertible {
  private final class Content: Sendable {
    let name, units: String
    let filed: Unit?
    let symbols: [Unit]
    let spellings: [String: String]
    let shown: SuitableUnits?

    init(
      _ name: String, units: String, filed: Unit?, symbols: [Unit], spellings: [String: String],
      shown: SuitableUnits?
    ) {
      (self.name, self.units, self.filed, self.symbols) = (name, units, filed, symbols)
      (self.spellings, self.shown) = (spellings, shown)
    }
  }

  // Behind a reference: every number that is read or shown has a copy.
  private let content: Content

  /// One word, as messages, signatures and recipes write it.
  public var name: String { content.name }
  /// The unit in which files, tables, logs and messages give it, as the climate and forecast conventions write it.
  public var units: String { content.units }
  /// That unit, where it is not the canonical one.
  private var filed: Unit? { content.filed }
  /// Units that manifests may use, in the order that messages list them.
  public var symbols: [Unit] { content.symbols }
  /// Symbols by the names of units, singular and in lower case, and by the symbols that other programs use.
  public var spellings: [String: String] { content.spellings }

  /// - Parameters:
  ///   - filed: the unit that `units` names, where it is not the canonical one.
  ///   - spellings: what else people write for the symbols: the symbol by the name.
  ///   - shown: units that people read numbers in; nil for none.
  public init(
    _ name: String, units: String, filed: Unit? = nil, symbols: [Unit] = [],
    spellings: [String: String] = [:], shown: SuitableUnits? = nil
  ) {
    content = Content(
      name, units: units, filed: filed, symbols: symbols, spellings: spellings, shown: shown)
  }

  /// A number in canonical units as files, tables and messages give it, in `units`. The shortest decimal is shifted, so
  /// that 2e-6 becomes 0.2 in units of 1e-5, which no binary factor gives.
  public func filed(_ canonical: Double) -> Double {
    guard let filed, canonical.isFinite else { return canonical }
    return ExactDecimal(canonical).double(dividedBy: filed.factor)
  }

  /// A number as files give it in canonical units.
  public func canonical(filed number: Double) -> Double {
    guard let filed, number.isFinite else { return number }
    return (ExactDecimal(number) * filed.factor).double
  }

  /// The plain number, and its hundredth, `%`.
  public static let dimensionless: PhysicalDimension = PhysicalDimension(
    "dimensionless", units: "1", symbols: [Unit("%", "0.01", of: .dimensionless)],
    spellings: ["percent": "%", "pct": "%"])

  /// Its name.
  public var description: String { name }

  /// The unit that suits the size of a number in canonical units; nil for a plain number.
  func suitableUnit(_ number: ExactDecimal) -> Unit? { content.shown?.unit(for: number) }

  var article: String { (name.first.map("aeiou".contains) == true ? "an " : "a ") + name }

  /// Units that a message offers, the usual ones first.
  var unitSymbols: [String] { symbols.map(\.symbol) }
}

/// Units that people read numbers of a dimension in, by their size.
public struct SuitableUnits: Sendable {
  private let usual: Unit
  private let large: (unit: Unit, from: Int)?
  private let small: (unit: Unit, below: Int)?

  /// - Parameters:
  ///   - large: the unit of numbers whose leading digit stands at `from` or higher, in canonical units (3 is thousands).
  ///   - small: that of numbers whose leading digit stands below `below`.
  /// - Precondition: the factors of all are powers of ten, so that changing from one to another is exact.
  public init(
    _ usual: Unit, large: (unit: Unit, from: Int)? = nil, small: (unit: Unit, below: Int)? = nil
  ) {
    (self.usual, self.large, self.small) = (usual, large, small)
  }

  func unit(for number: ExactDecimal) -> Unit {
    guard !number.digits.isEmpty else { return usual }
    // Position of the leading digit: 3 for 2669, 0 for 2, -3 for 0.002.
    let size = number.digits.count + number.exponent - 1
    if let large, size >= large.from { return large.unit }
    if let small, size < small.below { return small.unit }
    return usual
  }
}

/// A catalogue has one dimension of a name.
extension PhysicalDimension: Hashable {
  /// By name.
  public static func == (left: PhysicalDimension, right: PhysicalDimension) -> Bool {
    left.name == right.name
  }

  /// Of the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The units that a catalogue's dimensions bring.
public struct UnitTable: Sendable {
  /// The plain number first.
  public let dimensions: [PhysicalDimension]
  private let bySymbol: [String: (unit: Unit, dimension: PhysicalDimension)]

  /// - Precondition: no two dimensions share a unit's symbol.
  public init(_ dimensions: [PhysicalDimension]) {
    self.dimensions = [.dimensionless] + dimensions.filter { $0 != .dimensionless }
    bySymbol = Dictionary(
      uniqueKeysWithValues: self.dimensions.flatMap { dimension in
        dimension.symbols.map { ($0.symbol, ($0, dimension)) }
      })
  }

  /// The unit that a manifest calls so; `µm`, `m/s²`, `m/s^2` and `°` are read as `um`, `m/s2`, `m/s2`, `deg`.
  public func named(_ symbol: String) -> (unit: Unit, dimension: PhysicalDimension)? {
    bySymbol[symbol] ?? (Self.isPlain(symbol) ? nil : bySymbol[Self.plain(symbol)])
  }

  private static func isPlain(_ symbol: String) -> Bool {
    symbol.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "^") }
  }

  private static func plain(_ symbol: String) -> String {
    var text = ""
    for scalar in symbol.unicodeScalars {
      switch scalar {
      case "\u{B5}", "\u{3BC}": text += "u"
      case "\u{B2}": text += "2"
      case "\u{B3}": text += "3"
      case "\u{B0}": text += "deg"
      case "^": break
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// The unit that a misspelt symbol was probably meant to be; capitals count as a slip.
  func nearest(to symbol: String) -> String? {
    let all = dimensions.flatMap(\.unitSymbols)
    let lower = symbol.lowercased()
    let singular = lower.last == "s" ? String(lower.dropLast()) : lower
    for dimension in dimensions {
      if let unit = dimension.spellings[lower] ?? dimension.spellings[singular] { return unit }
    }
    return all.first { $0.lowercased() == lower } ?? Suggestion.nearest(to: symbol, in: all)
  }
}
