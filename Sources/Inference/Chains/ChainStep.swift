import NumericCore

// One round of Markov chains
//
// Proposals are a pure function of settings and state, and so is what becomes of them once their densities are known.
// Random numbers are functions of (seed, stream, round, walker, component), so that a family that is stopped, or grows,
// draws what it would have drawn.

/// A point that wants a density.
public struct ChainProposal: Sendable, Equatable {
  /// Whose next place it may be.
  public var walker: Int
  /// Its coordinates.
  public var position: [Double]
  /// Logarithm of the ratio of the densities of going there and back, which the acceptance has as a summand.
  public var logFactor: Double
}

extension ChainState {
  /// The points whose densities the next round asks for.
  public func proposals(_ settings: ChainSettings) -> [ChainProposal] {
    guard round > 0 else {
      return positions.enumerated().map { ChainProposal(walker: $0, position: $1, logFactor: 0) }
    }
    let moves = CounterRandom(seed: settings.seed, stream: settings.stream + " move")
    switch settings.move {
    case .stretch(let scale):
      return movers(settings).map { stretch($0, scale, moves, settings) }
    case .differential(let move):
      return movers(settings).map { walker in
        differential(walker, move, moves, settings)
      }
    case .adaptive:
      let factors = shapes.map { $0.factor(settings.dimensions) }
      return movers(settings).map { walker in
        let group = walker / settings.walkers
        let drawn = moves.normal(settings.dimensions, row: walker, round: round)
        let step = factors[group].factorTimes(drawn)
        let scale = Elementary.exp(shapes[group].logScale)
        return ChainProposal(
          walker: walker, position: zip(positions[walker], step).map { $0 + scale * $1 }, logFactor: 0)
      }
    }
  }

  /// Walkers whose turn it is.
  func movers(_ settings: ChainSettings) -> [Int] {
    guard settings.roundsAnIteration == 2 else { return Array(0..<settings.all) }
    let half = (round - 1) % 2
    return (0..<settings.all).filter { $0 % settings.walkers / (settings.walkers / 2) == half }
  }

  private func stretch(
    _ walker: Int, _ scale: Double, _ moves: CounterRandom, _ settings: ChainSettings
  ) -> ChainProposal {
    let drawn = moves.uniform(2, row: walker, round: round)
    let (first, size) = (walker / settings.walkers * settings.walkers, settings.walkers / 2)
    let otherHalf = (walker - first) / size == 0 ? first + size : first
    let other = positions[otherHalf + Int(drawn[0] * Double(size))]
    let root = (scale - 1) * drawn[1] + 1
    let z = root * root / scale
    let position = zip(other, positions[walker]).map { $0 + z * ($1 - $0) }
    return ChainProposal(
      walker: walker, position: position, logFactor: Double(settings.dimensions - 1) * Elementary.log(z))
  }

  private func differential(
    _ walker: Int, _ move: ChainSettings.DifferentialMove, _ moves: CounterRandom, _ settings: ChainSettings
  ) -> ChainProposal {
    let archive = archives[walker / settings.walkers]
    // Components 0 … 5 choose, those from 8 on are the jitter.
    let drawn = moves.uniform(6, row: walker, round: round)
    let chosen = Self.distinct(drawn[0], drawn[1], drawn[2], of: archive.count)
    let place = positions[walker]
    guard drawn[3] >= move.snooker else {
      return snooker(walker, from: archive[chosen.0], archive[chosen.1], archive[chosen.2], drawn[4])
    }
    let jitter = CounterRandom(seed: settings.seed, stream: settings.stream + " jitter")
      .normal(settings.dimensions, row: walker, round: round)
    let usual = 2.38 / (2 * Double(settings.dimensions)).squareRoot()
    let factor = drawn[4] < move.whole ? 1 : usual * (0.9 + 0.2 * drawn[5])
    let (first, second) = (archive[chosen.0], archive[chosen.1])
    let position = place.indices.map { axis in
      place[axis] + factor * (first[axis] - second[axis]) + move.jitter * jitter[axis]
    }
    return ChainProposal(walker: walker, position: position, logFactor: 0)
  }

