public import Manifests

/// Syntax trees → pipelines whose every name, type, unit and range has been checked.
public struct Resolver {
  /// Reads a manifest with its includes and checks it against the catalogue. Every mistake of all files is
  /// reported; nothing is run.
  ///
  /// - Parameters:
  ///   - manifestPath: as the user named it; messages repeat it.
  ///   - text: how files are read and whether they exist.
  ///   - overrides: `--set name=value` in the order given: a pipeline setting, or `stage.setting`. Values are
  ///     manifest text. A later one wins over an earlier one, and all win over the profile.
  ///   - profile: name of the `[profile …]` whose lines apply.
  ///   - readsFiles: whether stages look into the headers of their input files.
  /// - Complexity: linear in the text, except that every family walks over the stages it repeats.
  public static func resolve(
    manifestPath: String, text: ManifestFiles = .disk, catalogue: Catalogue,
    overrides: [(name: String, value: String)] = [], profile: String? = nil, readsFiles: Bool = false
  ) -> ResolutionResult {
    let parsed = ManifestParser.parse(path: manifestPath, files: text)
    var resolution = Resolution(files: text, manifestPath: manifestPath, catalogue: catalogue)
    resolution.diagnostics = parsed.diagnostics
    let isWhole = parsed.diagnostics.isEmpty
    resolution.collect(parsed.syntax.sections)
    resolution.declareSignatures()
    resolution.override(profile: profile, overrides: overrides)
    resolution.inheritContinued()
    resolution.resolveStages()
    resolution.resolveFamilies()
    resolution.resolveReferences()
    resolution.resolveScores()
    resolution.checkRoles()
    resolution.checkContinued()
    resolution.checkSamplers()
    resolution.addFollowingValues()
    resolution.checkRules()
    resolution.checkConditionals()
    resolution.checkNoises()
    resolution.checkGraph()
    resolution.checkCorrelations()
    resolution.foresee(readsFiles: readsFiles)
    let expectations = resolution.resolveExpectations()
    let copies = resolution.resolveResultCopies()
    if isWhole { resolution.reportUnusedVariables() }
    if resolution.stages.isEmpty, parsed.diagnostics.isEmpty {
      resolution.report(.name(.noStage), at: SourcePlace(file: manifestPath, line: 0, column: 0))
    }
    let diagnostics = sorted(resolution.diagnostics)
    var pipeline: ResolvedPipeline?
    if !diagnostics.contains(where: { $0.severity == .error }) {
      pipeline = ResolvedPipeline(
        name: ResolvedPipeline.name(of: manifestPath), stages: resolution.stages.compactMap(\.resolved),
        expectations: expectations)
      pipeline?.copies = copies
      pipeline?.families = resolution.families
    }
    return ResolutionResult(
      pipeline: pipeline, diagnostics: diagnostics, sources: parsed.sources,
      syntax: parsed.syntax)
  }

  /// By file in the order of first mention, then by line; mistakes at the same place stay in order.
  private static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var files: [String: Int] = [:]
    for diagnostic in diagnostics where files[diagnostic.place.file] == nil {
      files[diagnostic.place.file] = files.count
    }
    func key(_ entry: (offset: Int, element: Diagnostic)) -> (Int, Int, Int, Int) {
      let place = entry.element.place
      return (files[place.file] ?? 0, place.line, place.column, entry.offset)
    }
    return diagnostics.enumerated().sorted { key($0) < key($1) }.map(\.element)
  }
}

/// What checking a manifest gives.
public struct ResolutionResult: Sendable {
  /// Nil if there is any error; warnings do not prevent it.
  public var pipeline: ResolvedPipeline?
  /// Every mistake and doubt, in the order of the text.
  public var diagnostics: [Diagnostic]
  /// Whether nothing is wrong but that files are missing or can't be read: the manifest, what it includes, inputs.
  public var lacksFilesOnly: Bool {
    let errors = diagnostics.filter { $0.severity == .error }
    return !errors.isEmpty
      && errors.allSatisfy {
        switch $0.fact {
        case .syntax(.unreadableFile), .value(.fileNotFound): true
        default: false
        }
      }
  }
  /// Bytes of the files read, by path, for `DiagnosticRenderer`.
  public var sources: [String: [UInt8]]
  /// What was read: freed with the result, which a program may keep to its end.
  private let syntax: ManifestSyntax

  init(
    pipeline: ResolvedPipeline?, diagnostics: [Diagnostic], sources: [String: [UInt8]], syntax: ManifestSyntax
  ) {
    (self.pipeline, self.diagnostics, self.sources) = (pipeline, diagnostics, sources)
    self.syntax = syntax
  }
}
