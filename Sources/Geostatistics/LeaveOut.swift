public import NumericCore

extension Kriging {
  /// What the other data say about some of them.
  public struct LeftOut: Equatable, Sendable {
    /// Datum less its prediction by the others.
    public var residuals: [Double]
    /// Covariance of these, the data's own errors in it.
    public var covariance: Matrix
  }

  /// Of each datum the residual against its prediction by all others, and the standard deviation of that, own errors in
  /// it: eᵢ = αᵢ/Pᵢᵢ, sd = Pᵢᵢ^−½, with the covariance and its numbers unchanged. [Dubrule1983]
  public func leaveOneOut(workers: Workers = .serial) -> (residuals: [Double], deviations: [Double]) {
    let projector = fit.projector(workers: workers)
    let weights = fit.solve(data.values).weights
    return (
      (0..<data.count).map { weights[$0] / projector[$0, $0] },
      (0..<data.count).map { 1 / projector[$0, $0].squareRoot() }
    )
  }

  /// The same of blocks of data: e = P_bb⁻¹ α_b of covariance P_bb⁻¹.
  ///
  /// - Parameter blocks: places of data in the list.
  /// - Throws: `badFold` where the drift can't be told without a block.
  public func leaveOut(_ blocks: [[Int]], workers: Workers = .serial) throws(KrigingError) -> [LeftOut] {
    let projector = fit.projector(workers: workers)
    let weights = fit.solve(data.values).weights
    var result: [LeftOut] = []
    for (number, block) in blocks.enumerated() {
      var part = Matrix(rows: block.count, columns: block.count)
      for (row, first) in block.enumerated() {
        for (column, second) in block.enumerated() { part[row, column] = projector[first, second] }
      }
      guard let factor = try? Cholesky(part) else {
        throw .badFold(index: number, points: data.count - block.count)
      }
      result.append(LeftOut(residuals: factor.solve(block.map { weights[$0] }), covariance: factor.inverse()))
    }
    return result
  }
}

/// Cross-validation in which every fold estimates the covariance anew.
public struct KrigingFolds: Equatable, Sendable {
  /// What was left out and what the rest gave.
  public struct Fold: Equatable, Sendable {
    /// Places of the left-out data in the list.
    public var indices: [Int]
    /// The covariance found without them.
    public var estimate: CovarianceSearch.Estimate
  }

  /// In the order given.
  public var folds: [Fold]
  /// Of each datum the prediction by the data of other folds, and the field's standard deviation there; its own error
  /// and τ of its fold come on top.
  public var prediction: Kriging.Prediction
  /// τ of the fold of each datum.
  public var jitter: [Double]

  /// The fold of each point where blocks of the plane are dealt out to folds.
  ///
  /// Blocks ⌊(e − e_min)/size⌋, ⌊(n − n_min)/size⌋, in ascending order of northing, then easting, are shuffled by
  /// NumPy's `RandomState(seed)`; the k-th of the shuffled goes to fold k mod folds.
  /// - Throws: `numeric` for fewer blocks than folds.
  public static func blocks(
    _ points: Points, size: Double, folds: Int, seed: UInt32
  ) throws(KrigingError) -> [[Int]] {
    guard let box = points.boundingRegion, size > 0, folds >= 2 else {
      throw .numeric(.tooFewPoints(found: points.count, needed: folds))
    }
    var members: [SIMD2<Int>: [Int]] = [:]
    for index in 0..<points.count {
      let block = SIMD2(
        Int(((points.northing[index] - box.south) / size).rounded(.down)),
        Int(((points.easting[index] - box.west) / size).rounded(.down)))
      members[block, default: []].append(index)
    }
    let labels = members.keys.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    guard labels.count >= folds else {
      throw .numeric(.tooFewBlocks(found: labels.count, needed: folds))
    }
    var random = LegacyRandom(seed: seed)
    var result = [[Int]](repeating: [], count: folds)
    for (place, label) in random.permutation(labels.count).enumerated() {
      result[place % folds] += members[labels[label]] ?? []
    }
    return result.map { $0.sorted() }
  }

  /// - Parameters:
  ///   - folds: places of the data that each leaves out.
  ///   - search: makes the search from the data that are left.
  /// - Throws: as `CovarianceSearch.estimate`; `badFold` for one that leaves no datum beside the drift.
  public init(
    _ data: KrigingData, drift: Drift, folds: [[Int]], workers: Workers = .serial,
    search: (KrigingData) -> CovarianceSearch
  ) throws(KrigingError) {
    var (results, jitter) = ([Fold](), [Double](repeating: .nan, count: data.count))
    var prediction = Kriging.Prediction(mean: jitter, deviation: jitter)
    for (number, fold) in folds.enumerated() {
      let kept = KFold.training(without: fold, count: data.count)
      guard kept.count > drift.columns + 1 else { throw .badFold(index: number, points: kept.count) }
      let training = data.subset(kept)
      let estimate = try search(training).estimate(training, drift: drift, workers: workers)
      let kriging = try Kriging(training, drift: drift, model: estimate.model, workers: workers)
      let own = kriging.predict(at: data.points.subset(fold), workers: workers)
      for (place, index) in fold.enumerated() {
        prediction.mean[index] = own.mean[place]
        prediction.deviation[index] = own.deviation[place]
        jitter[index] = estimate.model.jitter
      }
      results.append(Fold(indices: fold, estimate: estimate))
    }
    (self.folds, self.prediction, self.jitter) = (results, prediction, jitter)
  }
}
