import Manifests

/// `level <- mean(points.table, upward)`: a number made of another stage's table or grid.
///
/// Such a number is the output of a stage of its own, which no section declares: it is computed, kept and told like any
/// other, is made anew in each member of a family that changes what it is made of, and enters recipes by its value
/// alone. Equal ones are one.
extension Resolution {
  static let reductionKind = "reduction"
  static let reductions = ["mean", "median"]

  /// The output of the hidden stage that a call stands for; nil where anything is wrong with it, which is reported.
  mutating func reduction(
    _ call: CallSyntax, at place: SourcePlace, for setting: KnownKind.Setting
  ) -> DottedName? {
    guard case .number(let dimension)? = setting.spec.type.singleNumeric,
      catalogue.signature(Self.reductionKind) != nil
    else {
      let expected = setting.spec.type.inWords
      report(
        .value(.wrongType(setting: setting.spec.name, found: "\(call.name.text)(…)", expected: expected)),
        at: place)
      return nil
    }
    guard let source = reductionSource(call, at: place) else { return nil }
    let variable = reductionVariable(call)
    let text = "\(call.name.text)(\(source.description)\(variable.map { ", \($0)" } ?? ""))"
    let known = positions[text]
    // The same number in another dimension is of another type.
    let isOther = known.map { stages[$0].resolved?.settings["dimension"] != Self.word(dimension.name) }
    let name = isOther == true ? "\(text) as \(dimension.name)" : text
    if positions[name] == nil {
      guard declare(name, call.name.text, variable, dimension, source, at: place) else { return nil }
    }
    return DottedName(owner: NameSyntax(name, place), name: NameSyntax(OutputFacts.value, place))
  }

  /// The call that gives a setting its number, as a line or a pipeline setting has it.
  mutating func reductionCall(_ value: ValueSyntax, user: Int) -> CallSyntax? {
    var form = value.form
    if case .variable(let name) = form, let variable = variables[name] { form = variable.value.form }
    guard case .call(let call) = form, Self.reductions.contains(call.name.text) else { return nil }
    if case .variable(let name) = value.form {
      variables[name]?.isUsed = true
      stages[user].usedVariables.append(name)
    }
    return call
  }

  /// `data <- mean(a.b)`, `level <- maximum(a.b)`
  mutating func refuseCall(_ value: ValueSyntax) {
    if case .unreadable = value.form { return }
    report(.syntax(.malformedReference(found: value.form.inWords)), at: value.place)
  }

  private static func word(_ text: String) -> SettingSource { .value(.word(text)) }

  /// `stage.port`, the first argument.
  private mutating func reductionSource(_ call: CallSyntax, at place: SourcePlace) -> DottedName? {
    guard (1...2).contains(call.arguments.count), call.options.isEmpty, call.unit == nil else {
      let fact = ValueFact.wrongArgumentCount(
        distribution: call.name.text, found: call.arguments.count,
        expected: "an output and, if it has several, the name of its variable or column")
      report(.value(fact), at: place)
      return nil
    }
    guard case .dotted(let source) = call.arguments[0].form else {
      let fact = ValueFact.wrongType(
        setting: call.name.text, found: call.arguments[0].form.inWords, expected: "an output (stage.output)")
      report(.value(fact), at: call.arguments[0].place)
      return nil
    }
    if call.arguments.count == 2, reductionVariable(call) == nil {
      let fact = ValueFact.wrongType(
        setting: call.name.text, found: call.arguments[1].form.inWords,
        expected: "the name of a variable or column as its second argument")
      report(.value(fact), at: call.arguments[1].place)
      return nil
    }
    return source
  }

  private func reductionVariable(_ call: CallSyntax) -> String? {
    guard call.arguments.count == 2 else { return nil }
    switch call.arguments[1].form {
    case .word(let name), .text(let name): return name
    default: return nil
    }
  }

  private mutating func declare(
    _ name: String, _ function: String, _ variable: String?, _ dimension: PhysicalDimension,
    _ source: DottedName, at place: SourcePlace
  ) -> Bool {
    guard var signature = catalogue.signature(Self.reductionKind) else { return false }
    signature.outputs = [OutputSpec(OutputFacts.value, .scalar(dimension), name)]
    var resolved = ResolvedStage(name: name, signature: signature, place: place)
    resolved.settings["function"] = Self.word(function)
    resolved.settings["variable"] = variable.map { .value(.text($0)) }
    resolved.settings["dimension"] = Self.word(dimension.name)
    resolved.settingPlaces["data"] = place
    var draft = Draft(
      name: NameSyntax(name, place),
      kind: KnownKind(signature, kind: catalogue.kinds[Self.reductionKind]), lines: [], resolved: resolved)
    draft.references = [Reference(port: "data", isInput: true, source: source)]
    positions[name] = stages.count
    stages.append(draft)
    return true
  }
}

extension ResolvedPipeline {
  /// The pipeline with the stages that the manifest declares, and arrows in the place of those between them that it
  /// does not.
  public var asWritten: ResolvedPipeline {
    let hidden = stages.filter { !$0.signature.isPublic }
    guard !hidden.isEmpty else { return self }
    var sources: [String: PortReference] = [:]
    for stage in hidden { sources[stage.name] = stage.inputs.first?.value }
    func shown(_ reference: PortReference) -> PortReference { sources[reference.stage] ?? reference }
    var pipeline = self
    pipeline.stages = stages.filter(\.signature.isPublic).map { stage in
      var stage = stage
      for (name, source) in stage.settings {
        if case .output(let port) = source { stage.settings[name] = .output(shown(port)) }
      }
      return stage
    }
    return pipeline
  }
}

extension NodeName {
  /// Whether it stands between the stages of the manifest: noise on an output, or a number made of one. No stage has a
  /// name with a point.
  public var isBetweenStages: Bool { stage.utf8.contains(UInt8(ascii: ".")) }
}
