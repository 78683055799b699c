import Manifests

/// The state of checking one manifest. Its steps stand in files of their own.
struct Resolution {
  /// A setting of `[pipeline]`.
  struct Variable {
    var value: ValueSyntax
    var name: NameSyntax
    var isUsed = false
  }

  /// A stage on its way to a `ResolvedStage`.
  struct Draft {
    var name: NameSyntax
    var kind: KnownKind?
    var lines: [LineSyntax]
    var resolved: ResolvedStage?
    /// `<-` lines whose source is not checked yet.
    var references: [Reference] = []
    /// Lines with `~`.
    var variationLines: [LineSyntax] = []
    /// Lines `initial.stage.setting = …` of a family that takes them.
    var startLines: [LineSyntax] = []
    var usedVariables: [String] = []
    /// `best_<setting>` of a search.
    var bestOutputs: [OutputSpec] = []
    /// Settings whose values have been refused.
    var refusedSettings: Set<String> = []
    /// Those that a rule of the kind refuses, beside what they are at odds with.
    var unfitSettings: Set<String> = []
    /// Whether a line was unreadable; then what is missing may be what could not be read.
    var isDamaged = false
  }

  struct Reference {
    var port: String
    var isInput: Bool
    var source: DottedName
  }

  let files: ManifestFiles
  let manifestPath: String
  let catalogue: Catalogue
  var diagnostics: [Diagnostic] = []
  var variables: [String: Variable] = [:]
  var variableOrder: [String] = []
  var stages: [Draft] = []
  var positions: [String: Int] = [:]
  var profiles: [String: [SectionSyntax]] = [:]
  var expectationLines: [LineSyntax] = []
  var resultLines: [LineSyntax] = []
  /// Set once all stages are gathered.
  var world: ValueWorld?
  /// Set by `checkGraph`.
  var families: FamilyShapes?
  /// Kinds met so far; nil for names that no kind has.
  private var kinds: [String: KnownKind?] = [:]

  init(files: ManifestFiles, manifestPath: String, catalogue: Catalogue) {
    (self.files, self.manifestPath, self.catalogue) = (files, manifestPath, catalogue)
  }

  mutating func report(_ fact: Diagnostic.Fact, at place: SourcePlace, note: Diagnostic.Note? = nil) {
    diagnostics.append(Diagnostic(fact, at: place, note: note))
  }

  func nearestStage(to name: String) -> String? {
    Suggestion.nearest(
      to: name, in: stages.lazy.filter { $0.kind?.signature.isPublic != false }.map(\.name.text))
  }

  func kind(of stage: String) -> KnownKind? { positions[stage].flatMap { stages[$0].kind } }

  // MARK: Sections

  /// Gathers the sections of all files.
  mutating func collect(_ sections: [SectionSyntax]) {
    var first: [String: SourcePlace] = [:]
    stages.reserveCapacity(sections.count)
    positions.reserveCapacity(sections.count)
    for section in sections {
      switch section.kind {
      case .pipeline:
        checkSingle(section, "[pipeline]", &first)
        for line in section.lines { declare(line) }
      case .stage(let name, let kind): collect(section, name: name, kind: kind)
      case .profile(let name):
        checkSingle(section, "[profile \(name.text)]", &first)
        profiles[name.text, default: []].append(section)
      case .expect:
        checkSingle(section, "[expect]", &first)
        expectationLines.append(contentsOf: section.lines)
      case .results:
        checkSingle(section, "[results]", &first)
        resultLines.append(contentsOf: section.lines)
      case .unreadable: break
      }
    }
  }

  /// One file has one section of a name; an including file adds its own to those of included files.
  private mutating func checkSingle(
    _ section: SectionSyntax, _ header: String, _ first: inout [String: SourcePlace]
  ) {
    let key = section.place.file + header
    if let place = first[key] {
      report(.name(.duplicateSection(header)), at: section.place, note: .init("first given here", place))
    } else {
      first[key] = section.place
    }
  }

  private mutating func declare(_ line: LineSyntax) {
    let name = line.target.name
    if line.target.owner != nil {
      return report(.name(.dottedSetting(line.target.description)), at: line.target.place)
    }
    if let first = variables[name.text] {
      let note = Diagnostic.Note("first given here", first.name.place)
      return report(.name(.duplicateVariable(name.text)), at: name.place, note: note)
    }
    variables[name.text] = Variable(value: line.value, name: name)
    variableOrder.append(name.text)
    if case .variable(let other) = line.value.form {
      report(.name(.variableUsesVariable(other)), at: line.value.place)
    }
  }

  private mutating func collect(_ section: SectionSyntax, name: NameSyntax, kind: NameSyntax?) {
    if ["pipeline", "profile", "expect"].contains(name.text) {
      return report(.name(.reservedName(name.text)), at: name.place)
    }
    if let first = positions[name.text] {
      let note = Diagnostic.Note("first declared here", stages[first].name.place)
      return report(.name(.duplicateStage(name.text)), at: name.place, note: note)
    }
    positions[name.text] = stages.count
    stages.append(Draft(name: name, kind: kind.flatMap { knownKind($0) }, lines: section.lines))
  }

  private mutating func knownKind(_ name: NameSyntax) -> KnownKind? {
    if let known = kinds[name.text], let kind = known { return kind }
    if kinds[name.text] == nil {
      let signature = catalogue.signature(name.text)
      kinds[name.text] = .some(
        signature.flatMap { $0.isPublic ? KnownKind($0, kind: catalogue.kinds[name.text]) : nil })
    }
    if let known = kinds[name.text], let kind = known { return kind }
    let names = catalogue.kinds.values.map(\.signature).filter(\.isPublic).map(\.kind)
    let near = Suggestion.nearest(to: name.text, in: names)
    report(.name(.unknownKind(name.text, suggestion: near)), at: name.place)
    return nil
  }

  mutating func reportUnusedVariables() {
    for name in variableOrder {
      guard let variable = variables[name], !variable.isUsed else { continue }
      report(.name(.unusedVariable(name)), at: variable.name.place)
    }
  }
}
