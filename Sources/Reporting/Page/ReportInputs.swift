public import Artefacts
public import Planning

/// What a report is made from.
public struct ReportInputs: Sendable {
  /// Of the run that is reported.
  public var record: RunRecord
  /// What was run.
  public var pipeline: ResolvedPipeline
  /// Path of the NetCDF file that an output port of a stage (its base node) gave; nil where there is none.
  public var artefact: @Sendable (_ stage: String, _ port: String) -> String?
  /// What is drawn of the artefacts.
  public var views: ViewTable
  /// What the user asked for; nil where nobody did.
  public var origin: ReportOrigin?
  /// Lines to show as they are, such as warnings of the run.
  public var notes: [String]
  /// Pictures of the whole run that somebody else draws, below that of the stages.
  public var pictures: [Picture] = []

  /// A picture with a heading, as SVG.
  public struct Picture: Sendable {
    /// The heading; its first word is the anchor.
    public var title: String
    /// Well-formed.
    public var svg: String
    /// The sentence below.
    public var caption: String

    /// As it stands on the page.
    public init(title: String, svg: String, caption: String) {
      (self.title, self.svg, self.caption) = (title, svg, caption)
    }
  }

  /// The record, what was run, and how its artefacts are found and drawn.
  public init(
    record: RunRecord, pipeline: ResolvedPipeline,
    views: ViewTable, artefact: @escaping @Sendable (_ stage: String, _ port: String) -> String?,
    notes: [String] = []
  ) {
    (self.record, self.pipeline, self.views) = (record, pipeline, views)
    (self.artefact, self.notes) = (artefact, notes)
  }
}

/// What a run was asked for, and of what it was made: for whoever has the page alone and wants to do it again.
public struct ReportOrigin: Sendable {
  /// The command line.
  public var command: String
  /// `--profile`
  public var profile: String?
  /// `--set`, one each.
  public var overrides: [String]
  /// The manifest and what it includes, as they were read.
  public var texts: [(path: String, text: String)]
  /// Input files with their SHA-256.
  public var files: [(stage: String, path: String, hash: String)]
  /// Libraries that results could depend on, with their versions.
  public var versions: [String]
  /// Of the repository that the manifest lies in.
  public var commit: String?

  /// Only the command is known, unless more is set.
  public init(command: String) {
    self.command = command
    (overrides, texts, files, versions) = ([], [], [], [])
  }
}
