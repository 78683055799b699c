/// A local minimiser of a smooth function in a box: the two-metric projection method with the BFGS estimate of
/// the inverse Hessian. [Bertsekas1982]
///
/// A variable that stands at its bound with the slope pointing outwards stays; the others move along
/// −H∇f, and the step is clipped to the box and halved until the function falls enough. For some dozen
/// variables: memory and time of an iteration grow with their square.
package enum BoundedMinimiser {
  package struct Result {
    package var point: [Double]
    package var value: Double
  }

  package struct Limits: Sendable {
    package var iterations: Int
    /// Largest component of the projected gradient at which it stops.
    package var gradient: Double

    package init(iterations: Int = 100, gradient: Double = 1e-6) {
      (self.iterations, self.gradient) = (iterations, gradient)
    }
  }

  /// - Parameter function: value and gradient; a value that is not finite counts as infinitely bad.
  package static func minimise(
    from start: [Double], lower: [Double], upper: [Double], limits: Limits = Limits(),
    _ function: ([Double]) -> (value: Double, gradient: [Double])
  ) -> Result {
    var x = zip(start, zip(lower, upper)).map { min($1.1, max($1.0, $0)) }
    var (value, gradient) = function(x)
    guard value.isFinite else { return Result(point: x, value: .infinity) }
    var metric = Metric(count: x.count)
    for _ in 0..<limits.iterations {
      let free = x.indices.filter { index in
        !(x[index] <= lower[index] && gradient[index] >= 0)
          && !(x[index] >= upper[index] && gradient[index] <= 0)
      }
      guard free.contains(where: { abs(gradient[$0]) > limits.gradient }) else { break }
      let direction = metric.direction(gradient, free)
      guard
        let step = search(x, value, gradient, direction, Box(lower: lower, upper: upper), function)
      else {
        // The metric may be what is wrong.
        guard !metric.isFresh else { break }
        metric = Metric(count: x.count)
        continue
      }
      metric.update(
        step: zip(step.point, x).map { $0 - $1 }, change: zip(step.gradient, gradient).map { $0 - $1 })
      let gain = value - step.value
      (x, value, gradient) = (step.point, step.value, step.gradient)
      if gain <= 1e-14 * abs(value) { break }
    }
    return Result(point: x, value: value)
  }

  private struct Box {
    var lower, upper: [Double]

    func clipped(_ x: [Double], _ direction: [Double], _ length: Double) -> [Double] {
      x.indices.map { min(upper[$0], max(lower[$0], x[$0] + length * direction[$0])) }
    }
  }

  private static func search(
    _ x: [Double], _ value: Double, _ gradient: [Double], _ direction: [Double], _ box: Box,
    _ function: ([Double]) -> (value: Double, gradient: [Double])
  ) -> (point: [Double], value: Double, gradient: [Double])? {
    var length = 1.0
    for _ in 0..<30 {
      let point = box.clipped(x, direction, length)
      let fall = zip(gradient, zip(point, x)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
      guard fall < 0 else { return nil }
      let (next, slope) = function(point)
      if next.isFinite, next <= value + 1e-4 * fall { return (point, next, slope) }
      length *= next.isFinite ? 0.4 : 0.1
    }
    return nil
  }

  /// The estimate of the inverse Hessian.
  private struct Metric {
    private let count: Int
    private var values: [Double]
    private(set) var isFresh = true

    init(count: Int) {
      self.count = count
      values = [Double](repeating: 0, count: count * count)
      for index in 0..<count { values[index * count + index] = 1 }
    }

    /// Downhill among the free variables; the first time no longer than 1.
    func direction(_ gradient: [Double], _ free: [Int]) -> [Double] {
      var result = [Double](repeating: 0, count: count)
      for row in free {
        for column in free { result[row] -= values[row * count + column] * gradient[column] }
      }
      guard isFresh else { return result }
      let length = result.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return length > 1 ? result.map { $0 / length } : result
    }

    mutating func update(step: [Double], change: [Double]) {
      let curvature = zip(step, change).reduce(0) { $0 + $1.0 * $1.1 }
      let square = change.reduce(0) { $0 + $1 * $1 }
      let length = step.reduce(0) { $0 + $1 * $1 }
      guard curvature > 1e-10 * (square * length).squareRoot(), square > 0 else { return }
      if isFresh {
        for index in 0..<count { values[index * count + index] = curvature / square }
        isFresh = false
      }
      let moved = (0..<count).map { row in
        (0..<count).reduce(0) { $0 + values[row * count + $1] * change[$1] }
      }
      let factor = (1 + zip(change, moved).reduce(0) { $0 + $1.0 * $1.1 } / curvature) / curvature
      for row in 0..<count {
        for column in 0..<count {
          values[row * count + column] +=
            factor * step[row] * step[column]
            - (moved[row] * step[column] + step[row] * moved[column]) / curvature
        }
      }
    }
  }
}
