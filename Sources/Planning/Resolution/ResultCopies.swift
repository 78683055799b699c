import Manifests

/// What stands in `results/` beside the results themselves, for other programs: the section `[results]`. It is no part of any
/// recipe.
public struct ResultCopies: Sendable, Equatable {
  /// Whether every table of a stage stands there as text, too.
  public var hasTextTables = false

  /// None.
  public init() {}
}

extension Resolution {
  /// Reads the lines of `[results]`.
  mutating func resolveResultCopies() -> ResultCopies {
    var copies = ResultCopies()
    let setting = KnownKind.Setting(
      spec: SettingSpec("tables", .word(["netcdf", "csv"]), .required, ""))
    var first: SourcePlace?
    for line in resultLines {
      guard line.target.owner == nil, line.target.name.text == setting.spec.name else {
        let near = Suggestion.nearest(to: line.target.description, in: [setting.spec.name])
        report(.name(.unknownResultSetting(line.target.description, suggestion: near)), at: line.target.place)
        continue
      }
      if let first {
        report(
          .name(.duplicateSetting(setting.spec.name)), at: line.target.place,
          note: .init("first given here", first))
        continue
      }
      first = line.target.place
      copies.hasTextTables = read(line.value, setting) == .word("csv")
    }
    return copies
  }
}
