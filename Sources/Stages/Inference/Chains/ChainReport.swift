import Artefacts
import Planning
import StageSupport

extension MarkovChains: ReportedKind {
  /// What the chains found, and whether they agree.
  var report: StageReport {
    StageReport(
      [
        .plot(
          OutputPlot(
            Self.samples.name, as: "corner",
            caption: "Draws of the posterior, an axis a setting; dots by the likelihood of their predictions."
          )),
        .plot(
          OutputPlot(
            Self.samples.name, as: "predictions",
            caption: "What the draws predict on average, against the observations.")),
        .fact("largest R-hat (1 where chains agree; above 1.05 they do not)", .scalar(Self.largestRHat.name)),
        .fact("smallest effective size", .scalar(Self.smallestSize.name)),
        .fact("share of proposals accepted", .scalar(Self.acceptance.name)),
        .fact("log evidence", .scalar(Self.evidence.name)),
        .fact("its standard error", .scalar(Self.evidenceError.name)),
        .fact("model runs that failed", .scalar(Self.failed.name)),
      ],
      numbers: [
        .number(.scalar(Self.largestRHat.name), "largest R-hat"),
        .number(.scalar(Self.smallestSize.name), "smallest effective size"),
      ])
  }
}
