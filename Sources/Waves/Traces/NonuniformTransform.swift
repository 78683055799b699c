import NumericCore

/// The Fourier sums F_k = Σ_n x_n e^(−iφ_k (n + τ)) of eight real series at once, a lane each, at any angles φ_k in [0, π), and the exact
/// transpose, by an oversampled transform and a window of 14 points. [Dutt1993, Fessler2003]
///
/// Errors are 1e-12 of Σ|x|; the transpose is exact to rounding, since it does the same steps backwards.
struct NonuniformTransform: Sendable {
  private static let width = 14
  private static let beta = 0.98 * Double.pi * 1.5 * Double(width) / 2

  typealias Lanes = SIMD8<Double>

  let count: Int
  private let length, centre: Int
  private let transform: FourierTransform
  /// 1/(transform of the window) at the place of each sample.
  private let flattening: [Double]
  /// Of every angle: first grid point, weights, phase e^(−iφ(centre + τ)).
  private let first: [Int]
  private let weights: [Double]
  private let cosines, sines: [Double]

  init(count: Int, angles: [Double], offset: Double) {
    self.count = count
    length = Self.smooth(max(2 * count, 2 * Self.width))
    centre = count / 2
    transform = FourierTransform(length: length)
    let (length, centre) = (length, centre)
    flattening = (0..<count).map { 1 / Self.windowTransform(2 * .pi * Double($0 - centre) / Double(length)) }
    var (first, weights): ([Int], [Double]) = ([], [])
    for angle in angles {
      let place = angle * Double(length) / (2 * .pi)
      let start = Int((place - Double(Self.width) / 2).rounded(.up))
      first.append((start % length + length) % length)
      for index in 0..<Self.width { weights.append(Self.window(place - Double(start + index))) }
    }
    (self.first, self.weights) = (first, weights)
    let phases = angles.map { Elementary.sincos($0 * (Double(centre) + offset)) }
    (cosines, sines) = (phases.map(\.cos), phases.map(\.sin))
  }

  /// The smallest length ≥ n with factors 2, 3, 5 alone.
  static func smooth(_ n: Int) -> Int {
    var candidate = max(1, n)
    while true {
      var rest = candidate
      for factor in [2, 3, 5] { while rest % factor == 0 { rest /= factor } }
      if rest == 1 { return candidate }
      candidate += 1
    }
  }

  func forward(_ x: [Lanes]) -> (real: [Lanes], imaginary: [Lanes]) {
    precondition(x.count == count)
    var (re, im) = ([Lanes](repeating: .zero, count: length), [Lanes](repeating: .zero, count: length))
    for n in 0..<count { re[(n - centre + length) % length] = x[n] * flattening[n] }
    transform.forward(&re, &im)
    var (real, imaginary) = (
      [Lanes](repeating: .zero, count: first.count), [Lanes](repeating: .zero, count: first.count)
    )
    for k in first.indices {
      var (a, b) = (Lanes.zero, Lanes.zero)
      var place = first[k]
      for index in k * Self.width..<(k + 1) * Self.width {
        a += weights[index] * re[place]
        b += weights[index] * im[place]
        place = place + 1 == length ? 0 : place + 1
      }
      // times cos − i sin
      real[k] = a * cosines[k] + b * sines[k]
      imaginary[k] = b * cosines[k] - a * sines[k]
    }
    return (real, imaginary)
  }

  /// x_n = Σ_k Re(conj(F_k)… : the real transpose, Σ_k (a_k Re + b_k Im) of the forward sums' dependence on x_n.
  func transposed(real: [Lanes], imaginary: [Lanes]) -> [Lanes] {
    var (re, im) = ([Lanes](repeating: .zero, count: length), [Lanes](repeating: .zero, count: length))
    for k in first.indices {
      let a = real[k] * cosines[k] - imaginary[k] * sines[k]
      let b = real[k] * sines[k] + imaginary[k] * cosines[k]
      var place = first[k]
      for index in k * Self.width..<(k + 1) * Self.width {
        re[place] += weights[index] * a
        im[place] += weights[index] * b
        place = place + 1 == length ? 0 : place + 1
      }
    }
    // The transpose of the real part of e^(−iθ) is cos θ, that of the imaginary part −sin θ: the real part
    // of the transform of the conjugate, which is what swapped parts of an inverse transform give.
    // A product with −1, as 0 − x would lose the sign of a zero.
    for place in im.indices { im[place] *= -1 }
    transform.forward(&re, &im)
    return (0..<count).map { re[($0 - centre + length) % length] * flattening[$0] }
  }

  private static func window(_ u: Double) -> Double {
    let ratio = 2 * u / Double(width)
    let inside = 1 - ratio * ratio
    return inside < 0 ? 0 : besselI0(beta * inside.squareRoot())
  }

  /// ∫ window(u) e^(−iξu) du = w sinh √(β² − (wξ/2)²)/√…
  private static func windowTransform(_ xi: Double) -> Double {
    let half = 0.5 * Double(width) * xi
    let root = (beta * beta - half * half).squareRoot()
    return Double(width) * 0.5 * (Elementary.exp(root) - Elementary.exp(-root)) / root
  }
}
