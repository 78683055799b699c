import Datasets
import NumericCore
import Planning

/// What the page shows of one stage: figures, numbers, and what is missing.
struct StageSection {
  var figures: [CaptionedFigure] = []
  /// Figures as wide as the page.
  var wide: [CaptionedFigure] = []
  var facts: [(label: String, value: String)] = []
  /// Tables, ready for the page.
  var tables = ""

  mutating func add(_ drawing: Figure, _ caption: String) {
    if drawing.width > 500 {
      wide.append(CaptionedFigure(drawing: drawing, caption: caption))
    } else {
      figures.append(CaptionedFigure(drawing: drawing, caption: caption))
    }
  }

  mutating func fact(_ label: String, _ value: Double?, _ unit: String = "") {
    guard let value else { return }
    facts.append((label, NumberText.significant(value) + (unit.isEmpty ? "" : " " + unit)))
  }
}

/// Makes the section of one stage from its artefacts. Which figures belong to a kind of stage is decided
/// here; kinds it does not know are shown by the types of their outputs.
struct SectionMaker {
  let artefacts: Artefacts
  let stage: ResolvedStage

  /// Longest side of the maps, chosen so that three of them stand side by side.
  static let extent = 216.0
  static let sequential = MapStyle(.sequential, extent: extent)
  static let diverging = MapStyle(.diverging, extent: extent)
  /// Of deviations, in colours that no one takes for a topography's.
  static let spread: MapStyle = {
    var style = MapStyle(.sequential, statistic: .mean, extent: extent)
    style.palette = .warm
    return style
  }()

  var name: String { stage.name }

  func make() -> StageSection {
    var section = StageSection()
    switch stage.signature.kind {
    case "synthetic_model", "synthetic_moho": addSyntheticModel(to: &section)
    case "starting_topography": addStartingTopography(to: &section)
    case "forward_gravity": addForwardGravity(to: &section)
    case "regional_separation": addRegional(to: &section)
    case "topography_inversion": addInversion(to: &section)
    case "merged_stats": addStatistics(to: &section)
    case "score_at_points": addPointScores(to: &section)
    case "split_table": addSplit(to: &section)
    case "edge_decay": addEdges(to: &section)
    case "calibration": addCalibration(to: &section)
    case "sensitivity": addSensitivity(to: &section)
    case "windowed_search":
      addWindows(to: &section)
      addSearch(to: &section)
    default:
      switch stage.signature.family?.purpose {
      case .search?: addSearch(to: &section)
      case .ensemble?: addEnsemble(to: &section)
      case nil: addByPortType(to: &section)
      }
    }
    addScalars(to: &section)
    return section
  }

  private func addSyntheticModel(to section: inout StageSection) {
    let points = artefacts.points(name, "constraints")
    let dots = points.map { " Dots: \($0.count) constraint points." } ?? ""
    addMap(
      "topography", "topography", "Topography", Self.sequential, "The true topography.\(dots)", points,
      &section)
    addMap(
      "gravity", "gravity_anomaly", "Gravity anomaly", Self.diverging.with(statistic: .mean),
      "Observed gravity with its noise.", nil, &section)
    addUncertainty(to: &section)
    section.fact("constraint points", points.map { Double($0.count) })
  }

  private func addUncertainty(to section: inout StageSection) {
    guard let field = artefacts.field(name, "gravity", "uncert") else { return }
    let values = PlotMath.finite(field.grid.values)
    guard let low = values.min(), let high = values.max() else { return }
    if low == high {
      section.fact("standard deviation of the gravity", low, field.unit)
    } else {
      section.add(
        Figures.map(
          field.grid, title: "Uncertainty of the gravity", unit: field.unit, style: Self.sequential),
        "Standard deviation of each datum.")
    }
  }

