import NumericCore

/// Phase differences in time and frequency, weights frozen on the data so that the measure has a derivative.
/// [Fichtner2008]
///
/// S(τ,ν) = Σ h(t − τ) w(t) s(t) e^(−2πiνt) dt with Gaussian windows h of standard deviation σ, D likewise.
/// χ = ½ Σ W² G Δφ² Δτ Δν with Δφ = arg(S D*), W a weight by the data's amplitude and the band, and
/// G = |S|²/(|S|² + e²), which takes out cells without signal.
public struct PhaseMisfit: Equatable, Sendable {
  public var shortestPeriod, longestPeriod: Double
  /// σ in shortest periods.
  public var width = 1.0
  /// Of the data's largest amplitude: below it cells count little, and below it synthetics do.
  public var dataLevel = 0.1
  /// Of the largest synthetic amplitude: below it cells count little.
  public var syntheticLevel = 0.01
  /// √(2χ) in the place of χ.
  public var isRoot = false

  static let frequencies = 16

  /// A measurement of phases within a band.
  public init(band: Band) { (shortestPeriod, longestPeriod) = (band.shortestPeriod, band.longestPeriod) }

  init(shortestPeriod: Double, longestPeriod: Double) {
    (self.shortestPeriod, self.longestPeriod) = (shortestPeriod, longestPeriod)
  }

  private var sigma: Double { width * shortestPeriod }

  /// From 0.8/T_max to 1.25/T_min, with their widths.
  private var nu: (values: [Double], widths: [Double]) {
    let (low, high) = (0.8 / longestPeriod, 1.25 / shortestPeriod)
    let count = Self.frequencies
    let values = (0..<count).map {
      low * Elementary.exp(Elementary.log(high / low) * Double($0) / Double(count - 1))
    }
    let widths = values.indices.map { k -> Double in
      let (before, after) = (max(0, k - 1), min(count - 1, k + 1))
      return (values[after] - values[before]) / Double(after - before)
    }
    return (values, widths)
  }

  /// Rises from 0.8/T_max to 1/T_max, falls from 1/T_min to 1.25/T_min.
  private func flank(_ nu: Double) -> Double {
    let up = (nu * longestPeriod - 0.8) / 0.2
    let down = (1.25 - nu * shortestPeriod) / 0.25
    let part = min(max(min(up, down), 0), 1)
    return 0.5 - 0.5 * Elementary.cos(.pi * part)
  }

  /// Of one window: times of the cells and the tables of its transform.
  private struct Cells {
    let nu, widths, cosines, sines: [Double]
    let taus: [Double]
    let gauss: [[Double]]
    let tauStep: Double
  }

  private func cells(_ count: Int, _ step: Double, _ start: Double) -> Cells {
    let (values, widths) = nu
    let phases = values.flatMap { value in
      (0..<count).map { Elementary.sincos(2 * .pi * value * (start + Double($0) * step)) }
    }
    let tauStep = sigma / 4
    let length = Double(count - 1) * step
    let taus = (0...Int((length / tauStep + 1e-9).rounded(.down))).map { start + Double($0) * tauStep }
    let peak = 1 / (Double.pi * sigma * sigma).squareRoot().squareRoot()
    let gauss = taus.map { tau in
      (0..<count).map { index -> Double in
        let u = (start + Double(index) * step - tau) / sigma
        return peak * Elementary.exp(-0.5 * u * u)
      }
    }
    return Cells(
      nu: values, widths: widths, cosines: phases.map(\.cos), sines: phases.map(\.sin), taus: taus,
      gauss: gauss,
      tauStep: tauStep)
  }

  /// Real and imaginary parts, τ by τ, ν inside.
  private func transform(_ x: [Double], _ cells: Cells, _ step: Double) -> (re: [Double], im: [Double]) {
    var (re, im): ([Double], [Double]) = ([], [])
    var product = x
    for gauss in cells.gauss {
      for index in x.indices { product[index] = gauss[index] * x[index] * step }
      for k in cells.nu.indices {
        var (a, b) = (0.0, 0.0)
        let first = k * x.count
        for index in x.indices {
          a += product[index] * cells.cosines[first + index]
          b -= product[index] * cells.sines[first + index]
        }
        re.append(a)
        im.append(b)
      }
    }
    return (re, im)
  }

