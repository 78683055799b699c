import Datasets
import NumericCore
import Planning

extension SectionMaker {
  private var port: String {
    stage.signature.outputs.first { $0.type == .statistics }?.name ?? "statistics"
  }

  /// Mean and spread of an ensemble, and against the truth where that is known.
  func addStatistics(to section: inout StageSection) {
    let points = artefacts.constraints
    addPair("z_mean", "z_stdev", ("Mean", "Standard deviation"), points, &section)
    addPair(
      "weighted_mean", "weighted_stdev", ("Weighted mean", "Weighted standard deviation"), points, &section)
    addPercentiles(to: &section)
    addPlot(
      "convergence", .convergence,
      "Means over the nodes; more members no longer change a result whose errors are small enough.",
      to: &section)
    guard let mean = artefacts.field(name, port, "z_mean"),
      let spread = artefacts.field(name, port, "z_stdev")
    else { return }
    section.fact("mean standard deviation", PlotMath.mean(spread.grid.values), spread.unit)
    section.fact("largest standard deviation", PlotMath.finite(spread.grid.values).max(), spread.unit)
    addAgainstTruth(mean, spread, points, &section)
    addProfile(mean, spread, &section)
  }

  private func addPair(
    _ mean: String, _ spread: String, _ titles: (String, String), _ points: Points?,
    _ section: inout StageSection
  ) {
    addMap(
      port, mean, titles.0, Self.sequential.with(statistic: .mean), "Over the members.", points, &section)
    addMap(
      port, spread, titles.1, Self.spread,
      "Where the data leave the topography uncertain." + (points == nil ? "" : " Dots: constraint points."),
      points, &section)
  }

  private func addPercentiles(to section: inout StageSection) {
    let names = artefacts.gridNames(name, port).filter { $0.hasPrefix("percentile_") }
    let fields = names.compactMap { name in artefacts.field(self.name, port, name).map { (name, $0) } }
    let limits = Self.sequential.colourLimits(of: fields.flatMap(\.1.grid.values))
    for (name, field) in fields {
      let percent = name.dropFirst("percentile_".count).split(separator: "_").joined(separator: ".")
      section.add(
        Figures.map(
          field.grid, title: "\(percent) % percentile", unit: field.unit,
          style: Self.sequential.with(limits: limits)),
        "The percentiles share their colours.")
    }
  }

  private func addAgainstTruth(
    _ mean: Artefacts.Field, _ spread: Artefacts.Field, _ points: Points?, _ section: inout StageSection
  ) {
    // Statistics of gravity have nothing to do with the true surface.
    guard let truth = artefacts.truth, truth.unit == mean.unit else { return }
    addComparison(mean, truth, ("Ensemble mean", "Mean − true", "True"), points, &section)
    let error = Figures.excess(of: mean.grid, over: truth.grid)
    let deviation = spread.grid.sampled(at: error.geometry)
    let absolute = Grid(geometry: error.geometry, values: error.values.map(abs))
    let limits = Self.sequential.colourLimits(of: absolute.values + deviation.values)
    for (grid, title, caption) in [
      (absolute, "|mean − true|", "The error that the mean really has."),
      (deviation, "Standard deviation", "The error that the ensemble expects, in the same colours."),
    ] {
      section.add(
        Figures.map(
          grid, title: title, unit: spread.unit,
          style: Self.spread.with(limits: limits)),
        caption)
    }
    let ratios = zip(error.values, deviation.values).map { $0 / $1 }.filter(\.isFinite)
    section.add(
      Figures.histogram(
        Histogram(
          title: "Error over standard deviation", quantity: "(mean − true) / standard deviation",
          sets: [(label: "nodes", values: ratios)], marks: [.init(-2, "−2"), .init(2, "2")])),
      "Within ±2 at about 95 % of the nodes if the ensemble knows its errors.")
    section.add(
      Figures.agreement(
        SampledParameter(name: "|mean − true|", unit: truth.unit, values: absolute.values),
        SampledParameter(name: "standard deviation", unit: spread.unit, values: deviation.values),
        title: "Error and expected error", multiples: [0.5]),
      "Every node; above the lower line the error is within 2 standard deviations, above the upper within 1.")
    section.fact("RMS error of the mean", rootMeanSquareError(mean.grid, truth.grid), truth.unit)
    if let share = Self.coverage(ratios) {
      section.fact("nodes within 2 standard deviations of the truth", share, "%")
    }
  }

  /// Percentage of ratios within ±2.
  static func coverage(_ ratios: [Double]) -> Double? {
    ratios.isEmpty ? nil : 100 * Double(ratios.count { abs($0) <= 2 }) / Double(ratios.count)
  }

  /// West–east and south–north lines through the middle.
  private func addProfile(_ mean: Artefacts.Field, _ spread: Artefacts.Field, _ section: inout StageSection) {
    let geometry = mean.grid.geometry
    guard geometry.rows > 2, geometry.columns > 2 else { return }
    let isSurface = mean.unit == "m"
    let truth = isSurface ? artefacts.truth?.grid.sampled(at: geometry) : nil
    let start = isSurface ? startingTopography?.sampled(at: geometry) : nil
    let profiles = [GridLine.Direction.westEast, .southNorth].map { direction -> Profile in
      let line = GridLine(direction, through: nil, in: geometry)
      var profile = line.profile(valueLabel: (isSurface ? "topography, " : "mean, ") + mean.unit)
      let (middle, deviation) = (line.values(mean.grid), line.values(spread.grid))
      profile.bands = [2.0, 1].map { Profile.Band(mean: middle, deviation: deviation, sigmas: $0) }
      if let start {
        profile.lines.append(.init(label: "starting", values: line.values(start), look: .start))
      }
      profile.lines.append(.init(label: "ensemble mean", values: middle, look: .result))
      if let truth {
        profile.lines.append(.init(label: "true", values: line.values(truth), look: .reference))
      }
      return profile
    }
    section.add(Figures.profiles(profiles), "Through the middle of the region; dotted: where they cross.")
  }

  private var startingTopography: Grid? {
    for stage in artefacts.inputs.pipeline.stages where stage.signature.kind == "starting_topography" {
      guard artefacts.inputs.artefact(stage.name, "topography") != nil else { continue }
      if let field = artefacts.field(stage.name, "topography", "topography") { return field.grid }
    }
    return nil
  }
}
