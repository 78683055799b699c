import NumericCore

/// A measure of the difference of two traces in one window.
public enum MisfitKind: Equatable, Sendable {
  /// ½ Σ (w(s − d))² dt, over the data's energy in the window where `isNormalised`.
  case l2(isNormalised: Bool)
  /// ½ (τ/σ)² of the lag of largest cross-correlation.
  case traveltime(sigma: Double, largestLag: Double)
  /// Phase differences in time and frequency. [Fichtner2008]
  case phase(PhaseMisfit)
  /// ½ Σ (E_s − E_d)² dt/Σ E_d² dt of the envelopes.
  case envelope
}

/// The value in one window with its exact derivative.
struct WindowValue {
  var value: Double
  /// ∂χ/∂s of the window's samples.
  var derivative: [Double]
  /// The lag in seconds, where one is measured; positive where the data are later.
  var lag: Double?
  /// The phases have skipped a cycle.
  var hasSkipped = false
}

extension MisfitKind {
  /// - Parameters:
  ///   - synthetic, observed: samples of the window.
  ///   - start: time of the first sample.
  func value(
    _ synthetic: [Double], _ observed: [Double], weights: [Double], step: Double, start: Double
  ) -> WindowValue? {
    switch self {
    case .l2(let isNormalised):
      return l2(synthetic, observed, weights, step, isNormalised)
    case .traveltime(let sigma, let largest):
      return TraveltimeMisfit(sigma: sigma, largestLag: largest).value(synthetic, observed, weights, step)
    case .phase(let phase):
      return phase.value(synthetic, observed, weights, step, start)
    case .envelope:
      return EnvelopeMisfit().value(synthetic, observed, weights, step)
    }
  }

  private func l2(
    _ s: [Double], _ d: [Double], _ w: [Double], _ step: Double, _ isNormalised: Bool
  ) -> WindowValue? {
    var norm = 1.0
    if isNormalised {
      norm = zip(w, d).reduce(0) { $0 + ($1.0 * $1.1) * ($1.0 * $1.1) } * step
      guard norm > 0 else { return nil }
    }
    var sum = 0.0
    var derivative = s
    for index in s.indices {
      let difference = w[index] * (s[index] - d[index])
      sum += difference * difference
      derivative[index] = w[index] * difference * step / norm
    }
    return WindowValue(value: 0.5 * sum * step / norm, derivative: derivative)
  }
}

/// A transform of length ≥ 2n, so that what is shifted does not come in again from the other side.
struct PaddedSpectrum {
  let length: Int
  var real, imaginary: [Double]

  init(_ values: [Double], length: Int) {
    self.length = length
    real = values + [Double](repeating: 0, count: length - values.count)
    imaginary = [Double](repeating: 0, count: length)
    FourierTransform(length: length).forward(&real, &imaginary)
  }

  /// Angular frequency of a bin a sample; 0 at the Nyquist frequency, where odd derivatives vanish.
  func angle(_ bin: Int) -> Double {
    if 2 * bin == length { return 0 }
    return 2 * .pi * Double(bin <= length / 2 ? bin : bin - length) / Double(length)
  }

  /// The series after a multiplication of every bin by a + ib.
  func inverted(_ count: Int, _ factor: (Int) -> (Double, Double)) -> [Double] {
    var (re, im) = (real, imaginary)
    for bin in 0..<length {
      let (a, b) = factor(bin)
      (re[bin], im[bin]) = (real[bin] * a - imaginary[bin] * b, real[bin] * b + imaginary[bin] * a)
    }
    FourierTransform(length: length).inverse(&re, &im)
    return Array(re.prefix(count))
  }
}

/// C(τ) = Σ s_w(t) d_w(t + τ), its largest value within the largest lag, and the derivative of the lag by the
/// theorem of implicit functions. (The usual form has s in place of d; it is no derivative of this measure.)
struct TraveltimeMisfit {
  let sigma, largestLag: Double

