import Manifests

/// A setting of a kind of stage: the one value that declares, documents, types, checks and reads it.
///
///     static let order = Setting("order", .number, .required, .atLeast(0), "of the polynomial")
///     static let method = Setting("method", .word(Method.self), .required, "how the field is estimated")
///     static let width = Setting("filter_width", .number(in: .metre), .optional, .above(0), "wavelength")
///
///     let order = context[Self.order]         // Double
///     let width = context[Self.width]         // Double?
///     switch context[Self.method] { … }       // every word, without `default:`
///
/// How it may be left out decides the type that it reads, and whether recipes hold it:
///
/// | | left out it reads | in the recipe |
/// |---|---|---|
/// | `.required` | – | always |
/// | `.default(x)` | x | always |
/// | `.optional(meaning: x)` | x | where it is written |
/// | `.later(default: x)` | x | where it differs from x |
/// | `.later(default: x, otherwise: y, when: c, told: "…")` | y where c holds, else x | where it differs from x |
/// | `.optional`, `.optional(otherwise: "…")` | nil | where it is written |
///
/// A setting that is added to a kind that has been used is `.later`, so that results from before keep their keys.
public struct Setting<Value: Sendable>: DeclaredEntry {
  /// What checks, pages and messages know of it.
  public let spec: SettingSpec
  /// The value of what a section gives, nil for a section that leaves it out; nil if that can't be.
  let read: @Sendable (SettingValue?) -> Value?
  /// What a section would have to give; nil for leaving it out.
  let write: @Sendable (Value) -> SettingValue?

  /// As the manifest names it.
  public var name: String { spec.name }

  /// A setting that always has a value.
  public init(
    _ name: String, _ form: ValueForm<Value>, _ presence: Presence<Value>, _ bounds: Bounds, _ summary: String
  ) {
    var spec = SettingSpec(name, form, bounds, summary)
    let absent = presence.value
    if let text = absent.flatMap(form.write).map({ display($0, type: form.type) }) {
      if presence.isAlwaysKeyed { spec.presence = .defaultsTo(text) } else { spec.absence = .means(text) }
    } else {
      precondition(absent == nil, "the value that '\(name)' has where it is left out can't be written")
      spec.presence = .required
    }
    if presence.isKeyedWhereItDiffers { spec.laterDefault = absent.flatMap(form.write) }
    if let following = presence.following, let value = form.write(following.value) {
      spec.following = SettingSpec.Following(condition: following.condition, value: value)
      spec.absence = .follows(following.words)
    }
    self.spec = spec
    write = form.write
    read = { value in value.map(form.read) ?? absent }
  }

  /// A setting that may be left out and then has no value.
  public init<Given: Sendable>(
    _ name: String, _ form: ValueForm<Given>, _ absence: Absence, _ bounds: Bounds, _ summary: String
  ) where Value == Given? {
    var spec = SettingSpec(name, form, bounds, summary)
    spec.absence = absence.words.map { .follows($0) }
    self.spec = spec
    write = { $0.flatMap(form.write) }
    read = { value in
      guard let value else { return .some(nil) }
      return form.read(value).map { .some($0) }
    }
  }

  /// A setting that always has a value: it is required or has a default.
  public init(_ name: String, _ form: ValueForm<Value>, _ presence: Presence<Value>, _ summary: String) {
    self.init(name, form, presence, .none, summary)
  }

  /// A setting that may be left out and then reads as nil.
  public init<Given: Sendable>(
    _ name: String, _ form: ValueForm<Given>, _ absence: Absence, _ summary: String
  )
  where Value == Given? {
    self.init(name, form, absence, .none, summary)
  }

  /// Adds it behind the settings declared before.
  public func declare(in signature: inout StageSignature) { signature.settings.append(spec) }

  private init(
    spec: SettingSpec, read: @escaping @Sendable (SettingValue?) -> Value?,
    write: @escaping @Sendable (Value) -> SettingValue?
  ) {
    (self.spec, self.read, self.write) = (spec, read, write)
  }

  /// The same setting for what also reads it where a kind declares it as one that may be left out.
  public var optional: Setting<Value?> {
    let (read, write) = (read, write)
    return Setting<Value?>(spec: spec, read: { .some(read($0)) }, write: { $0.flatMap(write) })
  }
}

