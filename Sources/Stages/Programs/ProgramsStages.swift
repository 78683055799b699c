public import Planning

/// The kinds of stage of programs of your own.
public enum ProgramsStages {
  public static let kinds: [any StageKind] = [
    Command()
  ]
}
