import Artefacts
import Datasets
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// The inputs of a topography inversion, converted to the problem that `invert` solves.
struct InversionTask {
  let gravity: GravityArtefact
  let start: Grid
  let contrast: LayerContrast
  let constraints: ConstraintPoints?
  /// Nodes of `gravity` that are rows of the problem, and the held-out ones inside the inner region.
  let trainingNodes: [Int]
  let testNodes: [Int]
  let problem: InversionProblem
  let style: TopographyInversion.Style

  private typealias Kind = TopographyInversion

  init(_ context: StageContext) throws {
    style = context[Kind.style]
    gravity = try GravityArtefact(path: context[Kind.gravity])
    start = try TopographyArtefact(path: context[Kind.start]).topography
    contrast = try ContrastSettings.contrast(context, gravity: gravity)
    let surface = start.geometry
    constraints = try context[Kind.constraints].map { try ConstraintsArtefact.points($0, on: surface) }
    let inner = gravity.geometry.region.shrunk(by: try Self.buffer(context, gravity.geometry))
    guard inner.width >= 0, inner.height >= 0 else {
      throw StageError.outOfPlace("buffer_width leaves no inner region")
    }
    let nodes = gravity.geometry.nodes
    let isInner = (0..<gravity.geometry.count).map {
      inner.contains(easting: nodes.easting[$0], northing: nodes.northing[$0])
    }
    let isTest = gravity.isTest ?? Array(repeating: false, count: isInner.count)
    let anomaly = gravity.anomaly
    let isReached = Self.isReached(gravity, by: surface, context)
    trainingNodes = isTest.indices.filter { !isTest[$0] && isReached[$0] }
    testNodes = isTest.indices.filter { isTest[$0] && isInner[$0] && isReached[$0] && anomaly[$0].isFinite }
    if gravity.regional == nil { context.log("the gravity has no regional part: none is subtracted") }
    problem = try Self.problem(
      context, gravity: gravity, start: start, contrast: contrast, rows: trainingNodes, isInner: isInner)
  }

  /// Nodes within the surface's region: gravity beyond it can't be explained by the cells and is left out, as one
  /// without a value is.
  private static func isReached(
    _ gravity: GravityArtefact, by surface: GridGeometry, _ context: StageContext
  ) -> [Bool] {
    let nodes = gravity.geometry.nodes
    let isReached = (0..<gravity.geometry.count).map {
      surface.holds(easting: nodes.easting[$0], northing: nodes.northing[$0])
    }
    let outside = isReached.count { !$0 }
    if outside > 0 {
      context.warn("\(outside) of \(isReached.count) data lie outside the surface and are left out")
    }
    return isReached
  }

  /// Width of the zone that does not count, in the unit of the grid.
  private static func buffer(_ context: StageContext, _ geometry: GridGeometry) throws -> Double {
    let (width, angle) = (context[Kind.bufferWidth], context[Kind.bufferAngle])
    if geometry.isGeographic {
      guard width == 0 else {
        throw StageError.outOfPlace("buffer_width is a length and the grid is in degrees; give buffer_angle")
      }
      return angle ?? 0
    }
    guard angle == nil else {
      throw StageError.outOfPlace("buffer_angle is for grids in degrees; give buffer_width")
    }
    return width
  }

  private static func problem(
    _ context: StageContext, gravity: GravityArtefact, start: Grid, contrast: LayerContrast,
    rows: [Int], isInner: [Bool]
  ) throws -> InversionProblem {
    let all = gravity.observationPoints
    func taken(_ values: [Double]) -> [Double] { rows.map { values[$0] } }
    func grid(
      _ input: Input<String?>, _ quantity: (name: String, units: String, variable: String)? = nil
    ) throws -> [Double]? {
      guard let path = context[input] else { return nil }
      let dataset = try NetCDFFile.read(path)
      let grid =
        try quantity.map {
          try dataset.grid(named: $0.variable, of: input.name, quantity: $0.name, units: $0.units)
        } ?? dataset.anyGrid()
      guard grid.geometry.isSame(as: start.geometry) else {
        throw StageError.gridsDiffer("input '\(input.name)'", "the topography")
      }
      return grid.values
    }
    var problem = InversionProblem(
      model: start.geometry, startingTopography: start.values,
      reference: try contrast.reference(start.geometry),
      densityContrast: try contrast.densities(start.geometry),
      points: ObservationPoints(
        easting: taken(all.easting), northing: taken(all.northing), upward: taken(all.upward)),
      anomaly: taken(gravity.anomaly))
    if let regional = gravity.regional { problem.regional = taken(regional) }
    if context[Kind.dataWeights] == .uncertainty {
      guard let uncertainty = gravity.uncertainty else {
        throw StageError.missingVariable(
          "uncert", artefact: "the gravity", hint: "data_weights = uncertainty divides the misfit by it")
      }
      problem.uncertainty = taken(uncertainty)
    }
    try leaveOutMissing(&problem, context)
    // The starting model's gravity is computed here, not taken from the input: that may belong to another
    // surface or contrast, and the first residual must be this model's.
    problem.isInner = rows.map { isInner[$0] }
    if let mask = try grid(Kind.mask) { problem.free = mask.map { !$0.isNaN } }
    let heights = ("heights", "m", "topography")
    problem.upperLayer = try grid(Kind.upperLayer, heights)
    problem.lowerLayer = try grid(Kind.lowerLayer, heights)
    problem.weights = try grid(Kind.weights, ("factors", "1", "weights"))
    problem.shape = context[ModelSettings.shape]
    problem.referenceModel = try grid(
      Kind.referenceModel,
      context[Kind.style] == .density ? ("density contrasts", "kg m-3", "density_contrast") : heights)
    problem.statedDeviations = gravity.uncertainty.map(taken)
    return problem
  }

  /// Data without a value (or without a regional part, a height, a deviation that they are weighed by) are no
  /// observations.
  private static func leaveOutMissing(_ problem: inout InversionProblem, _ context: StageContext) throws {
    let isObserved = problem.points.upward.indices.map {
      problem.anomaly[$0].isFinite && problem.regional[$0].isFinite && problem.points.upward[$0].isFinite
        && problem.uncertainty?[$0].isNaN != true
    }
    let missing = isObserved.count { !$0 }
    guard missing > 0 else { return }
    guard missing < isObserved.count else {
      throw StageError.outOfPlace(
        "none of the \(missing) data has a value with a height and a regional part: there is nothing to explain"
      )
    }
    context.warn("\(missing) of \(isObserved.count) data have no value and are left out")
    problem.isObserved = isObserved
    // A height is needed where gravity is only predicted: that of another datum.
    let height = problem.points.upward.first(where: \.isFinite) ?? 0
    problem.points.upward = problem.points.upward.map { $0.isFinite ? $0 : height }
  }
}
