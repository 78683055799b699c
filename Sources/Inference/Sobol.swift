import NumericCore

/// Sobol's sequence with the direction numbers of Joe and Kuo: every 2ᵏ points from a multiple of 2ᵏ on fill
/// the unit cube evenly. A longer sequence keeps the points of a shorter one. [Sobol1967, Joe2008]
public enum Sobol {
  /// Most dimensions: as many as the table of direction numbers has rows.
  public static let maximumDimensions = SobolDirections.rows.count
  /// Binary digits of a coordinate.
  private static let digits = 52

  /// Unit points [sample][dimension] in [0, 1) of the plain sequence, from index `skip` on, in Gray-code order;
  /// index 0 is the origin. SciPy's `qmc.Sobol(dimensions, scramble=False)`.
  /// - Precondition: 0 < dimensions ≤ `maximumDimensions`, 0 ≤ skip.
  public static func plain(count: Int, dimensions: Int, skip: Int = 0) -> [[Double]] {
    let columns = (0..<dimensions).map { directions($0) }
    return points(count, skip) { gray in columns.map { Double(combined($0, gray)) * 0x1p-52 } }
  }

  /// Unit points in (0, 1), from index `skip` on, scrambled: the digits of dimension d are multiplied by a
  /// random lower triangular matrix of zeros and ones and added to random digits, both from the stream of
  /// (seed, d) [Matousek1998]. Each point is uniform by itself, and the points fill the cube as evenly as
  /// the plain ones. Depends on seed, dimension and index alone.
  /// - Precondition: 0 < dimensions ≤ `maximumDimensions`, 0 ≤ skip.
  public static func scrambled(
    count: Int, dimensions: Int, seed: UInt64, skip: Int = 0
  ) -> [[Double]] {
    let columns = (0..<dimensions).map { scrambling(of: $0, seed: seed) }
    return points(count, skip) { gray in
      // The middle of the cell, so that no coordinate is 0.
      columns.map { (Double(combined($0.directions, gray) ^ $0.shift) + 0.5) * 0x1p-52 }
    }
  }

  private static func points(
    _ count: Int, _ skip: Int, _ point: (_ gray: UInt64) -> [Double]
  ) -> [[Double]] {
    precondition(skip >= 0, "points are counted from 0")
    return (skip..<skip + count).map { index in point(UInt64(index) ^ UInt64(index) >> 1) }
  }

  private static func combined(_ directions: [UInt64], _ gray: UInt64) -> UInt64 {
    var (rest, bits) = (gray, UInt64(0))
    while rest != 0 {
      bits ^= directions[rest.trailingZeroBitCount]
      rest &= rest - 1
    }
    return bits
  }

  /// v₁, v₂, … as binary fractions whose first digit has the weight 2⁵¹.
  private static func directions(_ dimension: Int) -> [UInt64] {
    precondition(dimension < maximumDimensions, "more dimensions than Sobol's sequence has numbers for")
    let row = SobolDirections.rows[dimension]
    guard dimension > 0 else { return (0..<digits).map { 1 << UInt64(digits - 1 - $0) } }
    let (polynomial, degree) = (row[0], row.count - 1)
    var numbers = Array(row.dropFirst())
    for index in degree..<digits {
      var number = numbers[index - degree]
      for k in 1...degree where polynomial >> UInt64(degree - k) & 1 == 1 {
        number ^= numbers[index - k] << UInt64(k)
      }
      numbers.append(number)
    }
    return numbers.prefix(digits).enumerated().map { $1 << UInt64(digits - 1 - $0) }
  }

  private static func scrambling(
    of dimension: Int, seed: UInt64
  ) -> (directions: [UInt64], shift: UInt64) {
    var random = NumPyRandom.stream(seed: seed, name: "sobol", member: dimension)
    let shift = random.nextUInt64() >> 12
    // Row r: digit r itself and any of those before it, which weigh more.
    let rows = (0..<digits).map { row -> UInt64 in
      let place = UInt64(digits - 1 - row)
      let before = ~UInt64(0) << (place + 1) & (1 << UInt64(digits) - 1)
      return 1 << place | random.nextUInt64() & before
    }
    let mixed = directions(dimension).map { direction in
      rows.enumerated().reduce(UInt64(0)) { bits, row in
        let digit = UInt64((row.element & direction).nonzeroBitCount & 1)
        return bits | digit << UInt64(digits - 1 - row.offset)
      }
    }
    return (mixed, shift)
  }
}
