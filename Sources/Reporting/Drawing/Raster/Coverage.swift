/// How much of each pixel of a window polygons cover, exactly: every edge adds, row by row, the signed area
/// to its right; a running sum along the row is then the winding number averaged over the pixel.
struct Coverage {
  let left, top, width, height: Int
  private let stride: Int
  private var cells: [Double]

  /// The pixels that the edges can reach on a canvas of this size; nil where there are none.
  init?(_ list: EdgeList, canvasWidth: Int, canvasHeight: Int) {
    guard list.low.x.isFinite, list.low.x < Double(canvasWidth), list.low.y < Double(canvasHeight),
      list.high.x > 0, list.high.y > 0
    else { return nil }
    left = Int(max(0, list.low.x.rounded(.down)))
    top = Int(max(0, list.low.y.rounded(.down)))
    width = Int(min(Double(canvasWidth), list.high.x.rounded(.up))) - left
    height = Int(min(Double(canvasHeight), list.high.y.rounded(.up))) - top
    guard width > 0, height > 0 else { return nil }
    stride = width + 2
    cells = [Double](repeating: 0, count: stride * height)
    for edge in list.edges { add(edge) }
  }

  /// Calls `body` for each row with the coverage 0 … 1 of its pixels.
  func forEachRow(_ body: (_ row: Int, _ coverage: UnsafeBufferPointer<Double>) -> Void) {
    var line = [Double](repeating: 0, count: width)
    for row in 0..<height {
      var sum = 0.0
      var isEmpty = true
      for column in 0..<width {
        sum += cells[row * stride + column]
        let covered = min(abs(sum), 1)
        line[column] = covered
        if covered > 1e-6 { isEmpty = false }
      }
      if !isEmpty { line.withUnsafeBufferPointer { body(row, $0) } }
    }
  }

  /// Splits an edge at the sides of the window: what lies left of it counts from its first column on, what
  /// lies right of it not at all.
  private mutating func add(_ edge: EdgeList.Edge) {
    let (x0, y0) = (edge.start.x - Double(left), edge.start.y - Double(top))
    let (x1, y1) = (edge.end.x - Double(left), edge.end.y - Double(top))
    guard y0 != y1 else { return }
    let side = Double(width)
    if min(x0, x1) >= 0, max(x0, x1) <= side {
      accumulate(x0, y0, x1, y1)
      return
    }
    let crossings = [0, side].compactMap { wall -> Double? in
      (x0 < wall) == (x1 < wall) ? nil : (wall - x0) / (x1 - x0)
    }
    let cuts = [0] + crossings.sorted() + [1]
    for (from, to) in zip(cuts, cuts.dropFirst()) {
      let place = { (t: Double) in
        (min(max(x0 + t * (x1 - x0), 0), side), t == 1 ? y1 : y0 + t * (y1 - y0))
      }
      let (start, end) = (place(from), place(to))
      accumulate(start.0, start.1, end.0, end.1)
    }
  }

  private mutating func accumulate(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) {
    let sign = y0 < y1 ? 1.0 : -1
    let (upper, lower) = (min(y0, y1), max(y0, y1))
    guard lower > max(upper, 0), upper < Double(height) else { return }
    let (xStart, xEnd) = y0 < y1 ? (x0, x1) : (x1, x0)
    let slope = (xEnd - xStart) / (lower - upper)
    let least = min(xStart, xEnd)
    let most = max(xStart, xEnd)
    for row in Int(max(upper, 0))..<min(height, Int(lower.rounded(.up))) {
      let top = max(Double(row), upper)
      let bottom = min(Double(row + 1), lower)
      let start = min(max(xStart + (top - upper) * slope, least), most)
      let end = min(max(xStart + (bottom - upper) * slope, least), most)
      spread((bottom - top) * sign, min(start, end), max(start, end), row * stride)
    }
  }

  /// Shares the height of an edge within one row among the pixels it passes, from `low` to `high`.
  private mutating func spread(_ height: Double, _ low: Double, _ high: Double, _ base: Int) {
    let first = Int(low)
    guard high > Double(first + 1) else {
      let part = (low + high) / 2 - Double(first)
      cells[base + first] += height * (1 - part)
      cells[base + first + 1] += height * part
      return
    }
    let last = Int(high.rounded(.up)) - 1
    let density = height / (high - low)
    var before = 0.0
    for column in first...last {
      let (start, end) = (max(low, Double(column)), min(high, Double(column + 1)))
      // Area to the right of the edge, within this pixel and counting those left behind as whole.
      let passed = (start - low) * density
      let inside = (end - start) * density * (Double(column + 1) - (start + end) / 2)
      let total = passed + inside
      cells[base + column] += total - before
      before = total
    }
    cells[base + last + 1] += height - before
  }
}
