import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// Compares the trials of each window, and makes grids of the best values.
struct WindowedOutputs {
  private enum State: String {
    case finished
    case skipped = "too few points"
    case failed = "no score"
  }

  /// What came of one window.
  private struct Result {
    var window: WindowTiling.Window
    var points: Int
    var trials: [Int]
    /// Among all trials; nil where no trial has a score, or none counts.
    var best: Int?
    var state: State
  }

  private let context: StageContext
  private let variables: [MemberVariable]
  private let trialScores: MemberScores
  /// Values of every trial, the window's edges behind them.
  private let tried: [[Double]]
  private let geometry: GridGeometry
  private let results: [Result]

  init(_ context: StageContext) throws {
    self.context = context
    geometry = try WindowedSearch.geometry(context.settings)
    let isGeographic = geometry.isGeographic
    let windows = try WindowedSearch.tiling(context.settings).windows
    let count = context.memberVariables.count - 8
    variables = Array(context.memberVariables.prefix(count))
    let searched = try SearchTrials(context)
    tried = searched.values
    trialScores = MemberScores(
      FamilySettings.scorePorts[0], of: searched, average: context[FamilySettings.foldAverage])
    let points = try ConstraintsArtefact(path: context[WindowedSearch.points], isGeographic: isGeographic)
      .constraints.points
    let minimum = context[WindowedSearch.minimumConstraints]
    let goal = context[WindowedSearch.goal]
    let (tried, scores) = (searched.values, trialScores.values)
    results = windows.map { window in
      let edges = WindowedSearch.edges(window)
      let trials = tried.indices.filter { Array(tried[$0].dropFirst(count)) == edges }
      let inside = (0..<points.count).count {
        let east = points.easting[$0]
        return window.region.contains(
          easting: isGeographic ? window.region.turned(longitude: east) : east, northing: points.northing[$0])
      }
      let scored = trials.filter { scores[$0].isFinite }
      let best = scored.min { goal.minimised(scores[$0]) < goal.minimised(scores[$1]) }
      let state: State = inside < minimum ? .skipped : best == nil ? .failed : .finished
      return Result(
        window: window, points: inside, trials: trials, best: state == .finished ? best : nil, state: state)
    }
  }

  /// Of each trial; NaN where it failed.
  private var scores: [Double] { trialScores.values }
  private var scoreUnits: String? { trialScores.units }

  func write() throws {
    log()
    trialScores.tellMissing(context.log)
    let finished = results.filter { $0.state == .finished }
    guard !finished.isEmpty else {
      throw StageError.outOfPlace(
        "none of the \(results.count) windows has a value: "
          + "\(results.count { $0.state == .skipped }) have too few points, in the others every trial failed "
          + "(their logs say why); make window_width greater or min_constraints less")
    }
    try writeWindows()
    try writeTrials()
    try writeGrids(finished)
    for (port, count) in [
      (WindowedSearch.finished, finished.count), (WindowedSearch.skipped, results.count - finished.count),
    ] {
      try NetCDFFile.writeScalar(
        Double(count), name: port.name, units: "1", longName: "windows",
        whole: .count, to: context[port])
    }
  }

  private func log() {
    let unit = geometry.isGeographic ? "°" : " m"
    var atLimits = 0
    for (index, result) in results.enumerated() {
      let region = result.window.region
      let place =
        "window \(index) (\(region.west) … \(region.east), \(region.south) … \(region.north)\(unit)), "
        + "\(result.points) points: "
      guard let best = result.best else {
        context.log(place + (result.state == .skipped ? "skipped, too few points" : "no trial has a score"))
        continue
      }
      let values = zip(variables, tried[best]).map { "\($0.name) \($0.inWords($1))" }.joined(separator: ", ")
      let failed = result.trials.count { !scores[$0].isFinite }
      context.log(
        place + "\(values), score \(trialScores.inWords(scores[best]))"
          + (failed > 0 ? "; \(failed) trials failed" : ""))
      let reached = settings.limitsReached(best: best, among: result.trials)
      for text in reached { context.log("window \(index): \(text)") }
      if !reached.isEmpty { atLimits += 1 }
    }
    if atLimits > 0 {
      context.warn(
        "in \(atLimits) of \(results.count) windows a best value is the least or greatest tried: the limits may be "
          + "too narrow; the log says where")
    }
  }

