import Manifests

/// Rules between the settings and inputs of a stage.
extension Resolution {
  /// Gives settings that are left out the values that follow from others (`Presence.later(default:otherwise:when:told:)`).
  mutating func addFollowingValues() {
    var changes: [Int: [String: SourcePlace]]?
    for index in stages.indices {
      guard let kind = stages[index].kind, !kind.following.isEmpty, let stage = stages[index].resolved else {
        continue
      }
      let all = changes ?? familyChanges()
      changes = all
      let facts = facts(of: stage, index, all[index] ?? [:])
      for (name, following) in kind.following
      where !facts.isGiven(name) && following.condition.holds(in: facts) == true {
        stages[index].resolved?.settings[name] = .value(following.value)
      }
    }
  }

  /// Draws around a stage's own result, of stages that have one.
  mutating func checkConditionals() {
    var changes: [Int: [String: SourcePlace]]?
    for family in stages.indices where stages[family].kind?.signature.isFamily == true {
      for variation in stages[family].resolved?.variations ?? []
      where variation.distribution.name == FamilySpec.conditional {
        guard case .output(let port) = variation.target, let index = positions[port.stage],
          let condition = stages[index].kind?.signature.conditional?.condition,
          let stage = stages[index].resolved
        else { continue }
        let all = changes ?? familyChanges()
        changes = all
        let facts = facts(of: stage, index, all[index] ?? [:])
        guard condition.holds(in: facts) == false else { continue }
        let fact = RuleFact.outOfPlace(
          RuleSubject("\(port) ~ \(FamilySpec.conditional)", isInput: false),
          found: condition.finding(in: facts).text, wanted: condition.text, because: nil)
        report(.rule(fact), at: variation.place)
      }
    }
  }

  /// Draws of data whose options don't go with what the family hands on to them; what options are to each other has been
  /// checked where they are read.
  mutating func checkNoises() {
    guard let noise = catalogue.signature(Catalogue.noiseKind) else { return }
    for family in stages.indices {
      guard let handed = stages[family].kind?.signature.family?.noiseSettings, !handed.isEmpty,
        let stage = stages[family].resolved
      else { continue }
      let rules = noise.rules.filter { rule in rule.names.contains { handed.contains($0) } }
      for variation in stage.variations where variation.distribution.usesDataUncertainty {
        var facts = SectionFacts(values: variation.distribution.options)
        facts.written = Set(facts.values.keys)
        for name in handed {
          facts.values[name] = stage.settings[name]?.base
          if stage.settingPlaces[name] != nil { facts.written.insert(name) }
        }
        for breach in facts.breaches(of: rules, isDamaged: false) {
          let note = breach.reason.flatMap { name in
            stage.settingPlaces[name].map { Diagnostic.Note("'\(name)' is given here", $0) }
          }
          report(.rule(breach.fact), at: variation.place, note: note)
        }
      }
    }
  }

  mutating func checkRules() {
    guard stages.contains(where: { $0.kind?.signature.rules.isEmpty == false }) else { return }
    let changes = familyChanges()
    for index in stages.indices {
      guard let kind = stages[index].kind, !kind.signature.rules.isEmpty, let stage = stages[index].resolved
      else {
        continue
      }
      let changed = changes[index] ?? [:]
      let facts = facts(of: stage, index, changed)
      func place(_ name: String) -> SourcePlace? { stage.settingPlaces[name] ?? changed[name] }
      for breach in facts.breaches(of: kind.signature.rules, isDamaged: stages[index].isDamaged) {
        stages[index].unfitSettings.formUnion(breach.names)
        var found = breach.subjects.lazy.compactMap(place).first ?? stage.place
        var note = breach.reason.flatMap { name in
          place(name).map { Diagnostic.Note("'\(name)' is given here", $0) }
        }
        if case .exclusive = breach.fact, let first = note,
          (found.file, found.line) < (first.place.file, first.place.line)
        {
          // The later of the two is the one too many.
          note = breach.subjects.first.map { Diagnostic.Note("'\($0)' is given here", found) }
          found = first.place
        }
        report(.rule(breach.fact), at: found, note: note)
      }
    }
  }

  /// Settings that families give the members of other stages, with the line that says so.
  private func familyChanges() -> [Int: [String: SourcePlace]] {
    var changes: [Int: [String: SourcePlace]] = [:]
    for index in stages.indices {
      guard let family = stages[index].kind?.signature.family, let stage = stages[index].resolved else {
        continue
      }
      if let setting = family.fixedSetting, let target = target(of: index) {
        changes[target, default: [:]][setting] = place(of: "repeat", in: index)
      }
      for variation in stage.variations {
        guard case .setting(let owner, let setting) = variation.target, let position = positions[owner] else {
          continue
        }
        changes[position, default: [:]][setting] = variation.place
      }
      for change in stage.memberSettings {
        guard let position = positions[change.stage] else { continue }
        changes[position, default: [:]][change.setting] = place(of: change.origin, in: index)
      }
    }
    return changes
  }

  private func facts(
    of stage: ResolvedStage, _ index: Int, _ changed: [String: SourcePlace]
  ) -> SectionFacts {
    var facts = SectionFacts()
    facts.unknown = stages[index].refusedSettings
    for reference in stages[index].references where !reference.isInput {
      facts.unknown.insert(reference.port)
    }
    for (name, source) in stage.settings where !facts.unknown.contains(name) {
      if let value = source.base { facts.values[name] = value } else { facts.unknown.insert(name) }
    }
    for (name, _) in stage.settingPlaces { facts.written.insert(name) }
    for (name, _) in changed {
      facts.changed.insert(name)
      // Only the members have a value.
      if facts.values[name] == nil { facts.unknown.insert(name) }
    }
    for reference in stages[index].references where reference.isInput {
      facts.ports[reference.port] = type(of: reference)
      if facts.ports[reference.port] == nil { facts.unknown.insert(reference.port) }
    }
    return facts
  }

  /// The type of what an arrow brings; nil where that has been refused.
  private func type(of reference: Reference) -> PortType? {
    guard let owner = reference.source.owner, let position = positions[owner.text] else { return nil }
    let name = reference.source.name.text
    if let output = stages[position].kind?.outputs[name] { return typed(output, of: position).type }
    return stages[position].bestOutputs.first { $0.name == name }?.type
  }
}
