extension OutputSpec {
  /// The output of a search that varies one thing: its best value.
  public static let best = "best"

  /// The output of a search with the score of its best trial.
  public static let bestScore = "best_score"

  /// The output with the best value of a setting.
  public static func best(_ setting: String) -> String { "best_\(setting)" }

  /// Whether it gives a best value, or the score of the best trial.
  public var isBest: Bool { name == Self.best || bestSetting != nil }

  /// What it is the best value of; nil for `best` and for other outputs.
  public var bestSetting: String? {
    name.hasPrefix(Self.best("")) ? String(name.dropFirst(Self.best("").count)) : nil
  }
}

extension FamilySpec {
  /// Of an output with a best value.
  func bestType(_ dimension: PhysicalDimension) -> PortType {
    if case .ofType(let type)? = best { type } else { .scalar(dimension) }
  }
}

extension ResolvedPipeline {
  /// Output ports of a stage: those of its signature and, for a search, `best_<setting>` of everything varied,
  /// and `best` when that is one thing.
  public func outputs(of stage: ResolvedStage) -> [OutputSpec] {
    guard let family = stage.signature.family, family.best != nil else {
      return stage.signature.outputs
    }
    let best = Self.bestOutputs(of: stage, family: family, kind: { self[$0]?.signature.kind }) { name in
      self[name].map { found in { setting in found.signature.settings.first { $0.name == setting } } }
    } uses: { variable in
      stages.lazy.compactMap { stage in
        stage.signature.settings.first { stage.settings[$0.name]?.uses(variable) == true }
      }.first
    }
    let names = Set(stage.signature.outputs.map(\.name))
    let own = stage.signature.outputs.map { output in
      var output = output
      if output.isBestScore(of: stage.signature), let score = stage.scoreSetting?.outputs.first,
        let type = self[score.stage]?.signature.outputs.first(where: { $0.name == score.port })?.type,
        type.isScalar
      {
        output.type = type
      }
      return output
    }
    return own + best.filter { !names.contains($0.name) }
  }

  /// - Parameters:
  ///   - kind: of a stage by its name.
  ///   - specs: by stage, then by setting.
  ///   - uses: a setting that uses the pipeline setting.
  static func bestOutputs(
    of stage: ResolvedStage, family: FamilySpec, kind: (String) -> String?,
    specs: (String) -> ((String) -> SettingSpec?)?, uses: (String) -> SettingSpec?
  ) -> [OutputSpec] {
    var best: [OutputSpec] = []
    func add(_ name: String, _ spec: SettingSpec?) {
      guard let dimension = spec?.type.numeric?.dimension else { return }
      let port = OutputSpec.best(name)
      if best.contains(where: { $0.name == port }) { return }
      let type = family.bestType(dimension)
      best.append(OutputSpec(port, type, "\(name) of the best trial"))
    }
    if let setting = family.fixedSetting, case .value(.stage(let target))? = stage.settings["repeat"] {
      add(setting, specs(target)?(setting))
    }
    let names = stage.variableNames(kind: kind)
    let drawn = stage.variations.filter { if case .output = $0.target { false } else { true } }
    for (name, variation) in zip(names, drawn) {
      switch variation.target {
      case .setting(let owner, let setting): add(VariableNames.inFiles(name), specs(owner)?(setting))
      case .variable(let variable): add(VariableNames.inFiles(name), uses(variable))
      case .output: break
      }
    }
    if best.count == 1 { best.append(OutputSpec(OutputSpec.best, best[0].type, best[0].summary)) }
    return best
  }
}
