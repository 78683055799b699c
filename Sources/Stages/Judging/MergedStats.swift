import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Mean, spread and percentiles of an ensemble: of the nodes of a grid, the rows of a table, or of a number.
struct MergedStatistics: StageKind {
  private static let percentiles = Setting(
    "percentiles", .list(.number, 0...100), .default([0.05, 0.5, 0.95]), .atLeast(0).atMost(1),
    "written as percentile_5 …, between members linear")
  private static let weightedPercentiles = Setting(
    "weighted_percentiles", .boolean, .optional(meaning: false), "percentiles of the weighted members")
  static let inner = Setting(
    "inner", .number(in: .metre), .optional, .atLeast(0), "leave nodes out that are nearer to the edge")
  static let region = PlaneOrGlobe<Region>.region(of: "the part to look at")
  private static let members = Input("members", [.ensemble], "the ensemble")

  let signature = StageSignature(
    kind: "merged_stats", version: 3,
    summary: "mean, deviation, extremes and percentiles of an ensemble; members that fit better weigh more",
    declares: [
      ChosenVariable.setting, EnsembleWeights.setting, percentiles, weightedPercentiles, inner, region,
      members,
      EnsembleWeights.constraints, StatisticsOutputs.truth,
    ] + StatisticsOutputs.declarations,
    rules: [
      .atMostOne(inner, region.plane), .atMostOne(inner, region.globe),
      .needs(
        EnsembleWeights.constraints, with: EnsembleWeights.setting, in: .constraints,
        because: "members are weighed by their fit to them"),
      .check(
        EnsembleWeights.setting, weightedPercentiles, "don't go together where one is none and the other yes"
      ) { rule, isWeighted in
        rule == .equal && isWeighted
          ? "don't go together: percentiles of weighted members need weights, and none are asked for" : nil
      },
    ])

  func run(_ context: StageContext) throws {
    let reader = try NetCDFSeriesReader(context[Self.members])
    let name = try ChosenVariable.choice(context.settings, among: ChosenMembers.names(reader))
    let members = try ChosenMembers(context, reader: reader, variable: name)
    let weights = try EnsembleWeights(context, reader, variable: name)
    let moments = try EnsembleMoments(
      count: reader.count, nodes: members.shape.count, weights: weights.values, member: members.member)
    let convergence = try EnsembleConvergence(
      count: reader.count, nodes: members.shape.count, member: members.member)
    let percentiles = try percentiles(context, members, weights)
    try StatisticsOutputs(
      context: context, members: members, weights: weights, moments: moments, convergence: convergence,
      percentiles: percentiles
    ).write()
    context.log("\(reader.count) members, variable \(name), \(members.shape.count) \(members.shape.noun)")
    context.log("weights by \(weights.rule.rawValue)\(weights.values.map { ": \($0)" } ?? ": equal")")
  }

  /// Percentile by percentile a grid.
  private func percentiles(
    _ context: StageContext, _ members: ChosenMembers, _ weights: EnsembleWeights
  ) throws -> [(part: Double, values: [Double])] {
    let isWeighted = context[Self.weightedPercentiles]
    if isWeighted, weights.values == nil {
      throw StageError.missingSetting(
        name: "weight_by", because: "weighted_percentiles = yes needs weights, and members count alike")
    }
    let parts = context[Self.percentiles]
    guard !parts.isEmpty else { return [] }
    var grids = parts.map { _ in Array(repeating: Double.nan, count: members.shape.count) }
    try members.forEachNode(context) { node, values in
      let found =
        isWeighted
        ? Statistics.weightedPercentiles(values, weights: weights.values ?? [], parts.map { $0 * 100 })
        : parts.map { Statistics.percentile(values, $0 * 100) }
      for index in parts.indices { grids[index][node] = found[index] }
    }
    return zip(parts, grids).map { (part: $0, values: $1) }
  }

  /// `percentile_5`, `percentile_2_5`
  static func percentileName(_ part: Double) -> String {
    let percent = (part * 1e6).rounded() / 1e4
    let text = percent == percent.rounded() ? String(Int(percent)) : String(percent)
    return "percentile_" + text.replacing(".", with: "_")
  }
}

