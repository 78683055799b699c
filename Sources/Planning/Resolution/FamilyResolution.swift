import Manifests

/// Stages that repeat others: their target, what they vary, their score.
extension Resolution {
  /// `~` lines of all families, and the outputs of searches that follow from them.
  mutating func resolveFamilies() {
    for index in stages.indices {
      guard let kind = stages[index].kind, let family = kind.signature.family else { continue }
      checkTarget(index, kind, family)
      if family.fixedSetting == nil {
        resolveVariations(index)
        resolveStarts(index, family)
      } else {
        refuseVariations(index, kind, family)
      }
      if family.best != nil { addBestOutputs(index, family) }
    }
  }

  /// Position of the stage that a family repeats.
  func target(of index: Int) -> Int? {
    guard case .value(.stage(let name))? = stages[index].resolved?.settings["repeat"] else { return nil }
    return positions[name]
  }

  func place(of setting: String, in index: Int) -> SourcePlace {
    stages[index].resolved?.settingPlaces[setting] ?? stages[index].name.place
  }

  private mutating func checkTarget(_ index: Int, _ kind: KnownKind, _ family: FamilySpec) {
    guard let target = target(of: index), let repeated = stages[target].kind else { return }
    let name = stages[target].name.text
    let place = place(of: "repeat", in: index)
    if repeated.signature.isFamily {
      return report(.graph(.repeatsFamily(stage: name, kind: repeated.signature.kind)), at: place)
    }
    if let setting = family.fixedSetting, repeated.settings[setting]?.spec.type.singleNumeric == nil {
      let fact = GraphFact.repeatedLacks(
        what: "setting", name: setting, stage: name, kind: repeated.signature.kind,
        family: kind.signature.kind)
      report(.graph(fact), at: place)
    }
    for role in family.roles {
      guard let score = role.standard, stages[index].resolved?.settings[role.setting] == nil,
        repeated.outputs[score]?.type.isScalar != true
      else { continue }
      let fact = GraphFact.repeatedLacks(
        what: "output", name: score, stage: name, kind: repeated.signature.kind,
        family: kind.signature.kind)
      report(.graph(fact), at: place)
    }
  }

  private mutating func refuseVariations(_ index: Int, _ kind: KnownKind, _ family: FamilySpec) {
    for line in stages[index].variationLines {
      let fact = GraphFact.ownVariation(kind: kind.signature.kind, setting: family.fixedSetting ?? "")
      report(.graph(fact), at: line.target.place)
    }
  }

  private mutating func resolveVariations(_ index: Int) {
    var first: [VariationTarget: SourcePlace] = [:]
    let lines = stages[index].variationLines
    let moves = [FamilySpec.moves, FamilySpec.each.setting].contains {
      stages[index].resolved?.settings[$0] != nil
    }
    if lines.isEmpty, !moves, !stages[index].isDamaged, let kind = stages[index].kind {
      let fact = GraphFact.nothingVaried(stage: stages[index].name.text, kind: kind.signature.kind)
      report(.graph(fact), at: stages[index].name.place)
    }
    for line in lines {
      guard let call = line.value.form.drawn else { continue }
      guard let variation = variation(line, call, of: index) else { continue }
      if let place = first[variation.target] {
        let note = Diagnostic.Note("first varied here", place)
        report(.graph(.duplicateVariation(line.target.description)), at: line.target.place, note: note)
        continue
      }
      first[variation.target] = line.target.place
      stages[index].resolved?.variations.append(variation)
    }
  }

