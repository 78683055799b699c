import Planning
import Testing

@testable import Artefacts

/// Numbers as files give them and as recipes hold them.
@Suite struct FiledUnitTests {
  @Test func gravityIsFiledInMilligal() {
    #expect(PhysicalDimension.acceleration.units == "mGal")
    // No binary factor gives these: 2e-6 * 1e5 is 0.19999999999999998.
    for (canonical, filed) in [
      (2e-6, 0.2), (5.811424825089846e-06, 0.5811424825089846), (0, 0), (-3e-9, -3e-4),
    ] {
      #expect(PhysicalDimension.acceleration.filed(canonical) == filed)
      #expect(PhysicalDimension.acceleration.canonical(filed: filed) == canonical)
    }
    #expect(PhysicalDimension.acceleration.filed(.nan).isNaN)
    #expect(PhysicalDimension.acceleration.canonical(filed: .infinity) == .infinity)
    for dimension in PhysicalDimension.registered where dimension != .acceleration {
      #expect(dimension.filed(0.1) == 0.1 && dimension.canonical(filed: 0.1) == 0.1)
    }
  }

  /// What other programs write is read by its unit.
  @Test(arguments: [
    ("mGal", 0.2, 2e-6), ("uGal", 200, 2e-6), ("m s-2", 2e-6, 2e-6), ("km", 2, 2000), ("g/cm3", 2.5, 2500),
    ("kg m-3", 2500, 2500), ("1", 5, 5), ("furlong", 5, 5),
  ])
  func unitsOfScalars(_ units: String, _ value: Double, _ canonical: Double) {
    #expect(abs(PhysicalDimension.canonical(value, in: units) / canonical - 1) < 1e-15)
  }

  @Test func withoutAUnitItIsCanonical() { #expect(PhysicalDimension.canonical(2e-6, in: nil) == 2e-6) }
}
