import NumericCore

/// Travel times of first arrivals in a spherical earth whose velocity depends on the radius alone.
///
/// Between two nodes v = A r^B (Bullen's law), for which a ray of parameter p = r sin i/v has, with η = r/v and k = 1 − B,
///
///     Δ = (acos(p/η₁) − acos(p/η₂))/k,   T = (√(η₁² − p²) − √(η₂² − p²))/k
///
/// and turns where η = p: no integral is left. Rays that turn between nodes, those that go up from the source, and those that graze
/// the deepest node on (diffracted there) are looked for; the earliest counts. [Bullen1985, §7.3]
public struct RadialRays: Sendable {
  /// Why no rays can be traced.
  public enum Failure: Error, Equatable, Sendable {
    /// Nodes that do not go down, or of a velocity that isn't above 0.
    case badModel(node: Int)
    /// A source below the model.
    case sourceOutside(depth: Double, bottom: Double)
  }

  /// A part of the earth between two nodes.
  private struct Layer {
    /// Depths in km, η in seconds, k, and ln of the ratio of the radii.
    var top, bottom, etaTop, etaBottom, k, ratio: Double
  }

  /// A ray: its parameter, distance in radians and time in seconds.
  private struct Ray {
    var p, distance, time: Double
  }

  private let layers: [Layer]
  private let source: Double
  /// Rays between neighbours of which distances change smoothly; nil where they do not.
  private let turning, upgoing: [Ray?]
  /// Rays of a layer in which rays turn.
  private static let samples = 6

  /// Of a place of the surface.
  /// - Parameters:
  ///   - depths: of the nodes in km from the surface down; two of one depth are a discontinuity.
  ///   - velocities: km/s.
  ///   - radius: of the earth, km.
  ///   - source: its depth, km.
  public init(
    depths: [Double], velocities: [Double], radius: Double = 6371, source: Double
  ) throws(Failure) {
    precondition(depths.count == velocities.count && depths.count > 1)
    guard depths[0] == 0 else { throw .badModel(node: 0) }
    for node in depths.indices {
      guard velocities[node] > 0, velocities[node].isFinite, depths[node] < radius,
        node == 0 || depths[node] >= depths[node - 1]
      else { throw .badModel(node: node) }
    }
    let bottom = depths[depths.count - 1]
    guard source >= 0, source < bottom else { throw .sourceOutside(depth: source, bottom: bottom) }
    layers = Self.layers(depths, velocities, radius, source)
    self.source = source
    (turning, upgoing) = Self.rays(layers, source)
  }

  private static func layers(
    _ depths: [Double], _ velocities: [Double], _ radius: Double, _ source: Double
  ) -> [Layer] {
    var layers: [Layer] = []
    func add(_ top: Double, _ bottom: Double, _ first: Double, _ second: Double) {
      let (r1, r2) = (radius - top, radius - bottom)
      let (eta1, eta2) = (r1 / first, r2 / second)
      let ratio = Elementary.log(r1 / r2)
      layers.append(
        Layer(
          top: top, bottom: bottom, etaTop: eta1, etaBottom: eta2, k: Elementary.log(eta1 / eta2) / ratio,
          ratio: ratio))
    }
    for node in depths.indices.dropLast() where depths[node + 1] > depths[node] {
      let (top, bottom) = (depths[node], depths[node + 1])
      let (first, second) = (velocities[node], velocities[node + 1])
      guard source > top, source < bottom else {
        add(top, bottom, first, second)
        continue
      }
      // By the law between the nodes, so that the source changes no velocity.
      let part =
        Elementary.log((radius - source) / (radius - top))
        / Elementary.log((radius - bottom) / (radius - top))
      let own = first * Elementary.exp(part * Elementary.log(second / first))
      add(top, source, first, own)
      add(source, bottom, own, second)
    }
    return layers
  }

  /// From the surface down to where the ray turns, or to a depth; nil where it can't come so far, or does not turn.
  private static func leg(_ layers: [Layer], _ p: Double, to depth: Double?) -> (
    distance: Double, time: Double
  )? {
    var (distance, time) = (0.0, 0.0)
    for layer in layers {
      if let depth, layer.top >= depth { return (distance, time) }
      guard layer.etaTop > p else { return nil }
      let upper = (layer.etaTop * layer.etaTop - p * p).squareRoot()
      guard layer.etaBottom > p else {
        guard depth == nil else { return nil }
        distance += Elementary.atan2(upper, p) / layer.k
        return (distance, time + upper / layer.k)
      }
      let lower = (layer.etaBottom * layer.etaBottom - p * p).squareRoot()
      if abs(layer.k) < 1e-9 {
        distance += layer.ratio * p / upper
        time += layer.ratio * layer.etaTop * layer.etaTop / upper
      } else {
        distance += (Elementary.atan2(upper, p) - Elementary.atan2(lower, p)) / layer.k
        time += (upper - lower) / layer.k
      }
    }
    return depth == nil ? nil : (distance, time)
  }