  private mutating func variation(_ line: LineSyntax, _ call: CallSyntax, of index: Int) -> Variation? {
    let name = line.target.name
    guard let owner = line.target.owner else {
      report(.name(.undottedPath(name.text)), at: name.place)
      return nil
    }
    if owner.text == "pipeline" { return variableVariation(line, call, of: index) }
    guard let position = positions[owner.text] else {
      report(.name(.unknownStage(owner.text, suggestion: nearestStage(to: owner.text))), at: owner.place)
      return nil
    }
    guard let kind = stages[position].kind else { return nil }
    // A setting and an output may share a name: data noise means the output.
    let isNoise = DistributionReader(call, at: line.value.place, world: nil).isNoise
    let isConditional = FamilySpec.ownDraws.contains(call.name.text)
    if isNoise || isConditional, let output = kind.outputs[name.text] {
      return outputVariation(line, call, output, kind)
    }
    if let setting = kind.settings[name.text] {
      let target = VariationTarget.setting(stage: owner.text, setting: name.text)
      return settingVariation(line, call, setting, target)
    }
    if let output = kind.outputs[name.text] { return outputVariation(line, call, output, kind) }
    let known = kind.signature.settings.map(\.name) + kind.signature.outputs.map(\.name)
    let fact = GraphFact.unknownVariationTarget(
      name.text, stage: owner.text, kind: kind.signature.kind,
      suggestion: Suggestion.nearest(to: name.text, in: known))
    report(.graph(fact), at: name.place)
    return nil
  }

  private mutating func settingVariation(
    _ line: LineSyntax, _ call: CallSyntax, _ setting: KnownKind.Setting, _ target: VariationTarget
  ) -> Variation? {
    let name = line.target.description
    guard let type = setting.spec.type.singleNumeric else {
      let fact = GraphFact.variationNotNumeric(
        target: name, type: setting.spec.type.inWords, isList: setting.spec.type.numeric != nil)
      report(.graph(fact), at: line.target.place)
      return nil
    }
    var reader = DistributionReader(call, at: line.value.place, world: world)
    reader.withPoints = line.value.withPoints
    if reader.isNoise {
      report(.graph(.noiseOfSetting(target: name)), at: line.value.place)
      return nil
    }
    let distribution = reader.read(for: setting, type: type)
    for fault in reader.faults { report(fault.fact, at: fault.place) }
    if let (reference, _, _) = distribution?.cell, !isTable(reference, call) { return nil }
    return distribution.map {
      Variation(target: target, distribution: $0, isInteger: type == .integer, place: line.target.place)
    }
  }

  /// Whether `samples` names an output that is a table.
  private mutating func isTable(_ reference: PortReference, _ call: CallSyntax) -> Bool {
    let place = call.arguments[0].place
    let line = DottedName(owner: NameSyntax(reference.stage, place), name: NameSyntax(reference.port, place))
    guard let output = output(line) else { return false }
    if output.type.feeds([.table]) { return true }
    let fact = ValueFact.wrongType(
      setting: "samples", found: output.type.description, expected: "a table (stage.output)")
    report(.value(fact), at: place)
    return false
  }

  private mutating func outputVariation(
    _ line: LineSyntax, _ call: CallSyntax, _ output: OutputSpec, _ kind: KnownKind
  ) -> Variation? {
    let name = line.target.description
    if FamilySpec.ownDraws.contains(call.name.text) { return conditional(line, call, output, kind) }
    guard output.noise != nil else {
      let perturbable = kind.signature.outputs.filter { $0.noise != nil }.map(\.name)
      let fact = GraphFact.outputWithoutNoise(output: name, perturbable: perturbable)
      report(.graph(fact), at: line.target.place)
      return nil
    }
    var reader = DistributionReader(call, at: line.value.place, world: world)
    if !reader.isNoise, DistributionKind(rawValue: call.name.text) != nil {
      report(
        .graph(.distributionOfOutput(output: name, distribution: "\(call.name.text)(…)")),
        at: line.value.place)
      return nil
    }
    let distribution = reader.readNoise()
    for fault in reader.faults { report(fault.fact, at: fault.place) }
    let port = PortReference(stage: line.target.owner?.text ?? "", port: output.name)
    return distribution.map {
      Variation(target: .output(port), distribution: $0, place: line.target.place)
    }
  }

  /// `stage.output ~ conditional`, and `~ prior` of what stands on no data.
  private mutating func conditional(
    _ line: LineSyntax, _ call: CallSyntax, _ output: OutputSpec, _ kind: KnownKind
  ) -> Variation? {
    if let spec = kind.signature.conditional, spec.output == output.name, spec.word != call.name.text {
      let fact = GraphFact.otherDraw(
        output: line.target.description, found: call.name.text, expected: spec.word)
      report(.graph(fact), at: line.value.place)
      return nil
    }
    guard kind.signature.conditional?.output == output.name else {
      let able = kind.signature.conditional.map { [$0.output] } ?? []
      report(
        .graph(.outputWithoutNoise(output: line.target.description, perturbable: able)), at: line.target.place
      )
      return nil
    }
    let port = PortReference(stage: line.target.owner?.text ?? "", port: output.name)
    return Variation(
      target: .output(port), distribution: Distribution(name: FamilySpec.conditional),
      place: line.target.place)
  }

