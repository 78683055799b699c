import Foundation
import Testing

@testable import Optimisation

/// Laws of the exact sub-problem, and searches whose ends are known.
@Suite struct TrustRegionTests {
  /// Numbers of a fixed sequence between −1 and 1.
  private struct Sequence {
    var state: UInt64 = 12345
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53) * 2 - 1
    }
    mutating func vector(_ count: Int) -> [Double] { (0..<count).map { _ in next() } }
  }

  /// A diagonal metric, whose P⁻¹ is known.
  private static func metric(_ weights: [Double]) -> Metric {
    Metric(
      scale: 0.5,
      smoothing: (
        { values in zip(values, weights).map { $0 * $1 } }, { values in zip(values, weights).map { $0 / $1 } }
      ))
  }

  /// B of the pairs as a dense matrix, by the recursion of BFGS from δ P⁻¹.
  private static func dense(_ pairs: [HistoryPair], _ delta: Double, _ metric: Metric, _ inverse: [Double])
    -> [[Double]]
  {
    var b = inverse.indices.map { i in inverse.indices.map { i == $0 ? delta * inverse[i] : 0.0 } }
    for pair in pairs {
      let (s, y) = (metric.primal(pair.step), pair.change.dual)
      let bs = b.map { dot($0, s) }
      let (sbs, sy) = (dot(s, bs), dot(s, y))
      for i in s.indices {
        for j in s.indices { b[i][j] += y[i] * y[j] / sy - bs[i] * bs[j] / sbs }
      }
    }
    return b
  }

  @Test(arguments: [1, 3, 6]) func subproblemMeetsItsConditions(count: Int) throws {
    var random = Sequence()
    let size = 14
    let weights = (0..<size).map { 0.2 + 0.1 * Double($0) }
    let metric = Self.metric(weights)
    let inverse = weights.map { 1 / (0.5 * $0) }
    let stiff = (0..<size).map { 1 + Double($0 * $0) }
    let pairs = (0..<count).map { _ in
      let step = metric.vector(dual: random.vector(size))
      let s = metric.primal(step)
      return HistoryPair(step: step, change: metric.vector(dual: s.indices.map { stiff[$0] * s[$0] }))
    }
    let products = PairProducts(pairs, in: metric)
    let delta = products.changes[count - 1][count - 1] / products.mixed[count - 1][count - 1]
    let b = Self.dense(pairs, delta, metric, inverse)
    let gradient = metric.vector(dual: random.vector(size))
    for radius in [1e-3, 0.05, 1e6] {
      var state = TrustRegion.State()
      (state.radius, state.firstRadius) = (radius, radius)
      let proposal = try #require(
        TrustRegion(firstStep: 1).proposal(
          &state, gradient: gradient, history: PairHistory(pairs, in: metric), in: metric))
      let s = metric.primal(proposal.step)
      // (B + λ P⁻¹) s = −g, λ ≥ 0, λ (Δ − ‖s‖) = 0.
      let residual = s.indices.map {
        dot(b[$0], s) + proposal.multiplier * inverse[$0] * s[$0] + gradient.dual[$0]
      }
      let scale = dot(gradient.dual, gradient.dual).squareRoot()
      #expect(dot(residual, residual).squareRoot() <= 1e-10 * scale)
      let length = s.indices.reduce(0.0) { $0 + s[$1] * s[$1] * inverse[$1] }.squareRoot()
      #expect(abs(length - proposal.length) <= 1e-10 * length)
      #expect(radius < 1e-2 ? proposal.multiplier > 0 : radius < 1e5 || proposal.multiplier == 0)
      #expect(
        proposal.multiplier > 0 ? abs(length - radius) <= 1e-10 * radius : length <= radius * (1 + 1e-9))
      let model = dot(gradient.dual, s) + 0.5 * dot(s, b.map { dot($0, s) })
      #expect(abs(model - proposal.predicted) <= 1e-10 * abs(model))
      let again = TrustRegion(firstStep: 1).predicted(
        step: proposal.step, gradient: gradient, history: PairHistory(pairs, in: metric), radius: radius,
        in: metric)
      #expect(abs(again.predicted - model) <= 1e-10 * abs(model))
    }
  }

  @Test func dependentPairsAreLeftOut() throws {
    let metric = Metric()
    let step = metric.vector(dual: [1, 2, 3])
    let change = metric.vector(dual: [2, 4, 6])
    let pair = HistoryPair(step: step, change: change)
    var state = TrustRegion.State()
    (state.radius, state.firstRadius) = (100, 100)
    let proposal = try #require(
      TrustRegion(firstStep: 1).proposal(
        &state, gradient: metric.vector(dual: [1, 2, 3]),
        history: PairHistory([pair, pair, pair], in: metric),
        in: metric))
    for (found, expected) in zip(proposal.step.dual, [-0.5, -1, -1.5]) {
      #expect(abs(found - expected) < 1e-12)
    }
  }

  /// Of a linear problem the model comes to be the function, so ρ → 1.
  @Test func quadraticIsPredicted() throws {
    let size = 4
    let stiff = (0..<size).map { 1 + Double($0) / 3 }
    let target = (0..<size).map { Double($0 % 7) - 3 }
    let search = TrustRegionSearch(TrustRegion(firstStep: 0.5))
    var state = TrustRegionSearch.State(point: Array(repeating: 0, count: size))
    var point = state.point
    var ratios: [Double] = []
    for _ in 0..<120 {
      let residual = point.indices.map { stiff[$0] * (point[$0] - target[$0]) }
      let value = point.indices.reduce(0.0) { $0 + 0.5 * residual[$1] * (point[$1] - target[$1]) }
      guard let next = search.next(&state, value: value, gradient: residual) else { break }
      if let ratio = state.numbers.ratio { ratios.append(ratio) }
      if let gradient = state.gradient, search.metric.norm(gradient) < 1e-9 { break }
      point = next
    }
    #expect(ratios.count < 40)
    #expect(ratios.suffix(3).allSatisfy { abs($0 - 1) < 0.01 }, "\(ratios)")
    #expect(zip(state.point, target).allSatisfy { abs($0 - $1) < 1e-8 })
  }

  /// T8 of the reference: 149 iterations to ‖g‖ = 3·10⁻⁹ there.
  @Test func rosenbrockOfTwenty() throws {
    let size = 20
    func evaluate(_ x: [Double]) -> (Double, [Double]) {
      var (value, gradient) = (0.0, [Double](repeating: 0, count: size))
      for i in 0..<size - 1 {
        let (a, b) = (x[i + 1] - x[i] * x[i], 1 - x[i])
        value += 100 * a * a + b * b
        gradient[i] += -400 * x[i] * a - 2 * b
        gradient[i + 1] += 200 * a
      }
      return (value, gradient)
    }
    var region = TrustRegion(firstStep: 0.1)
    region.growth = 1000
    let search = TrustRegionSearch(region)
    var state = TrustRegionSearch.State(
      point: (0..<size).map { $0 % 2 == 0 ? -1.2 : 1 })
    var point = state.point
    while state.iteration < 400 {
      let (value, gradient) = evaluate(point)
      guard let next = search.next(&state, value: value, gradient: gradient) else { break }
      if let gradient = state.gradient, search.metric.norm(gradient) < 3e-9 { break }
      point = next
    }
    let norm = try #require(state.gradient.map(search.metric.norm))
    #expect(norm < 3e-9)
    #expect(state.iteration <= 250, "\(state.iteration) iterations")
  }

  @Test func radiusFollowsTheRatio() {
    let region = TrustRegion(firstStep: 1)
    func judged(_ ratio: Double?, length: Double = 1) -> (Bool, Double?) {
      var state = TrustRegion.State()
      (state.radius, state.firstRadius, state.predicted, state.length) = (1, 1, -1, length)
      let isAccepted = region.judge(&state, change: ratio.map { -$0 })
      return (isAccepted, state.radius)
    }
    #expect(judged(nil) == (false, 0.25))
    #expect(judged(.nan) == (false, 0.25))
    #expect(judged(0.0005, length: 0.4) == (false, 0.1))
    #expect(judged(0.1, length: 0.8) == (true, 0.4))
    #expect(judged(0.5) == (true, 1))
    #expect(judged(0.9, length: 0.5) == (true, 1))
    #expect(judged(0.9) == (true, 2))
  }

  @Test func stallsAfterEightRejections() {
    let search = TrustRegionSearch(TrustRegion(firstStep: 1))
    var state = TrustRegionSearch.State(point: [0])
    var trials = 0
    var next = search.next(&state, value: 0, gradient: [1])
    while next != nil {
      trials += 1
      // A gradient that lies: every trial is worse.
      next = search.next(&state, value: 1, gradient: [1])
    }
    #expect(trials == 8)
    #expect(state.iteration == 0)
  }
}

/// Which events of a batch stand for all.
@Suite struct ControlGroupTests {
  @Test func theEventThatTurnsLeastGoesFirst() {
    // Two alike, one across.
    let gradients = [[1.0, 0, 0], [1, 0.1, 0], [0, 1, 0], [1, 0, 0.05]]
    let (control, others) = ControlGroup.chosen(
      gradients, in: Metric(), minimum: 2, largestAngle: 20 * .pi / 180)
    #expect(control.contains(2), "\(control)")
    #expect(control.count >= 2)
    #expect((control + others).sorted() == [0, 1, 2, 3])
    let all = ControlGroup.chosen(gradients, in: Metric(), minimum: 1, largestAngle: 0)
    #expect(all.control == [0, 1, 2, 3])
  }

  @Test func batchesTakeWhatWasUsedLongestAgo() {
    let batch = ControlGroup.batch([3], size: 3, lastUse: [1, nil, 0, 2, nil], ties: [0, 0.9, 0, 0, 0.1])
    #expect(batch == [1, 3, 4])
    #expect(ControlGroup.batch([0, 1], size: 1, lastUse: [0, 0, 0], ties: [0, 0, 0]) == [0, 1])
  }
}
