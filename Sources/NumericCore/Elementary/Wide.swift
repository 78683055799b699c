extension Elementary {
  /// An unevaluated sum of two doubles, |low| ≤ ½ ulp(high): some 106 bits. [Dekker1971]
  ///
  /// Products are split by Veltkamp's method and not by a fused multiply-add, whose software
  /// version on processors without the instruction costs a hundred times as much.
  struct Wide {
    var high: Double
    var low: Double

    init(_ high: Double, _ low: Double = 0) {
      self.high = high
      self.low = low
    }

    /// a + b, exactly.
    static func sum(_ a: Double, _ b: Double) -> Wide {
      let high = a + b
      let part = high - a
      return Wide(high, (a - (high - part)) + (b - part))
    }

    /// a + b, exactly, where |a| ≥ |b| or a = 0.
    static func ordered(_ a: Double, _ b: Double) -> Wide {
      let high = a + b
      return Wide(high, b - (high - a))
    }

    /// a · b, exactly, unless it leaves the range of normal numbers or a factor exceeds 2^995.
    static func product(_ a: Double, _ b: Double) -> Wide {
      let high = a * b
      let (a1, a2) = halves(a)
      let (b1, b2) = halves(b)
      return Wide(high, ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2)
    }

    private static func halves(_ a: Double) -> (Double, Double) {
      let scaled = a * 0x1p27 + a
      let upper = scaled - (scaled - a)
      return (upper, a - upper)
    }

    static func + (a: Wide, b: Wide) -> Wide {
      let high = sum(a.high, b.high)
      let low = sum(a.low, b.low)
      let first = ordered(high.high, high.low + low.high)
      return ordered(first.high, first.low + low.low)
    }

    static func + (a: Wide, b: Double) -> Wide {
      let high = sum(a.high, b)
      return ordered(high.high, high.low + a.low)
    }

    static func * (a: Wide, b: Wide) -> Wide {
      let high = product(a.high, b.high)
      return ordered(high.high, high.low + (a.high * b.low + a.low * b.high))
    }

    static func * (a: Wide, b: Double) -> Wide {
      let high = product(a.high, b)
      return ordered(high.high, high.low + a.low * b)
    }

    static func / (a: Wide, b: Wide) -> Wide {
      let first = a.high / b.high
      let rest = a + b * (-first)
      return ordered(first, (rest.high + rest.low) / b.high)
    }

    static prefix func - (a: Wide) -> Wide { Wide(-a.high, -a.low) }
  }
}
