import NumericCore

/// All that a family of Markov chains remembers between two rounds.
///
/// Walkers are numbered through temperature by temperature, in each ensemble by ensemble.
public struct ChainState: Sendable, Equatable {
  /// Rounds that have been folded; before the first one the positions are where the walkers begin, without densities.
  public var round: Int
  /// [walker][coordinate].
  public var positions: [[Double]]
  /// Of the positions; empty before the first round.
  public var densities: [ChainDensity]
  /// Which proposal of all rounds every walker stands on, counted from 0.
  public var labels: [Int]
  /// Of every ensemble at every temperature, for DE-MC(Z); empty for others.
  public var archives: [[[Double]]]
  /// Iterations between two entries in the archives.
  public var archiveEvery: Int
  /// Of every ensemble at every temperature, for adaptive chains; empty for others.
  public var shapes: [ProposalShape]
  /// Of every temperature: moves that were tried, and those accepted.
  public var tried, accepted: [Int]
  /// Of every pair of neighbouring temperatures: exchanges tried and accepted.
  public var swapsTried, swapsAccepted: [Int]

  /// The covariance of the proposals of an adaptive ensemble.
  public struct ProposalShape: Sendable, Equatable {
    /// Running mean and covariance of where the walkers are.
    public var mean: [Double]
    /// Row by row.
    public var covariance: [Double]
    /// Logarithm of the factor on the deviations.
    public var logScale: Double
    /// A shape that was kept.
    public init(mean: [Double], covariance: [Double], logScale: Double) {
      (self.mean, self.covariance, self.logScale) = (mean, covariance, logScale)
    }
  }

  /// - Parameter draw: a point of the prior by its number; the first ones are where walkers begin, those behind
  ///   them fill the archives.
  /// - Precondition: `settings.complaint` is nil.
  public init(_ settings: ChainSettings, draw: (Int) -> [Double]) {
    precondition(settings.complaint == nil, "settings that can be")
    (round, densities) = (0, [])
    positions = (0..<settings.all).map(draw)
    labels = Array(0..<settings.all)
    let groups = settings.ladder.count * settings.ensembles
    (archives, shapes, archiveEvery) = ([], [], 0)
    switch settings.move {
    case .stretch: break
    case .differential(let move):
      archiveEvery = move.archiveEvery
      archives = (0..<groups).map { group in
        (0..<settings.archiveStart).map { draw(settings.all + group * settings.archiveStart + $0) }
      }
    case .adaptive:
      let dimensions = settings.dimensions
      let shape = ProposalShape(
        mean: Array(repeating: 0, count: dimensions), covariance: Matrix.identity(dimensions).values,
        logScale: Elementary.log(2.38 / Double(dimensions).squareRoot()))
      shapes = Array(repeating: shape, count: groups)
    }
    let zeros = Array(repeating: 0, count: settings.ladder.count)
    (tried, accepted) = (zeros, zeros)
    (swapsTried, swapsAccepted) = (Array(zeros.dropLast()), Array(zeros.dropLast()))
  }

  /// A state that was kept.
  public init(
    round: Int, positions: [[Double]], densities: [ChainDensity], labels: [Int], archives: [[[Double]]],
    archiveEvery: Int, shapes: [ProposalShape]
  ) {
    (self.round, self.positions, self.densities, self.labels) = (round, positions, densities, labels)
    (self.archives, self.archiveEvery, self.shapes) = (archives, archiveEvery, shapes)
    (tried, accepted, swapsTried, swapsAccepted) = ([], [], [], [])
  }

  /// Iterations that are complete: the first round only tells the densities of where the walkers begin.
  public func iterations(_ settings: ChainSettings) -> Int {
    max(0, round - 1) / settings.roundsAnIteration
  }

  /// Proposals of all rounds before the next.
  public func proposed(_ settings: ChainSettings) -> Int {
    round == 0 ? 0 : settings.all + (round - 1) * (settings.all / settings.roundsAnIteration)
  }

  /// Whether the last round ended an iteration.
  public func endsIteration(_ settings: ChainSettings) -> Bool {
    round > 1 && (round - 1) % settings.roundsAnIteration == 0
  }
}
