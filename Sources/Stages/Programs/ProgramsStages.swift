public import Planning

/// The kinds of stage of programs of your own.
public enum ProgramsStages {
  /// In the order of the manual.
  public static let kinds: [any StageKind] = [
    Command()
  ]
}
