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
  /// Lines to show as they are, such as warnings of the run.
  public var notes: [String]

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
