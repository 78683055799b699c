import Artefacts
import Datasets
import Geostatistics
import Inference
import NumericCore
import Planning
import StageSupport

/// The observations of an inference with their noise, and what a member's predictions are worth by them.
final class PosteriorData {
  /// One set of observations.
  struct Observed {
    /// Of the observations, in their file.
    var variable: String
    var units: String?
    var values: [Double]
    /// Of each datum; of a covariance matrix the roots of its diagonal.
    var deviations: [Double]
  }

  /// In the order of the inputs.
  let sets: [Observed]
  /// Nil where the members' own number is the likelihood.
  let likelihood: GaussianLikelihood?
  private let context: StageContext
  private let files = MemberFiles()
  /// Whether densities have the constants of the likelihood.
  private let hasConstant: Bool

  /// Reads what the section was given.
  /// - Parameter conventions: romtools adds 1e-8 to the variances of noise in the unit of the data, and leaves the likelihood's
  ///   constants out.
  /// - Throws: `StageError`, `DatasetError`, `PosteriorError`.
  init(_ context: StageContext, conventions: InferenceConventions = .none) throws {
    self.context = context
    hasConstant = conventions == .none
    let paths = PosteriorSettings.observations.compactMap { context[$0] }
    let reader = ObservedReader(context, addedVariance: conventions == .romtools ? 1e-8 : 0)
    var sets: [Observed] = []
    var parts: [GaussianLikelihood] = []
    for (number, path) in paths.enumerated() {
      let (observed, likelihood) = try reader.read(path, number: number, of: paths.count)
      sets.append(observed)
      parts.append(likelihood)
    }
    self.sets = sets
    likelihood = parts.isEmpty ? nil : GaussianLikelihood(joining: parts)
  }

  /// Data that have no value, and so do not count.
  var leftOut: Int { likelihood?.leftOut ?? 0 }

  /// All observations behind each other.
  var observed: [Double] { sets.flatMap(\.values) }
  /// Their deviations.
  var deviations: [Double] { sets.flatMap(\.deviations) }

  /// The predictions of a member, all sets behind each other, in the units of the observations; nil of one that failed or
  /// where there are none.
  /// - Throws: where shape or unit do not fit: no member's would.
  func predictions(_ member: StageContext.Member) throws -> [Double]? {
    guard !member.hasFailed, likelihood != nil else { return nil }
    var all: [Double] = []
    for (number, set) in sets.enumerated() {
      let port = PosteriorSettings.predictionPort(number + 1)
      guard let path = member.inputs[port] else {
        throw StageError.outOfPlace(
          "there are \(sets.count) sets of observations and \(number) predictions: 'forward' names an output for each"
        )
      }
      let dataset = try files.dataset(member, path, port: port)
      let asked = Self.name(context[PosteriorSettings.predictionVariable], number)
      let field = try DataField(dataset, asked: asked, of: "the prediction", PosteriorNames.predicted)
      guard field.values.count == set.values.count else {
        throw StageError.outOfPlace(
          "the prediction '\(field.name)' has \(field.values.count) values and the observation '\(set.variable)' "
            + "\(set.values.count): they do not overlap datum by datum")
      }
      all += try field.values(in: set.units, like: set.variable)
    }
    return all
  }

  /// The names of a list for each set, or one for all.
  static func name(_ names: [String]?, _ number: Int) -> String? {
    guard let names else { return nil }
    return names.count == 1 ? names[0] : number < names.count ? names[number] : nil
  }

