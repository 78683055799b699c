/// How a trust region accepts steps and changes its radius [NocedalWright2006, ch. 4; ConnGouldToint2000].
///
/// | actual/predicted ρ | what happens |
/// | --- | --- |
/// | below `acceptance`, or no value | rejected, Δ ← ¼‖s‖ |
/// | below ¼ | accepted, Δ ← ½‖s‖ |
/// | above ¾ and ‖s‖ ≥ 0.99 Δ | accepted, Δ ← 2Δ, up to `growth` times the first |
/// | else | accepted |
public struct TrustRegion: Sendable, Equatable {
  /// Largest change of any unknown in the first step.
  public var firstStep: Double
  /// By how much the radius may exceed the first.
  public var growth = 10.0
  /// Pairs that are kept.
  public var memory = 10
  /// Trials in a row that may fail before the search is stalled.
  public var rejections = 8
  /// Least ρ of an accepted step.
  public var acceptance = 1e-3

  /// - Parameter firstStep: above 0.
  public init(firstStep: Double) { self.firstStep = firstStep }

  /// The numbers that travel along an iteration.
  public struct State: Sendable, Equatable {
    /// Δ and what it was first; nil before the first step.
    public var radius, firstRadius: Double?
    /// Trials rejected in a row.
    public var rejected = 0
    /// Of the last trial: ρ; nil before one, and for one without a value.
    public var ratio: Double?
    /// Of the trial to come: predicted change of the value, length √(sᵀP⁻¹s).
    public var predicted, length: Double?

    /// Before anything.
    public init() {}
  }

  /// Whether the search can go on from here.
  public func isStalled(_ state: State) -> Bool { state.rejected >= rejections }

  /// A step to try.
  public struct Proposal: Sendable, Equatable {
    /// r with s = P r.
    public var step: MetricVector
    /// gᵀs + ½ sᵀBs.
    public var predicted: Double
    /// √(sᵀP⁻¹s).
    public var length: Double
    /// λ of the sub-problem: 0 for a step inside the region.
    public var multiplier: Double
  }

  /// The step from a model with this gradient; every pair is asked for twice.
  /// - Returns: nil where the gradient vanishes.
  public func proposal<Failure: Error>(
    _ state: inout State, gradient: MetricVector, history: PairHistory<Failure>, in metric: Metric
  ) throws(Failure) -> Proposal? {
    let square = metric.inner(gradient, gradient)
    guard square > 0, square.isFinite else { return nil }
    let norm = square.squareRoot()
    if state.radius == nil {
      let largest = metric.scale * gradient.smoothed.reduce(0) { max($0, abs($1)) }
      state.radius = firstStep / largest * norm
      state.firstRadius = state.radius
    }
    guard let radius = state.radius else { preconditionFailure("a radius has been set") }
    let model = self.model(history.products, norm: norm, radius: radius)
    let products = try Self.products(of: gradient, with: history, newest: model.pairs, metric)
    let solved = model.step(square: square, products: products, radius: radius)
    var step = gradient.times(solved.ofGradient)
    for index in 0..<model.pairs {
      let pair = try history.pair(history.products.count - model.pairs + index)
      step.add(solved.ofPairs[index], pair.step)
      step.add(solved.ofPairs[model.pairs + index], pair.change)
    }
    (state.predicted, state.length) = (solved.predicted, solved.length)
    return Proposal(
      step: step, predicted: solved.predicted, length: solved.length, multiplier: solved.multiplier)
  }

  /// Without pairs δ is such that the first step ends at the first radius.
  private func model(_ products: PairProducts, norm: Double, radius: Double) -> QuasiNewtonModel {
    products.count == 0 ? QuasiNewtonModel(curvature: norm / radius) : QuasiNewtonModel(products)
  }

  /// ⟨sᵢ, v⟩ of the newest pairs, and behind them ⟨yᵢ, v⟩.
  private static func products<Failure: Error>(
    of vector: MetricVector, with history: PairHistory<Failure>, newest count: Int, _ metric: Metric
  ) throws(Failure) -> [Double] {
    var (steps, changes) = ([Double](), [Double]())
    for index in 0..<count {
      let pair = try history.pair(history.products.count - count + index)
      steps.append(metric.inner(pair.step, vector))
      changes.append(metric.inner(pair.change, vector))
    }
    return steps + changes
  }

  /// The model's change for a step that something else has altered, such as bounds.
  public func predicted<Failure: Error>(
    step: MetricVector, gradient: MetricVector, history: PairHistory<Failure>, radius: Double,
    in metric: Metric
  ) throws(Failure) -> (predicted: Double, length: Double) {
    let model = self.model(history.products, norm: metric.norm(gradient), radius: radius)
    let square = metric.inner(step, step)
    let products = try Self.products(of: step, with: history, newest: model.pairs, metric)
    let bent = model.quadratic(square: square, products: products)
    return (metric.inner(gradient, step) + 0.5 * bent, max(0, square).squareRoot())
  }

  /// Judges the trial by what it changed of the value.
  /// - Parameter change: value at the trial less that at the model; nil or not finite where it failed.
  /// - Returns: whether the trial becomes the model.
  public func judge(_ state: inout State, change: Double?) -> Bool {
    guard let radius = state.radius, let predicted = state.predicted, let length = state.length else {
      preconditionFailure("a trial has been proposed")
    }
    let ratio = change.map { $0 / predicted } ?? .nan
    state.ratio = ratio
    guard ratio.isFinite, ratio >= acceptance else {
      state.rejected += 1
      state.radius = 0.25 * min(length, radius)
      return false
    }
    state.rejected = 0
    if ratio < 0.25 {
      state.radius = 0.5 * length
    } else if ratio > 0.75, length >= 0.99 * radius {
      state.radius = min(2 * radius, max(radius, growth * (state.firstRadius ?? radius)))
    }
    return true
  }

  /// The history with a pair behind it, without those that are too old; unchanged where the pair has no curvature.
  /// - Returns: whether the pair is among them.
  public func add(_ pair: HistoryPair, to history: inout [HistoryPair], in metric: Metric) -> Bool {
    guard Self.hasCurvature(pair, in: metric) else { return false }
    history.append(pair)
    if history.count > memory { history.removeFirst(history.count - memory) }
    return true
  }

  /// sᵀy > 10⁻⁸ ‖s‖ ‖y‖: a trust region does not enforce it.
  public static func hasCurvature(_ pair: HistoryPair, in metric: Metric) -> Bool {
    let product = metric.inner(pair.step, pair.change)
    return product > 1e-8 * metric.norm(pair.step) * metric.norm(pair.change)
  }
}
