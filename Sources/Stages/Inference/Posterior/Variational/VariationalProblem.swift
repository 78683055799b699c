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
  /// Mean and deviation of what a line of its own begins with.
  private let starts: [Int: (mean: Double, deviation: Double)]

  /// - Parameter variances: of the noise.
  init(
    _ variables: [DesignRequest.Variable], _ settings: Settings, variances: [Double], outer: String?,
    perturbations: [String] = []
  ) throws {
    typealias D = VariationalDeclarations
    prior = try PosteriorPrior(variables, perturbations: perturbations, settings)
    var starts: [Int: (mean: Double, deviation: Double)] = [:]
    for (index, variable) in variables.enumerated() {
      guard let numbers = variable.start?.numbers, numbers.count == 2 else { continue }
      starts[index] = (numbers[0], numbers[1])
    }
    self.starts = starts
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
  /// - Parameter path: a posterior whose mean and covariance are taken; nil for the prior. What a line begins with is as that
  ///   says.
  func start(_ path: String?) throws -> GaussianFamily {
    guard let path else { return inference.start(single: starts) }
    let posterior = try PosteriorArtefact(path)
    let (mean, covariance) = try posterior.moments(of: prior, without: Set(starts.keys))
    return inference.start(mean: mean, covariance: covariance, single: starts)
  }

  /// Any member of the family: what is free of its covariance, and a fixed correlation.
  var form: GaussianFamily { inference.start() }
}
