import NumericCore

/// What variational inference remembers between two rounds: a value, so that a round is a pure function of settings, state and
/// what came of the draws.
public struct VariationalState: Sendable, Equatable {
  /// What the draws of the round to come are for.
  public enum Phase: Int, Sendable {
    /// A linear fit of the predictions.
    case linear
    /// The ELBO of the candidate, and the gradient there.
    case trial
  }

  /// What they are for.
  public var phase = Phase.trial
  /// Updates that were accepted; linearised rounds count.
  public var iteration = 0
  /// Of these, linearised ones.
  public var linearRounds = 0
  /// Number of the matrix of normal numbers that the round to come is drawn with: a new one after every acceptance.
  public var draw = 0
  /// Normal numbers that the matrices before have taken: where romtools' stream goes on.
  public var used = 0
  /// Trials that were rejected since.
  public var fails = 0
  /// The accepted member of the family.
  public var current: GaussianFamily
  /// The member that the round to come draws from.
  public var candidate: GaussianFamily
  /// Of a line search the size of the step tried last.
  public var step: Double
  /// Of the accepted member: scaled ELBO with its standard error, mean relative square error, gradient and direction.
  public var elbo = -Double.infinity, error = 0.0, mse = Double.infinity
  /// Of the accepted member; empty before there is one.
  public var gradient: [Double] = []
  /// The way from the accepted member, in the numbers of `Direction`; empty before there is one.
  public var direction: [Double] = []
  /// Slope of the ELBO along the direction.
  public var slope = 0.0
  /// The accepted ELBOs that a trial is compared with, the oldest first.
  public var window: [Double] = []
  /// Average of the members accepted so far, later ones weighing more, by mean and covariance.
  public var averageMean: [Double] = [], averageCovariance: [Double] = []
  /// Members in the average.
  public var averaged = 0
  /// The accepted member of the greatest ELBO less two standard errors, and that bound.
  public var best: GaussianFamily
  /// Of the best.
  public var bestBound = -Double.infinity
  /// Model runs so far, and those that failed.
  public var runs = 0, failures = 0
  /// Draws of the last rounds that are used again, the oldest first.
  public var memory: [Batch] = []
  /// Of adam the running means of gradients and their squares in deviations of the family, and how many they are of.
  public var adamMean: [Double] = [], adamSquare: [Double] = [], adamCount = 0

  /// The draws of a round that gave a density.
  public struct Batch: Sendable, Equatable {
    /// What they were drawn from.
    public var family: GaussianFamily
    /// x of each.
    public var places: [[Double]]
    /// ln p(y, θ) of each in these coordinates, without scaling.
    public var logJoints: [Double]
  }

  /// Before the first round: at a member of the family.
  public init(_ start: GaussianFamily, settings: VariationalSettings) {
    (current, candidate, best) = (start, start, start)
    step = min(settings.stepSize, settings.search.maximumStep)
    phase = settings.linearisedRounds > 0 ? .linear : .trial
  }

  /// Draws of the round to come.
  public func drawCount(_ settings: VariationalSettings) -> Int {
    let dimension = current.dimension
    if phase == .linear { return settings.linearDrawCount(dimension) }
    let usual = settings.drawCount(dimension)
    var factor = 1.0
    for _ in 0..<fails { factor *= settings.search.drawGrowth }
    return fails == 0 ? usual : max(2, Int((Double(usual) * factor).rounded(.up)))
  }

  /// The average of the accepted members; the last one where none is averaged.
  public var average: GaussianFamily {
    guard averaged > 0 else { return current }
    let dimension = current.dimension
    return current.with(
      mean: averageMean,
      covariance: Matrix(rows: dimension, columns: dimension, values: averageCovariance))
  }

  /// Weighs the accepted member k by 4/(k + 3) against those before, so that the average forgets where it came from.
  /// [Shamir2013, with η = 3]
  /// It begins anew after a step of the mean by more than a fifth of a deviation: what lies before that was a way, not a place.
  mutating func addToAverage(after meanStep: Double) {
    if meanStep > 0.2 { averaged = 0 }
    averaged += 1
    let weight = 4 / Double(averaged + 3)
    let covariance = current.covariance.values
    if averaged == 1 { (averageMean, averageCovariance) = (current.mean, covariance) }
    averageMean = zip(averageMean, current.mean).map { $0 + weight * ($1 - $0) }
    averageCovariance = zip(averageCovariance, covariance).map { $0 + weight * ($1 - $0) }
  }
}