/// What a setting is where its section leaves it out.
public struct Presence<Value: Sendable>: Sendable {
  let value: Value?
  let isAlwaysKeyed: Bool
  let isKeyedWhereItDiffers: Bool

  /// Another value where a condition holds, and words for both.
  private(set) var following: (condition: Condition, value: Value, words: String)?

  private init(_ value: Value?, always: Bool, whereItDiffers: Bool = false) {
    (self.value, isAlwaysKeyed, isKeyedWhereItDiffers) = (value, always, whereItDiffers)
  }

  /// It may not be left out.
  public static var required: Self { Self(nil, always: true) }

  /// It reads `value`, and every recipe holds it: a new default changes the key.
  public static func `default`(_ value: Value) -> Self { Self(value, always: true) }

  /// It reads `value`, and recipes hold it where it is written.
  public static func optional(meaning value: Value) -> Self { Self(value, always: false) }

  /// It reads `value`, and recipes hold it where it differs: for settings that a kind gets after it has been used.
  public static func later(default value: Value) -> Self { Self(value, always: false, whereItDiffers: true) }

  /// The same, but where the condition holds it reads `other`, which recipes hold as if it were written: for a better
  /// way that is to be the usual one for some sections, and leaves the keys of the others and of those that name the old one.
  ///
  /// - Parameter words: of both, for the page: `constant where the fit is damped, else none`.
  public static func later(
    default value: Value, otherwise other: Value, when condition: Condition, told words: String
  ) -> Self {
    var presence = later(default: value)
    presence.following = (condition, other, words)
    return presence
  }
}

/// How a setting may be left out that then has no value.
public struct Absence: Sendable {
  let words: String?

  /// Nothing is said of what holds without it.
  public static let optional = Absence(words: nil)

  /// - Parameter otherwise: what follows from the data or from other settings instead, for the page: `the median of
  ///   the data`.
  public static func optional(otherwise: String) -> Absence { Absence(words: otherwise) }
}

/// Limits of a number, or of each number in a list, in the unit in which the setting is read.
public struct Bounds: Sendable {
  var minimum, maximum: Double?
  var minimumExcluded = false
  var maximumExcluded = false

  /// No bound.
  public static let none = Bounds()
  /// low ≤ value.
  public static func atLeast(_ low: Double) -> Bounds { none.atLeast(low) }
  /// low < value.
  public static func above(_ low: Double) -> Bounds { none.above(low) }
  /// value ≤ high.
  public static func atMost(_ high: Double) -> Bounds { none.atMost(high) }
  /// value < high.
  public static func below(_ high: Double) -> Bounds { none.below(high) }

  /// Also low ≤ value.
  public func atLeast(_ low: Double) -> Bounds {
    var bounds = self
    (bounds.minimum, bounds.minimumExcluded) = (low, false)
    return bounds
  }

  /// Also low < value.
  public func above(_ low: Double) -> Bounds {
    var bounds = self
    (bounds.minimum, bounds.minimumExcluded) = (low, true)
    return bounds
  }

  /// Also value ≤ high.
  public func atMost(_ high: Double) -> Bounds {
    var bounds = self
    (bounds.maximum, bounds.maximumExcluded) = (high, false)
    return bounds
  }

  /// Also value < high.
  public func below(_ high: Double) -> Bounds {
    var bounds = self
    (bounds.maximum, bounds.maximumExcluded) = (high, true)
    return bounds
  }
}

extension SettingSpec {
  fileprivate init<Value>(_ name: String, _ form: ValueForm<Value>, _ bounds: Bounds, _ summary: String) {
    func text(_ bound: Double?) -> String? {
      bound.map { bound in
        let number = ExactDecimal(bound)
        return display(
          form.unit.map { number * $0.factor } ?? number, dimension: form.unit?.dimension ?? .dimensionless)
      }
    }
    self.init(
      name, form.type, .optional, minimum: text(bounds.minimum), maximum: text(bounds.maximum), summary)
    (minimumExcluded, maximumExcluded) = (bounds.minimumExcluded, bounds.maximumExcluded)
    words = form.words
  }
}
