import NumericCore
import Testing

@testable import Gravity

@Suite struct NormalGravityTests {
  static func ellipsoid(_ name: String) -> Ellipsoid { name == "wgs84" ? .wgs84 : .grs80 }

  /// 40 digits to a nanogal; Boule, whose closed form is γ_u alone and loses digits where the ellipsoid is nearly a
  /// sphere, to its own rounding.
  @Test func agreesWithReferences() {
    for row in NormalGravityReference.rows {
      let gravity = NormalGravity(Self.ellipsoid(row.ellipsoid))
      let magnitude = gravity.magnitude(latitude: row.latitude, height: row.height)
      #expect(abs(magnitude - row.magnitude) < 2e-9, "\(row): \(magnitude)")
      let radial = gravity.components(latitude: row.latitude, height: row.height).radial
      #expect(abs(radial - row.boule) < 3e-7, "\(row): \(radial)")
    }
  }

  @Test func geocentricRadiusAgreesWithBoule() {
    for row in NormalGravityReference.radii {
      let radius = Self.ellipsoid(row.ellipsoid).geocentricRadius(latitude: row.latitude)
      #expect(abs(radius - row.radius) < 1e-8, "\(row): \(radius)")
    }
  }

  /// Published values of GRS80 [Hofmann2006]: 978 032.677 15 mGal at the equator, 983 218.636 85 at the poles.
  @Test func publishedValues() {
    let gravity = NormalGravity(.grs80)
    #expect(abs(gravity.magnitude(latitude: 0, height: 0) - 978_032.677_15) < 1e-5)
    #expect(abs(gravity.magnitude(latitude: 90, height: 0) - 983_218.636_85) < 1e-5)
    #expect(gravity.magnitude(latitude: -90, height: 0) == gravity.magnitude(latitude: 90, height: 0))
  }

  /// The integral of gravity along the ellipsoid's normal between two heights is the same by any path: the field
  /// has a potential. Checked on a small rectangle of heights and latitudes.
  @Test func circulationVanishes() {
    let gravity = NormalGravity(.wgs84)
    let (low, high, south, north) = (0.0, 20_000.0, 44.0, 44.01)
    func place(_ latitude: Double, _ height: Double) -> (Double, Double) {
      let n = Ellipsoid.wgs84.primeVerticalRadius(latitude: latitude)
      let angle = latitude * .pi / 180
      return (
        (n + height) * Elementary.cos(angle),
        (n * (1 - Ellipsoid.wgs84.squaredEccentricity) + height) * Elementary.sin(angle)
      )
    }
    // Vector of gravity in the meridian plane by the directions of u and β.
    func vector(_ latitude: Double, _ height: Double) -> (Double, Double) {
      let (p, z) = place(latitude, height)
      let e = Ellipsoid.wgs84.linearEccentricity
      let d = p * p + z * z - e * e
      let u = ((d + (d * d + 4 * e * e * z * z).squareRoot()) / 2).squareRoot()
      let (s, c) = (z / u, p / (u * u + e * e).squareRoot())
      let root = (u * u + e * e).squareRoot()
      let w = ((u * u + e * e * s * s) / (u * u + e * e)).squareRoot()
      let (radial, lateral) = gravity.components(latitude: latitude, height: height)
      let up = (u * c / (root * w), s / w)
      let along = (-s / w, u * c / (root * w))
      return (-radial * up.0 + lateral * along.0, -radial * up.1 + lateral * along.1)
    }
    func line(_ from: (Double, Double), _ to: (Double, Double)) -> Double {
      let steps = 400
      var sum = 0.0
      for step in 0..<steps {
        let t = (Double(step) + 0.5) / Double(steps)
        let (latitude, height) = (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1))
        let half = 0.5 / Double(steps)
        let a = place(from.0 + (t - half) * (to.0 - from.0), from.1 + (t - half) * (to.1 - from.1))
        let b = place(from.0 + (t + half) * (to.0 - from.0), from.1 + (t + half) * (to.1 - from.1))
        let g = vector(latitude, height)
        sum += g.0 * (b.0 - a.0) + g.1 * (b.1 - a.1)
      }
      return sum
    }
    let corners = [(south, low), (north, low), (north, high), (south, high), (south, low)]
    var total = 0.0
    for (from, to) in zip(corners, corners.dropFirst()) { total += line(from, to) }
    // Against 2e10 mGal·m along a vertical side; without γ_β the sum is above 2.
    #expect(abs(total) < 0.05, "\(total) mGal·m")
    // On the ellipsoid gravity stands on the surface.
    #expect(abs(gravity.components(latitude: 44, height: 0).lateral) < 1e-8)
  }

  @Test func sphereRotates() {
    let gravity = NormalGravity(.sphere)
    let r = Ellipsoid.sphere.semimajorAxis
    let pure = 3.986_004_418e14 / (r * r) * 1e5
    #expect(abs(gravity.magnitude(latitude: 90, height: 0) - pure) < 1e-6)
    let omega = 7.292_115e-5
    #expect(abs(gravity.magnitude(latitude: 0, height: 0) - (pure - omega * omega * r * 1e5)) < 1e-6)
    // Falls as the square of the distance.
    #expect(abs(gravity.magnitude(latitude: 90, height: r) - pure / 4) < 1e-6)
  }
}
