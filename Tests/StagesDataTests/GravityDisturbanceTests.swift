import Datasets
import NumericCore
import Planning
import StageTestSupport
import Testing

@testable import StagesData

/// What is left without the ellipsoid's gravity.
@Suite struct GravityDisturbanceTests {
  private static func disturbance(_ section: String) throws -> (normal: [Double], rest: [Double]) {
    let observed = 980_000.0
    let table = try Samples.table([
      "longitude": [0, 0, 7], "latitude": [0, 90, 0], "upward": [0, 0, 1000],
      "gravity": [observed, observed, observed],
    ])
    let data = try LoneStage(GravityDisturbance(), section, ["gravity": .table]).run(["gravity": table])
      .dataset("gravity")
    return (try data.column("normal_gravity"), try data.column("gravity_anomaly"))
  }

  /// WGS84's normal gravity at equator and pole, mGal (NIMA TR8350.2), and what stays.
  @Test func normalGravityOfTheEllipsoid() throws {
    let (normal, rest) = try Self.disturbance("")
    #expect(abs(normal[0] - 978_032.53359) < 1e-4 && abs(normal[1] - 983_218.49378) < 1e-4)
    // The free-air gradient, 0.3086 mGal/m to first order.
    #expect(abs(normal[0] - normal[2] - 308.7) < 0.2)
    for index in 0..<3 { #expect(abs(normal[index] + rest[index] - 980_000) < 1e-9) }
  }

  /// GRS80's, mGal (Moritz).
  @Test func anotherEllipsoid() throws {
    #expect(abs(try Self.disturbance("ellipsoid = grs80").normal[0] - 978_032.67715) < 1e-4)
  }
}