  private var settings: TriedSettings { TriedSettings(variables: variables, values: tried) }

  private func writeWindows() throws {
    var dataset = Dataset(title: "windows of a search")
    func add(_ name: String, _ values: [Double], _ units: String?, _ longName: String) throws {
      try dataset.addColumn(name, values, units: units, longName: longName, dimension: "window")
    }
    func add(_ variable: Artefacts.Variable, _ counts: [Int]) throws {
      try dataset.add(variable, counts.map(Double.init), along: "window")
    }
    let columns = PlaceColumns(isGeographic: geometry.isGeographic)
    let ((x, y), (east, north)) = (columns.names, columns.units)
    try add(x, results.map(\.window.centre.easting), east, "\(x) of the window's centre")
    try add(y, results.map(\.window.centre.northing), north, "\(y) of the window's centre")
    try add("west", results.map(\.window.region.west), east, "west edge")
    try add("east", results.map(\.window.region.east), east, "east edge")
    try add("south", results.map(\.window.region.south), north, "south edge")
    try add("north", results.map(\.window.region.north), north, "north edge")
    for (column, variable) in variables.enumerated() {
      let best = results.map { $0.best.map { variable.filed(tried[$0][column]) } ?? .nan }
      try add(variable.fileName, best, variable.units, "best \(variable.name)")
    }
    try add(
      "score", results.map { $0.best.map { scores[$0] } ?? .nan }, scoreUnits, "score of the best trial")
    try add(WindowVariables.points, results.map(\.points))
    try add(WindowVariables.trials, results.map(\.trials.count))
    try add(
      WindowVariables.failedTrials, results.map { result in result.trials.count { !scores[$0].isFinite } })
    try dataset.addColumn(
      "state", results.map(\.state.rawValue), longName: "what became of the window", dimension: "window")
    try NetCDFFile.write(dataset, to: context[WindowedSearch.windows])
  }

  private func writeTrials() throws {
    var dataset = Dataset(title: "trials of a search by windows")
    var window = [Double](repeating: .nan, count: tried.count)
    for (index, result) in results.enumerated() {
      for trial in result.trials { window[trial] = Double(index) }
    }
    try dataset.add(TrialVariables.window, window, along: "trial")
    try settings.addColumns(to: &dataset)
    try dataset.addColumn("score", scores, units: scoreUnits, longName: "score", dimension: "trial")
    try trialScores.addFolds(to: &dataset)
    dataset.setAttribute("score_name", text: "score")
    dataset.setAttribute("goal", text: context[WindowedSearch.goal].rawValue)
    try NetCDFFile.write(dataset, to: context[WindowedSearch.scores])
  }

  private func writeGrids(_ finished: [Result]) throws {
    let centres = Points(
      easting: finished.map(\.window.centre.easting), northing: finished.map(\.window.centre.northing))
    let merge = WindowedSearch.merging(context.settings)
    for (column, variable) in variables.enumerated() {
      let name = variable.fileName
      let values = finished.compactMap { $0.best.map { variable.filed(tried[$0][column]) } }
      let grid = try merge.grid(of: values, centres: centres, on: geometry, workers: context.workers)
      for port in [OutputSpec.best, OutputSpec.best(name)] {
        guard let path = context.outputs[port] else { continue }
        var dataset = Dataset(title: "\(name) from windows")
        try dataset.addGrid(name, grid, units: variable.units, longName: "best \(name)")
        try NetCDFFile.write(dataset, to: path)
      }
    }
  }
}
