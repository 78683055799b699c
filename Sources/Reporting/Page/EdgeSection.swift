import NumericCore

extension SectionMaker {
  /// What a layer's edges take from its gravity.
  func addEdges(to section: inout StageSection) {
    guard let layer = artefacts.field(name, "field", "forward_gravity"),
      let whole = artefacts.field(name, "field", "without_edges"),
      let data = artefacts.dataset(name, "field")
    else { return }
    let loss = EdgeLoss(layer: layer.grid, whole: whole.grid)
    addMap(
      "field", "forward_gravity", "Gravity of the layer", Self.sequential.with(statistic: .mean),
      "With its buffer zone.", nil, &section)
    section.add(
      Figures.map(
        loss.grid, title: "Decay towards the edges", unit: "%", style: Self.spread),
      "What is missing, in per cent of the greatest gravity.")
    section.add(
      Figures.histogram(
        Histogram(
          title: "Decay towards the edges", quantity: "decay, %",
          sets: [(label: "nodes", values: loss.grid.values)],
          marks: [.init(loss.greatest, "greatest \(NumberText.significant(loss.greatest, 3))")])),
      "Over the nodes of the region.")
    do {
      let plot = try Plot(PlotSource(data, name: "\(name).field"), PlotRequest(kind: .profile))
      section.add(try plot.figure(), "Gravity of the layer and of one without edges.")
    } catch {
      artefacts.note(name, "no profile of the decay: \(error)")
    }
  }
}

/// Loss of gravity at a layer's edges, per cent of its greatest gravity without them.
struct EdgeLoss {
  let grid: Grid
  let greatest: Double

  /// - Precondition: both grids have the same nodes.
  init(layer: Grid, whole: Grid) {
    let most = PlotMath.finite(whole.values).map(abs).max() ?? 0
    let values = zip(whole.values, layer.values).map { most > 0 ? 100 * ($0 - $1) / most : .nan }
    grid = Grid(geometry: layer.geometry, values: values)
    greatest = PlotMath.finite(values).max() ?? .nan
  }
}
