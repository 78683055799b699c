/// The discrete Fourier transform of one complex length.
///
/// Forward: X[k] = Σⱼ x[j] e^(−2πi jk/n); inverse: with +i and divided by n. Lengths whose prime
/// factors are at most 13 are done by mixed radix, others by a chirp convolution [Bluestein1970]. Twiddles come from
/// the first octant by symmetry; errors grow as log n (tested: ≤ 1e-13 of the largest value at n ≤ 2000).
/// Real and imaginary parts are separate arrays.
public struct FourierTransform: Sendable {
  /// n, values of a signal.
  public let length: Int
  private let factors: [Int]
  private let cosines, sines: [Double]
  private let convolution: Convolution?

  /// - Precondition: `length` is positive.
  public init(length: Int) {
    precondition(length > 0)
    self.length = length
    (cosines, sines) = Self.roots(length)
    if let factors = Self.factors(of: length) {
      (self.factors, convolution) = (factors, nil)
    } else {
      (factors, convolution) = ([], Convolution(length: length))
    }
  }

  /// Replaces the signal by its transform.
  ///
  /// - Precondition: both arrays have `length` elements.
  public func forward(_ real: inout [Double], _ imaginary: inout [Double]) {
    precondition(real.count == length && imaginary.count == length)
    if let convolution {
      convolution.forward(&real, &imaginary)
      return
    }
    transform(&real, &imaginary)
  }

  /// Replaces eight signals, a lane each, by their transforms. Every lane has the bits that it has alone.
  ///
  /// - Precondition: both arrays have `length` elements; no prime factor of the length is above 13.
  public func forward(_ real: inout [SIMD8<Double>], _ imaginary: inout [SIMD8<Double>]) {
    precondition(real.count == length && imaginary.count == length && convolution == nil)
    transform(&real, &imaginary)
  }

  private func transform<Number: SignalNumber>(_ real: inout [Number], _ imaginary: inout [Number]) {
    let (sourceReal, sourceImaginary) = (real, imaginary)
    sourceReal.withUnsafeBufferPointer { xr in
      sourceImaginary.withUnsafeBufferPointer { xi in
        real.withUnsafeMutableBufferPointer { yr in
          imaginary.withUnsafeMutableBufferPointer { yi in
            let source = Source(real: xr.start, imaginary: xi.start)
            let target = Target(real: yr.start, imaginary: yi.start)
            transform(source, 1, target, count: length, level: 0)
          }
        }
      }
    }
  }

  /// Replaces a transform by its signal.
  ///
  /// - Precondition: both arrays have `length` elements.
  public func inverse(_ real: inout [Double], _ imaginary: inout [Double]) {
    // Swapping the parts conjugates the kernel.
    forward(&imaginary, &real)
    let count = Double(length)
    for index in 0..<length {
      real[index] /= count
      imaginary[index] /= count
    }
  }

  /// Replaces eight transforms, a lane each, by their signals.
  ///
  /// - Precondition: as `forward`.
  public func inverse(_ real: inout [SIMD8<Double>], _ imaginary: inout [SIMD8<Double>]) {
    forward(&imaginary, &real)
    let count = Double(length)
    for index in 0..<length {
      real[index] /= count
      imaginary[index] /= count
    }
  }

  /// Prime factors up to 13 with pairs of 2 joined to 4; nil when a larger prime divides the length.
  static func factors(of length: Int) -> [Int]? {
    var (rest, result) = (length, [Int]())
    for factor in [4, 2, 3, 5, 7, 11, 13] {
      while rest % factor == 0 {
        result.append(factor)
        rest /= factor
      }
    }
    return rest == 1 ? result : nil
  }

  /// cos and sin of 2πk/n for k < n, reduced to angles of at most π/4.
  static func roots(_ length: Int) -> ([Double], [Double]) {
    var cosines = [Double](repeating: 0, count: length)
    var sines = cosines
    for index in 0..<length {
      // Eight times the index counts octants: 8k/n.
      let octant = 8 * index / length
      let quarter = (octant + 1) / 2
      // k/n − quarter/4 as an exact fraction of n: |4k − quarter·n| ≤ n/2.
      let angle = Double.pi / 2 * Double(4 * index - quarter * length) / Double(length)
      let (c, s) = (Elementary.cos(angle), Elementary.sin(angle))
      switch quarter % 4 {
      case 0: (cosines[index], sines[index]) = (c, s)
      case 1: (cosines[index], sines[index]) = (-s, c)
      case 2: (cosines[index], sines[index]) = (-c, -s)
      default: (cosines[index], sines[index]) = (s, -c)
      }
    }
    return (cosines, sines)
  }
}

/// A number of a signal, or one of each of several signals.
private protocol SignalNumber {
  static var nothing: Self { get }
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Double) -> Self
}

extension Double: SignalNumber {
  fileprivate static var nothing: Double { 0 }
}

extension SIMD8: SignalNumber where Scalar == Double {
  fileprivate static var nothing: SIMD8<Double> { SIMD8(repeating: 0) }
}

extension FourierTransform {
  private struct Source<Number> {
    let real, imaginary: UnsafePointer<Number>
  }

  private struct Target<Number> {
    let real, imaginary: UnsafeMutablePointer<Number>
    func advanced(_ by: Int) -> Target { Target(real: real + by, imaginary: imaginary + by) }
  }

