import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Variational inference of a section: prior, coordinates, algorithm and streams, for steps, the closing round and the end.
struct VariationalProblem {
  let prior: PosteriorPrior
  let coordinates: PriorCoordinates
  let inference: VariationalInference
  private let draws: NormalDraws

  /// - Parameter variances: of the noise.
  init(
    _ variables: [DesignRequest.Variable], _ settings: Settings, variances: [Double], outer: String?,
    perturbations: [String] = []
  ) throws {
    typealias D = VariationalDeclarations
    prior = try PosteriorPrior(variables, perturbations: perturbations, settings)
    coordinates = try prior.coordinates(settings[D.coordinates].map(margin: settings[D.interiorMargin]))
    inference = VariationalInference(
      VariationalSettings(settings, variances: variances), coordinates: coordinates)
    let source: NormalDraws.Source =
      settings[D.compatible] == .romtools ? .romtools : settings[D.sampler] == .sobol ? .sobol : .monteCarlo
    let seed = UInt64(settings[FamilySettings.seed])
    let place = outer.map { " in \($0)" } ?? ""
    draws = NormalDraws(source, seed: seed, stream: "variational" + place)
  }

  /// z of the round that a state has planned.
  func normals(_ state: VariationalState) -> [[Double]] {
    draws.rows(
      state.drawCount(inference.settings), dimension: coordinates.dimension, draw: state.draw,
      used: state.used)
  }

  /// The member of the family to begin with.
  /// - Parameter path: a posterior whose mean and covariance are taken; nil for the prior.
  func start(_ path: String?) throws -> GaussianFamily {
    guard let path else { return inference.start() }
    let posterior = try PosteriorArtefact(path)
    let (mean, covariance) = try posterior.moments(of: prior)
    return inference.start(mean: mean, covariance: covariance)
  }
}
