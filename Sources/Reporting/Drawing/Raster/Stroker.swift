/// Outlines of lines of some width: a quadrilateral a segment, a wedge on the outer side of a corner, and
/// caps. All wind the same way, so that a pixel's coverages add up to one where the pieces meet.
struct Stroker {
  var width: Double
  var isRound = false
  /// Half circles at the ends.
  var hasCaps = false

  private var half: Double { width / 2 }

  func outline(_ places: [Place], isClosed: Bool, into edges: inout EdgeList) {
    var chain: [Place] = []
    for place in places where chain.last.map({ Arc.distance($0, place) > 1e-6 }) ?? true {
      chain.append(place)
    }
    if isClosed, chain.count > 1, Arc.distance(chain[0], chain[chain.count - 1]) <= 1e-6 {
      chain.removeLast()
    }
    guard chain.count > 1 else {
      if let only = chain.first, hasCaps { edges.addTurned(Arc.circle(only, half)) }
      return
    }
    if isClosed { chain.append(chain[0]) }
    let normals = zip(chain, chain.dropFirst()).map(normal)
    for (index, normal) in normals.enumerated() {
      let (start, end) = (chain[index], chain[index + 1])
      edges.addTurned([
        moved(start, normal, 1), moved(end, normal, 1), moved(end, normal, -1), moved(start, normal, -1),
      ])
      if index > 0 { join(start, normals[index - 1], normal, into: &edges) }
    }
    let (first, last) = (normals[0], normals[normals.count - 1])
    if isClosed {
      join(chain[0], last, first, into: &edges)
    } else if hasCaps {
      cap(chain[0], Place(-first.x, -first.y), into: &edges)
      cap(chain[chain.count - 1], last, into: &edges)
    }
  }

  /// A chain cut into dashes: pieces that are drawn.
  static func dashes(_ places: [Place], _ lengths: [Double]) -> [[Place]] {
    guard lengths.reduce(0, +) > 1e-3 else { return [places] }
    var pieces: [[Place]] = []
    var (current, isOn, index, rest) = ([places[0]], true, 0, lengths[0])
    for (start, end) in zip(places, places.dropFirst()) {
      let length = Arc.distance(start, end)
      var done = 0.0
      while length - done > rest {
        done += rest
        let cut = Place(
          start.x + (end.x - start.x) * done / length, start.y + (end.y - start.y) * done / length)
        if isOn { pieces.append(current + [cut]) }
        (current, isOn, index) = ([cut], !isOn, (index + 1) % lengths.count)
        rest = lengths[index]
      }
      rest -= length - done
      current.append(end)
    }
    if isOn { pieces.append(current) }
    return pieces
  }

  private func normal(_ start: Place, _ end: Place) -> Place {
    let scale = half / Arc.distance(start, end)
    return Place((end.y - start.y) * scale, (start.x - end.x) * scale)
  }

  private func moved(_ place: Place, _ normal: Place, _ sign: Double) -> Place {
    Place(place.x + sign * normal.x, place.y + sign * normal.y)
  }

  private func join(_ place: Place, _ before: Place, _ after: Place, into edges: inout EdgeList) {
    let cross = before.x * after.y - before.y * after.x
    guard abs(cross) > 1e-9 * half * half else {
      // Straight on, or back: only a round corner shows at a turn by half a circle.
      if isRound, before.x * after.x + before.y * after.y < 0 { cap(place, before, into: &edges) }
      return
    }
    let sign = cross > 0 ? 1.0 : -1
    let (first, last) = (Place(sign * before.x, sign * before.y), Place(sign * after.x, sign * after.y))
    var outer = [first]
    if isRound {
      outer += Arc.between(first, last, half)
    } else {
      let scale = half * half / (half * half + first.x * last.x + first.y * last.y)
      let tip = Place((first.x + last.x) * scale, (first.y + last.y) * scale)
      // SVG's own limit: a corner four times as long as the line is wide is cut off.
      if Arc.distance(Place(0, 0), tip) <= 4 * half { outer.append(tip) }
    }
    outer.append(last)
    edges.addTurned([place] + outer.map { Place(place.x + $0.x, place.y + $0.y) })
  }

  /// Half a circle beyond the end of a line with this normal.
  private func cap(_ place: Place, _ normal: Place, into edges: inout EdgeList) {
    let ahead = Place(-normal.y, normal.x)
    let back = Place(-normal.x, -normal.y)
    let outer =
      [normal] + Arc.between(normal, ahead, half) + [ahead] + Arc.between(ahead, back, half) + [back]
    edges.addTurned(outer.map { Place(place.x + $0.x, place.y + $0.y) })
  }
}