  /// What a member is worth: nil where it failed or its density is no number.
  func evaluation(_ member: StageContext.Member) throws -> VariationalInference.Evaluation? {
    guard !member.hasFailed else { return nil }
    guard let likelihood else {
      guard let path = member.inputs[PosteriorSettings.logLikelihood.name] else { return nil }
      let dataset = try files.dataset(member, path, port: PosteriorSettings.logLikelihood.name)
      let value = try dataset.scalar(dataset.variables.first?.name ?? "")
      return value.isFinite ? VariationalInference.Evaluation(logLikelihood: value) : nil
    }
    guard let predicted = try predictions(member) else { return nil }
    let residual = try likelihood.whitenedResidual(predicted)
    let constant = hasConstant ? likelihood.constant : 0
    let density = -0.5 * Statistics.sum(residual.map { $0 * $0 }) + constant
    guard density.isFinite else { return nil }
    return VariationalInference.Evaluation(
      logLikelihood: density, residual: residual,
      relativeMeanSquare: likelihood.relativeMeanSquare(predicted))
  }

  /// Of all members of a round; with `on_failure = stop` the first that has no density ends the stage.
  func evaluations(
    _ members: [StageContext.Member], onFailure: PosteriorSettings.Failure
  ) throws -> [VariationalInference.Evaluation?] {
    try members.map { member in
      try context.checkCancelled()
      let evaluation = try evaluation(member)
      if evaluation == nil, onFailure == .stop {
        throw StageError.outOfPlace(
          "member \(member.index) gave no likelihood and on_failure = stop: "
            + (member.hasFailed
              ? "its run failed" : "its prediction is no number where there are observations"))
      }
      return evaluation
    }
  }
}

/// Variables that predictions and observations are looked for in, the first that is there.
enum PosteriorNames {
  static let predicted = [GravityVariables.forward] + observed
  static let observed = [
    GravityVariables.anomaly, GravityVariables.disturbance, GravityVariables.observed,
    SurfaceVariables.topography,
  ]
  /// Deviations beside them.
  static let deviations = [GravityVariables.uncertainty.name, "uncertainty", "stdev", "deviation"]
}

/// One variable of numbers of a file.
struct DataField {
  let name: String
  let units: String?
  let values: [Double]
  let dimensions: [String]

  /// - Parameters:
  ///   - asked: the name that a setting gives.
  ///   - what: the file, for messages.
  ///   - usual: names to look for where none is given.
  init(_ dataset: Dataset, asked: String?, of what: String, _ usual: [Variable]) throws {
    let candidates = dataset.variables.filter { variable in
      variable.dimensions != [variable.name] && variable.decoded() != nil
    }
    let chosen: Dataset.Variable?
    if let asked {
      chosen = candidates.first { $0.name == asked }
    } else {
      let named = usual.lazy.compactMap { wanted in candidates.first { $0.name == wanted.name } }.first
      chosen = named ?? Self.onlySubject(candidates)
    }
    guard let chosen, let values = chosen.decoded() else {
      let found = candidates.map { "'\($0.name)'" }.joined(separator: ", ")
      throw StageError.missingVariable(
        asked ?? "of its own", artefact: what,
        hint:
          "found \(found.isEmpty ? "no numbers" : found); name one with prediction_variable or observed_variable"
      )
    }
    (name, units, dimensions) = (chosen.name, chosen.units, chosen.dimensions)
    self.values = values
  }

  /// What a file is about, where that is one variable.
  private static func onlySubject(_ candidates: [Dataset.Variable]) -> Dataset.Variable? {
    let views = ViewTable()
    let subjects = candidates.filter { !views.isBeside($0.name) && !isPlace($0.name) }
    return subjects.count == 1 ? subjects[0] : nil
  }

  private static func isPlace(_ name: String) -> Bool {
    PointVariables.places.contains { $0.name == name } || PosteriorNames.deviations.contains(name)
  }

  /// The values in another unit of the same measure.
  func values(in target: String?, like other: String) throws -> [Double] {
    guard let units, let target, !FileUnits.isSame(units, target) else { return values }
    let factors = [units, target].map { PhysicalDimension.canonical(1, in: $0) }
    guard let measure = FileUnits.measure(of: units), measure == FileUnits.measure(of: target) else {
      throw StageError.outOfPlace(
        "the prediction '\(name)' is in \(units) and the observation '\(other)' in \(target): they measure different things"
      )
    }
    return values.map { $0 * factors[0] / factors[1] }
  }
}
