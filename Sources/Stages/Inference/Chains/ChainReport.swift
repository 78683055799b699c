import Artefacts
import Planning
import StageSupport

extension MarkovChains: ReportedKind {
  /// What the chains found, and whether they agree.
  var report: StageReport {
    StageReport(
      PosteriorReport.draws(of: Self.samples.name, "Draws of the posterior") + [
        .plot(
          OutputPlot(
            Self.traces.name, as: "chains",
            caption:
              "Walkers, iteration by iteration after the warm-up: lines on each other, without a trend, where they agree."
          )),
        .plot(
          OutputPlot(
            Self.traces.name, as: "ranks",
            caption:
              "Where the draws of each walker stand among those of all: an even colour where all draw from one distribution."
          )),
        .plot(
          OutputPlot(
            Self.correlations.name, as: "autocorrelation",
            caption:
              "How alike draws are that lie so many iterations apart: the sooner at 0, the more each iteration tells."
          )),
        .fact(
          "largest R-hat (below 1.01 the walkers agree, below 1.1 roughly, above they do not)",
          .scalar(Self.largestRHat.name)),
        .fact("smallest effective size", .scalar(Self.smallestSize.name)),
        .fact("share of proposals accepted", .scalar(Self.acceptance.name)),
      ] + PosteriorReport.evidence(Self.evidence.name, error: Self.evidenceError.name) + [
        .fact("model runs that failed", .scalar(Self.failed.name))
      ],
      numbers: [
        .number(.scalar(Self.largestRHat.name), "largest R-hat"),
        .number(.scalar(Self.smallestSize.name), "smallest effective size"),
      ])
  }
}
