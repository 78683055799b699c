import Manifests

/// A stage signature made ready for look-ups: names in dictionaries, bounds and defaults read once.
final class KnownKind {
  /// A reference, for every line of a manifest looks one up.
  final class Setting {
    let spec: SettingSpec
    let minimum, maximum: Bound?

    init(spec: SettingSpec, minimum: Bound? = nil, maximum: Bound? = nil) {
      (self.spec, self.minimum, self.maximum) = (spec, minimum, maximum)
    }

    /// "at least 0 m", if the number lies outside; nil if all is well.
    func boundBroken(by value: ExactDecimal) -> String? {
      if let low = minimum, value < low.value || (low.isExcluded && value == low.value) { return low.text }
      if let high = maximum, high.value < value || (high.isExcluded && value == high.value) {
        return high.text
      }
      return nil
    }
  }

  /// A limit of a setting in canonical units, and its text for messages.
  struct Bound {
    var value: ExactDecimal
    var isExcluded: Bool
    var text: String
  }

  let signature: StageSignature
  let settings: NameTable<Setting>
  let inputs: NameTable<InputSpec>
  let outputs: NameTable<OutputSpec>
  /// Names of settings that have a default, and the defaults.
  let defaults: NameTable<SettingSource>
  /// Settings that have another value where something else is given.
  let following: [(name: String, SettingSpec.Following)]
  /// Settings whose text may hold placeholders.
  let templates: [String]
  /// The kind itself where its stages declare ports and settings, and this is the part they share.
  let declared: (any DeclaredKind)?
  /// The kind itself where it tells what its stages will do.
  let foreseeing: (any ForeseeingKind)?

  /// - Precondition: `CatalogueCheck.problems` finds none in the signature.
  init(_ signature: StageSignature, kind: (any StageKind)? = nil) {
    self.signature = signature
    (declared, foreseeing) = (kind as? any DeclaredKind, kind as? any ForeseeingKind)
    inputs = NameTable(signature.inputs.map { ($0.name, $0) })
    outputs = NameTable(signature.outputs.map { ($0.name, $0) })
    var settings: NameTable<Setting> = [:]
    var defaults: NameTable<SettingSource> = [:]
    for spec in signature.settings {
      let setting = Self.setting(spec)
      settings[spec.name] = setting
      guard case .defaultsTo(let text) = spec.presence else { continue }
      guard case .success(let value) = Self.value(text, of: setting) else {
        preconditionFailure("stage kind \(signature.kind): bad default '\(text)' of '\(spec.name)'")
      }
      defaults[spec.name] = .value(value)
    }
    (self.settings, self.defaults) = (settings, defaults)
    templates = signature.settings.filter { $0.type.isTemplate }.map(\.name)
    following = signature.settings.compactMap { spec in spec.following.map { (spec.name, $0) } }
  }

  static func setting(_ spec: SettingSpec) -> Setting {
    Setting(
      spec: spec,
      minimum: bound(spec.minimum, of: spec, isExcluded: spec.minimumExcluded, words: ("above", "at least")),
      maximum: bound(spec.maximum, of: spec, isExcluded: spec.maximumExcluded, words: ("below", "at most")))
  }

  private static func bound(
    _ text: String?, of spec: SettingSpec, isExcluded: Bool, words: (String, String)
  ) -> Bound? {
    guard let text else { return nil }
    guard let type = spec.type.numeric, let value = boundValue(text, type: type) else {
      preconditionFailure("bad bound '\(text)' of setting '\(spec.name)'")
    }
    return Bound(value: value, isExcluded: isExcluded, text: "\(isExcluded ? words.0 : words.1) \(text)")
  }

  /// A bound's text in canonical units; nil if it is no number of the type.
  static func boundValue(_ text: String, type: SettingType) -> ExactDecimal? {
    // A whole number may have a fractional or huge bound; only its dimension matters here.
    let type = type == .integer ? SettingType.number(.dimensionless) : type
    let setting = Setting(spec: SettingSpec("bound", type, .required, ""))
    guard case .success(.number(let value)) = Self.value(text, of: setting) else { return nil }
    return value
  }

  /// Reads a signature's text as a manifest's value would be read.
  static func value(_ text: String, of setting: Setting) -> Result<SettingValue, ManifestFault> {
    let parsed = ManifestParser.parse(text: "[pipeline]\nvalue = \(text)\n", path: "signature")
    if let first = parsed.diagnostics.first {
      return .failure(ManifestFault(first.fact, first.place))
    }
    guard let line = parsed.syntax.sections.first?.lines.first else {
      return .failure(
        ManifestFault(
          .syntax(.missingValue(name: setting.spec.name)), SourcePlace(file: "", line: 0, column: 0)))
    }
    var reader = ValueReader(setting: setting, world: nil)
    guard let value = reader.read(line.value) else {
      return .failure(
        reader.faults.first
          ?? ManifestFault(.syntax(.missingValue(name: setting.spec.name)), line.value.place))
    }
    return .success(value)
  }
}

/// A mistake found while a value is read.
struct ManifestFault: Error {
  var fact: Diagnostic.Fact
  var place: SourcePlace
  init(_ fact: Diagnostic.Fact, _ place: SourcePlace) { (self.fact, self.place) = (fact, place) }

  func isSame(as other: ManifestFault) -> Bool { fact == other.fact && place == other.place }
}

extension SettingType {
  /// The type of number that the setting, or each element of it, may hold.
  var numeric: SettingType? {
    switch self {
    case .number, .integer: self
    case .list(let element, _): element.numeric
    case .either(let types): types.lazy.compactMap(\.numeric).first
    default: nil
    }
  }

  /// Like `numeric`, but nil for lists: what a distribution draws or another stage gives is one number.
  var singleNumeric: SettingType? {
    switch self {
    case .number, .integer: self
    case .either(let types): types.lazy.compactMap(\.singleNumeric).first
    default: nil
    }
  }

  /// Whether its text may hold placeholders.
  var isTemplate: Bool {
    switch self {
    case .template, .list(.template, _): true
    default: false
    }
  }

  /// Whether it declares ports: everything else in the section is read by it, so nothing may override it.
  var isDeclaration: Bool {
    switch self {
    case .list(.name, _), .list(.port, _): true
    default: false
    }
  }

  /// Of every number that it may hold.
  var dimensions: [PhysicalDimension] {
    switch self {
    case .list(let element, _): element.dimensions
    case .either(let types): types.flatMap(\.dimensions)
    default: dimension.map { [$0] } ?? []
    }
  }

  var dimension: PhysicalDimension? {
    switch self {
    case .number(let dimension): dimension
    case .integer: .dimensionless
    default: nil
    }
  }

  /// For messages: "a number", "mean or median", "a list (each a number)".
  public var inWords: String {
    switch self {
    case .number(.dimensionless): "a number"
    case .number(let dimension): dimension.article
    case .integer: "a whole number"
    case .boolean: "yes or no"
    case .word(let words):
      words.count == 1 ? words[0] : words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    case .text: "a quoted string"
    case .file: "file(\"path\")"
    case .list(let element, _): "a list (each \(element.inWords))"
    case .stage: "the name of a stage"
    case .output: "an output (stage.output)"
    case .name: "a name"
    case .port: "a name or name(type)"
    case .program: "a program: file(\"path\") or a quoted name on PATH"
    case .environment: "a quoted \"NAME\" or \"NAME=value\""
    case .template: "a quoted string"
    case .either(let types): types.map(\.inWords).joined(separator: " or ")
    }
  }
}
