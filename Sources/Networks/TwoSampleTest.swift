import Inference
public import NumericCore
import Optimisation

/// How well a classifier tells two sets of samples apart: ½ where nothing does, 1 where they have nothing in common.
/// [LopezPaz2017]
///
/// The classifier is a network of one hidden tanh layer on standardised numbers, trained by L-BFGS on the logistic loss with a
/// small weight decay. Its accuracy is that on samples that it has not seen, over five folds.
public enum TwoSampleTest {
  /// Why there is no answer.
  public enum Failure: Error, Equatable, Sendable {
    /// Fewer samples of one of the two than folds need.
    case tooFewSamples(found: Int, needed: Int)
    /// A value that is no number.
    case nonFinite(index: Int)
  }

  private static let folds = 5

  /// Accuracy over five folds, each sample judged by a classifier that has not seen it.
  /// - Parameters:
  ///   - first, second: one sample after the other, `dimensions` numbers each. Of unequal numbers the first of each are taken.
  ///   - units: of the hidden layer; nil for ten a dimension.
  public static func accuracy(
    _ first: [Double], _ second: [Double], dimensions: Int, units: Int? = nil, seed: UInt64,
    workers: Workers = .serial
  ) throws(Failure) -> Double {
    let count = min(first.count, second.count) / dimensions
    guard count >= 2 * folds else { throw .tooFewSamples(found: count, needed: 2 * folds) }
    let rows = Array(first[..<(count * dimensions)]) + Array(second[..<(count * dimensions)])
    if let index = rows.firstIndex(where: { !$0.isFinite }) { throw .nonFinite(index: index / dimensions) }
    let labels = Array(repeating: 0.0, count: count) + Array(repeating: 1.0, count: count)
    let order = DataSplit.permutation(2 * count, CounterRandom(seed: seed, stream: "two samples"), row: 0)
    var right = [Double](repeating: 0, count: folds)
    right.withUnsafeMutableBufferPointer { right in
      nonisolated(unsafe) let right = right
      workers.forEach(folds) { fold in
        let training = order.indices.filter { $0 % folds != fold }.map { order[$0] }
        let classifier = LogisticNetwork(
          training.flatMap { rows[($0 * dimensions)..<(($0 + 1) * dimensions)] },
          labels: training.map { labels[$0] }, shape: (dimensions, units ?? 10 * dimensions),
          random: CounterRandom(seed: seed, stream: "classifier"), row: fold)
        right[fold] = order.indices.filter { $0 % folds == fold }.reduce(0) { sum, place in
          let sample = order[place]
          let own = Array(rows[(sample * dimensions)..<((sample + 1) * dimensions)])
          return sum + ((classifier.probability(own) > 0.5) == (labels[sample] > 0.5) ? 1 : 0)
        }
      }
    }
    return right.reduce(0, +) / Double(2 * count)
  }

  /// The largest distance of the distribution functions of two samples.
  public static func kolmogorov(_ first: [Double], _ second: [Double]) -> Double {
    let (one, two) = (first.sorted(), second.sorted())
    var (i, j, largest) = (0, 0, 0.0)
    while i < one.count, j < two.count {
      let place = min(one[i], two[j])
      while i < one.count, one[i] <= place { i += 1 }
      while j < two.count, two[j] <= place { j += 1 }
      largest = max(largest, abs(Double(i) / Double(one.count) - Double(j) / Double(two.count)))
    }
    return largest
  }

  /// ∫ min(p, q) of two samples: the area that their densities have in common, 1 where they are the same.
  ///
  /// Densities by normal kernels of Silverman's width on 512 cells that hold both; the widths smooth both alike, so that the area is
  /// a little too large where the two differ.
  public static func overlap(_ first: [Double], _ second: [Double]) -> Double {
    let all = first + second
    guard let low = all.min(), let high = all.max(), high > low else { return 1 }
    let widths = [first, second].map { values in
      1.06 * Statistics.deviation(values, lostDegrees: 1) * Elementary.pow(Double(values.count), -0.2)
    }
    let width = max(widths[0], widths[1], 1e-9 * (high - low))
    let (start, end) = (low - 4 * width, high + 4 * width)
    let count = 512
    let step = (end - start) / Double(count)
    let densities = [first, second].map { values -> [Double] in
      var sums = [Double](repeating: 0, count: count)
      for value in values {
        let from = max(0, Int((value - 5 * width - start) / step))
        let to = min(count - 1, Int((value + 5 * width - start) / step))
        for cell in from...max(from, to) {
          let z = (start + (Double(cell) + 0.5) * step - value) / width
          sums[cell] += Elementary.exp(-0.5 * z * z)
        }
      }
      let sum = sums.reduce(0, +)
      return sums.map { $0 / sum }
    }
    return zip(densities[0], densities[1]).reduce(0) { $0 + min($1.0, $1.1) }
  }
}

