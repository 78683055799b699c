import Artefacts
import Datasets
import NumericCore

// Plots of samples of a posterior.
extension PlotKind {
  static let corner = PlotKind("corner", options: [.variable, .log], precedence: 85) { source, _ in
    SampledPosterior(source.dataset) != nil
  } draw: {
    try $0.corner()
  }

  static let predictions = PlotKind("predictions", options: [], precedence: 0) { source, _ in
    source.dataset[PosteriorVariables.prediction.name] != nil
  } draw: {
    try $0.predictions()
  }
}

extension PlotKind {
  static let marginals = PlotKind("marginals", options: [.variable], precedence: 86) { source, _ in
    source.has(PosteriorVariables.densityValue, PosteriorVariables.priorDensity)
  } draw: {
    try $0.marginals()
  }

  static let bound = PlotKind("bound", options: [], precedence: 70) { source, _ in
    source.has(PosteriorVariables.elbo, PosteriorVariables.elboError, PosteriorVariables.runs)
  } draw: {
    try $0.bound()
  }
}

/// What was drawn for every sample of a posterior, and how likely it is.
struct SampledPosterior {
  let parameters: [SampledParameter]
  let likelihood: SampledParameter?

  /// Nil for what is no table of samples.
  init?(_ dataset: Dataset) {
    guard let names = dataset.attribute("parameters")?.text,
      dataset[PosteriorVariables.logLikelihood.name] != nil
    else { return nil }
    parameters = names.split(separator: " ").compactMap { name in
      guard let column = dataset[String(name)], let values = column.decoded() else { return nil }
      return SampledParameter(name: String(name), unit: column.units ?? "", values: values)
    }
    guard !parameters.isEmpty else { return nil }
    likelihood = dataset[PosteriorVariables.logLikelihood.name]?.decoded().map { values in
      var parameter = SampledParameter(name: "log likelihood", unit: "", values: values)
      parameter.isMaximised = true
      return parameter
    }
  }
}

extension Plot {
  func corner() throws -> Figure {
    guard let posterior = SampledPosterior(source.dataset) else {
      throw notDrawable("samples of a posterior")
    }
    let chosen = try chosen(of: posterior.parameters)
    return Figures.scatterMatrix(chosen, title: request.title ?? "Posterior", score: posterior.likelihood)
  }

  /// Every setting's density before and after the data.
  func marginals() throws -> Figure {
    typealias V = PosteriorVariables
    guard let names = try? source.dataset.texts(V.name.name),
      let units = try? source.dataset.texts(V.unit.name),
      let values = source.dataset[V.densityValue.name]?.decoded(),
      let priors = source.dataset[V.priorDensity.name]?.decoded(),
      let fitted = source.dataset[V.fittedDensity.name]?.decoded(),
      let means = source.dataset[V.weightedMean.name]?.decoded(), !names.isEmpty
    else { throw notDrawable("a posterior of settings, as an inference writes it") }
    let levels = values.count / names.count
    let densities = names.indices.map { index in
      let range = index * levels..<(index + 1) * levels
      return MarginalDensity(
        name: names[index], unit: units[index], values: Array(values[range]), prior: Array(priors[range]),
        posterior: Array(fitted[range]), weightedMean: means[index])
    }
    let chosen = try chosen(
      of: densities.map { SampledParameter(name: $0.name, unit: $0.unit, values: $0.values) }
    ).map(\.name)
    return Figures.marginals(
      densities.filter { chosen.contains($0.name) }, title: request.title ?? "Before and after the data")
  }

  /// The evidence lower bound against the model runs that it took.
  func bound() throws -> Figure {
    typealias V = PosteriorVariables
    guard let runs = source.dataset[V.runs.name]?.decoded(),
      let bounds = source.dataset[V.elbo.name]?.decoded(),
      let errors = source.dataset[V.elboError.name]?.decoded(), bounds.contains(where: \.isFinite)
    else { throw notDrawable("the history of a variational inference") }
    return Figures.boundTrace(
      runs: runs, bounds: bounds, errors: errors, title: request.title ?? "Evidence lower bound")
  }

  /// The mean prediction of the samples against each datum.
  func predictions() throws -> Figure {
    let names = (PosteriorVariables.prediction.name, PosteriorVariables.observed.name)
    guard let field = source.dataset[names.0], let all = field.decoded(),
      let column = source.dataset[names.1], let observed = column.decoded(), !observed.isEmpty
    else { throw notDrawable("samples of a posterior with what they predict") }
    let rows = all.count / observed.count
    let means = observed.indices.map { datum in
      Statistics.mean((0..<rows).map { all[$0 * observed.count + datum] })
    }
    let unit = column.units ?? ""
    return Figures.agreement(
      SampledParameter(name: "data", unit: unit, values: observed),
      SampledParameter(name: "mean prediction", unit: unit, values: means),
      title: request.title ?? "Predictions and data")
  }
}
