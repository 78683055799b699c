import Manifests

/// What stages tell of their future, in the order of the arrows.
extension Resolution {
  /// - Parameter readsFiles: whether headers of input files are read.
  mutating func foresee(readsFiles: Bool) {
    guard stages.contains(where: { $0.kind?.foreseeing != nil }) else { return }
    var told: Set<Int> = []
    let edges = stages.indices.map { self.edges(into: $0) }
    let open = openSettings()
    var facts: [PortReference: OutputFacts] = [:]
    let levels = Array(repeating: 0, count: stages.count)
    for index in StageOrder.order(edges.map { $0.map(\.source) }, levels: levels) {
      guard let stage = stages[index].resolved else { continue }
      if let frame = handedOn(to: index, facts, told: &told) {
        for output in stage.signature.outputs {
          facts[PortReference(stage: stage.name, port: output.name), default: OutputFacts()].frame = frame
        }
      }
      guard let kind = stages[index].kind?.foreseeing, isWhole(index) else { continue }
      // What a rule refuses counts as not known: a kind builds on its rules here as it does when it runs.
      let open = open[stage.name, default: []].union(stages[index].unfitSettings)
      var request = request(stage, open, facts, readsFiles: readsFiles)
      request.members = members(of: index)
      let foresight = kind.foresee(request)
      for (port, known) in foresight.outputs {
        let reference = PortReference(stage: stage.name, port: port)
        let frame = known.frame ?? facts[reference]?.frame
        facts[reference] = known
        facts[reference]?.frame = frame
      }
      for mistake in foresight.mistakes {
        let place = mistake.subject.flatMap { stage.settingPlaces[$0] } ?? stage.place
        report(.stage(mistake.fact), at: place)
      }
    }
    checkAbsences(facts)
    checkForms(facts)
    checkDraws(facts)
    checkScores(facts)
  }

  /// What the coordinates of a stage's outputs mean unless the stage says it: that of its first input which has one. Two
  /// that can't go together are told.
  private mutating func handedOn(
    to index: Int, _ facts: [PortReference: OutputFacts], told: inout Set<Int>
  ) -> String? {
    guard let stage = stages[index].resolved else { return nil }
    let fed = stage.inputs.sorted { $0.key < $1.key }.compactMap { port, source in
      facts[source]?.frame.map { (port: port, source: source, frame: $0) }
    }
    guard let first = fed.first else { return nil }
    for other in fed.dropFirst() where !told.contains(index) {
      guard let advice = catalogue.mixture(first.frame, other.frame) else { continue }
      told.insert(index)
      let fact = StageFact.framesDiffer(
        input: first.port, source: "\(first.source)", other: other.port, otherSource: "\(other.source)",
        advice: advice)
      report(.stage(fact), at: place(of: other.port, in: index))
    }
    return first.frame
  }

  private func request(
    _ stage: ResolvedStage, _ open: Set<String>, _ facts: [PortReference: OutputFacts], readsFiles: Bool
  ) -> ForesightRequest {
    var values: [String: SettingValue] = [:]
    var unknown = open
    for (name, source) in stage.settings where !open.contains(name) {
      if let value = source.base { values[name] = value } else { unknown.insert(name) }
    }
    var inputs: [String: ForesightRequest.Feed] = [:]
    for (port, source) in stage.inputs {
      inputs[port] = .init(source: source, facts: facts[source] ?? OutputFacts(), type: type(of: source))
    }
    return ForesightRequest(
      stage: stage.name, settings: Settings(values), open: unknown, inputs: inputs, readsFiles: readsFiles)
  }

  /// The type of an output in this manifest; nil where there is no such output.
  private func type(of output: PortReference) -> PortType? {
    guard let owner = positions[output.stage], let spec = stages[owner].kind?.outputs[output.port] else {
      return nil
    }
    return typed(spec, of: owner).type
  }

  /// What a family that collects reads of its members.
  private func members(of index: Int) -> [MemberPart]? {
    guard let family = stages[index].kind?.signature.family, family.roles.contains(where: \.isCollected),
      let target = target(of: index), let repeated = stages[target].kind
    else { return nil }
    let declared = stages[target].resolved?.signature.outputs ?? repeated.signature.outputs
    let outputs = declared.map { typed($0, of: target) }
    return outputs.collected.map {
      MemberPart(port: $0.name, type: $0.type, variables: $0.collected.variables)
    }
  }

