/// A trial damping and how well splines with it predicted left-out data.
public struct DampingScore: Sendable, Equatable {
  /// Weight of the forces' squares in the fit.
  public var damping: Double
  /// Mean R² over the folds; 1 is perfect.
  public var score: Double

  /// A damping with its score.
  public init(damping: Double, score: Double) { (self.damping, self.score) = (damping, score) }
}

/// The choice of a bi-harmonic spline's damping by cross-validation.
public enum SplineCrossValidation {
  /// The damping that predicted left-out data best.
  public struct Choice: Sendable, Equatable {
    /// The first damping with the highest score; nil (an undamped spline) when the data are too few.
    public let damping: Double?
    /// In the order of the trial dampings; empty when none was scored.
    public let scores: [DampingScore]
    /// How many folds were used; 0 when nothing was scored.
    public let folds: Int

    /// Whether the best of more than two dampings is the smallest or largest, so that a better one may
    /// lie outside.
    public var isAtLimit: Bool {
      guard scores.count > 2, let damping else { return false }
      let trials = scores.map(\.damping)
      return damping == trials.min() || damping == trials.max()
    }
  }

  /// Scores each damping by the mean over shuffled folds of R² at left-out data (weighted by their
  /// weights) and chooses the first best.
  ///
  /// Folds are scikit-learn's `KFold(5, shuffle=True, random_state=0)`. Five are lowered to four, three, two
  /// as long as a fold would have a single datum, whose R² is undefined; below four data an undamped
  /// spline is chosen.
  ///
  /// - Throws: `notPositive` for a damping, `tooFewPoints` without points or dampings, `nonFinite`,
  ///   `negative` weights.
  /// - Precondition: one value (and weight) a point.
  public static func choose(
    points: Points, values: [Double], weights: [Double]?, dampings: [Double], tension: SplineTension? = nil
  ) throws(NumericError) -> Choice {
    precondition(points.count == values.count && (weights?.count ?? values.count) == values.count)
    guard points.count > 0, !dampings.isEmpty else { throw .tooFewPoints(found: 0, needed: 1) }
    for damping in dampings { try requirePositive(damping, "damping") }
    try requireFinite(points)
    let response = BiharmonicSpline.response(from: points, at: points, tension: tension)
    let level = tension == nil ? 0 : Statistics.mean(values)
    let data = Data(
      response: response, values: tension == nil ? values : values.map { $0 - level }, weights: weights)
    for splits in stride(from: min(5, points.count / 2), through: 2, by: -1) {
      let folds = KFold.folds(count: points.count, splits: splits, seed: 0)
      var scores = [DampingScore]()
      for damping in dampings {
        scores.append(DampingScore(damping: damping, score: try data.score(damping, folds)))
      }
      guard scores.allSatisfy({ $0.score.isFinite }) else { continue }
      var best = scores[0]
      for trial in scores where trial.score > best.score { best = trial }
      return Choice(damping: best.damping, scores: scores, folds: splits)
    }
    return Choice(damping: nil, scores: [], folds: 0)
  }

  /// The data and the response between all of them, of which every fold uses a part.
  private struct Data {
    let response: Matrix
    let values: [Double]
    let weights: [Double]?

    func score(_ damping: Double, _ folds: [[Int]]) throws(NumericError) -> Double {
      var scores = [Double]()
      for test in folds {
        let left = Set(test)
        let train = values.indices.filter { !left.contains($0) }
        let forces = try LeastSquares.solve(
          design: part(rows: train, columns: train), data: train.map { values[$0] },
          weights: weights.map { all in train.map { all[$0] } }, damping: damping)
        let predicted = part(rows: test, columns: train).times(forces)
        scores.append(
          Statistics.determination(
            of: predicted, against: test.map { values[$0] },
            weights: weights.map { all in test.map { all[$0] } }))
      }
      return Statistics.sum(scores) / Double(scores.count)
    }

    private func part(rows: [Int], columns: [Int]) -> Matrix {
      Matrix(
        rows: rows.count, columns: columns.count,
        values: rows.flatMap { row in columns.map { response[row, $0] } })
    }
  }
}
