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
/// results have the same bits on every machine. Errors grow as log n. A signal of 2000 elements is 256 KB, which the
/// nearest cache does not hold: the passes go in groups that it does, through memory once a group.
struct LaneTransform: Sendable {
  let length: Int
  private let factors: [UInt8]
  /// Factors of each group.
  private let groups: [UInt8]
  private let cosines, sines: [Double]

  /// Elements of a group at most: two buffers of 16 KB.
  private static let largestGroup = 128

  /// - Precondition: `length` has no prime factor above 61.
  init(length: Int) {
    guard let factors = FourierLength.factors(of: length) else {
      preconditionFailure("\(length) has a prime factor above 61")
    }
    (self.length, self.factors) = (length, factors)
    groups = Self.balanced(factors)
    (cosines, sines) = FourierTransform.roots(length)
  }

  /// As few groups as the largest allows, and those as small as that number allows.
  static func balanced(_ factors: [UInt8]) -> [UInt8] {
    let fewest = groups(factors, largest: largestGroup).count
    let sizes = (2...largestGroup).lazy.map { groups(factors, largest: $0) }
    return sizes.first { $0.count == fewest } ?? []
  }

  /// Neighbouring factors whose product is not above a size; those above 7 stand alone.
  private static func groups(_ factors: [UInt8], largest: Int) -> [UInt8] {
    var (result, size) = ([UInt8](), 0)
    for factor in factors.map({ Int($0) }) {
      if size > 0, factor <= 7, size * factor <= largest {
        result[result.count - 1] += 1
        size *= factor
      } else {
        result.append(1)
        size = factor > 7 ? 0 : factor
      }
    }
    return result
  }

  /// Values of a lane buffer.
  var bufferSize: Int { 16 * length }

  /// What is transformed, and how much of the result is wanted.
  struct Signal {
    /// Its first `used` elements; the others are zero.
    let start: UnsafePointer<Double>
    let used: Int
    /// Elements of the result that are wanted; the others have any value.
    let kept: Int
  }

  /// Transforms a signal, which may stand in `data`, with the help of `scratch`; the result is in the one of the two
  /// that is returned.
  func transform(
    inverse: Bool, _ signal: Signal, _ data: UnsafeMutablePointer<Double>,
    _ scratch: UnsafeMutablePointer<Double>, on set: ck_set
  ) -> UnsafeMutablePointer<Double> {
    factors.withUnsafeBufferPointer { factors in
      groups.withUnsafeBufferPointer { groups in
        cosines.withUnsafeBufferPointer { cosines in
          sines.withUnsafeBufferPointer { sines in
            var description = ck_length(
              length: length, factor_count: factors.count, factors: factors.baseAddress,
              cosines: cosines.baseAddress, sines: sines.baseAddress, group_count: groups.count,
              groups: groups.baseAddress)
            var signal = ck_signal(start: signal.start, used: signal.used, kept: signal.kept)
            return ck_fourier(set, &description, inverse ? 1 : 0, &signal, data, scratch)
          }
        }
      }
    }
  }
}
