import Datasets
import Inference
import Planning
import StageSupport

/// State, archive and history of Markov chains in files.
enum ChainFiles {
  private static let (walker, coordinate, draw, point) = ("walker", "coordinate", "draw", "entry")

  // MARK: - state

  /// Nil before the first round.
  static func state(
    _ path: String?, _ archive: String?, _ settings: ChainSettings
  ) throws -> (state: ChainState, blocks: [Int])? {
    guard let path else { return nil }
    let dataset = try NetCDFFile.read(path)
    let count = settings.dimensions
    let rows = { (values: [Double]) in
      stride(from: 0, to: values.count, by: count).map { Array(values[$0..<($0 + count)]) }
    }
    let densities = zip(try dataset.column("log_likelihood"), try dataset.column("log_prior")).map {
      ChainDensity(likelihood: $0, prior: $1)
    }
    var shapes: [ChainState.ProposalShape] = []
    if dataset["shape"] != nil {
      let values = try dataset.doubles("shape")
      let size = count * (count + 1) + 1
      shapes = stride(from: 0, to: values.count, by: size).map { start in
        ChainState.ProposalShape(
          mean: Array(values[start..<(start + count)]),
          covariance: Array(values[(start + count)..<(start + size - 1)]), logScale: values[start + size - 1])
      }
    }
    let (archives, archiveEvery) = try archive.map { try Self.archives($0, settings) } ?? ([], 0)
    var state = ChainState(
      round: Int(dataset.number(attribute: "round") ?? 0), positions: rows(try dataset.doubles("position")),
      densities: densities, labels: try dataset.column("label").map { Int($0) })
    (state.archives, state.archiveEvery, state.shapes) = (archives, archiveEvery, shapes)
    let blocks = dataset.attribute("blocks")?.numbers?.map { Int($0) } ?? []
    return (state, blocks)
  }

  private static func archives(
    _ path: String, _ settings: ChainSettings
  ) throws -> (archives: [[[Double]]], every: Int) {
    let dataset = try NetCDFFile.read(path)
    guard dataset["position"] != nil else { return ([], 0) }
    let values = try dataset.doubles("position")
    let count = settings.dimensions
    let groups = settings.ladder.count * settings.ensembles
    let size = values.count / (count * groups)
    let archives = (0..<groups).map { group in
      (0..<size).map { entry in
        let start = (group * size + entry) * count
        return Array(values[start..<(start + count)])
      }
    }
    return (archives, Int(dataset.number(attribute: "every") ?? 0))
  }

  static func write(
    _ state: ChainState, _ blocks: [Int], _ settings: ChainSettings, to context: StageContext
  ) throws {
    var dataset = Dataset(title: "walkers of Markov chains")
    dataset.dimensions = [
      .init(name: walker, size: settings.all), .init(name: coordinate, size: settings.dimensions),
    ]
    try dataset.add(
      .init(
        name: "position", dimensions: [walker, coordinate], values: .double(state.positions.flatMap(\.self))))
    try dataset.addColumn("log_likelihood", state.densities.map(\.likelihood), dimension: walker)
    try dataset.addColumn("log_prior", state.densities.map(\.prior), dimension: walker)
    try dataset.addColumn("label", state.labels.map(Double.init), dimension: walker)
    if !state.shapes.isEmpty {
      let values = state.shapes.flatMap { $0.mean + $0.covariance + [$0.logScale] }
      try dataset.addColumn("shape", values, dimension: "element")
    }
    dataset.setAttribute("round", Double(state.round))
    if !blocks.isEmpty { dataset.attributes.append(.init(name: "blocks", value: .integers(blocks))) }
    try NetCDFFile.write(dataset, to: context[MarkovChainStep.state])
    try writeArchive(state, settings, to: context[MarkovChainStep.archive])
  }

  /// A file of its own: it stays the same from one entry to the next, and equal files lie once.
  private static func writeArchive(_ state: ChainState, _ settings: ChainSettings, to path: String) throws {
    var dataset = Dataset(title: "archive of Markov chains")
    if let size = state.archives.first?.count {
      dataset.dimensions = [
        .init(name: "ensemble", size: state.archives.count), .init(name: point, size: size),
        .init(name: coordinate, size: settings.dimensions),
      ]
      try dataset.add(
        .init(
          name: "position", dimensions: ["ensemble", point, coordinate],
          values: .double(state.archives.flatMap { $0.flatMap(\.self) })))
      dataset.setAttribute("every", Double(state.archiveEvery))
    }
    try NetCDFFile.write(dataset, to: path)
  }

  // MARK: - history

  static func write(_ history: ChainHistory, to path: String) throws {
    var dataset = Dataset(title: "draws of Markov chains")
    if history.count > 0 {
      dataset.dimensions = [
        .init(name: draw, size: history.labels.count), .init(name: coordinate, size: history.dimensions),
      ]
      try dataset.add(
        .init(name: "position", dimensions: [draw, coordinate], values: .double(history.positions)))
      try dataset.addColumn("log_likelihood", history.densities.map(\.likelihood), dimension: draw)
      try dataset.addColumn("log_prior", history.densities.map(\.prior), dimension: draw)
      try dataset.addColumn("label", history.labels.map(Double.init), dimension: draw)
    }
    try NetCDFFile.write(dataset, to: path)
  }

  /// A block of draws, or a state, whose walkers at β = 1 are the draws of one iteration.
  static func history(_ path: String, _ settings: ChainSettings) throws -> ChainHistory {
    let dataset = try NetCDFFile.read(path)
    let densities = zip(try dataset.column("log_likelihood"), try dataset.column("log_prior")).map {
      ChainDensity(likelihood: $0, prior: $1)
    }
    let count = dataset.size(of: draw) ?? settings.chains
    let positions = try dataset.doubles("position")
    return ChainHistory(
      chains: settings.chains, dimensions: settings.dimensions,
      positions: Array(positions.prefix(count * settings.dimensions)),
      densities: Array(densities.prefix(count)),
      labels: try dataset.column("label").prefix(count).map { Int($0) })
  }
}
