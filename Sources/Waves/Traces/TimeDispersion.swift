import NumericCore
import Synchronization

/// The exact corrections of the error that leapfrog steps make in time [Koene2018], as linear maps of series
/// with their transposes.
///
/// A step of dt turns a wave of angular frequency Ω into one of (2/dt) sin(Ω dt/2) in any lossless medium. So
/// sources are put in with S'(ω) = S((2/dt) sin(ω dt/2)), and a record is read as D(Ω) = D'((2/dt) asin(Ω dt/2)).
/// Without correction the same map is a shift by a part of a step and a choice of samples. Of N ≥ 2n bins those
/// with Ω dt/2 > 0.999 are left out.
struct TimeDispersion: Sendable {
  enum Kind: Sendable { case source, record, none }

  /// When samples lie: number n at (n · stride + offset) steps.
  struct Times: Hashable, Sendable {
    var count: Int
    var stride = 1
    var offset = 0.0
  }

  let input, output: Times
  private let bins: Int
  private let transform: FourierTransform
  private let sums: NonuniformTransform
  private let cosines, sines: [Double]

  /// - Precondition: the input has stride 1; the output does not go beyond twice the input.
  init(_ kind: Kind, from input: Times, to output: Times) {
    precondition(input.stride == 1 && (output.count - 1) * output.stride < 2 * input.count + 2)
    (self.input, self.output) = (input, output)
    let length = NonuniformTransform.smooth(2 * input.count + 16)
    bins = length
    transform = FourierTransform(length: length)
    // Only what the output's sampling can hold: else the transpose, which puts zeros between its samples, would
    // fill the adjoint wavefield with images of high frequency, and fields stored at intervals would mistake
    // them for low ones (2e-2 of a gradient). The bin of the Nyquist frequency has no phase and is left out.
    var angles: [Double] = []
    for k in 0..<(length + 2 * output.stride - 1) / (2 * output.stride) {
      let half = Double.pi * Double(k) / Double(length)
      switch kind {
      case .none: angles.append(2 * half)
      case .source: angles.append(2 * Elementary.sin(half))
      case .record:
        guard half <= 0.999 else { break }
        angles.append(2 * Elementary.atan2(half, (1 - half * half).squareRoot()))
      }
    }
    sums = NonuniformTransform(count: input.count, angles: angles, offset: input.offset)
    let phases = angles.indices.map {
      Elementary.sincos(2 * Double.pi * Double($0) / Double(length) * output.offset)
    }
    (cosines, sines) = (phases.map(\.cos), phases.map(\.sin))
  }

  private struct Key: Hashable {
    let kind: Kind
    let input, output: Times
  }

  /// Maps made lately, the last one last. Every simulation of an inversion has the same: windows, roots of unity and
  /// phases of five maps take a third of the time of one with 96² nodes and 416 steps.
  private static let made = Mutex<[(key: Key, map: TimeDispersion)]>([])
  /// Enough for the maps of two kinds of simulation; each takes some 200 bytes a step.
  private static let most = 10

  /// The map between these times, made once for all simulations that follow each other.
  static func known(_ kind: Kind, from input: Times, to output: Times) -> TimeDispersion {
    let key = Key(kind: kind, input: input, output: output)
    if let map = made.withLock({ $0.first { $0.key == key }?.map }) { return map }
    // Two threads may both make it: the same numbers.
    let map = TimeDispersion(kind, from: input, to: output)
    made.withLock { made in
      made.removeAll { $0.key == key }
      if made.count == most { made.removeFirst() }
      made.append((key, map))
    }
    return map
  }

  /// The outputs of several series, eight at a time: each has the bits that it has alone.
  func applied(to series: [[Double]]) -> [[Double]] { inEights(series, applied) }

  /// ⟨applied(x), y⟩ = ⟨x, transposed(y)⟩, of several series.
  func transposed(_ series: [[Double]]) -> [[Double]] { inEights(series, transposed) }

