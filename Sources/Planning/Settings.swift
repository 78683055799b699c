import Manifests

/// The settings of one node with typed access. Names and types were checked against the signature,
/// so asking for a setting of another type is a programming error and traps.
public struct Settings: Sendable, Equatable {
  /// By name.
  public var values: [String: SettingValue]

  /// Settings of these values.
  public init(_ values: [String: SettingValue]) { self.values = values }

  /// Whether there is a value.
  public func has(_ name: String) -> Bool { values[name] != nil }

  /// A number in `unit` (its canonical one if nil): the exact decimal is converted before it is
  /// rounded to binary, so `0.2 ms` asked for in milliseconds is exactly `0.2`.
  public func number(_ name: String, in unit: Unit? = nil) -> Double {
    guard let value = optionalNumber(name, in: unit) else { preconditionFailure("no setting \(name)") }
    return value
  }

  /// A number in canonical units, or in `unit`; nil where it is left out.
  public func optionalNumber(_ name: String, in unit: Unit? = nil) -> Double? {
    guard let value = values[name] else { return nil }
    guard case .number(let decimal) = value else { return nil }
    return Self.double(decimal, in: unit)
  }

  /// The elements of a list of numbers, in canonical units or in `unit`.
  public func numbers(_ name: String, in unit: Unit? = nil) -> [Double] {
    switch values[name] {
    case .list(let elements)?:
      elements.compactMap {
        if case .number(let decimal) = $0 { Self.double(decimal, in: unit) } else { nil }
      }
    case .number(let decimal)?: [Self.double(decimal, in: unit)]
    default: []
    }
  }

  /// A whole number.
  public func integer(_ name: String) -> Int {
    guard let value = optionalInteger(name) else { preconditionFailure("no integer setting \(name)") }
    return value
  }

  /// A whole number; nil where it is left out.
  public func optionalInteger(_ name: String) -> Int? {
    guard case .number(let decimal)? = values[name] else { return nil }
    // Not by way of Double: a seed may have more than 53 bits.
    return decimal.integer
  }

  /// An optional yes/no setting; no where it is not given.
  public func isOn(_ name: String) -> Bool { has(name) && flag(name) }

  /// yes or no.
  public func flag(_ name: String) -> Bool {
    guard case .boolean(let value)? = values[name] else { preconditionFailure("no yes/no setting \(name)") }
    return value
  }

  /// One of the words of the signature.
  public func word(_ name: String) -> String {
    guard let value = optionalWord(name) else { preconditionFailure("no word setting \(name)") }
    return value
  }

  /// One of the words of the signature; nil where it is left out.
  public func optionalWord(_ name: String) -> String? {
    if case .word(let value)? = values[name] { value } else { nil }
  }

  /// A text; nil where it is left out.
  public func optionalText(_ name: String) -> String? {
    if case .text(let value)? = values[name] { value } else { nil }
  }

  /// The path of a file; nil where it is left out.
  public func file(_ name: String) -> String? {
    if case .file(let path)? = values[name] { path } else { nil }
  }

  static func double(_ decimal: ExactDecimal, in unit: Unit?) -> Double {
    guard let unit else { return decimal.double }
    return decimal.double(dividedBy: unit.factor)
  }
}
