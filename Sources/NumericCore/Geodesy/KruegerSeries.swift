/// Krüger's series between the conformal sphere and the rectifying plane of the transverse Mercator, to order six in
/// the third flattening n [Karney2011, equations 35 and 36].
struct KruegerSeries: Equatable, Sendable {
  private let alpha, beta: [Double]

  init(thirdFlattening n: Double) {
    func sum(_ coefficients: [(Double, Double)], from power: Int) -> Double {
      var (total, factor) = (0.0, 1.0)
      for _ in 0..<power { factor *= n }
      for (numerator, denominator) in coefficients {
        total += factor * numerator / denominator
        factor *= n
      }
      return total
    }
    alpha = Self.forwardTerms.enumerated().map { sum($1, from: $0 + 1) }
    beta = Self.inverseTerms.enumerated().map { sum($1, from: $0 + 1) }
  }

  private static let forwardTerms: [[(Double, Double)]] = [
    [(1, 2), (-2, 3), (5, 16), (41, 180), (-127, 288), (7891, 37800)],
    [(13, 48), (-3, 5), (557, 1440), (281, 630), (-1_983_433, 1_935_360)],
    [(61, 240), (-103, 140), (15061, 26880), (167_603, 181_440)],
    [(49561, 161_280), (-179, 168), (6_601_661, 7_257_600)],
    [(34729, 80640), (-3_418_889, 1_995_840)],
    [(212_378_941, 319_334_400)],
  ]

  private static let inverseTerms: [[(Double, Double)]] = [
    [(1, 2), (-2, 3), (37, 96), (-1, 360), (-81, 512), (96199, 604_800)],
    [(1, 48), (1, 15), (-437, 1440), (46, 105), (-1_118_711, 3_870_720)],
    [(17, 480), (-37, 840), (-209, 4480), (5569, 90720)],
    [(4397, 161_280), (-11, 504), (-830_251, 7_257_600)],
    [(4583, 161_280), (-108_847, 3_991_680)],
    [(20_648_693, 638_668_800)],
  ]

  /// ξ + iη = ξ′ + iη′ + Σ αⱼ sin 2j(ξ′ + iη′).
  func forward(_ xi: Double, _ eta: Double) -> (xi: Double, eta: Double) {
    let sum = Self.sum(alpha, xi, eta)
    return (xi + sum.0, eta + sum.1)
  }

  /// ξ′ + iη′ = ξ + iη − Σ βⱼ sin 2j(ξ + iη).
  func inverse(_ xi: Double, _ eta: Double) -> (xi: Double, eta: Double) {
    let sum = Self.sum(beta, xi, eta)
    return (xi - sum.0, eta - sum.1)
  }

  /// Rectifying latitude in radians: northing over the scale on the meridian.
  func rectifying(latitude: Double, _ ellipsoid: Ellipsoid) -> Double {
    let (sine, cosine) = Degrees.sincos(latitude)
    guard cosine != 0 else { return sine * Double.pi / 2 }
    let tau = ConformalLatitude(eccentricity: ellipsoid.eccentricity).conformal(sine / cosine)
    return forward(Elementary.atan(tau), 0).xi
  }

  private static func sum(_ terms: [Double], _ xi: Double, _ eta: Double) -> (Double, Double) {
    var (first, second) = (0.0, 0.0)
    for (index, term) in terms.enumerated() {
      let order = 2 * Double(index + 1)
      let (sine, cosine) = Elementary.sincos(order * xi)
      first += term * sine * Elementary.cosh(order * eta)
      second += term * cosine * Elementary.sinh(order * eta)
    }
    return (first, second)
  }
}
