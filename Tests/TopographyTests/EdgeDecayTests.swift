import Topography
import NumericCore
import Testing

@Suite struct EdgeDecayTests {
  static func layer(buffer: Double) -> EdgeLayer {
    EdgeLayer(
      region: region, spacing: 1000, buffer: buffer,
      slab: EdgeLayer.Slab(top: 492.2704164812973, reference: 0, density: 2670), observationHeight: 1000)
  }

  /// The published number of Invert4Geom's how-to.
  @Test func publishedDecay() throws {
    let found = try Self.layer(buffer: 0).decay()
    #expect(abs(100 * found.decay - 49.33355) <= 5e-6, "\(100 * found.decay) %")
    #expect(found.bufferWidth == 0 && found.bufferCells == 0)
  }

  @Test func fallsAsTheBufferGrows() throws {
    let decays = try [0, 0.025, 0.05, 0.1, 0.3].map { try Self.layer(buffer: $0).decay().decay }
    #expect(zip(decays, decays.dropFirst()).allSatisfy { $0 > $1 })
    #expect(decays[4] < 0.05)
    let wide = try Self.layer(buffer: 0.1).decay()
    #expect(wide.bufferWidth == 4000 && wide.bufferCells == 4)
    // Rounded to whole cells, halves to even.
    #expect(try Self.layer(buffer: 0.0625).decay().bufferCells == 2)
  }

  /// The loss is symmetric, and does not depend on the density.
  @Test func symmetricAndWithoutUnit() throws {
    let found = try Self.layer(buffer: 0.05).decay()
    let loss = zip(found.gravity.values, found.withoutEdges.values).map { $0 - $1 }
    for index in loss.indices { #expect(abs(loss[index] - loss[loss.count - 1 - index]) <= 1e-9) }
    #expect(loss.max()! <= 1e-9)
    var light = Self.layer(buffer: 0.05)
    light.density = 1000
    #expect(abs(try light.decay().decay - found.decay) <= 1e-12)
  }

  /// Relief is no edge: without mass between it and the reference level little is left.
  @Test func reliefIsTakenOff() throws {
    var rough = Self.layer(buffer: 0.3)
    let level = try rough.decay().decay
    rough.checkerboard = .init(amplitude: 100, wavelength: 10_000)
    let found = try rough.decay()
    #expect(found.gravity.values.max()! - found.gravity.values.min()! > 5)
    #expect(abs(found.decay - level) < 0.05)
  }

  @Test func refusals() throws {
    var layer = Self.layer(buffer: 0)
    layer.observationHeight = 400
    #expect(throws: EdgeDecayError.observationsInLayer(height: 400, top: layer.top)) { try layer.decay() }
    layer = Self.layer(buffer: 0)
    layer.top = 0
    #expect(throws: EdgeDecayError.noGravity(thickness: 0)) { try layer.decay() }
    layer = Self.layer(buffer: -0.1)
    #expect(throws: EdgeDecayError.notPositive("buffer", -0.1)) { try layer.decay() }
  }
}
