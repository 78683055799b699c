import Manifests

/// What each distribution of the language takes.
///
/// | name | arguments | draws |
/// |---|---|---|
/// | `normal` | mean, deviation | Gaussian |
/// | `normal(uncertainty)` | | each datum of an output by its own standard deviation |
/// | `uniform` | low, high | evenly between |
/// | `log_uniform` | low, high | evenly in the logarithm |
/// | `log_normal` | median, deviation | the logarithm to base 10 is Gaussian; deviation in decades, no unit |
/// | `truncated_normal` | mean, deviation, low, high | Gaussian, but never outside low … high |
/// | `normal_between` | low, high, share | Gaussian, of which this share lies between low and high, and half of the rest below |
/// | `log_normal_between` | low, high, share | the same of the logarithm |
/// | `samples` | file("table.csv"), column | one of the numbers in a column of a table, all alike |
/// | `samples` | stage.output, column | each member a row of its own of the table that a stage makes |
/// | `discrete` | a, b, … | one of the values |
/// | `integers` | low, high | a whole number, both ends included |
enum DistributionKind: String, CaseIterable {
  case normal, uniform
  case logUniform = "log_uniform"
  case logNormal = "log_normal"
  case truncatedNormal = "truncated_normal"
  case normalBetween = "normal_between"
  case logNormalBetween = "log_normal_between"
  case samples
  case discrete, integers

  /// Arguments in words, for messages.
  var expected: String {
    switch self {
    case .normal: "2 arguments (mean, deviation)"
    case .logNormal: "2 arguments (median, deviation)"
    case .uniform, .logUniform, .integers: "2 arguments (low, high)"
    case .truncatedNormal: "4 arguments (mean, deviation, low, high)"
    case .normalBetween, .logNormalBetween: "3 arguments (low, high, share between them)"
    case .samples: "2 arguments (file(\"table.csv\") or stage.output, column)"
    case .discrete: "at least 1 argument"
    }
  }

  func takes(_ count: Int) -> Bool {
    switch self {
    case .discrete: count >= 1
    case .truncatedNormal: count == 4
    case .normalBetween, .logNormalBetween: count == 3
    default: count == 2
    }
  }

  /// Position of the lower end among the arguments; the upper one follows.
  var ends: Int? {
    switch self {
    case .uniform, .logUniform, .integers, .normalBetween, .logNormalBetween: 0
    case .truncatedNormal: 2
    default: nil
    }
  }

  /// Position of the share of the draws between the two ends before it, a number without a unit.
  var share: Int? { self == .normalBetween || self == .logNormalBetween ? 2 : nil }

  /// Whether its logarithm is what is drawn, so that it must be positive.
  var isLogarithmic: Bool { self == .logUniform || self == .logNormal || self == .logNormalBetween }

  /// Whether the second argument is a standard deviation.
  var hasDeviation: Bool { self == .normal || self == .logNormal || self == .truncatedNormal }
}

/// Reads the right side of a `~` line.
struct DistributionReader {
  let call: CallSyntax
  let place: SourcePlace
  let world: ValueWorld?
  private(set) var faults: [ManifestFault] = []

  /// The call's text with points for commas between digits.
  var withPoints: String?

  init(_ call: CallSyntax, at place: SourcePlace, world: ValueWorld?) {
    (self.call, self.place, self.world) = (call, place, world)
  }

  /// How many commas have become points.
  private static func points(_ text: String, _ call: CallSyntax) -> Int {
    call.arguments.count + call.options.count - 1 - text.utf8.count { $0 == UInt8(ascii: ",") }
  }

  /// `normal(uncertainty)`
  var isNoise: Bool {
    call.name.text != DistributionKind.samples.rawValue
      && call.arguments.contains { $0.form == .word("uncertainty") }
  }

