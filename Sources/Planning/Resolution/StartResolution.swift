import Manifests

/// `initial.start.height = normal(480, 10) m`: with what a family that learns begins for a setting that it draws.
extension Resolution {
  /// A line with two dots: of a family that takes such lines, or a mistake.
  mutating func collectStart(_ line: LineSyntax, of index: Int, _ kind: KnownKind) {
    let word = kind.signature.family?.starts
    guard let word, line.target.scope?.text == word else {
      return report(.syntax(.tooManyDots(line.target.description)), at: line.target.place)
    }
    guard line.sign == .fixes else {
      let reason =
        "takes normal(mean, deviation) behind '=', as in \(line.target.description) = normal(1, 0.1)"
      return report(.graph(.memberSettingUnfit(setting: word, reason: reason)), at: line.target.place)
    }
    stages[index].startLines.append(line)
  }

  /// Puts the lines to the variations that they are about.
  mutating func resolveStarts(_ index: Int, _ family: FamilySpec) {
    guard let word = family.starts else { return }
    var first: [String: SourcePlace] = [:]
    for line in stages[index].startLines {
      let name = line.target.description
      if let place = first[name] {
        report(.name(.duplicateSetting(name)), at: line.target.place, note: .init("first given here", place))
        continue
      }
      first[name] = line.target.place
      resolveStart(line, word, of: index)
    }
  }

  private mutating func resolveStart(_ line: LineSyntax, _ word: String, of index: Int) {
    func refuse(_ reason: String, at place: SourcePlace, note: Diagnostic.Note? = nil) {
      report(.graph(.memberSettingUnfit(setting: word, reason: reason)), at: place, note: note)
    }
    let (owner, name) = (line.target.owner?.text ?? "", line.target.name.text)
    let target: VariationTarget =
      owner == "pipeline" ? .variable(name) : .setting(stage: owner, setting: name)
    let variations = stages[index].resolved?.variations ?? []
    guard let position = variations.firstIndex(where: { $0.target == target }) else {
      // A line that could not be read draws nothing, and its mistake is told already.
      let isDrawn = stages[index].variationLines.contains {
        $0.target.owner?.text == owner && $0.target.name.text == name
      }
      if isDrawn || stages[index].isDamaged { return }
      let known = variations.map(\.target.inWords)
      let near = Suggestion.nearest(to: "\(owner).\(name)", in: known)
      return refuse(
        "names '\(owner).\(name)', which no '~' line of the section draws"
          + (near.map { "; did you mean '\(word).\($0)'?" } ?? ""), at: line.target.place)
    }
    if case .unreadable = line.value.form { return }
    let normal = DistributionKind.normal.rawValue
    guard case .call(let call) = line.value.form, call.name.text == normal else {
      return refuse(
        "takes normal(mean, deviation), and \(line.target.description) is \(line.value.form.inWords)",
        at: line.value.place)
    }
    guard let distribution = start(line, call, target) else { return }
    let (low, high) = variations[position].distribution.interval
    let mean = distribution.numbers[0]
    guard mean > low, mean < high else {
      return refuse(
        "begins with a mean outside of what the prior of \(owner).\(name) allows", at: line.value.place,
        note: .init("the prior is given here", variations[position].place))
    }
    stages[index].resolved?.variations[position].start = distribution
  }

  /// The distribution, its numbers in units of the setting.
  private mutating func start(
    _ line: LineSyntax, _ call: CallSyntax, _ target: VariationTarget
  ) -> Distribution? {
    let setting: KnownKind.Setting?
    switch target {
    case .setting(let stage, let name): setting = kind(of: stage)?.settings[name]
    case .variable(let name): setting = firstUse(of: name)
    case .output: setting = nil
    }
    guard let setting, let type = setting.spec.type.singleNumeric ?? setting.spec.type.numeric else {
      return nil
    }
    var spec = setting.spec
    spec.type = type
    var reader = DistributionReader(call, at: line.value.place, world: world)
    reader.withPoints = line.value.withPoints
    let own = KnownKind.Setting(spec: spec, minimum: setting.minimum, maximum: setting.maximum)
    let distribution = reader.read(for: own, type: type)
    for fault in reader.faults { report(fault.fact, at: fault.place) }
    return distribution
  }
}

extension Distribution {
  /// Ends between which its numbers lie, infinite where there are none.
  fileprivate var interval: (low: Double, high: Double) {
    let none = (low: -Double.infinity, high: Double.infinity)
    guard let kind = DistributionKind(rawValue: name), !usesDataUncertainty else { return none }
    switch kind {
    case .uniform, .logUniform, .integers: return (numbers[0], numbers[1])
    case .truncatedNormal: return (numbers[2], numbers[3])
    case .logNormal, .logNormalBetween: return (0, .infinity)
    case .normal, .normalBetween, .samples, .discrete: return none
    }
  }
}
