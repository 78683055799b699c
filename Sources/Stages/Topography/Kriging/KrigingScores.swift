import Artefacts
import Datasets
import Geostatistics
import NumericCore
import Planning
import StageSupport

/// What a kriging says of points that it did not see.
struct KrigingScores {
  private let data: KrigingData
  /// Prediction of each point, deviation of the field there, and τ of its fold.
  private let mean, deviation, jitter: [Double]
  private let fold: [Int]
  private let estimates: [CovarianceSearch.Estimate?]
  private let models: [KrigingModel]

  /// - Parameter folded: whether folds are made where they are asked for.
  init(
    _ task: KrigingTask, _ result: KrigingResult, _ settings: Settings, workers: Workers, folded: Bool = true
  ) throws {
    data = result.kriging.data
    let count = settings[KrigingKind.folds]
    guard folded, count > 0, let size = settings[KrigingKind.foldSize] else {
      let (residuals, deviations) = result.kriging.leaveOneOut(workers: workers)
      let jitter = result.kriging.model.jitter
      mean = zip(data.values, residuals).map { $0 - $1 }
      // What is left of the deviation without the point's own errors.
      deviation = zip(deviations, data.deviations).map {
        max(0, $0 * $0 - $1 * $1 - jitter * jitter).squareRoot()
      }
      self.jitter = data.values.map { _ in jitter }
      fold = Array(0..<data.count)
      (estimates, models) = ([result.estimate], [result.kriging.model])
      return
    }
    let folds = try KrigingFolds.blocks(
      data.points, size: size, folds: count, seed: UInt32(settings[KrigingKind.foldSeed]))
    let validation = try KrigingFolds(
      data, drift: task.drift, folds: folds, workers: workers, search: task.search)
    (mean, deviation) = (validation.prediction.mean, validation.prediction.deviation)
    jitter = validation.jitter
    var numbers = [Int](repeating: 0, count: data.count)
    for (number, fold) in folds.enumerated() { for index in fold { numbers[index] = number } }
    fold = numbers
    estimates = validation.folds.map(\.estimate)
    models = validation.folds.map(\.estimate.model)
  }

  private var residuals: [Double] { zip(data.values, mean).map { $0 - $1 } }

  /// √(σ² + own² + τ²) of each point.
  private var scatter: [Double] {
    data.values.indices.map { index in
      let (own, jitter) = (data.deviations[index], jitter[index])
      return (deviation[index] * deviation[index] + own * own + jitter * jitter).squareRoot()
    }
  }

  /// Where its outputs go.
  struct Files {
    let predictions, scores, rmse: String
  }

  func write(_ files: Files, log: (String) -> Void) throws {
    let (residuals, scatter) = (residuals, scatter)
    let error = Statistics.rms(residuals)
    let scaled = Statistics.rms(zip(residuals, scatter).map { $1 > 0 ? $0 / $1 : .nan })
    log(
      "points by the others: RMSE \(rounded(error)) m, \(rounded(scaled)) standard deviations "
        + "(about 1 where these are true)")
    try NetCDFFile.writeScalar(
      error, name: "rmse", units: "m", longName: "root mean square of point less prediction",
      to: files.rmse)
    try writePredictions(to: files.predictions)
    try writeScores(to: files.scores, residuals, scatter)
  }

  private func writePredictions(to path: String) throws {
    var dataset = try Dataset.ofPoints(data.points, title: "points as others predict them")
    func add(_ name: String, _ values: [Double], _ units: String, _ longName: String) throws {
      try dataset.addColumn(name, values, units: units, longName: longName)
    }
    try add("upward", data.values, "m", "known height of the surface")
    try add("uncert", data.deviations, "m", "standard deviation of the height")
    try add("predicted", mean, "m", "height predicted by the points of other folds")
    try add("deviation", deviation, "m", "standard deviation of the predicted surface")
    try add("jitter", jitter, "m", "independent error of points beside their own")
    try add("fold", fold.map(Double.init), "1", "number of the fold")
    try NetCDFFile.write(dataset, to: path)
  }

  private func writeScores(to path: String, _ residuals: [Double], _ scatter: [Double]) throws {
    var dataset = Dataset(title: "covariances and scores of folds")
    let all =
      models.count == 1
      ? [Array(data.values.indices)]
      : models.indices.map { number in
        data.values.indices.filter { fold[$0] == number }
      }
    func add(_ name: String, _ values: [Double], _ units: String, _ longName: String) throws {
      try dataset.addColumn(name, values, units: units, longName: longName, dimension: "fold")
    }
    try add("points", all.map { Double($0.count) }, "1", "left-out points")
    try add("rmse", all.map { Statistics.rms($0.map { residuals[$0] }) }, "m", "point less prediction")
    try add(
      "scaled_rms", all.map { Statistics.rms($0.map { residuals[$0] / scatter[$0] }) }, "1",
      "point less prediction in standard deviations")
    for (index, _) in models[0].covariance.structures.enumerated() {
      let suffix = index == 0 ? "" : "_\(index + 1)"
      try add(
        "deviation" + suffix, models.map { $0.covariance.structures[index].deviation }, "m",
        "standard deviation of the surface")
      try add(
        "length" + suffix, models.map { $0.covariance.structures[index].length }, "m", "correlation length")
    }
    try add("jitter", models.map(\.jitter), "m", "independent error of points beside their own")
    try add("log_likelihood", estimates.map { $0?.likelihood ?? .nan }, "1", "at the estimate")
    try NetCDFFile.write(dataset, to: path)
  }
}
