extension ViewTable {
  /// Views of the artefacts that several kinds of stage make, in the order of preference.
  public static let standardViews: [ArtefactView] =
    StatisticsVariables.pairs.map { .map(MapView([$0.mean, $0.deviation])) } + gravityViews + surfaceViews
    + otherMaps + StatisticsVariables.pairs.map { .profile(meanProfile($0.mean, $0.deviation)) }
    + profiles + comparisons + known

  private typealias Gravity = GravityVariables
  private typealias Surface = SurfaceVariables

  private static let gravityViews: [ArtefactView] = [
    .map(
      MapView([Gravity.forward, Gravity.withoutEdges, Gravity.edgeEffect])),
    .map(
      MapView(
        [Gravity.anomaly, Gravity.forward, Gravity.misfit, Gravity.regional, Gravity.residual],
        alike: [Gravity.anomaly, Gravity.forward])),
    .map(MapView([Gravity.misfit, Gravity.regional, Gravity.residual])),
  ]

  private static let surfaceViews: [ArtefactView] = [
    .map(MapView([Surface.contrast])), .map(MapView([Surface.topography])),
  ]

  private static let otherMaps: [ArtefactView] = [
    Gravity.anomaly, Gravity.disturbance, Gravity.observed, Surface.difference, PointVariables.residual,
    Gravity.height,
  ].map { .map(MapView([$0])) }

  private static func meanProfile(_ mean: Variable, _ deviation: Variable) -> ProfileView {
    ProfileView(mean, axis: "height", deviation: deviation, [.init(mean, .result)])
  }

  private static let profiles: [ArtefactView] = [
    .profile(
      ProfileView(
        Gravity.forward, axis: "gravity",
        [.init(Gravity.forward, .result), .init(Gravity.withoutEdges, .reference)])),
    .profile(
      ProfileView(
        Gravity.anomaly, axis: "gravity",
        [
          .init(Gravity.anomaly, label: "observed", .reference),
          .init(Gravity.regional, label: "regional", .other),
          .init(Gravity.forward, plus: [Gravity.regional], label: "predicted: forward + regional", .result),
        ])),
    .profile(
      ProfileView(
        Gravity.anomaly, axis: "gravity",
        [
          .init(Gravity.anomaly, label: "observed", .reference),
          .init(Gravity.forward, label: "forward", .result),
        ])),
    .profile(
      ProfileView(
        Surface.topography, axis: "height", level: (Surface.referenceLevel, "reference level"),
        [.init(Surface.starting, .start), .init(Surface.topography, .result)])),
  ]

  private static let comparisons: [ArtefactView] = [
    (Surface.starting, Surface.topography), (Surface.startingContrast, Surface.contrast),
    (Gravity.startingResidual, Gravity.residual), (Gravity.anomaly, Gravity.forward),
  ].map { .comparison(ComparisonView($0.0, $0.1)) }

  private static let known: [ArtefactView] = [
    Gravity.all, Surface.all, PointVariables.all, CoverageVariables.all, StatisticsVariables.all,
    EnsembleVariables.all, SensitivityVariables.all, TrialVariables.all, WindowVariables.all,
    IterationVariables.all,
  ].map { .variables($0) }

  /// The variable of an ensemble whose members are drawn as lines.
  public static let memberLine = Surface.topography
}
