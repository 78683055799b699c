import ForwardModels
import Testing

@Suite struct ForwardModelsTests {
  private let source = BuriedPointSource(easting: 0, northing: 0, depth: 3000, volumeChange: 1e6)

  @Test func `The ground above a source rises as the closed form says and falls off as it must`() {
    // (1 − ν) ΔV/(π D²)
    let above = source.displacement(easting: 0, northing: 0)
    #expect(abs(above.up - 0.75 * 1e6 / (Double.pi * 9e6)) < 1e-15)
    #expect(above.east == 0 && above.north == 0)
    // At r = D the ground moves outwards as much as upwards, 2^(−3/2) of the greatest rise.
    let aside = source.displacement(easting: 0, northing: 3000)
    #expect(abs(aside.north - aside.up) < 1e-15)
    #expect(abs(aside.up / above.up - 0.35355339059327379) < 1e-12)
  }

  @Test func `The volume of the uplift is 2 (1 − ν) of that of the source`() {
    // ∫ u_z 2πr dr to R misses 2 (1 − ν) ΔV D/√(R² + D²).
    var volume = 0.0
    let step = 5.0
    for index in 0..<200_000 {
      let r = (Double(index) + 0.5) * step
      volume += source.displacement(easting: r, northing: 0).up * 2 * Double.pi * r * step
    }
    let missing: Double = 1.5e6 * 3000 / (1e6 * 1e6 + 9e6).squareRoot()
    #expect(abs(volume + missing - 1.5e6) < 1)
  }

  @Test func `No pressure at V₀, slope and curvature there are those of the bulk modulus`() {
    let state = EquationOfState(volume: 11.25, bulkModulus: 160, derivative: 4.1)
    #expect(state.pressure(volume: 11.25) == 0)
    let h = 1e-3
    let (low, high) = (state.pressure(volume: 11.25 - h), state.pressure(volume: 11.25 + h))
    let modulus: Double = -11.25 * (high - low) / (2 * h)
    #expect(abs(modulus - 160) < 1e-3)
    // K′ = −1 − V P″/P′ at V₀.
    let curvature: Double = (high + low) / (h * h)
    let derivative: Double = -1 + 11.25 * curvature / (160 / 11.25)
    #expect(abs(derivative - 4.1) < 1e-2)
  }

  @Test func `With K₀′ = 4 the third order vanishes`() {
    let state = EquationOfState(volume: 1, bulkModulus: 100, derivative: 4)
    // x = 2^(1/3) at half the volume.
    let expected: Double = 150 * (5.039684199579493 - 3.1748021039363992)
    #expect(abs(state.pressure(volume: 0.5) - expected) < 1e-10)
  }
}