  func value(_ s: [Double], _ d: [Double], _ w: [Double], _ step: Double) -> WindowValue? {
    let count = s.count
    let length = NonuniformTransform.smooth(2 * count)
    let synthetic = PaddedSpectrum(zip(s, w).map(*), length: length)
    let data = PaddedSpectrum(zip(d, w).map(*), length: length)
    guard let start = largestSample(synthetic, data, step) else { return nil }
    // Newton's method in samples; the neighbours of the largest sample hold the maximum.
    var lag = Double(start)
    for _ in 0..<60 {
      let (slope, curvature) = derivatives(synthetic, data, lag)
      guard curvature < 0 else { break }
      let next = min(max(lag - slope / curvature, Double(start) - 1), Double(start) + 1)
      let change = abs(next - lag)
      lag = next
      if change <= 1e-14 * max(1, abs(lag)) { break }
    }
    let (_, curvature) = derivatives(synthetic, data, lag)
    guard curvature < 0 else { return nil }
    let moved = data.inverted(count) { bin in
      let angle = data.angle(bin)
      let (sine, cosine) = Elementary.sincos(angle * lag)
      return (-angle * sine, angle * cosine)
    }
    let tau = lag * step
    // In samples: dτ/ds = −step · w ḋ/C″.
    let derivative =
      count == 0 ? [] : (0..<count).map { -tau / (sigma * sigma) * step * w[$0] * moved[$0] / curvature }
    return WindowValue(value: 0.5 * (tau / sigma) * (tau / sigma), derivative: derivative, lag: tau)
  }

  private func largestSample(_ s: PaddedSpectrum, _ d: PaddedSpectrum, _ step: Double) -> Int? {
    var (re, im) = (d.real, d.imaginary)
    for bin in 0..<s.length {
      re[bin] = s.real[bin] * d.real[bin] + s.imaginary[bin] * d.imaginary[bin]
      im[bin] = s.real[bin] * d.imaginary[bin] - s.imaginary[bin] * d.real[bin]
    }
    FourierTransform(length: s.length).inverse(&re, &im)
    let reach = min(s.length / 2 - 1, Int((largestLag / step + 1e-9).rounded(.down)))
    var best: Int?
    for lag in -reach...reach {
      let value = re[(lag + s.length) % s.length]
      guard value > 0 else { continue }
      if best.map({ value > re[($0 + s.length) % s.length] }) ?? true { best = lag }
    }
    return best
  }

  /// C′ and C″ by sample.
  private func derivatives(_ s: PaddedSpectrum, _ d: PaddedSpectrum, _ lag: Double) -> (Double, Double) {
    var (first, second) = (0.0, 0.0)
    for bin in 0..<s.length {
      let angle = s.angle(bin)
      let re = s.real[bin] * d.real[bin] + s.imaginary[bin] * d.imaginary[bin]
      let im = s.real[bin] * d.imaginary[bin] - s.imaginary[bin] * d.real[bin]
      let (sine, cosine) = Elementary.sincos(angle * lag)
      first -= angle * (re * sine + im * cosine)
      second -= angle * angle * (re * cosine - im * sine)
    }
    return (first / Double(s.length), second / Double(s.length))
  }
}

/// Envelopes √(s² + H[s]² + ε²) with ε a ten-thousandth of the data's largest, so that the derivative exists
/// where a trace is silent.
struct EnvelopeMisfit {
  func value(_ s: [Double], _ d: [Double], _ w: [Double], _ step: Double) -> WindowValue? {
    let count = s.count
    let length = NonuniformTransform.smooth(2 * count)
    let (synthetic, data) = (zip(s, w).map(*), zip(d, w).map(*))
    let (quadrature, ofData) = (Self.hilbert(synthetic, length), Self.hilbert(data, length))
    let raw = (0..<count).map { (data[$0] * data[$0] + ofData[$0] * ofData[$0]).squareRoot() }
    guard let largest = raw.max(), largest > 0 else { return nil }
    let water = 1e-8 * largest * largest
    let norm = raw.reduce(0) { $0 + ($1 * $1 + water) } * step
    var sum = 0.0
    var (inPhase, turned) = (synthetic, quadrature)
    for index in 0..<count {
      let envelope = (synthetic[index] * synthetic[index] + quadrature[index] * quadrature[index] + water)
        .squareRoot()
      let difference = envelope - (raw[index] * raw[index] + water).squareRoot()
      sum += difference * difference
      let factor = difference * step / (norm * envelope)
      inPhase[index] *= factor
      turned[index] *= factor
    }
    // Hᵀ = −H on the padded circle.
    let back = Self.hilbert(turned, length)
    return WindowValue(
      value: 0.5 * sum * step / norm, derivative: (0..<count).map { w[$0] * (inPhase[$0] - back[$0]) })
  }

  static func hilbert(_ values: [Double], _ length: Int) -> [Double] {
    let spectrum = PaddedSpectrum(values, length: length)
    return spectrum.inverted(values.count) { bin in
      let angle = spectrum.angle(bin)
      return (0, angle == 0 ? 0 : angle > 0 ? -1 : 1)
    }
  }
}
