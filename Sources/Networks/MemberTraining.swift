import NumericCore
import Optimisation

/// One trained network of a committee.
public struct NetworkMember: Sendable, Equatable {
  /// Its layers.
  public var shape: NetworkShape
  /// Weights and biases, layer by layer.
  public var parameters: [Double]
  /// Iterations over all samples, and the one with the least loss of the validation part.
  public var iterations, best: Int
  /// Mean negative log likelihoods of standardised targets, at `best`.
  public var trainingLoss, validationLoss: Double
  /// Losses of the validation part by epochs and iterations, the start first.
  public var history: [Double]

  /// A network with the parameters that it was left with, of whose training nothing is told yet.
  public init(shape: NetworkShape, parameters: [Double]) {
    (self.shape, self.parameters) = (shape, parameters)
    (iterations, best, trainingLoss, validationLoss, history) = (0, 0, .nan, .nan, [])
  }
}

/// What all members of a committee learn from.
struct TrainingSet: Sendable {
  /// Inputs and standardised targets, sample by sample, without noise.
  var inputs, targets: [Double]
  var inputCount, targetCount: Int
  var noise: NoiseFactor?
  /// With the noise that it keeps.
  var validation: LabelledBlocks

  var count: Int { targets.count / targetCount }

  /// The samples of some indices (all where nil) with noise drawn for a member and an epoch.
  func drawn(_ indices: ArraySlice<Int>?, _ random: CounterRandom, member: Int, epoch: Int) -> LabelledBlocks
  {
    var chosen = inputs
    var labels = targets
    if let indices {
      chosen = indices.flatMap { inputs[($0 * inputCount)..<(($0 + 1) * inputCount)] }
      labels = indices.flatMap { targets[($0 * targetCount)..<(($0 + 1) * targetCount)] }
    }
    noise?.add(to: &chosen, random, row: member, round: epoch)
    return LabelledBlocks(
      inputs: SampleBlocks(rows: chosen, features: inputCount),
      targets: SampleBlocks(rows: labels, features: targetCount))
  }
}

/// Trains a member: from the prior's marginal to the least loss of the validation part.
struct MemberTraining {
  let set: TrainingSet
  let options: TrainingOptions
  let member: Int
  var workers: Workers
  /// Told of every epoch: its number and the loss of the validation part.
  var tell: @Sendable (_ epoch: Int, _ loss: Double) -> Void = { _, _ in }
  /// Throws where the work is to end.
  var checkCancelled: @Sendable () throws -> Void = {}

  private struct Best {
    var parameters: [Double]
    var loss: Double
    var training: Double
    var number: Int
    var history: [Double]

    mutating func look(_ candidate: [Double], loss found: Double, training: Double, number: Int) {
      history.append(found)
      guard found < loss else { return }
      (parameters, loss, self.training, self.number) = (candidate, found, training, number)
    }
  }

  /// The shape that the committee's seed gives the member.
  private var shape: NetworkShape {
    let draws = CounterRandom(seed: options.seed, stream: "shape").uniform(2 + options.layers, row: member)
    func pick(_ range: ClosedRange<Int>, _ draw: Double) -> Int {
      min(range.upperBound, range.lowerBound + Int(draw * Double(range.count)))
    }
    return NetworkShape(
      inputs: set.inputCount, hidden: (0..<options.layers).map { pick(options.hidden, draws[1 + $0]) },
      kernels: pick(options.kernels, draws[0]), targets: set.targetCount)
  }

  func run() throws -> NetworkMember {
    let shape = shape
    let loss = NetworkLoss(shape: shape, workers: workers)
    let random = CounterRandom(seed: options.seed, stream: "start")
    let start = PriorStart(shape: shape, random: random, member: member).parameters(targets: set.targets)
    var best = Best(parameters: start, loss: .infinity, training: .nan, number: 0, history: [])
    best.look(start, loss: loss.value(start, set.validation), training: .nan, number: 0)
    guard best.loss.isFinite else { throw NetworkError.diverged(member: member) }
    if options.optimiser == .adam { try descend(loss, &best) }
    let iterations = try iterate(loss, &best)
    var member = NetworkMember(shape: shape, parameters: best.parameters)
    (member.iterations, member.best, member.history) = (iterations, best.number, best.history)
    (member.trainingLoss, member.validationLoss) = (best.training, best.loss)
    return member
  }

