import Manifests

/// Settings and inputs of each stage.
extension Resolution {
  mutating func resolveStages() {
    world = ValueWorld(
      files: files, manifestPath: manifestPath, positions: positions, catalogue: catalogue)
    // Stages that calls stand for are added on the way; they need no resolving.
    for index in stages.indices where stages[index].kind != nil { resolveStage(index) }
  }

  private mutating func resolveStage(_ index: Int) {
    guard let kind = stages[index].kind else { return }
    let name = stages[index].name
    var stage = ResolvedStage(
      name: name.text, signature: kind.signature, settings: kind.defaults, place: name.place)
    let lines = stages[index].lines
    stage.settingPlaces.reserveCapacity(lines.count)
    stage.settings.reserveCapacity(kind.defaults.count + lines.count)
    for line in lines {
      let target = line.target.name
      if case .unreadable = line.value.form { stages[index].isDamaged = true }
      if line.target.scope != nil {
        collectStart(line, of: index, kind)
        continue
      }
      if line.sign == .draws {
        collectVariation(line, of: index, kind)
        continue
      }
      if line.target.owner != nil {
        report(.name(.dottedSetting(line.target.description)), at: line.target.place)
        continue
      }
      if let first = stage.settingPlaces[target.text] {
        let note = Diagnostic.Note("first given here", first)
        report(.name(.duplicateSetting(target.text)), at: target.place, note: note)
        continue
      }
      stage.settingPlaces[target.text] = target.place
      if let setting = kind.settings[target.text] {
        give(line, to: setting, of: &stage, index)
      } else {
        connect(line, kind, index)
      }
    }
    reportMissing(stage, kind, isDamaged: stages[index].isDamaged)
    if !kind.templates.isEmpty { checkTemplates(of: &stage, kind) }
    stages[index].resolved = stage
  }

  private mutating func collectVariation(_ line: LineSyntax, of index: Int, _ kind: KnownKind) {
    if !kind.signature.isFamily {
      let fact = GraphFact.variationOutsideFamily(
        stage: stages[index].name.text, kind: kind.signature.kind)
      report(.graph(fact), at: line.target.place)
    } else {
      stages[index].variationLines.append(line)
    }
  }

  /// A line whose name is a setting.
  private mutating func give(
    _ line: LineSyntax, to setting: KnownKind.Setting, of stage: inout ResolvedStage, _ index: Int
  ) {
    let name = line.target.name.text
    if let call = reductionCall(line.value, user: index) {
      guard let source = reduction(call, at: line.value.place, for: setting) else {
        stages[index].refusedSettings.insert(name)
        return
      }
      stages[index].references.append(Reference(port: name, isInput: false, source: source))
      return
    }
    if line.sign == .takes {
      guard case .dotted(let source) = line.value.form else { return refuseCall(line.value) }
      if setting.spec.type.singleNumeric == nil {
        let fact = NameFact.settingWithArrow(name, type: setting.spec.type.inWords)
        return report(.name(fact), at: line.target.place)
      }
      stages[index].references.append(Reference(port: name, isInput: false, source: source))
      return
    }
    if let source = self.source(line.value, setting, user: index) {
      stage.settings[name] = source
    } else {
      stages[index].refusedSettings.insert(name)
    }
  }

  /// A line whose name is no setting: an input, or a mistake.
  private mutating func connect(_ line: LineSyntax, _ kind: KnownKind, _ index: Int) {
    let target = line.target.name
    let isInput = kind.inputs[target.text] != nil
    switch (line.sign, isInput) {
    case (.takes, true):
      guard case .dotted(let source) = line.value.form else { return refuseCall(line.value) }
      stages[index].references.append(Reference(port: target.text, isInput: true, source: source))
    case (_, true):
      report(.name(.inputWithoutArrow(target.text)), at: target.place)
    case (_, false) where stages[index].isDamaged && !kind.templates.isEmpty: break
    case (.takes, false):
      let near = Suggestion.nearest(
        to: target.text, in: kind.signature.inputs.map(\.name) + kind.signature.settings.map(\.name))
      let fact = NameFact.unknownInput(target.text, kind: kind.signature.kind, suggestion: near)
      report(.name(fact), at: target.place)
    case (_, false):
      let near = Suggestion.nearest(
        to: target.text, in: kind.signature.settings.map(\.name) + kind.signature.inputs.map(\.name))
      let fact = NameFact.unknownSetting(target.text, kind: kind.signature.kind, suggestion: near)
      report(.name(fact), at: target.place)
    }
  }

  private mutating func reportMissing(_ stage: ResolvedStage, _ kind: KnownKind, isDamaged: Bool) {
    let signature = kind.signature
    for spec in signature.settings where spec.presence == .required {
      if stage.settingPlaces[spec.name] != nil { continue }
      let fact = NameFact.missingSetting(spec.name, stage: stage.name, kind: signature.kind)
      report(.name(fact), at: stage.place)
    }
    for input in signature.inputs where input.isRequired {
      if stage.settingPlaces[input.name] != nil { continue }
      let accepts = input.accepts.map(\.description)
      let fact = NameFact.missingInput(
        input.name, stage: stage.name, kind: signature.kind, accepts: accepts)
      report(.name(fact), at: stage.place)
    }
  }

  // MARK: Values

  /// The value of a setting, variables put in.
  mutating func source(_ value: ValueSyntax, _ setting: KnownKind.Setting, user: Int) -> SettingSource? {
    if case .variable(let name) = value.form { return variable(name, value.place, setting, as: nil, user) }
    guard value.form.hasParts else { return read(value, setting).map { .value($0) } }
    let elements = ListElements(value)
    let usesVariables = elements.values.contains { if case .variable = $0.form { true } else { false } }
    if usesVariables { return list(elements, of: value, setting, user) }
    return read(value, setting).map { .value($0) }
  }