  /// Settings that differ from member to member of some family, by stage.
  private func openSettings() -> [String: Set<String>] {
    var open: [String: Set<String>] = [:]
    var variables: Set<String> = []
    for index in stages.indices {
      guard let stage = stages[index].resolved, let family = stages[index].kind?.signature.family else {
        continue
      }
      for variation in stage.variations {
        switch variation.target {
        case .setting(let name, let setting): open[name, default: []].insert(setting)
        case .variable(let name): variables.insert(name)
        case .output: break
        }
      }
      for change in stage.memberSettings { open[change.stage, default: []].insert(change.setting) }
      if let setting = family.fixedSetting, let target = target(of: index) {
        open[stages[target].name.text, default: []].insert(setting)
      }
    }
    guard !variables.isEmpty else { return open }
    for stage in stages {
      guard let resolved = stage.resolved, !variables.isDisjoint(with: stage.usedVariables) else { continue }
      for (name, source) in resolved.settings where variables.contains(where: source.uses) {
        open[resolved.name, default: []].insert(name)
      }
    }
    return open
  }

  /// Whether every line of a stage's section was understood, and none is missing.
  private func isWhole(_ index: Int) -> Bool {
    guard !stages[index].isDamaged, stages[index].refusedSettings.isEmpty, let kind = stages[index].kind,
      let stage = stages[index].resolved
    else {
      return false
    }
    let isMissing = { (name: String) in stage.settings[name] == nil && stage.inputs[name] == nil }
    // Of an arrow that was refused nothing is left but a default.
    let hasRefused = stages[index].references.contains {
      !$0.isInput && stage.settings[$0.port]?.reference == nil
    }
    return !hasRefused && !stage.settingPlaces.contains { isMissing($0.key) }
      && !kind.signature.settings.contains { $0.presence == .required && isMissing($0.name) }
      && !kind.signature.inputs.contains { $0.isRequired && isMissing($0.name) }
  }

  /// Arrows from outputs that hold nothing.
  private mutating func checkAbsences(_ facts: [PortReference: OutputFacts]) {
    guard facts.values.contains(where: { $0.absence != nil }) else { return }
    for index in stages.indices {
      guard let stage = stages[index].resolved else { continue }
      for (port, source) in stage.inputs {
        guard let reason = facts[source]?.absence else { continue }
        report(
          .stage(.nothingThere(output: source.description, reason: reason)), at: place(of: port, in: index))
      }
    }
  }

  /// Arrows from outputs whose content is known to be of a form that the input does not take.
  private mutating func checkForms(_ facts: [PortReference: OutputFacts]) {
    guard facts.values.contains(where: { $0.form != nil }) else { return }
    for index in stages.indices {
      guard let stage = stages[index].resolved else { continue }
      for (port, source) in stage.inputs {
        guard let form = facts[source]?.form, let spec = stages[index].kind?.inputs[port],
          !spec.accepts.contains(where: { $0.form == form || $0.form == .bytes || $0.form == .mixed })
        else { continue }
        let taken = Set(spec.accepts.compactMap(\.form.inWords)).sorted().joined(separator: " or ")
        let fact = StageFact.otherForm(
          input: port, takes: taken, source: source.description, holds: form.inWords ?? "something else")
        report(.stage(fact), at: place(of: port, in: index))
      }
    }
  }

  /// `model.data ~ normal(uncertainty)` of data without an uncertainty.
  private mutating func checkDraws(_ facts: [PortReference: OutputFacts]) {
    for index in stages.indices {
      for variation in stages[index].resolved?.variations ?? [] {
        guard case .output(let port) = variation.target, let position = positions[port.stage],
          let noise = stages[position].kind?.outputs[port.port]?.noise,
          let reason = facts[port]?.lacks[noise.uncertainty]
        else { continue }
        report(.stage(.nothingToDraw(output: port.description, reason: reason)), at: variation.place)
      }
    }
  }

  /// Searches by a score that has no value.
  private mutating func checkScores(_ facts: [PortReference: OutputFacts]) {
    for index in stages.indices {
      guard let stage = stages[index].resolved,
        let role = stages[index].kind?.signature.family?.roles.first(where: \.isScore)
      else { continue }
      var scores = stage.portReferences(role.setting)
      let setting = scores.isEmpty ? "repeat" : role.setting
      if scores.isEmpty, let port = role.standard, let target = target(of: index) {
        scores = [PortReference(stage: stages[target].name.text, port: port)]
      }
      for port in scores {
        guard let reason = facts[port]?.lacks[OutputFacts.value] else { continue }
        let fact = StageFact.scoreWithoutValue(output: port.description, reason: reason)
        report(.stage(fact), at: place(of: setting, in: index))
      }
    }
  }
}
