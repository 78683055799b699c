internal import CKernels

/// Lengths that the fast transforms take.
public enum FourierLength {
  /// A prime factor p costs p operations a value; beyond this a chirp convolution is quicker.
  private static let largestPrime = 61

  /// The smallest product of 2, 3, 5 and 7 that is not below `count`. (The one of least operations a
  /// little above is no quicker, measured.)
  public static func good(atLeast count: Int) -> Int {
    var length = max(1, count)
    while factors(of: length)?.contains(where: { $0 > 7 }) ?? true { length += 1 }
    return length
  }

  /// Factors in the order of the passes, pairs of 2 joined; nil if a prime above 61 divides `length`.
  static func factors(of length: Int) -> [UInt8]? {
    var (rest, result) = (length, [UInt8]())
    for factor in [4, 2, 7, 5, 3] + Array(stride(from: 11, through: largestPrime, by: 2)) {
      while rest % factor == 0 {
        result.append(UInt8(factor))
        rest /= factor
      }
    }
    return rest == 1 ? result : nil
  }
}

/// Complex transforms of eight signals of one length at once, one a vector lane.
///
/// Lanes never mix and every instruction set does the same operations in the same order, so
/// results have the same bits on every machine. Errors grow as log n.
struct LaneTransform: Sendable {
  let length: Int
  private let factors: [UInt8]
  private let cosines, sines: [Double]

  /// - Precondition: `length` has no prime factor above 61.
  init(length: Int) {
    guard let factors = FourierLength.factors(of: length) else {
      preconditionFailure("\(length) has a prime factor above 61")
    }
    (self.length, self.factors) = (length, factors)
    (cosines, sines) = FourierTransform.roots(length)
  }

  /// Values of a lane buffer.
  var bufferSize: Int { 16 * length }

  /// Transforms `data` with the help of `scratch`; the result is in the one that is returned.
  func transform(
    inverse: Bool, _ data: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutablePointer<Double>,
    on set: ck_set
  ) -> UnsafeMutablePointer<Double> {
    factors.withUnsafeBufferPointer { factors in
      cosines.withUnsafeBufferPointer { cosines in
        sines.withUnsafeBufferPointer { sines in
          var description = ck_length(
            length: length, factor_count: factors.count, factors: factors.baseAddress,
            cosines: cosines.baseAddress, sines: sines.baseAddress)
          return ck_fourier(set, &description, inverse ? 1 : 0, data, scratch)
        }
      }
    }
  }
}
