internal import NumericCore

/// A polynomial of degree 0 or 1 through the misfit at its points by least squares, in coordinates of about 1 about the
/// points' middle, so that a constant added to the misfit is found again to rounding.
struct MisfitDrift {
  private let centre: (easting: Double, northing: Double)
  private let scale: Double
  private let coefficients: [Double]

  /// Points with weights count by them.
  ///
  /// - Throws: `tooFewPoints` for fewer points than terms.
  init(_ data: SampledMisfit, degree: Int) throws(NumericError) {
    let box = data.points.boundingRegion ?? Region(west: 0, east: 1, south: 0, north: 1)
    centre = ((box.west + box.east) / 2, (box.south + box.north) / 2)
    scale = max(box.width, box.height, 1) / 2
    let terms = degree == 0 ? 1 : 3
    guard data.points.count >= terms else {
      throw .tooFewPoints(found: data.points.count, needed: terms)
    }
    // The mean first: what the fit then rounds is the size of the variations, not of the constant.
    let total = data.weights.map { Statistics.sum($0) } ?? 0
    let mean =
      total > 0
      ? Statistics.sum(zip(data.misfit, data.weights ?? []).map { $0 * $1 }) / total
      : Statistics.mean(data.misfit)
    guard degree > 0 else {
      coefficients = [mean]
      return
    }
    var design = Matrix(rows: data.points.count, columns: terms)
    for row in 0..<data.points.count {
      let (u, v) = Self.scaled(data.points, row, centre, scale)
      (design[row, 0], design[row, 1], design[row, 2]) = (1, u, v)
    }
    var found = try LeastSquares.solve(
      design: design, data: data.misfit.map { $0 - mean }, weights: data.weights, damping: nil)
    found[0] += mean
    coefficients = found
  }

  func values(at points: Points) -> [Double] {
    (0..<points.count).map { index in
      guard coefficients.count > 1 else { return coefficients[0] }
      let (u, v) = Self.scaled(points, index, centre, scale)
      return coefficients[0] + coefficients[1] * u + coefficients[2] * v
    }
  }

  private static func scaled(
    _ points: Points, _ index: Int, _ centre: (easting: Double, northing: Double), _ scale: Double
  ) -> (Double, Double) {
    ((points.easting[index] - centre.easting) / scale, (points.northing[index] - centre.northing) / scale)
  }
}
