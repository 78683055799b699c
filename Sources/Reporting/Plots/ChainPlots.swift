import Artefacts
import Datasets
import NumericCore

// Plots of draws that walkers have made one after the other: whether they agree, and how soon they forget.
extension PlotKind {
  static let chains = PlotKind("chains", options: [.variable, .log], precedence: 86) { source, _ in
    WalkerDraws(source.dataset) != nil
  } draw: {
    try $0.chains()
  }

  static let ranks = PlotKind("ranks", options: [.variable], draw: { try $0.ranks() })

  static let autocorrelation = PlotKind("autocorrelation", options: [.variable], precedence: 86) {
    source, _ in
    Autocorrelations(source.dataset) != nil
  } draw: {
    try $0.autocorrelation()
  }
}

/// Draws of every walker in order, a column a setting.
struct WalkerDraws {
  let parameters: [SampledParameter]
  /// Rows of each walker, and the iterations of these rows.
  let walkers: [[Int]]
  let iterations: [Double]

  /// Nil for what is no table of walkers.
  init?(_ dataset: Dataset) {
    guard let names = dataset.attribute("parameters")?.text,
      let chain = dataset[ChainVariables.chain.name]?.decoded(),
      let iterations = dataset[ChainVariables.iteration.name]?.decoded(), chain.count == iterations.count
    else { return nil }
    parameters = names.split(separator: " ").compactMap { name in
      guard let column = dataset[String(name)], let values = column.decoded(), values.count == chain.count
      else { return nil }
      return SampledParameter(name: String(name), unit: column.units ?? "", values: values)
    }
    guard !parameters.isEmpty, !chain.isEmpty else { return nil }
    self.iterations = iterations
    var rows: [Double: [Int]] = [:]
    for (row, number) in chain.enumerated() { rows[number, default: []].append(row) }
    walkers = rows.sorted { $0.key < $1.key }.map(\.value)
  }
}

/// Of every setting, by the iterations between two draws.
struct Autocorrelations {
  let lags: [Double]
  let settings: [SampledParameter]

  /// Nil for what is no table of autocorrelations.
  init?(_ dataset: Dataset) {
    let name = ChainVariables.lag.name
    guard let lags = dataset[name]?.decoded(), lags.count > 1 else { return nil }
    self.lags = lags
    settings = dataset.variables.filter { $0.name != name && $0.dimensions == [name] }.compactMap { column in
      column.decoded().map { SampledParameter(name: column.name, unit: "", values: $0) }
    }
    guard !settings.isEmpty else { return nil }
  }
}

extension Plot {
  private func walkers() throws -> (draws: WalkerDraws, chosen: [SampledParameter]) {
    guard let draws = WalkerDraws(source.dataset) else {
      throw notDrawable(
        "columns \(ChainVariables.iteration.name) and \(ChainVariables.chain.name) beside the settings, as in the traces of "
          + "Markov chains")
    }
    return (draws, try chosen(of: draws.parameters))
  }

  func chains() throws -> Figure {
    let (draws, chosen) = try walkers()
    return Figures.chains(
      chosen, walkers: draws.walkers, iterations: draws.iterations, title: request.title ?? "Walkers")
  }

  func ranks() throws -> Figure {
    let (draws, chosen) = try walkers()
    return Figures.ranks(chosen, walkers: draws.walkers, title: request.title ?? "Ranks by walker")
  }

  func autocorrelation() throws -> Figure {
    guard let table = Autocorrelations(source.dataset) else {
      throw notDrawable(
        "a column '\(ChainVariables.lag.name)' and correlations beside it, as the autocorrelation of Markov chains has"
      )
    }
    let shown = try chosen(of: table.settings)
    return Figures.autocorrelation(shown, lags: table.lags, title: request.title ?? "Autocorrelation")
  }
}
