import Datasets
import NumericCore
import Planning

extension SectionMaker {
  /// The plot of an output, in the size of the page; with another output where that is there.
  func addPlot(
    _ port: String, _ kind: PlotKind, with other: String? = nil, variables: [String] = [], _ caption: String,
    to section: inout StageSection
  ) {
    guard artefacts.inputs.artefact(name, port) != nil, let data = artefacts.dataset(name, port) else {
      return
    }
    var request = PlotRequest(kind: kind)
    (request.extent, request.mostCells) = (300, Self.sequential.mostCells)
    request.variables = variables
    if let other, artefacts.inputs.artefact(name, other) != nil {
      request.other = artefacts.dataset(name, other).map { PlotSource($0, name: "\(name).\(other)") }
    }
    do {
      section.add(try Plot(PlotSource(data, name: "\(name).\(port)"), request).figure(), caption)
    } catch {
      artefacts.note(name, "no \(kind.rawValue) of output '\(port)': \(error)")
    }
  }

  /// Whether known heights lie within an ensemble's intervals as often as they should.
  func addCalibration(to section: inout StageSection) {
    addPlot(
      "coverage", .calibration, with: "best_scale",
      "Below the line the ensemble is too sure of itself, above it too careful; within the grey band chance explains it.",
      to: &section)
    guard let points = artefacts.points(name, "points"), let ratio = artefacts.column(name, "points", "ratio")
    else { return }
    section.fact("points", Double(points.count))
    section.add(
      Figures.pointMap(
        points, values: ratio.values, title: "Residual over standard deviation", unit: "",
        style: Self.diverging.with(statistic: .rootMeanSquare)),
      "Known − predicted in units of both deviations together; its RMS should be 1.")
    section.add(
      Figures.histogram(
        Histogram(
          title: "Residual over standard deviation", quantity: "residual / standard deviation",
          sets: [(label: "points", values: ratio.values)], marks: [.init(-2, "−2"), .init(2, "2")])),
      "Within ±2 at about 95 % of the points if the ensemble knows its errors.")
  }

  /// Which input the variance comes from, in the whole and node by node.
  func addSensitivity(to section: inout StageSection) {
    addPlot(
      "indices", .sensitivity,
      "Parts of the variance summed over the nodes. First order: what would go if the input were known; total: what "
        + "would be left if all others were. Lines: two standard errors, as of independent samples, to either side.",
      to: &section)
    let names = ["total", "deviation"].filter { artefacts.dataset(name, "maps")?[$0] != nil }
    for variable in names {
      addPlot(
        "maps", .sensitivity, variables: [variable],
        variable == "total"
          ? "Total index of each input, 0 … 1 in all maps." : "All maps share their colours.", to: &section)
    }
    addMap(
      "maps", "z_stdev", "Standard deviation", Self.spread, "Of all inputs together.", nil, &section)
  }

  /// Values of the windows over the grids made of them.
  func addWindows(to section: inout StageSection) {
    guard let data = artefacts.dataset(name, "windows"), let table = WindowTable(data) else { return }
    let points = stage.inputs["points"].flatMap { artefacts.points($0.stage, $0.port) }
    for setting in table.names {
      let port = ["best_\(setting)", "best"].first { artefacts.inputs.artefact(name, $0) != nil }
      let grid = port.flatMap { artefacts.dataset(name, $0) }
      var request = PlotRequest(kind: .windows)
      (request.variables, request.points) = ([setting], points)
      (request.extent, request.mostCells) = (300, Self.sequential.mostCells)
      request.other = grid.map { PlotSource($0, name: "\(name).\(port ?? "")") }
      do {
        section.add(
          try Plot(PlotSource(data, name: "\(name).windows"), request).figure(),
          "The windows' best values" + (grid == nil ? "." : " over the grid made of them.")
            + (points == nil ? "" : " Dots: the points that score."))
      } catch {
        artefacts.note(name, "no map of the windows: \(error)")
      }
    }
  }
}
