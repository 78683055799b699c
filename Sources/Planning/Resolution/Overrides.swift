import Manifests

/// Profiles, `--set` and expectations.
extension Resolution {
  /// Replaces values by those of the profile, then by those of the command line.
  mutating func override(profile: String?, overrides: [(name: String, value: String)]) {
    if let profile {
      if let sections = profiles[profile] {
        for line in sections.flatMap(\.lines) { apply(line, isProfile: true) }
      } else {
        let near = Suggestion.nearest(to: profile, in: profiles.keys.sorted())
        let place = SourcePlace(file: "--profile \(profile)", line: 0, column: 0)
        report(.name(.unknownProfile(profile, suggestion: near)), at: place)
      }
    }
    for name in profiles.keys.sorted() where name != profile {
      for line in profiles[name]?.flatMap(\.lines) ?? [] { checkPath(line) }
    }
    for (name, value) in overrides { override(name, value) }
  }

  /// `--set name=value`: the value is manifest text; mistakes in it are placed at the option, not at a line.
  private mutating func override(_ name: String, _ value: String) {
    let option = "--set \(name)=\(value)"
    let place = SourcePlace(file: option, line: 0, column: 0)
    guard !(name + value).contains(where: \.isNewline), !name.isEmpty else {
      return report(.name(.malformedOverride("\(name)=\(value)")), at: place)
    }
    let parsed = ManifestParser.parse(text: "[profile command]\n\(name) = \(value)\n", path: option)
    for diagnostic in parsed.diagnostics { report(diagnostic.fact, at: place) }
    guard parsed.diagnostics.isEmpty else { return }
    guard let section = parsed.syntax.sections.first, section.lines.count == 1 else {
      return report(.name(.malformedOverride("\(name)=\(value)")), at: place)
    }
    var line = section.lines[0]
    guard line.target.description == name else {
      return report(.name(.malformedOverride("\(name)=\(value)")), at: place)
    }
    line.value = line.value.placed(at: place)
    line.target.name.place = place
    line.target.owner?.place = place
    apply(line, isProfile: false)
  }

  private mutating func apply(_ line: LineSyntax, isProfile: Bool) {
    guard checkPath(line, isProfile: isProfile) else { return }
    let name = line.target.name
    guard let owner = line.target.owner, owner.text != "pipeline" else {
      variables[name.text]?.value = line.value
      variables[name.text]?.name.place = name.place
      return
    }
    guard let position = positions[owner.text] else { return }
    var replacement = line
    replacement.target.owner = nil
    let old = stages[position].lines.firstIndex {
      $0.target.owner == nil && $0.target.name.text == name.text && $0.sign != .draws
    }
    if let old {
      stages[position].lines[old] = replacement
    } else {
      stages[position].lines.append(replacement)
    }
  }

  /// Whether something has the name that a line overrides.
  @discardableResult
  private mutating func checkPath(_ line: LineSyntax, isProfile: Bool = true) -> Bool {
    let name = line.target.name
    guard let owner = line.target.owner else {
      if isProfile {
        report(.name(.undottedPath(name.text)), at: name.place)
        return false
      }
      return checkVariable(name.text, "", line)
    }
    if owner.text == "pipeline" { return checkVariable(name.text, "pipeline.", line) }
    guard let position = positions[owner.text] else {
      let names = stages.lazy.map(\.name.text)
      let near = Suggestion.nearest(to: owner.text, in: names).map { "\($0).\(name.text)" }
      return unknown(line, near)
    }
    guard let kind = stages[position].kind else { return false }
    if let setting = kind.settings[name.text] {
      return setting.spec.type.isDeclaration ? unknown(line, nil) : true
    }
    if kind.inputs[name.text] != nil {
      report(.name(.inputWithoutArrow(name.text)), at: name.place)
      return false
    }
    let near = Suggestion.nearest(to: name.text, in: kind.signature.settings.map(\.name))
    return unknown(line, near.map { "\(owner.text).\($0)" })
  }

  private mutating func checkVariable(_ name: String, _ prefix: String, _ line: LineSyntax) -> Bool {
    if variables[name] != nil { return true }
    return unknown(line, Suggestion.nearest(to: name, in: variableOrder).map { prefix + $0 })
  }

  private mutating func unknown(_ line: LineSyntax, _ near: String?) -> Bool {
    let fact = NameFact.unknownOverride(line.target.description, suggestion: near)
    report(.name(fact), at: line.target.place)
    return false
  }

  // MARK: Expectations

  mutating func resolveExpectations() -> [Expectation] {
    expectationLines.compactMap { expectation($0) }
  }

  private mutating func expectation(_ line: LineSyntax) -> Expectation? {
    if case .unreadable = line.value.form { return nil }
    guard let owner = line.target.owner else {
      report(.name(.undottedPath(line.target.name.text)), at: line.target.place)
      return nil
    }
    guard let output = output(line.target) else { return nil }
    let port = PortReference(stage: owner.text, port: output.name)
    guard let dimension = output.type.dimension else {
      let fact = GraphFact.expectationNotScalar(output: "\(port)", type: output.type.description)
      report(.graph(fact), at: line.target.place)
      return nil
    }
    let setting = KnownKind.Setting(spec: SettingSpec("\(port)", .number(dimension), .required, ""))
    var bound = line.value
    if case .variable(let name) = bound.form {
      guard let variable = variables[name] else {
        let near = Suggestion.nearest(to: name, in: variableOrder)
        report(.name(.unknownVariable(name, suggestion: near)), at: bound.place)
        return nil
      }
      variables[name]?.isUsed = true
      bound = variable.value
    }
    guard case .number(let value)? = read(bound, setting) else { return nil }
    guard let comparison = Expectation.Comparison(rawValue: line.sign.rawValue) else { return nil }
    return Expectation(
      output: port, comparison: comparison, bound: value, dimension: dimension, text: line.text,
      place: line.target.place)
  }
}

extension ValueSyntax {
  /// The value with every part moved to one place.
  func placed(at place: SourcePlace) -> ValueSyntax {
    func moved(_ name: NameSyntax) -> NameSyntax { NameSyntax(name.text, place) }
    let form: Form =
      switch self.form {
      case .number(let number, let unit): .number(number, unit: unit.map(moved))
      case .list(let elements): .list(elements.map { $0.placed(at: place) })
      case .range(let low, let high): .range(low.placed(at: place), high.placed(at: place))
      case .dotted(let name): .dotted(DottedName(owner: name.owner.map(moved), name: moved(name.name)))
      default: self.form
      }
    return ValueSyntax(form, place)
  }
}
