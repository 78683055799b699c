import NumericCore

/// Minimises a smooth function of many variables by limited-memory BFGS steps with a line search. [Nocedal2006, §7.2]
///
/// The caller drives it an iteration at a time, so that it can look at other functions of the point, change the
/// function between iterations (`restate`), and stop when it likes. The step length satisfies the strong Wolfe
/// conditions where the search finds one, otherwise the point of least value that it met.
public struct LineSearchLBFGS: Sendable {
  /// What an iteration led to.
  public enum Outcome: Sendable, Equatable {
    case moved
    /// No lower value along the direction, nor along the steepest descent: the end of what rounding allows.
    case stuck
  }

  /// What the search keeps to.
  public struct Limits: Sendable {
    /// Pairs of steps and changes of the gradient that are remembered.
    public var memory = 10
    /// Sufficient decrease and curvature conditions.
    public var decrease = 1e-4
    /// Curvature condition.
    public var curvature = 0.9
    /// Evaluations of a line search.
    public var evaluations = 20
    /// Ten pairs, and what is usual.
    public init() {}
  }

  private struct Pair: Sendable {
    var step, change: [Double]
    var inverse: Double
  }

  /// Writes the gradient at a point and returns the value, which need not be finite.
  public typealias Function = (_ point: [Double], _ gradient: inout [Double]) -> Double

  /// Where the search is.
  public private(set) var point: [Double]
  /// Of the function at the point.
  public private(set) var value: Double
  /// Of the function at the point.
  public private(set) var gradient: [Double]
  /// Evaluations of the function so far.
  public private(set) var evaluations = 0
  private let limits: Limits
  private var pairs: [Pair] = []

  /// Evaluates the function at the start.
  public init(start: [Double], limits: Limits = Limits(), _ function: Function) {
    (point, self.limits) = (start, limits)
    gradient = Array(repeating: 0, count: start.count)
    value = function(start, &gradient)
    evaluations = 1
  }

  /// Evaluates again at the point, where the function is another one now. What it has learnt of the curvature stays.
  public mutating func restate(_ function: Function) {
    value = function(point, &gradient)
    evaluations += 1
  }

  /// One iteration.
  public mutating func advance(_ function: Function) -> Outcome {
    guard value.isFinite, gradient.contains(where: { $0 != 0 }) else { return .stuck }
    if let next = search(along: direction(), first: pairs.isEmpty ? firstLength : 1, function) {
      accept(next)
      return .moved
    }
    // The pairs may be what is wrong.
    guard !pairs.isEmpty else { return .stuck }
    pairs = []
    guard let next = search(along: direction(), first: firstLength, function) else { return .stuck }
    accept(next)
    return .moved
  }

  /// A first step of length 1 at most: nothing is known of the curvature yet.
  private var firstLength: Double {
    let length = Self.dot(gradient, gradient).squareRoot()
    return min(1, 1 / length)
  }

  private mutating func accept(_ next: Trial) {
    let step = zip(next.point, point).map { $0 - $1 }
    let change = zip(next.gradient, gradient).map { $0 - $1 }
    let curvature = Self.dot(step, change)
    if curvature > 1e-12 * Self.dot(change, change).squareRoot() * Self.dot(step, step).squareRoot() {
      if pairs.count == limits.memory { pairs.removeFirst() }
      pairs.append(Pair(step: step, change: change, inverse: 1 / curvature))
    }
    (point, value, gradient) = (next.point, next.value, next.gradient)
  }

  /// −H g by the two loops.
  private func direction() -> [Double] {
    var q = gradient.map { -$0 }
    var factors: [Double] = []
    for pair in pairs.reversed() {
      let factor = pair.inverse * Self.dot(pair.step, q)
      factors.append(factor)
      Self.add(-factor, pair.change, to: &q)
    }
    if let last = pairs.last {
      let scale = 1 / (last.inverse * Self.dot(last.change, last.change))
      for index in q.indices { q[index] *= scale }
    }
    for (pair, factor) in zip(pairs, factors.reversed()) {
      Self.add(factor - pair.inverse * Self.dot(pair.change, q), pair.step, to: &q)
    }
    return q
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = SIMD8<Double>.zero
    var index = 0
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        while index + 8 <= a.count {
          for lane in 0..<8 { sum[lane] += a[index + lane] * b[index + lane] }
          index += 8
        }
        while index < a.count {
          sum[index % 8] += a[index] * b[index]
          index += 1
        }
      }
    }
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]))
  }

  private static func add(_ factor: Double, _ x: [Double], to y: inout [Double]) {
    for index in y.indices { y[index] += factor * x[index] }
  }

  // MARK: - The step length

  private struct Trial {
    var length: Double
    var point: [Double]
    var value, slope: Double
    var gradient: [Double]
  }

  /// Brackets a step length and narrows the bracket by cubic interpolation. [Nocedal2006, algorithms 3.5 and 3.6]
  private mutating func search(along direction: [Double], first: Double, _ function: Function) -> Trial? {
    let slope = Self.dot(direction, gradient)
    guard slope < 0, slope.isFinite else { return nil }
    let start = Trial(length: 0, point: point, value: value, slope: slope, gradient: gradient)
    var low = start
    var high: Trial?
    var length = first
    for _ in 0..<limits.evaluations {
      let trial = evaluate(length, along: direction, function)
      if !trial.value.isFinite || trial.value > value + limits.decrease * length * slope
        || (trial.value >= low.value && low.length > 0)
      {
        high = trial
      } else if abs(trial.slope) <= -limits.curvature * slope {
        return trial
      } else if trial.slope * ((high?.length ?? .infinity) - low.length) >= 0 {
        (high, low) = (low, trial)
      } else {
        low = trial
      }
      guard let high else {
        length *= 2
        continue
      }
      let width = abs(high.length - low.length)
      if width <= 1e-14 * max(1e-3, low.length) { break }
      length = Self.between(low, high)
    }
    return low.length > 0 && low.value < value ? low : nil
  }

  private mutating func evaluate(
    _ length: Double, along direction: [Double], _ function: Function
  ) -> Trial {
    let target = zip(point, direction).map { $0 + length * $1 }
    var slopes = Array(repeating: 0.0, count: target.count)
    let value = function(target, &slopes)
    evaluations += 1
    return Trial(
      length: length, point: target, value: value.isNaN ? .infinity : value,
      slope: Self.dot(direction, slopes), gradient: slopes)
  }

  /// The minimum of the cubic through both ends, kept away from them.
  private static func between(_ low: Trial, _ high: Trial) -> Double {
    let (a, b) = (low.length, high.length)
    let middle = 0.5 * (a + b)
    guard high.value.isFinite, high.slope.isFinite else { return a + 0.1 * (b - a) }
    let d1 = low.slope + high.slope - 3 * (low.value - high.value) / (a - b)
    let square = d1 * d1 - low.slope * high.slope
    guard square >= 0 else { return middle }
    let d2 = (b > a ? 1 : -1) * square.squareRoot()
    let found = b - (b - a) * (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2)
    guard found.isFinite else { return middle }
    let (left, right) = (min(a, b), max(a, b))
    return min(right - 0.1 * (right - left), max(left + 0.1 * (right - left), found))
  }
}
