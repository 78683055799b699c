import Manifests

/// Stages of kinds that let each stage declare its ports and settings.
extension Resolution {
  /// Gives every such stage the signature that its own section amounts to. What is unreadable in the
  /// declarations is passed over here: it is reported when the settings are read.
  mutating func declareSignatures() {
    for index in stages.indices {
      guard let kind = stages[index].kind, let declared = kind.declared else { continue }
      let lines = stages[index].lines
      // What an unreadable line would have declared can't be told from a mistake.
      if lines.contains(where: { $0.value.form == .unreadable }) { stages[index].isDamaged = true }
      let declaration = declaration(of: lines, kind)
      stages[index].kind = KnownKind(declared.signature(for: declaration))
    }
  }

  private mutating func declaration(of lines: [LineSyntax], _ kind: KnownKind) -> StageDeclaration {
    var values: [String: LineSyntax] = [:]
    for line in lines where line.target.owner == nil && values[line.target.name.text] == nil {
      values[line.target.name.text] = line
    }
    var declaration = StageDeclaration()
    var taken = Set(kind.settings.keys)
    for (name, place, _) in declaredNames(values["inputs"]) {
      guard taken.insert(name).inserted else {
        report(.name(.declaredTwice(name)), at: place)
        continue
      }
      if case .file? = values[name]?.value.form {
        declaration.files.append(name)
      } else {
        declaration.inputs.append(name)
      }
    }
    for name in settingsInTemplates(values, kind) where taken.insert(name).inserted {
      let type = values[name].map(declaredType) ?? .number(.dimensionless)
      declaration.settings.append((name, type))
    }
    // Inputs and outputs share a folder: writing one must not write through the link of the other.
    let files = declaration.settings.filter { $0.type == .file }.map(\.name)
    var outputs = Set(declaration.inputs + declaration.files + files)
    for (name, place, type) in declaredNames(values["outputs"]) {
      if outputs.insert(name).inserted {
        declaration.outputs.append((name, type))
      } else {
        report(.name(.declaredTwice(name)), at: place)
      }
    }
    return declaration
  }

  /// Names in a list of `name` and `name(type)`, in order.
  private func declaredNames(_ line: LineSyntax?) -> [(name: String, place: SourcePlace, type: PortType)] {
    guard let line, line.sign == .fixes else { return [] }
    let elements = if case .list(let elements) = line.value.form { elements } else { [line.value] }
    return elements.compactMap { element in
      switch element.form {
      case .word(let name): return (name, element.place, .file)
      case .call(let call):
        guard case .word(let type)? = call.arguments.first?.form else { return nil }
        return (call.name.text, call.name.place, catalogue.types.declared(type) ?? .file)
      default: return nil
      }
    }
  }

  /// Names in `{setting.name}`, in order, each once.
  private func settingsInTemplates(_ values: [String: LineSyntax], _ kind: KnownKind) -> [String] {
    var names: [String] = []
    for line in kind.templates.compactMap({ values[$0] }) {
      let elements = if case .list(let elements) = line.value.form { elements } else { [line.value] }
      for element in elements {
        guard case .text(let text) = element.form else { continue }
        for part in ArgumentTemplate(text).parts {
          if case .setting(let name) = part, !names.contains(name) { names.append(name) }
        }
      }
    }
    return names
  }

  /// The type of a setting that is declared by being given.
  private func declaredType(_ line: LineSyntax) -> SettingType {
    // The output's dimension is not known before all signatures are.
    if line.sign == .takes { return .either(catalogue.units.dimensions.map { .number($0) }) }
    return declaredType(line.value)
  }

  private func declaredType(_ value: ValueSyntax) -> SettingType {
    switch value.form {
    case .word(let word): return word == "yes" || word == "no" ? .boolean : .name
    case .text: return .text
    case .file: return .file
    case .list, .range:
      let first = ListElements(value).values.first
      return .list(first.map(declaredType) ?? .number(.dimensionless), count: 1...Int.max)
    case .number(_, let unit?):
      return .number(catalogue.units.named(unit.text)?.dimension ?? .dimensionless)
    case .variable(let name):
      // A variable that uses another has been refused; following it could go round in a circle.
      guard let base = variables[name]?.value, base.form.isConstant else { return .number(.dimensionless) }
      return declaredType(base)
    default: return .number(.dimensionless)
    }
  }

  // MARK: Templates

  /// Checks every placeholder, and notes whether the stage asks for the number of its member.
  mutating func checkTemplates(of stage: inout ResolvedStage, _ kind: KnownKind) {
    for name in kind.templates {
      guard let source = stage.settings[name] else { continue }
      for text in source.texts {
        for part in ArgumentTemplate(text).parts { check(part, in: &stage, kind, setting: name) }
      }
    }
  }

  private mutating func check(
    _ part: ArgumentTemplate.Part, in stage: inout ResolvedStage, _ kind: KnownKind, setting: String
  ) {
    let place = stage.settingPlaces[setting] ?? stage.place
    let inputs = kind.declaredInputs
    switch part {
    case .literal: break
    case .member: stage.settings[ArgumentTemplate.memberSetting] = .member
    case .input(let name):
      if !inputs.contains(name) { reportPlaceholder("input", name, inputs, place) }
    case .output(let name):
      if kind.outputs[name] == nil { reportPlaceholder("output", name, Array(kind.outputs.keys), place) }
    case .setting(let name):
      let declared = kind.declaredSettings
      if !declared.contains(name) { reportPlaceholder("setting", name, declared, place) }
    case .unknown(let text): report(.name(.unknownPlaceholder(text, suggestion: nil)), at: place)
    }
  }

  private mutating func reportPlaceholder(
    _ what: String, _ name: String, _ known: [String], _ place: SourcePlace
  ) {
    let near = Suggestion.nearest(to: name, in: known).map { "{\(what).\($0)}" }
    report(.name(.unknownPlaceholder("{\(what).\(name)}", suggestion: near)), at: place)
  }
}

extension KnownKind {
  /// What `{input.x}` may name: ports, and files that stand for them.
  var declaredInputs: [String] {
    signature.inputs.map(\.name) + declaredSpecs.filter { $0.type == .file }.map(\.name)
  }

  /// What `{setting.x}` may name.
  var declaredSettings: [String] { declaredSpecs.map(\.name) }

  private var declaredSpecs: [SettingSpec] { signature.settings.filter(\.isDeclared) }
}

extension SettingSource {
  /// The quoted strings in it.
  fileprivate var texts: [String] {
    switch self {
    case .value(let value), .variable(_, let value): value.texts
    case .list(let elements): elements.flatMap(\.texts)
    case .output, .member: []
    }
  }
}

extension SettingValue {
  fileprivate var texts: [String] {
    switch self {
    case .text(let text): [text]
    case .list(let elements): elements.flatMap(\.texts)
    default: []
    }
  }
}

extension ValueSyntax.Form {
  fileprivate var isConstant: Bool { if case .variable = self { false } else { true } }
}
