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
  let contrast: SharedSettings.Contrast
  let constraints: ConstraintPoints?
  /// Nodes of `gravity` that are rows of the problem, and the held-out ones inside the inner region.
  let trainingNodes: [Int]
  let testNodes: [Int]
  let problem: InversionProblem
  let style: Style

  /// What is sought: the surface's height, or the density contrast of the cells at a given surface.
  enum Style {
    case geometry, density
  }

  init(_ context: StageContext) throws {
    style = context.settings.optionalWord("style") == "density" ? .density : .geometry
    gravity = try GravityArtefact(path: context.input("gravity"))
    start = try TopographyArtefact(path: context.input("topography")).topography
    contrast = try SharedSettings.contrast(context, gravity: gravity)
    let surface = start.geometry
    constraints = try context.inputs["constraints"].map { try ConstraintsArtefact.points($0, on: surface) }
    let inner = gravity.geometry.region.shrunk(by: try Self.buffer(context.settings, gravity.geometry))
    guard inner.width >= 0, inner.height >= 0 else {
      throw StageError.outOfPlace("buffer_width leaves no inner region")
    }
    let nodes = gravity.geometry.nodes
    let isInner = (0..<gravity.geometry.count).map {
      inner.contains(easting: nodes.easting[$0], northing: nodes.northing[$0])
    }
    let isTest = gravity.isTest ?? Array(repeating: false, count: isInner.count)
    trainingNodes = isTest.indices.filter { !isTest[$0] }
    testNodes = isTest.indices.filter { isTest[$0] && isInner[$0] }
    if gravity.regional == nil { context.log("the gravity has no regional part: none is subtracted") }
    problem = try Self.problem(
      context, gravity: gravity, start: start, contrast: contrast, rows: trainingNodes, isInner: isInner)
  }

  /// Width of the zone that does not count, in the unit of the grid.
  private static func buffer(_ settings: Settings, _ geometry: GridGeometry) throws -> Double {
    let (width, angle) = (settings.metres("buffer_width"), settings.optionalNumber("buffer_angle"))
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
    _ context: StageContext, gravity: GravityArtefact, start: Grid, contrast: SharedSettings.Contrast,
    rows: [Int], isInner: [Bool]
  ) throws -> InversionProblem {
    let all = gravity.observationPoints
    func taken(_ values: [Double]) -> [Double] { rows.map { values[$0] } }
    func grid(_ port: String) throws -> [Double]? {
      guard let path = context.inputs[port] else { return nil }
      let grid = try NetCDFFile.read(path).anyGrid()
      guard grid.geometry.isSame(as: start.geometry) else {
        throw StageError.gridsDiffer("input '\(port)'", "the topography")
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
    // The starting model's gravity is computed here, not taken from the input: that may belong to another
    // surface or contrast, and the first residual must be this model's.
    problem.isInner = rows.map { isInner[$0] }
    if let mask = try grid("mask") { problem.free = mask.map { !$0.isNaN } }
    problem.upperLayer = try grid("upper_layer")
    problem.lowerLayer = try grid("lower_layer")
    problem.weights = try grid("weights")
    problem.shape = SharedSettings.shape(context.settings)
    problem.referenceModel = try grid("reference_model")
    if context.settings.optionalWord("data_weights") == "uncertainty" {
      guard let uncertainty = gravity.uncertainty else {
        throw StageError.missingVariable(
          "uncert", artefact: "the gravity", hint: "data_weights = uncertainty divides the misfit by it")
      }
      problem.uncertainty = taken(uncertainty)
    }
    return problem
  }
}