  /// L-BFGS over all samples. Noise that is drawn anew changes the function and not what was learnt of its curvature,
  /// since both ends of every step have the same noise.
  private func iterate(_ loss: NetworkLoss, _ best: inout Best) throws -> Int {
    let random = CounterRandom(seed: options.seed, stream: "noise")
    var samples = set.drawn(nil, random, member: member, epoch: 0)
    var limits = LineSearchLBFGS.Limits()
    limits.memory = 20
    func function(_ point: [Double], _ gradient: inout [Double]) -> Double {
      loss.evaluate(point, samples, gradient: &gradient)
    }
    var search = LineSearchLBFGS(start: best.parameters, limits: limits, function)
    guard search.value.isFinite else { throw NetworkError.diverged(member: member) }
    if best.training.isNaN { best.training = search.value }
    let first = best.history.count
    var (iteration, since) = (0, 0)
    while iteration < options.iterations, since < options.patience {
      try checkCancelled()
      if set.noise != nil, iteration > 0, iteration % options.redraw == 0 {
        samples = set.drawn(nil, random, member: member, epoch: iteration / options.redraw)
        search.restate(function)
      }
      guard search.advance(function) == .moved else { break }
      iteration += 1
      let before = best.loss
      let found = loss.value(search.point, set.validation)
      best.look(search.point, loss: found, training: search.value, number: first + iteration - 1)
      since = best.loss < before ? 0 : since + 1
      tell(first + iteration - 1, found)
    }
    return iteration
  }

  /// Adam over mini-batches. [Kingma2015]
  private func descend(_ loss: NetworkLoss, _ best: inout Best) throws {
    let size = best.parameters.count
    let noise = CounterRandom(seed: options.seed, stream: "noise of batches")
    let order = CounterRandom(seed: options.seed, stream: "batches")
    var point = best.parameters
    var (first, second) = (Array(repeating: 0.0, count: size), Array(repeating: 0.0, count: size))
    var gradient = first
    var (power1, power2, since) = (1.0, 1.0, 0)
    for epoch in 0..<options.epochs where since < options.patience {
      let permutation = DataSplit.permutation(set.count, order, row: member, round: epoch)
      // From the rate to `decay` of it along half a cosine.
      let turn = 0.5 * (1 + Elementary.cos(Double.pi * Double(epoch) / Double(options.epochs)))
      let rate = options.rate * (options.decay + (1 - options.decay) * turn)
      var (sum, batches) = (0.0, 0)
      for start in stride(from: 0, to: set.count, by: options.batch) {
        try checkCancelled()
        let indices = permutation[start..<min(set.count, start + options.batch)]
        let key = epoch * ((set.count + options.batch - 1) / options.batch + 1) + batches
        let samples = set.drawn(indices, noise, member: member, epoch: key)
        sum += loss.evaluate(point, samples, gradient: &gradient)
        batches += 1
        let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length.isFinite else { continue }
        let factor = length > options.clip ? options.clip / length : 1
        (power1, power2) = (power1 * 0.9, power2 * 0.999)
        let step = rate * (1 - power2).squareRoot() / (1 - power1)
        for index in 0..<size {
          let slope = factor * gradient[index]
          first[index] = 0.9 * first[index] + 0.1 * slope
          second[index] = 0.999 * second[index] + 0.001 * slope * slope
          point[index] -= step * first[index] / (second[index].squareRoot() + 1e-8)
        }
      }
      let before = best.loss
      let found = loss.value(point, set.validation)
      best.look(point, loss: found, training: sum / Double(batches), number: epoch + 1)
      since = best.loss < before ? 0 : since + 1
      tell(epoch + 1, found)
    }
  }
}