  /// Along the line from a point of the archive through the walker, by the difference of two others as far as that
  /// goes along it; γ between 1.2 and 2.2.
  private func snooker(
    _ walker: Int, from anchor: [Double], _ first: [Double], _ second: [Double], _ drawn: Double
  ) -> ChainProposal {
    let place = positions[walker]
    let line = zip(place, anchor).map { $0 - $1 }
    let square = Self.product(line, line)
    // A walker that stands on the point has no line; it stays.
    guard square > 0 else { return ChainProposal(walker: walker, position: place, logFactor: 0) }
    let along = Self.product(zip(first, second).map { $0 - $1 }, line) / square
    let part = (1.2 + drawn) * along
    let position = zip(place, line).map { $0 + part * $1 }
    let far = zip(position, anchor).map { $0 - $1 }
    let ratio = Self.product(far, far) / square
    return ChainProposal(
      walker: walker, position: position,
      logFactor: ratio > 0 ? 0.5 * Double(place.count - 1) * Elementary.log(ratio) : -.infinity)
  }

  private static func product(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Three different indices out of `count`, each such triple alike.
  static func distinct(_ a: Double, _ b: Double, _ c: Double, of count: Int) -> (Int, Int, Int) {
    let first = Int(a * Double(count))
    var second = Int(b * Double(count - 1))
    if second >= first { second += 1 }
    var third = Int(c * Double(count - 2))
    for taken in [min(first, second), max(first, second)] where third >= taken { third += 1 }
    return (first, second, third)
  }

  // MARK: - what becomes of them

  /// Takes the densities of the round's proposals.
  /// - Parameter densities: in the order of `proposals`; −∞ of what has none, which is then not accepted unless the
  ///   walker stands where there is none either.
  /// - Returns: for each proposal whether its walker has gone there.
  /// - Precondition: one for each proposal.
  @discardableResult
  public mutating func fold(_ values: [ChainDensity], _ settings: ChainSettings) -> [Bool] {
    let proposals = proposals(settings)
    precondition(values.count == proposals.count, "a density for each proposal")
    guard round > 0 else {
      (densities, round) = (values, 1)
      return values.map { _ in true }
    }
    let random = CounterRandom(seed: settings.seed, stream: settings.stream + " accept")
    var moved: [Bool] = []
    let first = proposed(settings)
    for (index, (proposal, value)) in zip(proposals, values).enumerated() {
      let walker = proposal.walker
      let rung = walker / settings.chains
      let beta = settings.ladder[rung]
      let isBetter = Self.accepts(
        value.tempered(beta), over: densities[walker].tempered(beta), proposal.logFactor,
        random.uniform(1, row: walker, round: round)[0])
      if isBetter {
        (positions[walker], densities[walker]) = (proposal.position, value)
        labels[walker] = first + index
      }
      moved.append(isBetter)
    }
    round += 1
    count(proposals, moved, settings)
    if endsIteration(settings) { endIteration(settings, moved) }
    return moved
  }

  private static func accepts(
    _ proposed: Double, over present: Double, _ factor: Double, _ uniform: Double
  ) -> Bool {
    guard proposed > -.infinity, factor > -.infinity else { return false }
    guard present > -.infinity else { return true }
    let ratio = factor + proposed - present
    return ratio >= 0 || uniform < Elementary.exp(ratio)
  }

  private mutating func count(_ proposals: [ChainProposal], _ moved: [Bool], _ settings: ChainSettings) {
    let zeros = Array(repeating: 0, count: settings.ladder.count)
    (tried, accepted) = (zeros, zeros)
    (swapsTried, swapsAccepted) = (Array(zeros.dropLast()), Array(zeros.dropLast()))
    for (proposal, hasMoved) in zip(proposals, moved) {
      tried[proposal.walker / settings.chains] += 1
      accepted[proposal.walker / settings.chains] += hasMoved ? 1 : 0
    }
  }

  private mutating func endIteration(_ settings: ChainSettings, _ moved: [Bool]) {
    let iteration = iterations(settings)
    switch settings.move {
    case .stretch: break
    case .differential(let move): enterArchives(iteration, move, settings)
    case .adaptive:
      if iteration <= settings.warmUp { adapt(iteration, moved, settings) }
    }
    exchange(iteration, settings)
  }

  private mutating func enterArchives(
    _ iteration: Int, _ move: ChainSettings.DifferentialMove, _ settings: ChainSettings
  ) {
    guard iteration % archiveEvery == 0 else { return }
    for group in archives.indices {
      let first = group * settings.walkers
      archives[group] += positions[first..<(first + settings.walkers)]
    }
    guard let size = archives.first?.count, size > max(move.capacity, 4 * settings.archiveStart) else {
      return
    }
    archiveEvery *= 2
    for group in archives.indices {
      let archive = archives[group]
      archives[group] = archive.indices.filter { $0 % 2 == 1 }.map { archive[$0] }
    }
  }

  /// Mean and covariance go towards those of the walkers by the part (t + 1)^−0.6, the scale towards an acceptance of
  /// 0.234 (0.44 in one dimension).
  private mutating func adapt(_ iteration: Int, _ moved: [Bool], _ settings: ChainSettings) {
    let part = Elementary.exp(-0.6 * Elementary.log(Double(iteration + 1)))
    let target = settings.dimensions == 1 ? 0.44 : 0.234
    for group in shapes.indices {
      let members = group * settings.walkers..<((group + 1) * settings.walkers)
      let share = Double(members.count { moved[$0] }) / Double(settings.walkers)
      shapes[group].take(members.map { positions[$0] }, part)
      shapes[group].logScale += part * (share - target)
    }
  }

  /// Walkers of neighbouring temperatures change places with probability min(1, exp((β − β′)(ℓ′ − ℓ))); even and odd pairs
  /// take turns.
  private mutating func exchange(_ iteration: Int, _ settings: ChainSettings) {
    let random = CounterRandom(seed: settings.seed, stream: settings.stream + " exchange")
    for pair in stride(from: iteration % 2, to: settings.ladder.count - 1, by: 2) {
      let difference = settings.ladder[pair] - settings.ladder[pair + 1]
      for chain in 0..<settings.chains {
        let (cold, hot) = (pair * settings.chains + chain, (pair + 1) * settings.chains + chain)
        let drawn = random.uniform(1, row: cold, round: round)[0]
        swapsTried[pair] += 1
        let (here, there) = (densities[cold], densities[hot])
        guard there.likelihood > -.infinity else { continue }
        let ratio = difference * (there.likelihood - here.likelihood)
        guard ratio >= 0 || drawn < Elementary.exp(ratio) else { continue }
        positions.swapAt(cold, hot)
        densities.swapAt(cold, hot)
        labels.swapAt(cold, hot)
        swapsAccepted[pair] += 1
      }
    }
  }
}

extension ChainState.ProposalShape {
  mutating func take(_ points: [[Double]], _ part: Double) {
    let count = mean.count
    let centre = (0..<count).map { axis in points.reduce(0) { $0 + $1[axis] } / Double(points.count) }
    for row in 0..<count {
      for column in 0..<count {
        let product = points.reduce(0) { $0 + ($1[row] - mean[row]) * ($1[column] - mean[column]) }
        let index = row * count + column
        covariance[index] += part * (product / Double(points.count) - covariance[index])
      }
    }
    for axis in 0..<count { mean[axis] += part * (centre[axis] - mean[axis]) }
  }

  /// L of the covariance, with 10⁻¹⁰ of its mean variance on the diagonal.
  func factor(_ count: Int) -> Cholesky {
    var matrix = Matrix(rows: count, columns: count, values: covariance)
    let mean = (0..<count).reduce(0) { $0 + matrix[$1, $1] } / Double(count)
    for axis in 0..<count { matrix[axis, axis] += 1e-10 * mean }
    do {
      return try Cholesky(matrix)
    } catch {
      // A sum of squares on top of the identity, with more on its diagonal than rounding takes.
      preconditionFailure("a covariance of walkers is positive definite: \(error)")
    }
  }
}
