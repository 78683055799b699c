import Manifests

/// What values may refer to.
final class ValueWorld {
  let files: ManifestFiles
  /// Paths in values of `--set` are seen from the manifest.
  let manifestPath: String
  /// Every stage's name.
  let positions: [String: Int]
  let catalogue: Catalogue

  init(files: ManifestFiles, manifestPath: String, positions: [String: Int], catalogue: Catalogue) {
    (self.files, self.manifestPath, self.positions) = (files, manifestPath, positions)
    self.catalogue = catalogue
  }
}

/// Reads the value of one setting as its type asks, collecting what is wrong with it.
struct ValueReader {
  let setting: KnownKind.Setting
  /// Nil while a signature itself is read.
  let world: ValueWorld?
  private(set) var faults: [ManifestFault] = []

  init(setting: KnownKind.Setting, world: ValueWorld?) { (self.setting, self.world) = (setting, world) }

  private var name: String { setting.spec.name }

  /// The typed value; nil if anything is wrong with it.
  mutating func read(_ value: ValueSyntax) -> SettingValue? { read(value, as: setting.spec.type) }

  mutating func read(_ value: ValueSyntax, as type: SettingType) -> SettingValue? {
    switch (type, value.form) {
    case (_, .unreadable): return nil
    case (.number(let dimension), .number(let number, let unit)):
      return self.number(number, unit, of: dimension, at: value.place)
    case (.integer, .number(let number, let unit)): return integer(number, unit, at: value.place)
    case (.boolean, .word("yes")): return .boolean(true)
    case (.boolean, .word("no")): return .boolean(false)
    case (.word(let allowed), .word(let word)) where allowed.contains(word): return .word(word)
    case (.word, .word(let word)), (.boolean, .word(let word)):
      return unknown(word, allowed: type.words ?? [], at: value.place)
    case (.text, .text(let text)): return .text(text)
    case (.name, .word(let word)), (.port, .word(let word)): return .word(word)
    case (.port, .call(let call)): return port(call, at: value.place)
    case (.template, .text(let text)): return .text(text)
    case (.environment, .text(let text)): return environment(text, at: value.place)
    case (.program, .text(let name)): return program(name, at: value.place)
    case (.file, .file(let path)), (.program, .file(let path)): return file(path, at: value.place)
    case (.stage, .word(let stage)): return self.stage(stage, at: value.place)
    case (.output, .dotted(let port)):
      guard let owner = port.owner else { return nil }
      return .output(PortReference(stage: owner.text, port: port.name.text))
    case (.list(let element, let count), _): return list(value, of: element, count: count)
    case (.either(let types), _): return either(value, types)
    default: return wrongType(value, expected: type)
    }
  }

  private mutating func unknown(_ word: String, allowed: [String], at place: SourcePlace) -> SettingValue? {
    if Habit.isNothing(word) { return fail(.noValue(setting: name, word: word), place) }
    let flag = Habit.flag(word).flatMap { allowed.contains($0) ? $0 : nil }
    let near = flag ?? Suggestion.nearest(to: word, in: allowed)
    return fail(.unknownWord(setting: name, word: word, allowed: allowed, suggestion: near), place)
  }

  private mutating func wrongType(_ value: ValueSyntax, expected type: SettingType) -> SettingValue? {
    if case .word(let word) = value.form, Habit.isNothing(word) {
      return fail(.noValue(setting: name, word: word), value.place)
    }
    if case .list(let elements) = value.form, elements.count == 2, let text = value.withPoints {
      return fail(.decimalComma(setting: name, withPoints: text), value.place)
    }
    return fail(
      .wrongType(setting: name, found: value.form.inWords, expected: type.inWords), value.place)
  }

  mutating func fail(_ fact: ValueFact, _ place: SourcePlace) -> SettingValue? {
    faults.append(ManifestFault(.value(fact), place))
    return nil
  }

  // MARK: Numbers

  private mutating func number(
    _ number: ExactDecimal, _ unit: NameSyntax?, of dimension: PhysicalDimension, at place: SourcePlace
  ) -> SettingValue? {
    guard let factor = self.factor(unit, of: dimension, at: place) else { return nil }
    let value = factor == .one ? number : number * factor
    let found = { Self.written(number, unit) }
    guard value.isFinite else { return fail(.numberTooLarge(setting: name, found: found()), place) }
    return bounded(value, found, place)
  }

