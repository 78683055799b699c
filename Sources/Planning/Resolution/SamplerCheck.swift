import Manifests

/// What a family's way of choosing members can't do, by its signature.
extension Resolution {
  mutating func checkSamplers() {
    for index in stages.indices {
      guard let family = stages[index].kind?.signature.family, let stage = stages[index].resolved else {
        continue
      }
      checkSampler(index, family, stage)
      checkGoals(index, family.choosing, stage)
      checkMemberSettings(index, stage)
    }
  }

  /// Stages that `folds` names, and those whose regions the family gives.
  private mutating func checkMemberSettings(_ index: Int, _ stage: ResolvedStage) {
    var count: Int?
    for change in stage.memberSettings {
      guard let position = positions[change.stage], let kind = stages[position].kind else { continue }
      func refuse(_ reason: String) {
        report(
          .graph(.memberSettingUnfit(setting: change.origin, reason: reason)),
          at: place(of: change.origin, in: index))
      }
      let named = "names '\(change.stage)' of kind \(kind.signature.kind), which has no setting"
      guard kind.settings[change.setting] != nil else {
        refuse("\(named) '\(change.setting)'")
        continue
      }
      guard change.value == .fold, let resolved = stages[position].resolved else { continue }
      guard let own = resolved.foldCount, own >= 2 else {
        refuse(
          "needs to know how many folds '\(change.stage)' has: set \(FamilySpec.folds.count) there, a number")
        continue
      }
      if let count, count != own {
        refuse("names stages of \(count) and \(own) folds; they must have the same number")
      }
      count = count ?? own
    }
  }

  private mutating func checkSampler(_ index: Int, _ family: FamilySpec, _ stage: ResolvedStage) {
    guard case .word(let sampler)? = stage.settings["sampler"]?.base else { return }
    let place = place(of: "sampler", in: index)
    func refuse(_ reason: String, at place: SourcePlace) {
      report(.graph(.samplerUnfit(sampler: sampler, reason: reason)), at: place)
    }
    let spec = family.samplers[sampler] ?? SamplerSpec()
    let varied = stage.variations.filter { !$0.distribution.usesDataUncertainty }
    let count = varied.count + (family.fixedSetting == nil ? 0 : 1)
    if let most = spec.maximumVariables, count > most {
      refuse(
        "takes \(most == 1 ? "one varied setting" : "up to \(most) varied settings"), not \(count)", at: place
      )
    }
    if !spec.takesIntegers, let whole = varied.first(where: \.isInteger) {
      refuse("can't search whole numbers such as \(whole.target.inWords)", at: place)
    }
    if (stage.scoreSetting?.outputs.count ?? 0) > spec.maximumScores {
      refuse("takes one score; for two use \(Self.twoScores(family))", at: place)
    }
    if let stop = family.choosing.stop, stage.settings[stop] != nil, !spec.isExtensible, !varied.isEmpty {
      refuse(
        "can't stop early, since it depends on the number of runs; for '\(stop)' use "
          + Self.extensible(family), at: place)
    }
    if let name = family.choosing.criterion, case .word(let criterion)? = stage.settings[name]?.base,
      let least = spec.criteria[criterion]?.minimumVariables, count < least
    {
      refuse(
        "needs \(least == 1 ? "a setting" : "\(least) settings") drawn for \(name) = \(criterion), not \(count)",
        at: self.place(of: name, in: index))
    }
  }

  private static func extensible(_ family: FamilySpec) -> String {
    family.samplers.filter(\.value.isExtensible).keys.sorted().joined(separator: " or ")
  }

  private static func twoScores(_ family: FamilySpec) -> String {
    let able = family.samplers.filter { $0.value.maximumScores > 1 && $0.value.learns }.keys.sorted()
    return able.isEmpty ? "another" : able.joined(separator: " or ")
  }

  /// One goal for all scores, or one for each.
  private mutating func checkGoals(_ index: Int, _ choosing: FamilySpec.Choosing, _ stage: ResolvedStage) {
    let scores = max(1, stage.scoreSetting?.outputs.count ?? 0)
    if let goal = choosing.goal, case .list(let elements)? = stage.settings[goal]?.base, elements.count > 1,
      elements.count != scores
    {
      report(
        .graph(.goalsDiffer(setting: goal, scores: scores, goals: elements.count)),
        at: place(of: goal, in: index))
    }
    if scores == 1, let choice = choosing.choice, stage.settings[choice] != nil {
      report(
        .graph(.goalsDiffer(setting: choice, scores: 1, goals: nil)), at: place(of: choice, in: index))
    }
  }
}

extension ResolvedStage {
  /// Names of what is drawn, as the columns of a family's results have them, in the order of the manifest.
  func variableNames(kind: (String) -> String?) -> [String] {
    VariableNames.names(
      variations.compactMap { variation in
        switch variation.target {
        case .setting(let stage, let setting): (setting, kind(stage))
        case .variable(let name): (name, nil)
        case .output: nil
        }
      })
  }
}

extension SettingSource {
  /// The value that holds outside families; nil where a stage gives it.
  var base: SettingValue? {
    switch self {
    case .value(let value), .variable(_, let value): value
    case .list(let elements):
      elements.allSatisfy { $0.base != nil } ? .list(elements.compactMap(\.base)) : nil
    case .output, .member: nil
    }
  }
}