  private static func rays(_ layers: [Layer], _ source: Double) -> (turning: [Ray?], upgoing: [Ray?]) {
    var (turning, upgoing): ([Ray?], [Ray?]) = ([], [])
    // A ray of larger p turns, or is turned back, higher up.
    var least = Double.infinity
    for layer in layers {
      let top = min(least, layer.etaTop)
      if layer.top >= source, top > layer.etaBottom {
        for sample in 0..<samples {
          // Distances are smooth in the root of p below the top of a layer.
          let part = Double(sample) / Double(samples - 1)
          let p = layer.etaBottom + (top - layer.etaBottom) * (1 - part * part)
          turning.append(down(layers, min(max(p, layer.etaBottom * (1 + 1e-13)), top * (1 - 1e-13)), source))
        }
        turning.append(nil)
      }
      least = min(least, layer.etaTop, layer.etaBottom)
    }
    guard source > 0 else { return (turning, []) }
    let above = layers.filter { $0.top < source }
    let most = above.reduce(Double.infinity) { min($0, $1.etaTop, $1.etaBottom) }
    for sample in 0...24 {
      let part = 1 - Double(sample) / 24
      upgoing.append(up(layers, min(most * (1 - part * part), most * (1 - 1e-13)), source))
    }
    return (turning, upgoing)
  }

  private static func down(_ layers: [Layer], _ p: Double, _ source: Double) -> Ray? {
    guard let whole = leg(layers, p, to: nil), let above = leg(layers, p, to: source) else { return nil }
    return Ray(p: p, distance: 2 * whole.distance - above.distance, time: 2 * whole.time - above.time)
  }

  private static func up(_ layers: [Layer], _ p: Double, _ source: Double) -> Ray? {
    leg(layers, p, to: source).map { Ray(p: p, distance: $0.distance, time: $0.time) }
  }

  /// The time of the first arrival at a distance in degrees, seconds; nil in a shadow.
  public func firstArrival(at degrees: Double) -> Double? {
    let distance = degrees * Double.pi / 180
    if distance == 0 { return Self.leg(layers, 0, to: source)?.time }
    var best = Double.infinity
    for (rays, trace) in [(turning, Self.down), (upgoing, Self.up)] {
      for (first, second) in zip(rays, rays.dropFirst()) {
        guard let first, let second, (first.distance - distance) * (second.distance - distance) <= 0 else {
          continue
        }
        // A time between the two differs by p times what is missing of the distance.
        if min(
          first.time - first.p * (first.distance - distance),
          second.time - second.p * (second.distance - distance)) > best + 1
        {
          continue
        }
        if let found = solve(first, second, distance, trace) { best = min(best, found) }
      }
    }
    // Along the deepest node beyond the last ray that turns above it.
    if let grazing = turning.last(where: { $0 != nil }) ?? nil, distance > grazing.distance,
      let bottom = layers.last, abs(grazing.p / bottom.etaBottom - 1) < 1e-6
    {
      best = min(best, grazing.time + grazing.p * (distance - grazing.distance))
    }
    return best.isFinite ? best : nil
  }

  /// The ray between two that arrives at a distance, by secants within the bracket.
  private func solve(
    _ first: Ray, _ second: Ray, _ distance: Double,
    _ trace: ([Layer], Double, Double) -> Ray?
  ) -> Double? {
    var (one, two) = (first, second)
    for step in 0..<50 {
      let spread = two.distance - one.distance
      var part = spread == 0 ? 0.5 : (distance - one.distance) / spread
      // A secant that stays at one end is followed by halving.
      if step % 3 == 2 || !(part > 0.01 && part < 0.99) { part = 0.5 }
      guard let ray = trace(layers, one.p + part * (two.p - one.p), source) else { return nil }
      if abs(ray.distance - distance) < 1e-9 { return ray.time + ray.p * (distance - ray.distance) }
      if (ray.distance - distance) * (one.distance - distance) > 0 { one = ray } else { two = ray }
    }
    return one.time + one.p * (distance - one.distance)
  }
}