extension MergedStatistics: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    let parts = request.facts(Self.members).parts
    ChosenVariable.refuseUnknown(
      request, of: parts, others: EnsembleVariables.scores.map(\.name), in: &foresight)
    let part = ChosenVariable.part(request, of: parts)
    if let form = part?.type.form, form != .grid {
      foresight[StatisticsOutputs.statistics].form = form
      refuse(part, isNumber: part?.type.isScalar == true, request, in: &foresight)
    }
    EnsembleTruth.refuse(part, of: StatisticsOutputs.truth, request, in: &foresight)
    if let parts { EnsembleWeights.foresee(request, parts, in: &foresight) }
    return foresight
  }

  /// Settings and inputs that need the nodes of a grid, or places.
  private func refuse(
    _ part: MemberPart?, isNumber: Bool, _ request: ForesightRequest, in foresight: inout Foresight
  ) {
    let held = "members hold \(isNumber ? "numbers" : "tables") at '\(part?.port ?? "")'"
    if (request[Self.inner] ?? nil) != nil {
      foresight.refuse("'inner' is a distance from the edges of a grid: \(held)", at: Self.inner.name)
    }
    if request[Self.weightedPercentiles] == true, request[EnsembleWeights.setting] == .some(nil),
      !request.isFed(EnsembleWeights.constraints)
    {
      foresight.refuse(
        "percentiles of weighted members need weights, and \(held), which count alike; give 'weight_by'",
        at: Self.weightedPercentiles.name)
    }
    guard isNumber else { return }
    for setting in [Self.region.plane, Self.region.globe] where (request[setting] ?? nil) != nil {
      foresight.refuse("'\(setting.name)' is a part of a grid or of places: \(held)", at: setting.name)
    }
  }
}

extension MergedStatistics: ReportedKind {
  private static func own(_ variable: Variable) -> Field { .own("statistics", variable) }

  private static let mean = own(StatisticsVariables.mean)
  private static let spread = own(StatisticsVariables.deviation)
  private static let truth = Field.truth(SurfaceVariables.topography)
  /// At the nodes of the mean.
  private static let error = Field.excess(of: mean, over: truth)
  private static let ratio = Field.ratio(error, .at(spread, error))

  var report: StageReport {
    StageReport(
      Self.pair(
        StatisticsVariables.mean, StatisticsVariables.deviation, ("Mean", "Standard deviation"))
        + Self.pair(
          StatisticsVariables.weightedMean, StatisticsVariables.weightedDeviation,
          ("Weighted mean", "Weighted standard deviation"))
        + [
          .series(
            SeriesMaps(
              "statistics", StatisticsVariables.percentile, suffix: " % percentile",
              "The percentiles share their colours.")),
          .plot(
            OutputPlot(
              "convergence", as: "convergence",
              caption:
                "Means over the nodes; more members no longer change a result whose errors are small enough.")
          ),
          .group(
            needs: Self.mean, Self.spread,
            items: [
              .fact("mean standard deviation, members of equal weight", .mean(Self.spread)),
              .fact("largest standard deviation, members of equal weight", .greatest(Self.spread)),
              .group(needs: Self.error, items: Self.againstTruth),
              .profiles(
                MeanProfiles(
                  Self.mean, Self.spread, subject: SurfaceVariables.topography,
                  "Through the middle of the region; dotted: where they cross.")),
            ]),
        ], numbers: Self.numbers)
  }

  private static func pair(
    _ mean: Variable, _ spread: Variable, _ titles: (String, String)
  ) -> [ReportItem] {
    var means = FieldMap(own(mean), titles.0, dots: .known, caption: "Over the members.")
    means.note = .none
    return [
      .map(means),
      .map(
        FieldMap(
          own(spread), titles.1, .deviation, dots: .known,
          caption: "Where the data leave the topography uncertain.")),
    ]
  }

  private static let againstTruth: [ReportItem] = {
    let (size, expected) = (Field.magnitude(error), Field.at(spread, error))
    var agreement = FieldAgreement(
      ("|mean − true|", size), ("standard deviation", expected), title: "Error and expected error",
      "Every node; above the lower line the error is within 2 standard deviations, above the upper within 1.")
    agreement.multiples = [0.5]
    return [
      .comparison(FieldComparison(mean, truth, ("Ensemble mean", "Mean − true", "True"), dots: .known)),
      .maps([
        FieldMap(size, "|mean − true|", .deviation, caption: "The error that the mean really has."),
        FieldMap(
          expected, "Standard deviation", .deviation,
          caption: "The error that the ensemble expects, in the same colours."),
      ]),
      .histogram(
        FieldHistogram(
          "Error over standard deviation", "(mean − true) / standard deviation", [.init("nodes", ratio)],
          marks: .twoDeviations,
          "Within ±2 at about 95 % of the nodes if the ensemble knows its errors.")),
      .agreement(agreement),
      .fact("RMS error of the mean, members of equal weight", .rootMeanSquare(.difference(mean, truth))),
      .judged("nodes within 2 standard deviations of the truth", coverage),
    ]
  }()

  private static let numbers: [KeyNumber] = [
    .number(.mean(spread), "mean standard deviation of the ensemble, members of equal weight"),
    .number(.rootMeanSquare(error), "RMS error of the ensemble mean, members of equal weight"),
    .judged(coverage, "of nodes within 2 standard deviations of the truth"),
  ]

  /// Of a normal distribution 95.4 %.
  private static let coverage = Judgement.coverage(of: .share(ratio, within: 2), nominal: 95.4)
}
