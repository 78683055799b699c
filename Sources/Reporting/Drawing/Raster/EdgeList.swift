/// The edges of closed polygons, in pixels.
struct EdgeList {
  struct Edge {
    var start, end: Place
  }

  private(set) var edges: [Edge] = []
  private(set) var low = Place(.infinity, .infinity)
  private(set) var high = Place(-.infinity, -.infinity)

  /// Adds a polygon as it winds.
  mutating func add(_ polygon: [Place]) {
    guard let last = polygon.last, polygon.count > 2 else { return }
    var from = last
    for to in polygon {
      edges.append(Edge(start: from, end: to))
      low = Place(min(low.x, to.x), min(low.y, to.y))
      high = Place(max(high.x, to.x), max(high.y, to.y))
      from = to
    }
  }

  /// Adds a polygon, turned so that it winds like every other one that is added so: pieces that overlap then
  /// add up to more than one and never cancel.
  mutating func addTurned(_ polygon: [Place]) {
    var area = 0.0
    var from = polygon.last ?? Place(0, 0)
    for to in polygon {
      area += from.x * to.y - to.x * from.y
      from = to
    }
    add(area < 0 ? polygon.reversed() : polygon)
  }
}

extension Path {
  /// The pieces as chains of points, `scale` times as large; whether each is closed.
  func chains(scale: Double) -> [(places: [Place], isClosed: Bool)] {
    var chains: [(places: [Place], isClosed: Bool)] = []
    var current: [Place] = []
    func scaled(_ place: Place) -> Place { Place(place.x * scale, place.y * scale) }
    for step in steps {
      switch step {
      case .move(let place):
        if !current.isEmpty { chains.append((current, false)) }
        current = [scaled(place)]
      case .line(let place): current.append(scaled(place))
      case .curve(let first, let second, let end):
        let start = current.last ?? scaled(first)
        current += Arc.bezier(start, scaled(first), scaled(second), scaled(end))
      case .close:
        if !current.isEmpty { chains.append((current, true)) }
        current = []
      }
    }
    if !current.isEmpty { chains.append((current, false)) }
    return chains
  }
}

/// Curves as chains of points, without sines: by halving, with square roots alone.
enum Arc {
  /// Points of a cubic curve after its start, close enough for pixels.
  static func bezier(_ start: Place, _ first: Place, _ second: Place, _ end: Place) -> [Place] {
    let length = distance(start, first) + distance(first, second) + distance(second, end)
    return bezier(start, first, second, end, count: Int(min(max(length.squareRoot() * 1.5, 4), 64)))
  }

  static func bezier(_ start: Place, _ first: Place, _ second: Place, _ end: Place, count: Int) -> [Place] {
    (1...count).map { index in
      let t = Double(index) / Double(count)
      let s = 1 - t
      let (a, b, c, d) = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
      return Place(
        a * start.x + b * first.x + c * second.x + d * end.x,
        a * start.y + b * first.y + c * second.y + d * end.y)
    }
  }

  /// Points of a circle about `centre`.
  static func circle(_ centre: Place, _ radius: Double) -> [Place] {
    let corners = [Place(radius, 0), Place(0, radius), Place(-radius, 0), Place(0, -radius)]
    return corners.indices.flatMap { index in
      [corners[index]] + between(corners[index], corners[(index + 1) % 4], radius)
    }.map { Place(centre.x + $0.x, centre.y + $0.y) }
  }

  /// Points between two of a circle about the origin that are less than half a turn apart.
  static func between(_ first: Place, _ last: Place, _ radius: Double) -> [Place] {
    let depth = radius < 0.8 ? 1 : radius < 2.5 ? 2 : radius < 10 ? 3 : 4
    return halved(first, last, radius, depth)
  }

  private static func halved(_ first: Place, _ last: Place, _ radius: Double, _ depth: Int) -> [Place] {
    let sum = Place(first.x + last.x, first.y + last.y)
    let length = (sum.x * sum.x + sum.y * sum.y).squareRoot()
    guard depth > 0, length > 1e-9 * radius else { return [] }
    let middle = Place(sum.x / length * radius, sum.y / length * radius)
    return halved(first, middle, radius, depth - 1) + [middle] + halved(middle, last, radius, depth - 1)
  }

  static func distance(_ first: Place, _ second: Place) -> Double {
    let (x, y) = (second.x - first.x, second.y - first.y)
    return (x * x + y * y).squareRoot()
  }
}