  /// Decimation in time: the transforms of every `radix`-th element, then butterflies across them.
  private func transform<Number: SignalNumber>(
    _ x: Source<Number>, _ step: Int, _ y: Target<Number>, count: Int, level: Int
  ) {
    guard count > 1 else {
      (y.real[0], y.imaginary[0]) = (x.real[0], x.imaginary[0])
      return
    }
    let radix = factors[level]
    let part = count / radix
    for branch in 0..<radix {
      let start = Source(real: x.real + branch * step, imaginary: x.imaginary + branch * step)
      transform(start, step * radix, y.advanced(branch * part), count: part, level: level + 1)
    }
    withUnsafeTemporaryAllocation(of: Number.self, capacity: 2 * radix) { work in
      for k in 0..<part {
        for branch in 0..<radix {
          let (c, s) = (cosines[branch * k * step], sines[branch * k * step])
          let (re, im) = (y.real[branch * part + k], y.imaginary[branch * part + k])
          work[branch] = re * c + im * s
          work[radix + branch] = im * c - re * s
        }
        butterfly(work, y.advanced(k), radix: radix, part: part)
      }
    }
  }

  /// The transform of `radix` twiddled values, written `part` apart.
  private func butterfly<Number: SignalNumber>(
    _ t: UnsafeMutableBufferPointer<Number>, _ y: Target<Number>, radix: Int, part: Int
  ) {
    switch radix {
    case 2:
      (y.real[0], y.imaginary[0]) = (t[0] + t[1], t[2] + t[3])
      (y.real[part], y.imaginary[part]) = (t[0] - t[1], t[2] - t[3])
    case 4:
      let (sumEven, differenceEven) = (t[0] + t[2], t[0] - t[2])
      let (sumOdd, differenceOdd) = (t[1] + t[3], t[1] - t[3])
      let (imSumEven, imDifferenceEven) = (t[4] + t[6], t[4] - t[6])
      let (imSumOdd, imDifferenceOdd) = (t[5] + t[7], t[5] - t[7])
      (y.real[0], y.imaginary[0]) = (sumEven + sumOdd, imSumEven + imSumOdd)
      (y.real[part], y.imaginary[part]) = (differenceEven + imDifferenceOdd, imDifferenceEven - differenceOdd)
      (y.real[2 * part], y.imaginary[2 * part]) = (sumEven - sumOdd, imSumEven - imSumOdd)
      (y.real[3 * part], y.imaginary[3 * part]) = (
        differenceEven - imDifferenceOdd, imDifferenceEven + differenceOdd
      )
    default:
      let rootStep = length / radix
      for output in 0..<radix {
        var (re, im) = (Number.nothing, Number.nothing)
        for branch in 0..<radix {
          let root = branch * output % radix * rootStep
          let (c, s) = (cosines[root], sines[root])
          re = re + (t[branch] * c + t[radix + branch] * s)
          im = im + (t[radix + branch] * c - t[branch] * s)
        }
        (y.real[output * part], y.imaginary[output * part]) = (re, im)
      }
    }
  }
}

extension FourierTransform {
  /// Bluestein: with jk = (j² + k² − (k − j)²)/2 the transform is a convolution with a chirp, done at
  /// the next power of two above 2n − 1.
  private final class Convolution: Sendable {
    let length: Int
    let inner: FourierTransform
    let chirpCosines, chirpSines: [Double]
    let kernelReal, kernelImaginary: [Double]

    init(length: Int) {
      self.length = length
      var size = 1
      while size < 2 * length - 1 { size *= 2 }
      inner = FourierTransform(length: size)
      // e^(−πi k²/n): the angle depends on k² mod 2n, an exact integer.
      let (cosines, sines) = FourierTransform.roots(2 * length)
      let squares = (0..<length).map { $0 * $0 % (2 * length) }
      chirpCosines = squares.map { cosines[$0] }
      chirpSines = squares.map { sines[$0] }
      var real = [Double](repeating: 0, count: size)
      var imaginary = real
      for k in 0..<length {
        (real[k], imaginary[k]) = (chirpCosines[k], chirpSines[k])
        if k > 0 { (real[size - k], imaginary[size - k]) = (real[k], imaginary[k]) }
      }
      inner.forward(&real, &imaginary)
      (kernelReal, kernelImaginary) = (real, imaginary)
    }

    func forward(_ real: inout [Double], _ imaginary: inout [Double]) {
      var re = [Double](repeating: 0, count: inner.length)
      var im = re
      for k in 0..<length {
        re[k] = real[k] * chirpCosines[k] + imaginary[k] * chirpSines[k]
        im[k] = imaginary[k] * chirpCosines[k] - real[k] * chirpSines[k]
      }
      inner.forward(&re, &im)
      for k in 0..<inner.length {
        (re[k], im[k]) = (
          re[k] * kernelReal[k] - im[k] * kernelImaginary[k],
          re[k] * kernelImaginary[k] + im[k] * kernelReal[k]
        )
      }
      inner.inverse(&re, &im)
      for k in 0..<length {
        real[k] = re[k] * chirpCosines[k] + im[k] * chirpSines[k]
        imaginary[k] = im[k] * chirpCosines[k] - re[k] * chirpSines[k]
      }
    }
  }
}
