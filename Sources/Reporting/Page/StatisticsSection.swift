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
      port, spread, titles.1, Self.sequential.with(statistic: .mean),
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
    addComparison(truth, mean, ("True", "Mean − true", "Ensemble mean"), points, &section)
    let error = Figures.difference(truth.grid, mean.grid)
    let deviation = spread.grid.sampled(at: error.geometry)
    let absolute = Grid(geometry: error.geometry, values: error.values.map(abs))
    let limits = Self.sequential.colourLimits(of: absolute.values + deviation.values)
    for (grid, title, caption) in [
      (absolute, "|true − mean|", "The error that the mean really has."),
      (deviation, "Standard deviation", "The error that the ensemble expects, in the same colours."),
    ] {
      section.add(
        Figures.map(
          grid, title: title, unit: spread.unit,
          style: Self.sequential.with(limits: limits).with(statistic: .mean)),
        caption)
    }
    let ratios = zip(error.values, deviation.values).map { $0 / $1 }.filter(\.isFinite)
    section.add(
      Figures.histogram(
        Histogram(
          title: "Error over standard deviation", quantity: "(true − mean) / standard deviation",
          sets: [(label: "nodes", values: ratios)], marks: [.init(-2, "−2"), .init(2, "2")])),
      "Within ±2 at about 95 % of the nodes if the ensemble knows its errors.")
    section.fact("RMS error of the mean", rootMeanSquareError(mean.grid, truth.grid), truth.unit)
    if let share = Self.coverage(ratios) {
      section.fact("nodes within 2 standard deviations of the truth", share, "%")
    }
  }

  /// Percentage of ratios within ±2.
  static func coverage(_ ratios: [Double]) -> Double? {
    ratios.isEmpty ? nil : 100 * Double(ratios.count { abs($0) <= 2 }) / Double(ratios.count)
  }

  /// West–east line through the middle row.
  private func addProfile(_ mean: Artefacts.Field, _ spread: Artefacts.Field, _ section: inout StageSection) {
    let geometry = mean.grid.geometry
    guard geometry.rows > 1, geometry.columns > 2, mean.unit == "m" else { return }
    let row = geometry.rows / 2
    let northing = NumberText.significant(geometry.northing(row) / 1000)
    var profile = Profile(
      title: "West–east profile at northing \(northing) km", distances: geometry.eastings,
      distanceLabel: "easting, km", valueLabel: "topography, \(mean.unit)")
    let (middle, deviation) = (mean.grid.row(row), spread.grid.row(row))
    profile.band = .init(
      label: "mean ± 2 standard deviations", lower: zip(middle, deviation).map { $0 - 2 * $1 },
      upper: zip(middle, deviation).map { $0 + 2 * $1 })
    if let start = startingTopography {
      profile.lines.append(start.sampled(at: geometry).line(row, "starting", .start))
    }
    profile.lines.append(.init(label: "ensemble mean", values: middle, look: .result))
    if let truth = artefacts.truth {
      profile.lines.append(truth.grid.sampled(at: geometry).line(row, "true", .reference))
    }
    section.add(Figures.profile(profile), "Through the middle of the region.")
  }

  private var startingTopography: Grid? {
    for stage in artefacts.inputs.pipeline.stages where stage.signature.kind == "starting_topography" {
      guard artefacts.inputs.artefact(stage.name, "topography") != nil else { continue }
      if let field = artefacts.field(stage.name, "topography", "topography") { return field.grid }
    }
    return nil
  }
}

extension Grid {
  func row(_ row: Int) -> [Double] { (0..<geometry.columns).map { self[row, $0] } }

  func line(_ row: Int, _ label: String, _ look: Profile.Look) -> Profile.Line {
    Profile.Line(label: label, values: self.row(row), look: look)
  }
}
