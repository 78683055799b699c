import NumericCore

/// How a family of Markov chains moves: what decides its draws, and nothing of how many there are to be.
public struct ChainSettings: Sendable, Equatable {
  /// How a walker finds its next place.
  public enum Move: Sendable, Equatable {
    /// The affine-invariant ensemble: a walker stretches the line to another of the other half of its ensemble,
    /// Y = X_j + z (X − X_j), with z of density ∝ 1/√z between 1/scale and scale; the two halves take turns, a round
    /// each. [Goodman2010]
    case stretch(scale: Double)
    /// DE-MC(Z): by differences of points of an archive of where the ensemble has been, and by snooker moves
    /// along the line to a point of it. [terBraak2008]
    case differential(DifferentialMove)
    /// Random-walk Metropolis with the covariance that the ensemble had in its warm-up. [Andrieu2008]
    case adaptive
  }

  /// What the moves of DE-MC(Z) are made of.
  public struct DifferentialMove: Sendable, Equatable {
    /// Deviation of the normal number that is added to each coordinate.
    public var jitter: Double
    /// Share of moves that are snooker moves.
    public var snooker: Double
    /// Share of the others that take a whole difference, γ = 1, which jumps between modes.
    public var whole: Double
    /// Iterations between two times that the places of the walkers enter the archive, as long as it is not full.
    public var archiveEvery: Int
    /// Points of the archive beyond which every second is left out, and the interval doubled.
    public var capacity: Int

    /// The values of the paper, unless told otherwise.
    public init(
      jitter: Double = 1e-4, snooker: Double = 0.1, whole: Double = 0.1, archiveEvery: Int = 10,
      capacity: Int = 2048
    ) {
      (self.jitter, self.snooker, self.whole) = (jitter, snooker, whole)
      (self.archiveEvery, self.capacity) = (archiveEvery, capacity)
    }
  }

  /// How walkers move.
  public var move: Move
  /// Coordinates of a point.
  public var dimensions: Int
  /// Ensembles that know nothing of each other.
  public var ensembles: Int
  /// Walkers of an ensemble.
  public var walkers: Int
  /// Inverse temperatures β from 1 downwards; the chains of β draw from likelihood^β × prior.
  public var ladder: [Double]
  /// Iterations in which adaptive chains adapt, and of which no draws are kept.
  public var warmUp: Int
  /// Of everything that is drawn.
  public var seed: UInt64
  /// Tells these chains' random numbers from those of others.
  public var stream: String

  /// Settings of chains at one temperature, unless a ladder is given.
  public init(
    move: Move, dimensions: Int, ensembles: Int = 2, walkers: Int, ladder: [Double] = [1], warmUp: Int,
    seed: UInt64, stream: String = "chains"
  ) {
    (self.move, self.dimensions, self.ensembles, self.walkers) = (move, dimensions, ensembles, walkers)
    (self.ladder, self.warmUp, self.seed, self.stream) = (ladder, warmUp, seed, stream)
  }

  /// What is wrong with the settings; nil for nothing.
  public var complaint: ChainComplaint? {
    guard dimensions > 0 else { return .noDimension }
    guard ensembles > 0, walkers > 0 else { return .noWalkers }
    switch move {
    case .stretch(let scale):
      if walkers % 2 != 0 || walkers < 2 * dimensions || walkers < 4 {
        return .fewWalkers(found: walkers, needed: max(4, 2 * dimensions), mustBeEven: true)
      }
      if !(scale > 1) { return .stretch(scale) }
    case .differential:
      if walkers < 3 { return .fewWalkers(found: walkers, needed: 3, mustBeEven: false) }
    case .adaptive: break
    }
    let falls = zip(ladder, ladder.dropFirst()).allSatisfy { $0 > $1 }
    guard ladder.first == 1, falls, (ladder.last ?? -1) >= 0 else { return .ladder }
    return nil
  }

  /// Walkers of all ensembles at one temperature.
  public var chains: Int { ensembles * walkers }

  /// Walkers at all temperatures.
  public var all: Int { ladder.count * chains }

  /// Rounds in which every walker has one chance to move.
  public var roundsAnIteration: Int {
    if case .stretch = move { 2 } else { 1 }
  }

  /// Points of the prior beyond the walkers' own that an archive begins with.
  public var archiveStart: Int {
    if case .differential = move { 10 * dimensions } else { 0 }
  }

  /// β_k = (1 − k/(rungs − 1))⁵ from 1 to 0: as many chains near the prior as the integral over β needs. [Friel2008]
  /// - Precondition: at least two rungs.
  public static func ladder(rungs: Int) -> [Double] {
    precondition(rungs > 1, "a ladder has two ends")
    return (0..<rungs).map { rung in
      let part = 1 - Double(rung) / Double(rungs - 1)
      return part * part * part * part * part
    }
  }
}

/// What is wrong with the settings of chains.
public enum ChainComplaint: Error, Sendable, Equatable, CustomStringConvertible {
  case noDimension, noWalkers, ladder
  case fewWalkers(found: Int, needed: Int, mustBeEven: Bool)
  case stretch(Double)

  /// What was found and what is needed.
  public var description: String {
    switch self {
    case .noDimension: "nothing varies"
    case .noWalkers: "there must be an ensemble and a walker"
    case .ladder: "inverse temperatures fall from 1 to no less than 0"
    case .fewWalkers(let found, let needed, let mustBeEven):
      "\(found) walkers are too few or odd: at least \(needed)" + (mustBeEven ? ", and an even number" : "")
    case .stretch(let scale): "the scale of a stretch is greater than 1, not \(scale)"
    }
  }
}

/// The log density of a point, of its two parts each up to a constant of its own; −∞ or NaN where there is none.
public struct ChainDensity: Sendable, Equatable {
  /// Natural logarithms.
  public var likelihood, prior: Double
  /// Two parts.
  public init(likelihood: Double, prior: Double) {
    (self.likelihood, self.prior) = (
      likelihood.isNaN ? -.infinity : likelihood, prior.isNaN ? -.infinity : prior
    )
  }

  /// β log likelihood + log prior; at β = 0 the prior alone, whatever the likelihood.
  func tempered(_ beta: Double) -> Double { beta == 0 ? prior : beta * likelihood + prior }
}
