import Manifests

/// The settings of one node, by name. Stages read them by the values that declare them (`settings[width]`).
public struct Settings: Sendable, Equatable {
  /// By name.
  public var values: [String: SettingValue]

  /// Settings of these values.
  public init(_ values: [String: SettingValue]) { self.values = values }

  // What the engine itself reads of families, whose kinds declare it.

  /// Whether there is a value.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// A whole number; nil where it is left out.
  func optionalInteger(_ name: String) -> Int? {
    guard case .number(let decimal)? = values[name] else { return nil }
    // Not by way of Double: a seed may have more than 53 bits.
    return decimal.integer
  }

  /// One of the words of the signature; nil where it is left out.
  func optionalWord(_ name: String) -> String? {
    if case .word(let value)? = values[name] { value } else { nil }
  }
}