  private func addStartingTopography(to section: inout StageSection) {
    let points = artefacts.constraints
    guard let start = artefacts.field(name, "topography", "topography") else { return }
    if let truth = artefacts.truth {
      addComparison(start, truth, ("Starting", "Starting − true", "True"), points, &section)
    } else {
      section.add(
        Figures.map(
          start.grid, title: "Starting topography", unit: start.unit,
          style: Self.sequential.with(statistic: .mean), overlay: MapOverlay(points: points)),
        "The topography the inversion starts from, with the constraint points.")
    }
    if let damping = artefacts.dataset(name, "topography")?.attribute("damping")?.number {
      section.fact("damping of the spline", damping)
    }
    guard artefacts.inputs.artefact(name, "scores") != nil,
      let damping = artefacts.column(name, "scores", "damping"),
      let score = artefacts.column(name, "scores", "score"), !score.values.isEmpty
    else { return }
    var curve = ScoreCurve(
      title: "Damping of the spline", parameters: damping.values, scores: score.values,
      parameterLabel: "damping", scoreLabel: "score" + (score.unit.isEmpty ? "" : ", \(score.unit)"))
    curve.isParameterLogarithmic = true
    section.add(Figures.curve(curve), "Cross-validation of the spline at the constraint points.")
  }

  private func addForwardGravity(to section: inout StageSection) {
    let observed = artefacts.field(name, "gravity", "gravity_anomaly")
    let forward = artefacts.field(name, "gravity", "forward_gravity")
    // One scale for both, so that what the model explains can be seen.
    let shared = Self.diverging.colourLimits(of: (observed?.grid.values ?? []) + (forward?.grid.values ?? []))
    let style = Self.diverging.with(limits: shared).with(statistic: .mean)
    addMap("gravity", "gravity_anomaly", "Observed gravity", style, "Gravity anomaly.", nil, &section)
    addMap(
      "gravity", "forward_gravity", "Forward gravity", style,
      "Effect of the starting topography, same colours.",
      nil, &section)
    addMap(
      "gravity", "misfit", "Misfit", Self.diverging.with(statistic: .rootMeanSquare), "Observed − forward.",
      nil,
      &section)
  }

  private func addRegional(to section: inout StageSection) {
    let points = artefacts.constraints
    for (variable, title, caption) in [
      ("misfit", "Misfit", "Observed − forward gravity."),
      ("reg", "Regional", "The part of the misfit that is not the topography's."),
      ("res", "Residual", "Misfit − regional: what the inversion explains."),
    ] {
      let style = Self.diverging.with(statistic: .rootMeanSquare)
      addMap("gravity", variable, title, style, caption, variable == "reg" ? points : nil, &section)
    }
  }

  /// Scalar outputs that were not shown yet, such as `rmse`.
  private func addScalars(to section: inout StageSection) {
    for output in stage.signature.outputs {
      // A search has told its best values with their names.
      let isTold = stage.signature.family?.purpose == .search && output.name.hasPrefix("best")
      guard case .scalar = output.type, !isTold, let scalar = artefacts.scalar(name, output.name) else {
        continue
      }
      let label = output.name.split(separator: "_").joined(separator: " ")
      section.fact(label, scalar.value, scalar.unit)
    }
  }

  // MARK: Pieces

  func addMap(
    _ port: String, _ variable: String, _ title: String, _ style: MapStyle, _ caption: String,
    _ points: Points?,
    _ section: inout StageSection
  ) {
    guard let field = artefacts.field(name, port, variable) else { return }
    section.add(
      Figures.map(
        field.grid, title: title, unit: field.unit, style: style, overlay: MapOverlay(points: points)),
      caption)
  }

  func addComparison(
    _ first: Artefacts.Field, _ second: Artefacts.Field, _ titles: (String, String, String),
    _ points: Points?,
    _ section: inout StageSection
  ) {
    let drawing = Figures.comparison(
      first.grid, second.grid,
      titles: ComparisonTitles(first: titles.0, difference: titles.1, second: titles.2),
      unit: first.unit, style: Self.sequential, overlay: MapOverlay(points: points))
    section.add(
      drawing,
      "Outer maps share their colours (2nd to 98th percentile); RMS of the difference under its title."
        + (points == nil ? "" : " Dots: constraint points."))
  }
}
