public import NumericCore

/// How a starting surface is made.
public enum StartingTopographyMethod: Sendable, Equatable {
  /// The same height everywhere, metres.
  case flat(Double)
  /// A bi-harmonic spline through the constraints; no damping: undamped, one: that, several: chosen by
  /// cross-validation. A single constraint gives a flat surface at its height.
  case spline(dampings: [Double])
  /// The surface of minimum curvature in tension through the constraints, 0 … 1. A single constraint gives a flat
  /// surface at its height.
  case minimumCurvature(tension: Double)
}

/// Settings of a starting surface.
public struct StartingTopographySettings: Sendable, Equatable {
  /// What stands for the constraints of a block.
  public enum BlockReduction: Sendable, Equatable { case median, mean }

  /// What the surface is made of.
  public var method: StartingTopographyMethod
  /// Tension of a spline: 0 for none, below 1.
  public var splineTension = 0.0
  /// Fit with the constraints' weights (given, or 1/uncertainty²).
  public var useWeights: Bool
  /// Side of the blocks in which constraints are reduced to one at the block's centre, metres; nil for none.
  public var blockSize: Double?
  /// The median (which ignores weights), or the mean (with weights: by inverse variance).
  public var blockReduction: BlockReduction
  /// Bounds that the surface does not cross, on any grid that covers the surface's nodes.
  public var upperLayer, lowerLayer: Grid?
  /// A known surface that is kept beyond a zone; nil: the constraints make the whole surface.
  public var outside: OutsideTopography?
  /// The nodes in the metres of the constraints, for a spline on a grid of longitudes and latitudes; nil: the grid's.
  public var places: Points?

  /// No blocks, bounds or known surface, unless told otherwise.
  public init(
    method: StartingTopographyMethod, useWeights: Bool = false, blockSize: Double? = nil,
    blockReduction: BlockReduction = .median, bounds: (upper: Grid?, lower: Grid?) = (nil, nil),
    outside: OutsideTopography? = nil
  ) {
    (self.method, self.useWeights, self.blockSize) = (method, useWeights, blockSize)
    self.blockReduction = blockReduction
    (upperLayer, lowerLayer) = bounds
    self.outside = outside
  }
}

/// A starting surface and how it came about.
public struct StartingTopographyResult: Sendable, Equatable {
  /// Heights, metres.
  public var topography: Grid
  /// The damping of the spline; nil when undamped or flat.
  public var damping: Double?
  /// Every trial of the cross-validation; empty without one.
  public var scores: [DampingScore]
  /// What a log tells of how it was made.
  public var notes: [String]
  /// What a reader should doubt.
  public var warnings: [String] = []
}

/// Why a starting surface can't be made.
public enum StartingTopographyError: Error, Equatable, Sendable {
  /// A spline needs at least one constraint.
  case noConstraints
  /// A constraint whose place or height is not a finite number.
  case nonFiniteConstraint(index: Int)
  /// `useWeights` without weights or uncertainties, or a weight that is not finite and positive.
  case noWeights
  case badWeight(index: Int, value: Double)
  /// The flat height is not a finite number.
  case nonFiniteHeight(Double)
  /// At `index` the upper layer lies below the lower one.
  case layersCross(index: Int, upper: Double, lower: Double)
  /// The outside surface has no uncertainty to weigh it by.
  case noOutsideUncertainty
  /// The zone to fill has another number of nodes, or none.
  case badZone(nodes: Int, expected: Int)
  /// A value or setting that the numerical method refuses.
  case numeric(NumericError)
}

extension StartingTopographyError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .noConstraints: "a surface through constraints needs at least one of them"
    case .nonFiniteConstraint(let index):
      "constraint \(index + 1) has a place or height that is not a finite number"
    case .noWeights: "use_weights = yes needs constraints with a column 'weight' or 'uncert'"
    case .badWeight(let index, let value):
      "constraint \(index + 1) has the weight \(value), which must be a number above 0"
    case .nonFiniteHeight(let height): "the height \(height) of the flat surface is not a finite number"
    case .layersCross(let index, let upper, let lower):
      "at node \(index + 1) the upper layer, \(upper) m, lies below the lower one, \(lower) m"
    case .noOutsideUncertainty:
      "weights are used and those of the outside surface are unknown; set 'outside_uncertainty'"
    case .badZone(let nodes, let expected):
      nodes == 0
        ? "no node lies inside, so there is nothing to interpolate; look at 'inside_region' or the mask 'inside'"
        : "the mask 'inside' has \(nodes) nodes and the surface \(expected); put them on the same grid"
    case .numeric(let error): error.description
    }
  }
}

/// Makes a starting surface on the nodes of `geometry`.
///
/// Flat, or through the constraints (reduced in blocks over the geometry's region when asked), by a spline or with
/// minimum curvature; with an outside surface the constraints make the inside and its buffer only. Then held below the
/// upper and above the lower layer. Layers on other nodes are sampled bicubically; where a layer is missing it does
/// not bound. `StartingTopographyReferenceTests` states the accuracy of splines, `MinimumCurvature` its own.
///
/// - Throws: `StartingTopographyError`.
public func makeStartingTopography(
  geometry: GridGeometry, settings: StartingTopographySettings, constraints: ConstraintPoints?,
  workers: Workers = .serial
) throws(StartingTopographyError) -> StartingTopographyResult {
  var result: StartingTopographyResult
  switch settings.method {
  case .flat(let height):
    guard height.isFinite else { throw .nonFiniteHeight(height) }
    result = .flat(height, geometry)
  case .spline, .minimumCurvature:
    guard let constraints, constraints.count > 0 else { throw .noConstraints }
    try check(constraints, useWeights: settings.useWeights)
    if let outside = settings.outside {
      result = try outside.merged(geometry, settings, constraints, workers)
    } else {
      result = try throughConstraints(geometry, settings, constraints, workers)
    }
  }
  try confine(&result, settings)
  return result
}