  private typealias Lanes = NonuniformTransform.Lanes

  private func inEights(_ series: [[Double]], _ map: ([Lanes]) -> [Lanes]) -> [[Double]] {
    stride(from: 0, to: series.count, by: Lanes.scalarCount).flatMap { start -> [[Double]] in
      let some = series[start..<min(series.count, start + Lanes.scalarCount)]
      var packed = [Lanes](repeating: .zero, count: some.first?.count ?? 0)
      for (lane, values) in some.enumerated() {
        precondition(values.count == packed.count)
        for index in values.indices { packed[index][lane] = values[index] }
      }
      let result = map(packed)
      return some.indices.map { index in result.map { $0[index - start] } }
    }
  }

  private func applied(_ x: [Lanes]) -> [Lanes] {
    let (real, imaginary) = sums.forward(x)
    var (re, im) = ([Lanes](repeating: .zero, count: bins), [Lanes](repeating: .zero, count: bins))
    for k in real.indices {
      let factor = k == 0 ? 1.0 : 2.0
      re[k] = factor * (real[k] * cosines[k] - imaginary[k] * sines[k])
      im[k] = factor * (real[k] * sines[k] + imaginary[k] * cosines[k])
    }
    transform.inverse(&re, &im)
    return (0..<output.count).map { re[$0 * output.stride] }
  }

  private func transposed(_ y: [Lanes]) -> [Lanes] {
    precondition(y.count == output.count)
    var (re, im) = ([Lanes](repeating: .zero, count: bins), [Lanes](repeating: .zero, count: bins))
    for m in y.indices { re[m * output.stride] = y[m] }
    transform.forward(&re, &im)
    var (real, imaginary) = ([Lanes](), [Lanes]())
    for k in cosines.indices {
      let factor = (k == 0 ? 1.0 : 2.0) / Double(bins)
      real.append(factor * (re[k] * cosines[k] + im[k] * sines[k]))
      imaginary.append(factor * (im[k] * cosines[k] - re[k] * sines[k]))
    }
    return sums.transposed(real: real, imaginary: imaginary)
  }
}

/// Band-limited interpolation.
enum BandLimited {
  /// Values at (n + offset) · newStep of the band-limited function with the samples `values`, `step` apart
  /// from 0 on and 0 elsewhere. Frequencies that the new sampling can't hold are left out.
  static func resampled(
    _ values: [Double], step: Double, count: Int, newStep: Double, offset: Double
  ) -> [Double] {
    if step == newStep && offset == 0 {
      return (0..<count).map { $0 < values.count ? values[$0] : 0 }
    }
    let length = NonuniformTransform.smooth(2 * values.count + 16)
    var re = values + [Double](repeating: 0, count: length - values.count)
    var im = [Double](repeating: 0, count: length)
    FourierTransform(length: length).forward(&re, &im)
    let nyquist = 0.5 / max(step, newStep)
    let kept = min((length + 1) / 2, Int((nyquist * Double(length) * step).rounded(.down)) + 1)
    let scale = 1 / Double(length)
    // The real parts are one series, the imaginary parts another.
    let both = (0..<kept).map { k -> NonuniformTransform.Lanes in
      let factor = k == 0 ? scale : 2 * scale
      return [re[k] * factor, im[k] * factor, 0, 0, 0, 0, 0, 0]
    }
    let turn = 2 * Double.pi / Double(length)
    // Later times than the padding holds are 0: a function that is 0 there.
    let places = (0..<count).map { (Double($0) + offset) * newStep / step }
    let inside = places.indices.filter { places[$0] >= 0 && places[$0] < Double(values.count) + 8 }
    let sums = NonuniformTransform(count: kept, angles: inside.map { turn * places[$0] }, offset: 0)
    let found = sums.forward(both)
    var result = [Double](repeating: 0, count: count)
    for (index, place) in inside.enumerated() {
      result[place] = found.real[index][0] + found.imaginary[index][1]
    }
    return result
  }
}
