import Manifests

/// How the value of a setting is written in manifests, and as what a stage reads it.
public struct ValueForm<Value: Sendable>: Sendable {
  /// What the manifest may give.
  public let type: SettingType
  /// Of words: each with its line of documentation.
  let words: [SettingSpec.Word]
  /// Of numbers with a dimension: the unit in which they are read, and in which bounds are given.
  let unit: Unit?
  /// Nil for a value of another type.
  let read: @Sendable (SettingValue) -> Value?
  /// Nil for a value that no manifest can give.
  let write: @Sendable (Value) -> SettingValue?

  init(
    _ type: SettingType, words: [SettingSpec.Word] = [], unit: Unit? = nil,
    read: @escaping @Sendable (SettingValue) -> Value?, write: @escaping @Sendable (Value) -> SettingValue?
  ) {
    (self.type, self.words, self.unit) = (type, words, unit)
    (self.read, self.write) = (read, write)
  }

  /// The same text in manifests, read as something else.
  /// - Parameters:
  ///   - read: nil for a value that can't be; the types and counts of the form hold already.
  ///   - write: its inverse, for defaults.
  public func map<New: Sendable>(
    _ read: @escaping @Sendable (Value) -> New?, back write: @escaping @Sendable (New) -> Value
  ) -> ValueForm<New> {
    let form = self
    return ValueForm<New>(
      type, words: words, unit: unit, read: { form.read($0).flatMap(read) },
      write: { form.write(write($0)) })
  }
}

// MARK: Numbers, yes and no

extension ValueForm where Value == Double {
  /// A number without dimension; `20 %` reads as 0.2.
  public static var number: Self {
    Self(.number(.dimensionless)) {
      if case .number(let number) = $0 { number.double } else { nil }
    } write: {
      $0.isFinite ? .number(ExactDecimal($0)) : nil
    }
  }

  /// A number with a unit, read in `unit`: the exact decimal is converted before it is rounded to binary, so
  /// `0.2 ms` read in milliseconds is exactly 0.2.
  public static func number(in unit: Unit) -> Self {
    Self(.number(unit.dimension), unit: unit) {
      if case .number(let number) = $0 { number.double(dividedBy: unit.factor) } else { nil }
    } write: {
      $0.isFinite ? .number(ExactDecimal($0) * unit.factor) : nil
    }
  }
}

extension ValueForm where Value == Int {
  /// A whole number.
  public static var integer: Self {
    // Not by way of Double: a seed may have more than 53 bits.
    Self(.integer) {
      if case .number(let number) = $0 { number.integer } else { nil }
    } write: {
      .number(ExactDecimal($0))
    }
  }
}

extension ValueForm where Value == Bool {
  /// yes or no
  public static var boolean: Self {
    Self(.boolean) {
      if case .boolean(let flag) = $0 { flag } else { nil }
    } write: {
      .boolean($0)
    }
  }
}

// MARK: Words

/// The words that a setting takes, as cases: lower case with underscores.
///
///     enum Method: String, SettingWord {
///       case flat, spline
///       case minimumCurvature = "minimum_curvature"
///
///       var summary: String {
///         switch self {
///         case .flat: "a level surface"
///         …
///
/// A stage switches over them without `default:`, so that a new word can't be forgotten.
public protocol SettingWord: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
  /// One line of documentation; empty where the word says all.
  var summary: String { get }
}

extension ValueForm where Value: SettingWord {
  /// One of the words of an enumeration.
  public static func word(_ words: Value.Type) -> Self {
    let all = words.allCases.map { SettingSpec.Word(word: $0.rawValue, summary: $0.summary) }
    return Self(.word(all.map(\.word)), words: all) {
      if case .word(let word) = $0 { Value(rawValue: word) } else { nil }
    } write: {
      .word($0.rawValue)
    }
  }
}

extension ValueForm where Value == PhysicalDimension {
  /// The name of one of these dimensions, which catalogues register and no enumeration can list.
  public static func dimension(of dimensions: [PhysicalDimension]) -> Self {
    Self(.word(dimensions.map(\.name))) {
      if case .word(let name) = $0 { dimensions.first { $0.name == name } } else { nil }
    } write: {
      .word($0.name)
    }
  }
}

// MARK: Texts and files

extension ValueForm where Value == String {
  /// A quoted string.
  public static var text: Self { text(.text) }

  /// A quoted string with placeholders, `{input.x}`.
  public static var template: Self { text(.template) }

  /// `"NAME=value"`, or `"NAME"` for the value in the environment of the run, which is read as `NAME=value`.
  public static var environment: Self { text(.environment) }

  private static func text(_ type: SettingType) -> Self {
    Self(type) {
      if case .text(let text) = $0 { text } else { nil }
    } write: {
      .text($0)
    }
  }

  /// `file("path")`, read as its absolute path; its content enters the recipe, not its name.
  public static var file: Self { path(.file) }

  /// `file("path")`, or a quoted name that is looked for on PATH; read as its absolute path.
  public static var program: Self { path(.program) }

  private static func path(_ type: SettingType) -> Self {
    Self(type) {
      if case .file(let path) = $0 { path } else { nil }
    } write: {
      .file($0)
    }
  }

  /// Any word: the name of a port or setting that the stage declares.
  public static var name: Self {
    Self(.name) {
      if case .word(let name) = $0 { name } else { nil }
    } write: {
      .word($0)
    }
  }

  /// The name of another stage.
  public static var stage: Self {
    Self(.stage) {
      if case .stage(let name) = $0 { name } else { nil }
    } write: {
      .stage($0)
    }
  }
}

extension ValueForm where Value == PortReference {
  /// An output of another stage that is a number: `stage.output`.
  public static var output: Self {
    Self(.output) {
      if case .output(let port) = $0 { port } else { nil }
    } write: {
      .output($0)
    }
  }
}

extension ValueForm where Value == SettingValue {
  /// As the check left it, for kinds whose stages declare settings of their own.
  public static func any(_ type: SettingType) -> Self { Self(type, read: { $0 }, write: { $0 }) }
}

// MARK: Lists and alternatives

extension ValueForm {
  /// `a, b, c`
  public static func list<Element>(_ element: ValueForm<Element>, _ count: ClosedRange<Int>) -> Self
  where Value == [Element] {
    Self(.list(element.type, count: count), words: element.words, unit: element.unit) {
      guard case .list(let values) = $0 else { return nil }
      let read = values.compactMap(element.read)
      return read.count == values.count ? read : nil
    } write: {
      let written = $0.compactMap(element.write)
      return written.count == $0.count ? .list(written) : nil
    }
  }

  /// A list of `count` elements.
  public static func list<Element>(_ element: ValueForm<Element>, _ count: Int) -> Self
  where Value == [Element] { list(element, count...count) }

  /// One form or the other, tried in this order.
  public static func either<First, Second>(_ first: ValueForm<First>, _ second: ValueForm<Second>) -> Self
  where Value == Either<First, Second> {
    Self(
      .either([first.type, second.type]), words: first.words + second.words, unit: first.unit ?? second.unit
    ) {
      first.read($0).map { .first($0) } ?? second.read($0).map { .second($0) }
    } write: {
      switch $0 {
      case .first(let value): first.write(value)
      case .second(let value): second.write(value)
      }
    }
  }
}

/// The value of a setting that may be written in two forms.
public enum Either<First: Sendable, Second: Sendable>: Sendable {
  case first(First)
  case second(Second)
}

extension Either: Equatable where First: Equatable, Second: Equatable {}