  /// How many canonical units the written unit is.
  private mutating func factor(
    _ unit: NameSyntax?, of dimension: PhysicalDimension, at place: SourcePlace
  ) -> ExactDecimal? {
    guard let unit else {
      if dimension == .dimensionless { return .one }
      let units = dimension.unitSymbols
      _ = fail(.missingUnit(setting: name, dimension: dimension.name, units: units), place)
      return nil
    }
    // A signature's own text knows the units of its setting.
    let table = world?.catalogue.units ?? UnitTable([dimension])
    guard let known = table.named(unit.text) else {
      let near = Suggestion.nearest(to: unit.text, in: dimension.unitSymbols) ?? table.nearest(to: unit.text)
      _ = fail(.unknownUnit(unit.text, suggestion: near), unit.place)
      return nil
    }
    if known.dimension == dimension { return known.unit.factor }
    if dimension == .dimensionless {
      _ = fail(.unitOnNumber(setting: name, unit: unit.text), unit.place)
    } else {
      let found = known.dimension == .dimensionless ? "plain numbers" : known.dimension.name
      let fact = ValueFact.wrongDimension(
        setting: name, unit: unit.text, found: found, expected: dimension.name,
        units: dimension.unitSymbols)
      _ = fail(fact, unit.place)
    }
    return nil
  }

  private mutating func integer(
    _ number: ExactDecimal, _ unit: NameSyntax?, at place: SourcePlace
  ) -> SettingValue? {
    if let unit { return fail(.unitOnNumber(setting: name, unit: unit.text), unit.place) }
    guard number.isWhole else { return fail(.notAnInteger(setting: name, found: number.plain), place) }
    guard number.integer != nil else {
      return fail(.numberTooLarge(setting: name, found: number.plain), place)
    }
    return bounded(number, { number.plain }, place)
  }

  private mutating func bounded(
    _ value: ExactDecimal, _ found: () -> String, _ place: SourcePlace
  ) -> SettingValue? {
    if let bound = setting.boundBroken(by: value) {
      return fail(.outOfRange(setting: name, found: found(), bound: bound), place)
    }
    return .number(value)
  }

  static func written(_ number: ExactDecimal, _ unit: NameSyntax?) -> String {
    number.plain + (unit.map { " \($0.text)" } ?? "")
  }

  // MARK: Names

  private mutating func file(_ path: String, at place: SourcePlace) -> SettingValue? {
    guard let world else { return .file(path) }
    let base = place.line > 0 ? place.file : world.manifestPath
    let found = ManifestFiles.path(path, besides: base)
    guard world.files.exists(found) else { return fail(.fileNotFound(path: found), place) }
    return .file(absolute(found))
  }

  private mutating func stage(_ stage: String, at place: SourcePlace) -> SettingValue? {
    guard let world, world.positions[stage] == nil else { return .stage(stage) }
    let near = Suggestion.nearest(to: stage, in: world.positions.keys)
    faults.append(ManifestFault(.name(.unknownStage(stage, suggestion: near)), place))
    return nil
  }

  // MARK: Lists and alternatives

  private mutating func list(
    _ value: ValueSyntax, of element: SettingType, count: ClosedRange<Int>
  ) -> SettingValue? {
    let before = faults.count
    let elements = ListElements(value)
    faults += elements.faults
    let values = elements.values.map { value in
      let read = read(value, as: element)
      // Elements of one call share their place: what is wrong with all is told once.
      if faults.count > 1, let last = faults.last, faults.dropLast().last?.isSame(as: last) == true {
        faults.removeLast()
      }
      return read
    }
    for index in elements.rangeStarts {
      guard case .number(let low)? = values[index], case .number(let high)? = values[index + 1] else {
        continue
      }
      if high < low {
        let (lowText, highText) = (elements.values[index].numberText, elements.values[index + 1].numberText)
        _ = fail(.reversedRange(low: lowText, high: highText), elements.values[index].place)
      }
    }
    if elements.faults.isEmpty { checkCount(values.count, count, of: value) }
    let whole = values.compactMap { $0 }
    return faults.count == before && whole.count == values.count ? .list(whole) : nil
  }

  /// - Parameter found: elements, ranges counted as two.
  mutating func checkCount(_ found: Int, _ count: ClosedRange<Int>, of value: ValueSyntax) {
    if count.contains(found) { return }
    let place = value.place
    if let text = value.withPoints, count.contains(found - Self.commasMade(points: text, of: value)) {
      _ = fail(.decimalComma(setting: name, withPoints: text), place)
      return
    }
    let fact = ValueFact.wrongCount(
      setting: name, found: found, minimum: count.lowerBound, maximum: count.upperBound)
    _ = fail(fact, place)
  }