  /// A distribution of one number that the setting may hold; nil if anything is wrong.
  mutating func read(for setting: KnownKind.Setting, type: SettingType) -> Distribution? {
    guard let kind = kind() else { return nil }
    refuseOptions()
    guard kind.takes(call.arguments.count) else { return wrongCount(kind) }
    if kind == .samples { return readSamples(type) }
    var numbers: [ExactDecimal] = []
    for (index, argument) in call.arguments.enumerated() {
      if index == kind.share {
        if let share = readShare(argument) { numbers.append(share) }
        continue
      }
      let isDeviation = index == 1 && kind.hasDeviation
      if isDeviation, let deviation = relative(argument, to: numbers.first, kind, type) {
        numbers.append(deviation)
        continue
      }
      var spec = setting.spec
      spec.type = kind == .logNormal && isDeviation ? .number(.dimensionless) : argumentType(kind, type)
      var reader = ValueReader(
        setting: isDeviation ? KnownKind.Setting(spec: spec) : Self.element(setting, spec), world: world)
      // A deviation in decades has no unit, even if one stands behind the parenthesis for the median.
      let value = reader.read(kind == .logNormal && isDeviation ? argument : withUnit(argument))
      faults.append(contentsOf: reader.faults)
      if case .number(let number)? = value { numbers.append(number) }
    }
    guard numbers.count == call.arguments.count else { return nil }
    check(numbers, of: kind)
    guard faults.isEmpty else { return nil }
    return Distribution(name: kind.rawValue, arguments: numbers.map { .number($0) })
  }

  /// `2 %` of a mean that has a unit: that part of it.
  private func relative(
    _ argument: ValueSyntax, to mean: ExactDecimal?, _ kind: DistributionKind, _ type: SettingType
  ) -> ExactDecimal? {
    guard kind != .logNormal, type.dimension != .dimensionless, let mean,
      case .number(let number, let unit?) = argument.form,
      let known = world?.catalogue.units.named(unit.text), known.dimension == .dimensionless
    else { return nil }
    let deviation = mean * number * known.unit.factor
    return deviation < ExactDecimal(0) ? deviation * ExactDecimal(-1) : deviation
  }

  /// A unit behind the parenthesis is that of the ends. The least share keeps the deviation finite.
  private mutating func readShare(_ argument: ValueSyntax) -> ExactDecimal? {
    let spec = SettingSpec(
      "share", .number(.dimensionless), .required, minimum: "0.001", maximum: "1", ""
    ).excluding(maximum: true)
    var reader = ValueReader(setting: KnownKind.setting(spec), world: world)
    let value = reader.read(argument)
    faults.append(contentsOf: reader.faults)
    guard case .number(let share)? = value else { return nil }
    return share
  }

  /// `samples(file("table.csv"), column) km`: file or output, column, and how many canonical units a number of the column
  /// is.
  private mutating func readSamples(_ type: SettingType) -> Distribution? {
    var reader = ValueReader(
      setting: KnownKind.setting(SettingSpec("samples", .file, .optional, "")), world: world)
    let file: SettingValue?
    if case .dotted(let name) = call.arguments[0].form, let owner = name.owner {
      file = .output(PortReference(stage: owner.text, port: name.name.text))
    } else {
      file = reader.read(call.arguments[0])
    }
    let column: String
    switch call.arguments[1].form {
    case .word(let name), .text(let name): column = name
    case let form:
      faults.append(contentsOf: reader.faults)
      let fact = ValueFact.wrongType(
        setting: "samples", found: form.inWords, expected: "the name of a column as its second argument")
      return fail(fact, call.arguments[1].place)
    }
    var scale = ValueReader(
      setting: KnownKind.setting(SettingSpec("samples", type, .optional, "")), world: world)
    let factor = scale.read(ValueSyntax(.number(ExactDecimal(1), unit: call.unit), place))
    faults.append(contentsOf: reader.faults + scale.faults)
    guard faults.isEmpty, let file, let factor else { return nil }
    return Distribution(name: DistributionKind.samples.rawValue, arguments: [file, .text(column), factor])
  }

  /// `normal(uncertainty, low_pass = 10 km)` of an output.
  mutating func readNoise() -> Distribution? {
    guard let kind = kind() else { return nil }
    guard kind == .normal, call.arguments.count == 1, call.unit == nil else {
      let count = call.arguments.count
      return fail(
        .wrongArgumentCount(
          distribution: call.name.text, found: count, expected: "only the word 'uncertainty' for data"), place
      )
    }
    let known = world?.catalogue.noiseOptions ?? []
    var options: [String: SettingValue] = [:]
    for option in call.options {
      guard let spec = known.first(where: { $0.name == option.name.text }) else {
        refuse(option, known: known.map(\.name))
        continue
      }
      var reader = ValueReader(setting: KnownKind.setting(spec), world: world)
      options[option.name.text] = reader.read(option.value)
      faults.append(contentsOf: reader.faults)
    }
    checkRules(options)
    guard faults.isEmpty else { return nil }
    return Distribution(name: kind.rawValue, usesDataUncertainty: true, options: options)
  }