// MARK: - as columns

extension VariationalState {
  /// The state as lists of numbers by name.
  public var columns: [(name: String, values: [Double])] {
    [
      (
        "progress",
        [
          Double(phase.rawValue), Double(iteration), Double(linearRounds), Double(draw), Double(fails), step,
          elbo, error, mse, slope, Double(averaged), bestBound, Double(runs), Double(failures), Double(used),
        ]
      ),
      ("current", current.numbers), ("candidate", candidate.numbers), ("best", best.numbers),
      ("gradient", gradient), ("direction", direction), ("window", window), ("average_mean", averageMean),
      ("average_covariance", averageCovariance),
      ("memory_size", memory.map { Double($0.places.count) }),
      ("memory_family", memory.flatMap(\.family.numbers)),
      ("memory_place", memory.flatMap { $0.places.flatMap { $0 } }),
      ("memory_joint", memory.flatMap(\.logJoints)),
      ("adam_mean", adamMean), ("adam_square", adamSquare),
      ("adam_count", adamCount > 0 ? [Double(adamCount)] : []),
    ]
  }

  /// - Parameters:
  ///   - columns: those of `columns`.
  ///   - form: any member of the family, which says what of its covariance is free.
  /// - Returns: nil where a list is missing or has another length.
  public init?(columns: (String) -> [Double]?, form: GaussianFamily, settings: VariationalSettings) {
    self.init(form, settings: settings)
    let size = form.numbers.count
    guard let progress = columns("progress"), progress.count == 15,
      let phase = Phase(rawValue: Int(progress[0])), let current = columns("current"),
      let candidate = columns("candidate"), let best = columns("best"), current.count == size,
      candidate.count == size, best.count == size, let gradient = columns("gradient"),
      let direction = columns("direction"), let window = columns("window"),
      let mean = columns("average_mean"), let covariance = columns("average_covariance")
    else { return nil }
    self.phase = phase
    iteration = Int(progress[1])
    linearRounds = Int(progress[2])
    draw = Int(progress[3])
    fails = Int(progress[4])
    (step, elbo, error, mse, slope) = (progress[5], progress[6], progress[7], progress[8], progress[9])
    (averaged, bestBound) = (Int(progress[10]), progress[11])
    (runs, failures, used) = (Int(progress[12]), Int(progress[13]), Int(progress[14]))
    self.current = form.with(numbers: current)
    self.candidate = form.with(numbers: candidate)
    self.best = form.with(numbers: best)
    (self.gradient, self.direction, self.window) = (gradient, direction, window)
    (averageMean, averageCovariance) = (mean, covariance)
    (adamMean, adamSquare) = (columns("adam_mean") ?? [], columns("adam_square") ?? [])
    adamCount = Int(columns("adam_count")?.first ?? 0)
    guard let memory = Self.memory(columns, form: form) else { return nil }
    self.memory = memory
  }

  private static func memory(_ columns: (String) -> [Double]?, form: GaussianFamily) -> [Batch]? {
    let sizes = (columns("memory_size") ?? []).map { Int($0) }
    let (families, places) = (columns("memory_family") ?? [], columns("memory_place") ?? [])
    let joints = columns("memory_joint") ?? []
    let (numbers, dimension, total) = (form.numbers.count, form.dimension, sizes.reduce(0, +))
    guard families.count == sizes.count * numbers, places.count == total * dimension, joints.count == total
    else { return nil }
    var start = 0
    return sizes.enumerated().map { batch, size in
      defer { start += size }
      return Batch(
        family: form.with(numbers: Array(families[batch * numbers..<(batch + 1) * numbers])),
        places: (start..<start + size).map { Array(places[$0 * dimension..<($0 + 1) * dimension]) },
        logJoints: Array(joints[start..<start + size]))
    }
  }
}
