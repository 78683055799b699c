import Manifests

/// What families that learn take beside settings: sections that continue others, arrows that they move, events.
extension Resolution {
  /// A section with `continues <- other.iteration_3` has the lines of the other that it does not give itself.
  mutating func inheritContinued() {
    var done: Set<Int> = []
    for index in stages.indices { inherit(index, &done, path: []) }
  }

  private mutating func inherit(_ index: Int, _ done: inout Set<Int>, path: Set<Int>) {
    guard done.insert(index).inserted, !path.contains(index),
      stages[index].kind?.signature.family?.states.isEmpty == false,
      let line = stages[index].lines.first(where: {
        $0.target.description == Fold.continues && $0.sign == .takes
      }),
      case .dotted(let source) = line.value.form, let owner = source.owner, let origin = positions[owner.text]
    else { return }
    inherit(origin, &done, path: path.union([index]))
    let own = Set(stages[index].lines.map(\.target.description))
    stages[index].lines += stages[origin].lines.filter { !own.contains($0.target.description) }
  }

  /// `continues` takes the state of a family of the same kind.
  mutating func checkContinued() {
    for index in stages.indices {
      guard let kind = stages[index].kind, kind.signature.family?.states.isEmpty == false,
        let reference = stages[index].references.first(where: { $0.isInput && $0.port == Fold.continues }),
        let owner = reference.source.owner, let origin = positions[owner.text],
        let other = stages[origin].kind
      else { continue }
      let name = reference.source.name.text
      func refuse(_ reason: String) {
        report(
          .graph(.memberSettingUnfit(setting: Fold.continues, reason: reason)), at: reference.source.place)
      }
      if other.signature.kind != kind.signature.kind {
        refuse(
          "takes the state of a stage of kind \(kind.signature.kind), and '\(owner.text)' is of kind "
            + other.signature.kind)
      } else if other.signature.family?.stateOutput(name).map({ $0.port != nil }) ?? true {
        refuse("takes a whole state, such as \(owner.text).iteration_3 or \(owner.text).last")
      }
    }
  }

  /// Outputs that families read of their members, arrows that they move, and events.
  mutating func checkRoles() {
    for index in stages.indices {
      guard let family = stages[index].kind?.signature.family, let stage = stages[index].resolved else {
        continue
      }
      for role in family.roles where !role.isScore {
        let place = place(of: role.setting, in: index)
        for port in stage.portReferences(role.setting) {
          _ = output(DottedName(owner: NameSyntax(port.stage, place), name: NameSyntax(port.port, place)))
        }
      }
      for port in stage.portReferences(FamilySpec.moves) { checkMove(port, of: index) }
      checkEach(index, stage)
    }
  }

  private mutating func checkMove(_ port: PortReference, of index: Int) {
    let place = place(of: FamilySpec.moves, in: index)
    func refuse(_ reason: String) {
      report(.graph(.memberSettingUnfit(setting: FamilySpec.moves, reason: reason)), at: place)
    }
    guard let position = positions[port.stage] else {
      return report(.name(.unknownStage(port.stage, suggestion: nearestStage(to: port.stage))), at: place)
    }
    guard let kind = stages[position].kind else { return }
    guard kind.inputs[port.port] != nil else {
      let near = Suggestion.nearest(to: port.port, in: kind.signature.inputs.map(\.name))
      return refuse(
        "names '\(port)', which is no input of kind \(kind.signature.kind)"
          + (near.map { "; did you mean '\(port.stage).\($0)'?" } ?? ""))
    }
    guard stages[position].references.contains(where: { $0.isInput && $0.port == port.port }) else {
      return refuse("names '\(port)', into which no arrow leads")
    }
  }

  private mutating func checkEach(_ index: Int, _ stage: ResolvedStage) {
    let (setting, values) = FamilySpec.each
    guard case .value(.output(let variable))? = stage.settings[setting] else { return }
    let place = place(of: setting, in: index)
    func refuse(_ setting: String, _ reason: String) {
      report(
        .graph(.memberSettingUnfit(setting: setting, reason: reason)), at: self.place(of: setting, in: index))
    }
    guard variable.stage == "pipeline" else {
      return refuse(setting, "takes a setting of the pipeline, such as pipeline.event, not \(variable)")
    }
    guard variables[variable.port] != nil else {
      let near = Suggestion.nearest(to: variable.port, in: variableOrder)
      return report(.name(.unknownVariable(variable.port, suggestion: near)), at: place)
    }
    variables[variable.port]?.isUsed = true
    let names = stage.texts(values)
    if names.isEmpty { return refuse(setting, "needs '\(values)', the quoted values that it goes through") }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      refuse(values, "names \"\(twice)\" twice")
    }
  }
}