  /// Rules of the kind that draws, as far as they are about options.
  private mutating func checkRules(_ options: [String: SettingValue]) {
    guard faults.isEmpty, let signature = world?.catalogue.signature(Catalogue.noiseKind) else { return }
    var facts = SectionFacts(values: options)
    facts.written = Set(options.keys)
    for breach in facts.breaches(of: signature.rules, isDamaged: false) {
      let option = call.options.first { breach.subjects.contains($0.name.text) }
      faults.append(ManifestFault(.rule(breach.fact), option?.name.place ?? place))
    }
  }

  private mutating func fail(_ fact: ValueFact, _ place: SourcePlace) -> Distribution? {
    faults.append(ManifestFault(.value(fact), place))
    return nil
  }

  private mutating func kind() -> DistributionKind? {
    if let kind = DistributionKind(rawValue: call.name.text) { return kind }
    let near = Suggestion.nearest(to: call.name.text, in: DistributionKind.allCases.map(\.rawValue))
    _ = fail(.unknownDistribution(call.name.text, suggestion: near), call.name.place)
    return nil
  }

  private mutating func wrongCount(_ kind: DistributionKind) -> Distribution? {
    if let text = withPoints, kind.takes(call.arguments.count - Self.points(text, call)) {
      return fail(.decimalComma(setting: kind.rawValue, withPoints: text), place)
    }
    let fact = ValueFact.wrongArgumentCount(
      distribution: kind.rawValue, found: call.arguments.count, expected: kind.expected)
    return fail(fact, place)
  }

  private mutating func refuseOptions() {
    for option in call.options { refuse(option, known: []) }
  }

  private mutating func refuse(_ option: CallSyntax.Option, known: [String]) {
    let fact = ValueFact.unknownOption(
      distribution: call.name.text, option: option.name.text,
      suggestion: Suggestion.nearest(to: option.name.text, in: known))
    faults.append(ManifestFault(.value(fact), option.name.place))
  }

  private func argumentType(_ kind: DistributionKind, _ type: SettingType) -> SettingType {
    // The mean of a whole number may be a fraction: what is drawn is rounded.
    if type == .integer, kind.hasDeviation { return .number(.dimensionless) }
    return kind == .integers && type == .number(.dimensionless) ? .integer : type
  }

  private static func element(_ setting: KnownKind.Setting, _ spec: SettingSpec) -> KnownKind.Setting {
    KnownKind.Setting(spec: spec, minimum: setting.minimum, maximum: setting.maximum)
  }

  /// The unit behind the parenthesis belongs to every argument that has none.
  private func withUnit(_ argument: ValueSyntax) -> ValueSyntax {
    guard let unit = call.unit, case .number(let number, nil) = argument.form else { return argument }
    return ValueSyntax(.number(number, unit: unit), argument.place)
  }

  private mutating func check(_ numbers: [ExactDecimal], of kind: DistributionKind) {
    let texts = call.arguments.map { withUnit($0).numberText }
    let zero = ExactDecimal(0)
    if let low = kind.ends, !(numbers[low] < numbers[low + 1]) {
      _ = fail(.argumentOrder(distribution: kind.rawValue, low: texts[low], high: texts[low + 1]), place)
    }
    if kind.isLogarithmic, !(zero < numbers[0]) {
      let name = kind == .logNormal ? "median" : "lower end"
      let fact = ValueFact.argumentNotPositive(distribution: kind.rawValue, name: name, found: texts[0])
      _ = fail(fact, call.arguments[0].place)
    }
    if kind.hasDeviation, !(zero < numbers[1]) {
      let fact = ValueFact.argumentNotPositive(
        distribution: kind.rawValue, name: "deviation", found: call.arguments[1].numberText)
      _ = fail(fact, call.arguments[1].place)
    }
  }
}