  /// `pipeline.x ~ …`: the arguments are read as the settings that use `$x` would read them.
  private mutating func variableVariation(
    _ line: LineSyntax, _ call: CallSyntax, of index: Int
  ) -> Variation? {
    let name = line.target.name
    guard variables[name.text] != nil else {
      let near = Suggestion.nearest(to: name.text, in: variableOrder)
      report(.name(.unknownVariable(name.text, suggestion: near)), at: name.place)
      return nil
    }
    variables[name.text]?.isUsed = true
    guard let setting = firstUse(of: name.text) else {
      let repeated = target(of: index).map { stages[$0].name.text } ?? "?"
      let fact = GraphFact.variationNotUpstream(target: line.target.description, repeated: repeated)
      report(.graph(fact), at: line.target.place)
      return nil
    }
    // Inside a list it is one element that varies.
    var element = setting
    if let type = setting.spec.type.numeric, setting.spec.type.singleNumeric == nil {
      var spec = setting.spec
      spec.type = type
      element = KnownKind.Setting(spec: spec, minimum: setting.minimum, maximum: setting.maximum)
    }
    return settingVariation(line, call, element, .variable(name.text))
  }

  /// The setting of the first stage, in the order of the manifest, that uses `$name`.
  func firstUse(of name: String) -> KnownKind.Setting? {
    for stage in stages where stage.usedVariables.contains(name) {
      guard let kind = stage.kind, let resolved = stage.resolved else { continue }
      for spec in kind.signature.settings where resolved.settings[spec.name]?.uses(name) == true {
        return kind.settings[spec.name]
      }
    }
    return nil
  }

  /// `best_<setting>` for all that a search varies, and `best` when that is one.
  private mutating func addBestOutputs(_ index: Int, _ family: FamilySpec) {
    guard let stage = stages[index].resolved else { return }
    stages[index].bestOutputs = ResolvedPipeline.bestOutputs(
      of: stage, family: family, kind: { self.kind(of: $0)?.signature.kind }
    ) { name in
      kind(of: name).map { known in { known.settings[$0]?.spec } }
    } uses: { variable in
      firstUse(of: variable)?.spec
    }
  }

  // MARK: Scores

  /// Every search needs a number to compare its trials by.
  mutating func resolveScores() {
    for index in stages.indices {
      guard let kind = stages[index].kind, let stage = stages[index].resolved,
        let role = kind.signature.family?.roles.first(where: \.isScore)
      else { continue }
      let place = place(of: role.setting, in: index)
      let scores = stage.portReferences(role.setting)
      for port in scores {
        let line = DottedName(owner: NameSyntax(port.stage, place), name: NameSyntax(port.port, place))
        guard let output = output(line), !output.type.isScalar else { continue }
        let fact = GraphFact.scoreNotScalar(output: port.description, type: output.type.description)
        report(.graph(fact), at: place)
      }
      if scores.isEmpty, role.standard == nil, stage.settingPlaces[role.setting] == nil {
        let fact = GraphFact.scoreMissing(stage: stage.name, kind: kind.signature.kind)
        report(.graph(fact), at: place)
      }
    }
  }
}

extension SettingSource {
  /// Whether `$name` occurs.
  func uses(_ name: String) -> Bool {
    switch self {
    case .variable(let used, _): used == name
    case .list(let elements): elements.contains { $0.uses(name) }
    default: false
    }
  }
}

extension ValueSyntax.Form {
  /// What stands behind `~`: a distribution with its arguments, or a word for one that takes none.
  fileprivate var drawn: CallSyntax? {
    switch self {
    case .call(let call): call
    case .word(let name):
      CallSyntax(
        name: NameSyntax(name, SourcePlace(file: "", line: 0, column: 0)), arguments: [], options: [],
        unit: nil)
    default: nil
    }
  }
}
