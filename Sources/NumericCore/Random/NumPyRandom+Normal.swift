extension NumPyRandom {
  /// A draw from the normal distribution of mean 0 and standard deviation 1, by the ziggurat
  /// method with 256 layers. [Marsaglia2000]
  public mutating func standardNormal() -> Double {
    while true {
      let bits = nextUInt64()
      let layer = Int(bits & 0xff)
      let integer = bits >> 9 & 0xf_ffff_ffff_ffff
      let size = Double(integer) * Ziggurat.widths[layer]
      let x = bits & 0x100 == 0 ? size : -size
      if integer < Ziggurat.inside[layer] { return x }
      if layer == 0 { return tail(negative: integer & 0x100 != 0) }
      let (below, above) = (Ziggurat.heights[layer - 1], Ziggurat.heights[layer])
      if (below - above) * random() + above < Elementary.exp(-0.5 * x * x) { return x }
    }
  }

  private mutating func tail(negative: Bool) -> Double {
    while true {
      let x = -Ziggurat.inverseEdge * Elementary.log1p(-random())
      let y = -Elementary.log1p(-random())
      if y + y > x * x { return negative ? -(Ziggurat.edge + x) : Ziggurat.edge + x }
    }
  }

  /// `mean + deviation · standardNormal()`.
  public mutating func normal(_ mean: Double, _ deviation: Double) -> Double {
    mean + deviation * standardNormal()
  }

  /// `count` draws of `standardNormal()`.
  public mutating func standardNormal(_ count: Int) -> [Double] {
    (0..<count).map { _ in standardNormal() }
  }

  /// One draw for each pair of a mean and a standard deviation, in order.
  /// - Precondition: as many deviations as means.
  public mutating func normal(means: [Double], deviations: [Double]) -> [Double] {
    precondition(means.count == deviations.count, "a mean without a deviation")
    return zip(means, deviations).map { normal($0, $1) }
  }
}