  /// How many commas of a list have become points.
  private static func commasMade(points text: String, of value: ValueSyntax) -> Int {
    guard case .list(let elements) = value.form else { return 0 }
    return elements.count - 1 - text.utf8.count { $0 == UInt8(ascii: ",") }
  }

  /// The first type that fits. If none does, the mistake is told in terms of the type that the value resembles.
  private mutating func either(_ value: ValueSyntax, _ types: [SettingType]) -> SettingValue? {
    var resembling: [ManifestFault]?
    let words = SettingType.either(types).words
    for type in types {
      var attempt = ValueReader(setting: setting, world: world)
      if let read = attempt.read(value, as: type) { return read }
      if resembling == nil, value.form.resembles(type) { resembling = attempt.faults }
    }
    if case .word(let word) = value.form, let words { return unknown(word, allowed: words, at: value.place) }
    if let resembling {
      faults.append(contentsOf: resembling)
      return nil
    }
    return wrongType(value, expected: .either(types))
  }
}

extension SettingType {
  /// The words that it has; nil where it has none, or takes any.
  fileprivate var words: [String]? {
    switch self {
    case .word(let words): return words
    case .boolean: return ["yes", "no"]
    case .either(let types):
      let takesAny = types.contains { [.name, .port, .stage].contains($0) }
      let words = types.flatMap { $0.words ?? [] }
      return takesAny || words.isEmpty ? nil : words
    default: return nil
    }
  }
}

/// The elements of a list with ranges taken apart and the unit behind the last element given to all, which it is
/// if no other number has a unit of its own.
struct ListElements {
  private(set) var values: [ValueSyntax] = []
  /// Positions of the lower ends of ranges.
  private(set) var rangeStarts: [Int] = []
  /// What is wrong with `log_space(…)` and its like.
  private(set) var faults: [ManifestFault] = []

  init(_ value: ValueSyntax) {
    if case .list(let elements) = value.form {
      for element in elements { append(element) }
    } else {
      append(value)
    }
    shareUnit()
  }

  private mutating func append(_ element: ValueSyntax) {
    if case .call(let call) = element.form, let spaced = Spacing.elements(call, at: element.place) {
      switch spaced {
      case .success(let elements): values += elements
      case .failure(let fault): faults.append(fault)
      }
      return
    }
    guard case .range(let low, let high) = element.form else {
      values.append(element)
      return
    }
    rangeStarts.append(values.count)
    var lower = low
    if case .number(let number, nil) = low.form, case .number(_, let unit?) = high.form {
      lower.form = .number(number, unit: unit)
    }
    values.append(lower)
    values.append(high)
  }

  private mutating func shareUnit() {
    guard case .number(_, let unit?)? = values.last?.form else { return }
    let rangeEnd = rangeStarts.last == values.count - 2 ? values.count - 2 : values.count - 1
    let hasOther = values[..<rangeEnd].contains {
      if case .number(_, .some) = $0.form { true } else { false }
    }
    if hasOther { return }
    for index in values.indices {
      if case .number(let number, nil) = values[index].form {
        values[index].form = .number(number, unit: unit)
      }
    }
  }
}

extension ValueSyntax {
  /// A number as written, for messages.
  var numberText: String {
    if case .number(let number, let unit) = form { ValueReader.written(number, unit) } else { form.inWords }
  }
}

extension ValueSyntax.Form {
  /// Whether it is a list or a range.
  var hasParts: Bool {
    switch self {
    case .list, .range: true
    default: false
    }
  }

  /// Whether it was probably meant for this type.
  func resembles(_ type: SettingType) -> Bool {
    switch (self, type) {
    case (.number, .number), (.number, .integer), (.word, .word), (.word, .stage), (.text, .text): true
    case (.file, .file), (.file, .program), (.text, .program), (.dotted, .output), (.list, .list),
      (.range, .list):
      true
    case (.call(let call), .list): Spacing(rawValue: call.name.text) != nil
    case (.word(let word), .boolean): word == "yes" || word == "no"
    case (_, .list(let element, _)): resembles(element)
    case (_, .either(let types)): types.contains { resembles($0) }
    default: false
    }
  }
}