/// The probability that a sample belongs to the second of two classes.
struct LogisticNetwork: Sendable {
  private let dimensions, units: Int
  private let means, scales: [Double]
  /// Of each unit its weights and its bias, then the weights of the units and the last bias.
  private let parameters: [Double]
  /// Of the mean square of the weights.
  private static let decay = 1e-3

  /// - Parameters:
  ///   - rows: one sample after the other.
  ///   - labels: 0 or 1.
  init(
    _ rows: [Double], labels: [Double], shape: (dimensions: Int, units: Int), random: CounterRandom,
    row: Int, iterations: Int = 60
  ) {
    let (dimensions, units) = shape
    (self.dimensions, self.units) = shape
    var (means, scales) = ([Double](), [Double]())
    for axis in 0..<dimensions {
      let values = stride(from: axis, to: rows.count, by: dimensions).map { rows[$0] }
      let deviation = Statistics.deviation(values)
      means.append(Statistics.mean(values))
      scales.append(deviation > 0 ? deviation : 1)
    }
    (self.means, self.scales) = (means, scales)
    var inputs = rows
    for index in inputs.indices {
      inputs[index] = (inputs[index] - means[index % dimensions]) / scales[index % dimensions]
    }
    let count = units * (dimensions + 2) + 1
    var start = random.normal(count, row: row)
    for index in start.indices {
      start[index] *= index < units * (dimensions + 1) ? 1 / Double(dimensions).squareRoot() : 0.1
    }
    var limits = LineSearchLBFGS.Limits()
    limits.memory = 10
    let function = { (point: [Double], gradient: inout [Double]) -> Double in
      Self.loss(point, inputs, labels, dimensions, units, &gradient)
    }
    var search = LineSearchLBFGS(start: start, limits: limits, function)
    for _ in 0..<iterations where search.advance(function) != .moved { break }
    parameters = search.point
  }

  private static func loss(
    _ point: [Double], _ inputs: [Double], _ labels: [Double], _ dimensions: Int, _ units: Int,
    _ gradient: inout [Double]
  ) -> Double {
    let last = units * (dimensions + 1)
    for index in gradient.indices { gradient[index] = 0 }
    var sum = 0.0
    var hidden = [Double](repeating: 0, count: units)
    for sample in labels.indices {
      let start = sample * dimensions
      var level = point[last + units]
      for unit in 0..<units {
        let own = unit * (dimensions + 1)
        var value = point[own + dimensions]
        for axis in 0..<dimensions { value += point[own + axis] * inputs[start + axis] }
        hidden[unit] = tanh(value)
        level += point[last + unit] * hidden[unit]
      }
      // ln(1 + e^−|x|) + what is missing: finite for every level.
      sum += max(level, 0) - level * labels[sample] + Elementary.log1p(Elementary.exp(-abs(level)))
      let slope = logistic(level) - labels[sample]
      gradient[last + units] += slope
      for unit in 0..<units {
        gradient[last + unit] += slope * hidden[unit]
        let inner = slope * point[last + unit] * (1 - hidden[unit] * hidden[unit])
        let own = unit * (dimensions + 1)
        gradient[own + dimensions] += inner
        for axis in 0..<dimensions { gradient[own + axis] += inner * inputs[start + axis] }
      }
    }
    let scale = 1 / Double(labels.count)
    var value = sum * scale
    for index in gradient.indices {
      value += 0.5 * decay * point[index] * point[index]
      gradient[index] = gradient[index] * scale + decay * point[index]
    }
    return value
  }

  private static func tanh(_ x: Double) -> Double {
    let t = Elementary.expm1(-2 * abs(x))
    let value = -t / (t + 2)
    return x < 0 ? -value : value
  }

  private static func logistic(_ x: Double) -> Double {
    let e = Elementary.exp(-abs(x))
    return x >= 0 ? 1 / (1 + e) : e / (1 + e)
  }

  /// Of a sample.
  func probability(_ row: [Double]) -> Double {
    let last = units * (dimensions + 1)
    var level = parameters[last + units]
    for unit in 0..<units {
      let own = unit * (dimensions + 1)
      var value = parameters[own + dimensions]
      for axis in 0..<dimensions {
        value += parameters[own + axis] * (row[axis] - means[axis]) / scales[axis]
      }
      level += parameters[last + unit] * Self.tanh(value)
    }
    return Self.logistic(level)
  }
}
