internal import NumericCore

/// The misfit and the observation height at constraints, where the surface is known.
struct SampledMisfit {
  var points: Points
  var misfit, upward: [Double]
  var weights: [Double]?
  /// Places of the points in the list of constraints.
  var kept: [Int] = []

  init(points: Points, misfit: [Double], upward: [Double], weights: [Double]? = nil) {
    (self.points, self.misfit, self.upward, self.weights) = (points, misfit, upward, weights)
  }

  /// Samples the grids and drops constraints without a value, which it counts in `notes`.
  ///
  /// - Parameter singlePrecision: as GMT does; a constant that is added to the misfit then changes its rounding.
  init(
    _ field: MisfitField, _ constraints: ConstraintPoints, singlePrecision: Bool, notes: inout [String]
  ) throws(RegionalError) {
    try Self.check(constraints.weights)
    try numeric { () throws(NumericError) in
      guard field.misfit.geometry.columns > 1, field.misfit.geometry.rows > 1 else {
        throw .gridTooSmall(
          columns: field.misfit.geometry.columns, rows: field.misfit.geometry.rows, needed: 2)
      }
    }
    func sample(_ grid: Grid) -> [Double] {
      BicubicSampler.sample(grid: grid, at: constraints.points, singlePrecision: singlePrecision)
    }
    let (values, heights) = (sample(field.misfit), sample(field.upward))
    let kept = values.indices.filter { values[$0].isFinite && heights[$0].isFinite }
    let region = field.misfit.geometry.region
    let outside = values.indices.filter {
      !region.contains(
        easting: constraints.points.easting[$0], northing: constraints.points.northing[$0])
    }.count
    guard !kept.isEmpty else { throw .noConstraintInside(count: constraints.count) }
    Self.note(outside, of: constraints.count, "outside the grid", &notes)
    Self.note(
      values.count - kept.count - outside, of: constraints.count, "where the misfit is missing", &notes)
    points = constraints.points.subset(kept)
    self.kept = kept
    (misfit, upward) = (kept.map { values[$0] }, kept.map { heights[$0] })
    weights = constraints.weights.map { all in kept.map { all[$0] } }
  }

  private static func check(_ weights: [Double]?) throws(RegionalError) {
    guard let weights else { return }
    if let index = weights.firstIndex(where: { !$0.isFinite || $0 < 0 }) {
      throw .badWeight(index: index, value: weights[index])
    }
  }

  private static func note(_ count: Int, of all: Int, _ place: String, _ notes: inout [String]) {
    guard count > 0 else { return }
    let verb = count == 1 ? "lies \(place) and was" : "lie \(place) and were"
    notes.append("\(count) of \(all) constraints \(verb) left out")
  }

  /// The means in blocks with the weights that follow from them; itself without a block size.
  func averaged(by size: Double?) throws(RegionalError) -> SampledMisfit {
    guard let size else { return self }
    let blocks = try numeric { () throws(NumericError) in
      try BlockReduce(points: points, size: size)
    }
    var result = self
    let reduced =
      weights.map { blocks.weightedMean(misfit, weights: $0) } ?? blocks.meanWithSpread(misfit)
    result.points = blocks.meanPoints(of: points)
    result.upward =
      weights.map { blocks.weightedMean(upward, weights: $0).values } ?? blocks.mean(upward)
    (result.misfit, result.weights) = (reduced.values, reduced.weights)
    return result
  }
}