extension StartingTopographyResult {
  fileprivate static func flat(_ height: Double, _ geometry: GridGeometry) -> Self {
    Self(topography: Grid(geometry: geometry, repeating: height), damping: nil, scores: [], notes: [])
  }
}

/// The surface through constraints that have been checked, everywhere.
func throughConstraints(
  _ geometry: GridGeometry, _ settings: StartingTopographySettings, _ constraints: ConstraintPoints,
  _ workers: Workers
) throws(StartingTopographyError) -> StartingTopographyResult {
  if constraints.count == 1 {
    var result = StartingTopographyResult.flat(constraints.upward[0], geometry)
    result.notes = ["a single constraint: the surface is flat at its height"]
    return result
  }
  do throws(NumericError) {
    let places = settings.places ?? geometry.nodes
    let data = try reduce(constraints, settings, region: settings.places?.boundingRegion ?? geometry.region)
    switch settings.method {
    case .minimumCurvature(let tension):
      let fitted = try MinimumCurvature.fit(
        points: data.points, values: data.upward, on: geometry, tension: tension)
      return StartingTopographyResult(
        topography: fitted.surface, damping: nil, scores: [], notes: fitted.notes)
    case .spline(let dampings):
      let chosen = try ChosenSpline(
        points: data.points, values: data.upward, weights: data.weights, dampings: dampings,
        tension: settings.splineTension, workers: workers)
      return StartingTopographyResult(
        topography: Grid(
          geometry: geometry, values: chosen.spline.evaluate(at: places, workers: workers)),
        damping: chosen.spline.damping, scores: chosen.choice?.scores ?? [],
        notes: medianNote(settings) + chosen.notes, warnings: chosen.warnings)
    case .flat(let height): return .flat(height, geometry)
    }
  } catch {
    throw .numeric(error)
  }
}

private func medianNote(_ settings: StartingTopographySettings) -> [String] {
  guard settings.useWeights, settings.blockSize != nil, settings.blockReduction == .median else { return [] }
  return ["medians of blocks have no weights: those of the constraints are not used"]
}

private func check(
  _ constraints: ConstraintPoints, useWeights: Bool
) throws(StartingTopographyError) {
  let (points, upward) = (constraints.points, constraints.upward)
  if let index = upward.indices.first(where: {
    !(upward[$0].isFinite && points.easting[$0].isFinite && points.northing[$0].isFinite)
  }) {
    throw .nonFiniteConstraint(index: index)
  }
  guard useWeights else { return }
  guard let weights = constraints.fittingWeights else { throw .noWeights }
  if let index = weights.firstIndex(where: { !($0.isFinite && $0 > 0) }) {
    throw .badWeight(index: index, value: weights[index])
  }
}

/// The data of the spline: the constraints, or one value a block at the block's centre.
private func reduce(
  _ constraints: ConstraintPoints, _ settings: StartingTopographySettings, region: Region
) throws(NumericError) -> (points: Points, upward: [Double], weights: [Double]?) {
  let weights = settings.useWeights ? constraints.fittingWeights : nil
  guard let size = settings.blockSize else {
    return (constraints.points, constraints.upward, weights)
  }
  let blocks = try BlockReduce(points: constraints.points, size: size, region: region)
  switch (settings.blockReduction, weights) {
  case (.median, _): return (blocks.centers, blocks.median(constraints.upward), nil)
  case (.mean, nil): return (blocks.centers, blocks.mean(constraints.upward), nil)
  case (.mean, let weights?):
    let reduced = blocks.weightedMean(constraints.upward, weights: weights, spread: .weighted)
    return (blocks.centers, reduced.values, reduced.weights)
  }
}

private func confine(
  _ result: inout StartingTopographyResult, _ settings: StartingTopographySettings
) throws(StartingTopographyError) {
  let (held, changed) = try confined(
    result.topography, upper: settings.upperLayer, lower: settings.lowerLayer)
  result.topography = held
  if changed > 0 {
    result.notes.append("\(changed) of \(held.geometry.count) nodes were moved to a confining layer")
  }
}

/// A surface held below the upper and above the lower layer, and how many nodes that moved. Layers on other nodes are
/// sampled bicubically; where a layer is missing it does not bound.
///
/// - Throws: `layersCross`.
public func confined(
  _ surface: Grid, upper: Grid?, lower: Grid?
) throws(StartingTopographyError) -> (surface: Grid, moved: Int) {
  let geometry = surface.geometry
  let (upper, lower) = (upper.map { onNodes(of: geometry, $0) }, lower.map { onNodes(of: geometry, $0) })
  var (result, changed) = (surface, 0)
  for index in result.values.indices {
    let (above, below) = (upper?[index] ?? .infinity, lower?[index] ?? -.infinity)
    if above < below { throw .layersCross(index: index, upper: above, lower: below) }
    let before = result.values[index]
    var value = before
    if value > above { value = above }
    if value < below { value = below }
    if value != before { changed += 1 }
    result.values[index] = value
  }
  return (result, changed)
}

/// The values of a layer at the nodes; on other nodes bicubic, NaN outside.
func onNodes(of geometry: GridGeometry, _ layer: Grid) -> [Double] {
  layer.geometry == geometry
    ? layer.values
    : BicubicSampler.sample(grid: layer, at: geometry.nodes, singlePrecision: false)
}