  mutating func read(_ value: ValueSyntax, _ setting: KnownKind.Setting) -> SettingValue? {
    var reader = ValueReader(setting: setting, world: world)
    let result = reader.read(value)
    for fault in reader.faults { report(fault.fact, at: fault.place) }
    return result
  }

  /// `$name`, checked against the setting that uses it, as its type or as an element of a list.
  private mutating func variable(
    _ name: String, _ place: SourcePlace, _ setting: KnownKind.Setting, as type: SettingType?, _ user: Int
  ) -> SettingSource? {
    guard let variable = variables[name] else {
      let near = Suggestion.nearest(to: name, in: variableOrder)
      report(.name(.unknownVariable(name, suggestion: near)), at: place)
      return nil
    }
    variables[name]?.isUsed = true
    stages[user].usedVariables.append(name)
    if case .variable = variable.value.form { return nil }
    var reader = ValueReader(setting: setting, world: world)
    let value = reader.read(variable.value, as: type ?? setting.spec.type)
    for fault in reader.faults {
      report(fault.fact, at: place, note: .init("$\(name) is given here", fault.place))
    }
    return value.map { .variable(name, $0) }
  }

  /// A list with variables among its elements.
  private mutating func list(
    _ elements: ListElements, of whole: ValueSyntax, _ setting: KnownKind.Setting, _ user: Int
  ) -> SettingSource? {
    guard let (element, count) = setting.spec.type.listType else {
      let expected = setting.spec.type.inWords
      let fact = ValueFact.wrongType(setting: setting.spec.name, found: "a list", expected: expected)
      report(.value(fact), at: whole.place)
      return nil
    }
    var sources: [SettingSource] = []
    for fault in elements.faults { report(fault.fact, at: fault.place) }
    for value in elements.values {
      if case .variable(let name) = value.form {
        if let source = variable(name, value.place, setting, as: element, user) { sources.append(source) }
        continue
      }
      var reader = ValueReader(setting: setting, world: world)
      if let read = reader.read(value, as: element) { sources.append(.value(read)) }
      for fault in reader.faults { report(fault.fact, at: fault.place) }
    }
    var counter = ValueReader(setting: setting, world: world)
    counter.checkCount(elements.values.count, count, of: whole)
    for fault in counter.faults where elements.faults.isEmpty { report(fault.fact, at: fault.place) }
    return sources.count == elements.values.count && elements.faults.isEmpty ? .list(sources) : nil
  }

  // MARK: References

  /// Checks where every `<-` comes from, now that all stages and their outputs are known.
  mutating func resolveReferences() {
    for index in stages.indices {
      for reference in stages[index].references { resolve(reference, of: index) }
    }
  }

  private mutating func resolve(_ reference: Reference, of index: Int) {
    guard let kind = stages[index].kind, let output = output(reference.source) else { return }
    let port = PortReference(stage: reference.source.owner?.text ?? "", port: output.name)
    let accepted: [PortType]
    if reference.isInput {
      accepted = kind.inputs[reference.port]?.accepts ?? []
    } else {
      accepted = kind.settings[reference.port]?.spec.type.scalarPorts ?? []
    }
    guard output.type.feeds(accepted) else {
      let fact = GraphFact.portMismatch(
        output: port.description, type: output.type.description, input: reference.port,
        accepts: accepted.map(\.description))
      return report(.graph(fact), at: reference.source.place)
    }
    if reference.isInput {
      stages[index].resolved?.inputs[reference.port] = port
    } else {
      stages[index].resolved?.settings[reference.port] = .output(port)
    }
  }

  /// The output that `stage.port` names; reports one that does not exist. Nil without a report where the stage's
  /// kind is unknown, for that was reported.
  mutating func output(_ name: DottedName) -> OutputSpec? {
    guard let owner = name.owner else { return nil }
    guard let position = positions[owner.text] else {
      report(.name(.unknownStage(owner.text, suggestion: nearestStage(to: owner.text))), at: owner.place)
      return nil
    }
    guard let kind = stages[position].kind else { return nil }
    if let output = kind.outputs[name.name.text] { return typed(output, of: position) }
    if let output = kind.signature.family?.stateSpec(name.name.text) { return typed(output, of: position) }
    let best = stages[position].bestOutputs
    if let output = best.first(where: { $0.name == name.name.text }) { return output }
    // Of several settings of one name each has an output of its own.
    let alike = best.map(\.name).filter { output in
      output.hasSuffix(name.name.text.dropFirst(OutputSpec.best.count))
        && name.name.text.hasPrefix(OutputSpec.best(""))
    }
    let near =
      alike.count > 1
      ? alike.joined(separator: "' or '")
      : Suggestion.nearest(to: name.name.text, in: kind.signature.outputs.map(\.name) + best.map(\.name))
    let fact = NameFact.unknownOutput(
      name.name.text, stage: owner.text, kind: kind.signature.kind, suggestion: near)
    report(.name(fact), at: name.name.place)
    return nil
  }
}

extension SettingType {
  /// Element type and count, of this type or of the first list among alternatives.
  var listType: (SettingType, ClosedRange<Int>)? {
    switch self {
    case .list(let element, let count): (element, count)
    case .either(let types): types.lazy.compactMap(\.listType).first
    default: nil
    }
  }

  /// Types of outputs that may give the setting its number.
  var scalarPorts: [PortType] {
    switch self {
    case .number(let dimension): [.scalar(dimension)]
    case .integer: [.scalar(.dimensionless)]
    case .either(let types): types.flatMap(\.scalarPorts)
    default: []
    }
  }
}
