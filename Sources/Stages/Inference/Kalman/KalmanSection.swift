import Artefacts
import Planning
import StageSupport

extension EnsembleKalman: ReportedKind {
  /// How well the last ensemble explains the data; its spread is a posterior's after `es_mda` alone.
  var report: StageReport {
    StageReport(
      [
        .fact(
          "misfit of the members in deviations of the noise (about 1; the spread after eki is no posterior's)",
          .scalar(Self.error.name)),
        .fact("model runs that failed", .scalar(Self.failed.name)),
      ], numbers: [.number(.scalar(Self.error.name), "misfit of the members")])
  }
}