  func value(_ s: [Double], _ d: [Double], _ w: [Double], _ step: Double, _ start: Double) -> WindowValue? {
    let cells = cells(s.count, step, start)
    let (sr, si) = transform(zip(s, w).map(*), cells, step)
    let (dr, di) = transform(zip(d, w).map(*), cells, step)
    let power = dr.indices.map { dr[$0] * dr[$0] + di[$0] * di[$0] }
    guard let largest = power.max(), largest > 0 else { return nil }
    let water = syntheticLevel * syntheticLevel * largest
    var guardian = SkipGuard(columns: cells.nu.count)
    var sum = 0.0
    var (kr, ki) = (sr, si)
    for cell in sr.indices {
      let k = cell % cells.nu.count
      let weight = (1 - Elementary.exp(-power[cell] / (dataLevel * dataLevel * largest))) * flank(cells.nu[k])
      let size = sr[cell] * sr[cell] + si[cell] * si[cell]
      // S D*
      let real = sr[cell] * dr[cell] + si[cell] * di[cell]
      let imaginary = si[cell] * dr[cell] - sr[cell] * di[cell]
      let phase = Elementary.atan2(imaginary, real)
      let quiet = 1 / (size + water)
      let area = weight * weight * cells.tauStep * cells.widths[k]
      sum += area * size * quiet * phase * phase
      guardian.add(phase: phase, weight: weight, gain: size * quiet)
      // K = area · [−iΔφ/(|S|² + e²) + Δφ² e²/(|S|² + e²)²] S*
      let (a, b) = (phase * phase * water * quiet * quiet, -phase * quiet)
      kr[cell] = area * (a * sr[cell] + b * si[cell])
      ki[cell] = area * (b * sr[cell] - a * si[cell])
    }
    let value = 0.5 * sum
    var derivative = transposed(kr, ki, cells, w, step)
    if isRoot {
      let root = (2 * value).squareRoot()
      if root > 0 { derivative = derivative.map { $0 / root } }
      return WindowValue(value: root, derivative: derivative, hasSkipped: guardian.hasSkipped)
    }
    return WindowValue(value: value, derivative: derivative, hasSkipped: guardian.hasSkipped)
  }

  /// f(t) = w(t) Re Σ_τ h(t − τ) Σ_ν K e^(−2πiνt) dt.
  private func transposed(
    _ kr: [Double], _ ki: [Double], _ cells: Cells, _ w: [Double], _ step: Double
  ) -> [Double] {
    var result = [Double](repeating: 0, count: w.count)
    for (row, gauss) in cells.gauss.enumerated() {
      var inner = [Double](repeating: 0, count: w.count)
      for k in cells.nu.indices {
        let (a, b) = (kr[row * cells.nu.count + k], ki[row * cells.nu.count + k])
        let first = k * w.count
        for index in w.indices {
          inner[index] += a * cells.cosines[first + index] + b * cells.sines[first + index]
        }
      }
      for index in w.indices { result[index] += gauss[index] * inner[index] }
    }
    return result.indices.map { w[$0] * step * result[$0] }
  }
}

/// Whether phases have skipped a cycle: more than a tenth of the weight beyond 0.9 π, or the weighted phase
/// jumping by more than 0.7 of its largest value between more than 7 pairs of neighbouring cells.
private struct SkipGuard {
  let columns: Int
  private var phases: [Double] = []
  private var (whole, beyond) = (0.0, 0.0)

  init(columns: Int) { self.columns = columns }

  mutating func add(phase: Double, weight: Double, gain: Double) {
    phases.append(weight * phase)
    whole += weight * weight * gain
    if abs(phase) > 0.9 * .pi { beyond += weight * weight * gain }
  }

  var hasSkipped: Bool {
    if beyond > 0.1 * whole { return true }
    let limit = 0.7 * phases.reduce(0) { max($0, abs($1)) }
    guard limit > 0 else { return false }
    var jumps = 0
    for cell in phases.indices {
      if cell % columns > 0, abs(phases[cell] - phases[cell - 1]) > limit { jumps += 1 }
      if cell >= columns, abs(phases[cell] - phases[cell - columns]) > limit { jumps += 1 }
    }
    return jumps > 7
  }
}
