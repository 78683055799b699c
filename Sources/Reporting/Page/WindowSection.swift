import Artefacts
import Datasets
import Planning

extension SectionMaker {
  /// Values of the windows over the grids made of them.
  func addWindows(_ port: String, points input: String, to section: inout StageSection) {
    guard let data = artefacts.dataset(name, port), let table = WindowTable(data) else { return }
    let points = stage.inputs[input].flatMap { artefacts.points($0.stage, $0.port) }
    for setting in table.names {
      let best = [OutputSpec.best(setting), OutputSpec.best].first { artefacts.has(name, $0) }
      let grid = best.flatMap { artefacts.dataset(name, $0) }
      var request = request(PlotKind.windows.rawValue)
      (request.variables, request.points) = ([setting], points)
      request.other = grid.map { source($0, best ?? "") }
      do {
        section.add(
          try Plot(source(data, port), request).figure(),
          "The windows' best values" + (grid == nil ? "." : " over the grid made of them.")
            + (points == nil ? "" : " Dots: the points that score."))
      } catch {
        artefacts.note(name, "no map of the windows: \(error)")
      }
    }
  }
}
