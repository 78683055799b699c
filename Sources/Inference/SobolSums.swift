/// Sums over the samples of a sensitivity analysis, from one pass over its members: what the indices of every input and
/// output follow from, and what their standard errors do.
struct SobolSums {
  private let outputs: Int
  /// [input · outputs + output]
  private(set) var terms: [SobolTerms]
  /// Σ v² of every output, and of all together.
  private(set) var spread: [Double]
  private(set) var wholeSpread = 0.0
  /// By input, the errors' terms of all outputs together.
  private(set) var whole: [SobolTerms]
  /// Over A and B.
  private(set) var moments: RunningMoments
  /// What products are taken about, the mean of the first sample: the true mean is only known at the end.
  private(set) var origin: [Double]
  private var a: [Double] = [], b: [Double] = []
  /// v of the present sample.
  private var parts: [Double]
  private var wholePart = 0.0

  init(inputs: Int, outputs: Int) {
    self.outputs = outputs
    terms = Array(repeating: SobolTerms(), count: inputs * outputs)
    whole = Array(repeating: SobolTerms(), count: inputs)
    spread = Array(repeating: 0, count: outputs)
    (parts, origin) = (spread, spread)
    moments = RunningMoments(quantities: outputs)
  }

  /// The next sample.
  mutating func begin(_ a: [Double], _ b: [Double]) {
    (self.a, self.b) = (a, b)
    moments.add(a)
    moments.add(b)
    let mean = moments.mean
    if moments.count == 2 { origin = mean }
    wholePart = 0
    for node in 0..<outputs {
      let (left, right) = (a[node] - mean[node], b[node] - mean[node])
      let part = 0.5 * (left * left + right * right)
      parts[node] = part
      spread[node] += part * part
      if part.isFinite { wholePart += part }
    }
    wholeSpread += wholePart * wholePart
  }

  /// The sample's member of this input. The errors take products about the mean so far.
  mutating func add(_ mixed: [Double], input: Int) {
    precondition(mixed.count == outputs, "all members have the same outputs")
    var (p, d, t) = (0.0, 0.0, 0.0)
    let (mean, first) = (moments.mean, input * outputs)
    terms.withUnsafeMutableBufferPointer { terms in
      for node in 0..<outputs {
        let (change, rest) = (mixed[node] - a[node], mixed[node] - b[node])
        let own = (
          p: (b[node] - mean[node]) * change, d: 0.5 * rest * rest, t: 0.5 * change * change
        )
        terms[first + node].add(p: own.p, d: own.d, t: own.t, v: parts[node])
        terms[first + node].product += (b[node] - origin[node]) * change
        terms[first + node].change += change
        // Outputs that are not there (outside a mask) count for nothing.
        if own.p.isFinite, own.t.isFinite {
          p += own.p
          d += own.d
          t += own.t
        }
      }
    }
    whole[input].add(p: p, d: d, t: t, v: wholePart)
  }
}

/// Sums over the samples for one input and one output. In each sample, with the mean f₀ so far,
///
///     p = (f(B) − f₀)(f(AB) − f(A)),  d = ½ (f(B) − f(AB))²,  t = ½ (f(A) − f(AB))²,
///     v = ½ ((f(A) − f₀)² + (f(B) − f₀)²)
struct SobolTerms {
  /// Σ (f(B) − origin)(f(AB) − f(A)) and Σ (f(AB) − f(A)), from which Σ p about the final mean follows.
  var product = 0.0, change = 0.0
  /// Σ d and Σ t
  var distance = 0.0, total = 0.0
  private var pp = 0.0, dd = 0.0, pd = 0.0, pv = 0.0, dv = 0.0, tt = 0.0, tv = 0.0

  mutating func add(p: Double, d: Double, t: Double, v: Double) {
    distance += d
    total += t
    pp += p * p
    dd += d * d
    pd += p * d
    pv += p * v
    dv += d * v
    tt += t * t
    tv += t * v
  }

  /// - Parameters:
  ///   - numerator: Σ p about the final mean.
  ///   - variance: V; NaN where it is not positive.
  ///   - spread: Σ v².
  ///   - samples: n.
  func indices(
    numerator: Double, variance: Double, spread: Double, samples: Int
  ) -> (first: SobolIndices.Estimate, total: SobolIndices.Estimate) {
    guard variance > 0 else { return (.unknown, .unknown) }
    let n = Double(samples)
    let (product, distance) = (numerator / n / variance, distance / n / variance)
    let large = 1 - distance
    let weight = min(1, max(0, large))
    let first = (1 - weight) * product + weight * large
    // The influence of a sample is (α p − β d − γ v)/V, since the index is a function of three means.
    let (alpha, beta) = (1 - weight, weight + (weight == large ? large - product : 0))
    let gamma = alpha * product - beta * distance
    let squares =
      alpha * alpha * pp + beta * beta * dd + gamma * gamma * spread
      - 2 * (alpha * beta * pd + alpha * gamma * pv - beta * gamma * dv)
    let share = total / n / variance
    let totalSquares = tt - 2 * share * tv + share * share * spread
    func error(_ squares: Double) -> Double {
      samples > 1 ? (max(0, squares) / (n * (n - 1))).squareRoot() / variance : .nan
    }
    return (
      SobolIndices.Estimate(value: first, error: error(squares)),
      SobolIndices.Estimate(value: share, error: error(totalSquares))
    )
  }
}
