import Artefacts
import Datasets
import Geostatistics
import Inference
import NumericCore
import Planning
import StageSupport

/// What an ensemble Kalman method is to find: settings in the coordinates of their prior, or a grid.
enum KalmanUnknown {
  case settings(PriorCoordinates)
  case field(KalmanField)

  init(_ context: StageContext) throws {
    if let path = context[KalmanEntries.model] {
      self = .field(try KalmanField(path, context))
    } else {
      let prior = try PosteriorPrior(context.memberDraws.map(\.variable), context.settings)
      self = .settings(try prior.coordinates(.priorQuantile))
    }
  }

  /// The ensemble before it knows of data.
  func start(_ context: StageContext) throws -> [[Double]] {
    switch self {
    case .settings(let coordinates):
      KalmanEntries.start(context.settings, dimensions: coordinates.dimension)
    case .field(let field): try field.start(context)
    }
  }

  /// Standard deviation of the prior of a coordinate.
  var priorDeviation: Double {
    switch self {
    case .settings: 1
    case .field(let field): field.deviation
    }
  }
}

/// A grid that is unknown, with the mean of its prior.
struct KalmanField {
  private let dataset: Dataset
  /// Of the variable that is unknown.
  let name: String
  let units: String?
  let mean: [Double]
  let deviation: Double
  private let covariance: Covariance
  /// Along the two dimensions of the variable.
  private let first, second: [Double]

  init(_ path: String, _ context: StageContext) throws {
    dataset = try NetCDFFile.read(path)
    let field = try DataField(
      dataset, asked: context[KalmanEntries.modelVariable], of: "the model", [SurfaceVariables.topography])
    (name, units, mean) = (field.name, field.units, field.values)
    guard field.dimensions.count == 2, let first = try? dataset.column(field.dimensions[0]),
      let second = try? dataset.column(field.dimensions[1]), first.count > 1, second.count > 1
    else {
      throw StageError.outOfPlace(
        "'\(field.name)' of the model has the dimensions \(field.dimensions.joined(separator: ", ")), and a grid that moves "
          + "has two with coordinates")
    }
    guard Dataset.isGeographic(field.dimensions) != true else {
      throw StageError.outOfPlace(
        "the model lies in longitudes and latitudes, and the length of its prior is in metres; put a stage of kind 'project' "
          + "before it")
    }
    if let node = mean.firstIndex(where: { !$0.isFinite }) {
      throw StageError.outOfPlace("'\(field.name)' of the model has no value at node \(node + 1)")
    }
    (self.first, self.second) = (first, second)
    deviation = context[given: KalmanEntries.fieldDeviation]
    covariance = Covariance(
      context[KalmanEntries.fieldCorrelation].correlation, deviation: deviation,
      length: context[given: KalmanEntries.fieldLength])
  }

  /// A matrix of more rows takes more memory than it is worth.
  private static let mostBalanced = 4096

  func start(_ context: StageContext) throws -> [[Double]] {
    let random = KalmanEntries.startRandom(context.settings)
    let count = context[KalmanEntries.draws]
    if KalmanEntries.isBalanced(context.settings), mean.count <= Self.mostBalanced {
      return ExactMoments.members(
        about: mean, factor: try factor(count, context), count: count, random: random,
        workers: context.workers)
    }
    if context[KalmanEntries.beginning] == .balanced {
      throw StageError.outOfPlace(
        "start = balanced takes grids of \(Self.mostBalanced) nodes at most, and the model has \(mean.count): take independent"
      )
    }
    let geometry = GridGeometry(
      region: Region(
        west: min(second[0], second[second.count - 1]), east: max(second[0], second[second.count - 1]),
        south: min(first[0], first[first.count - 1]), north: max(first[0], first[first.count - 1])),
      columns: second.count, rows: first.count, isGeographic: false)
    let simulation: FieldSimulation
    do {
      simulation = try FieldSimulation(covariance, geometry: geometry, workers: context.workers)
    } catch {
      throw StageError.outOfPlace("the prior of the model: \(error)")
    }
    return (0..<count).map { member in
      zip(mean, simulation.draw(random, member: member, workers: context.workers).nodes.values).map {
        $0 + $1
      }
    }
  }

  /// Bᵀ of the prior's covariance B Bᵀ.
  private func factor(_ members: Int, _ context: StageContext) throws -> Matrix {
    try factor(of: prior(context), members, context)
  }

  private func factor(of matrix: Matrix, _ members: Int, _ context: StageContext) throws -> Matrix {
    do {
      return try ExactMoments.factor(matrix, members: members, workers: context.workers)
    } catch {
      throw StageError.outOfPlace("the covariance of the model's prior: \(error)")
    }
  }

  /// The prior's covariance, with 10⁻⁹ of the variance on its diagonal for rounding.
  private func prior(_ context: StageContext) -> Matrix {
    let places = nodes
    var matrix = covariance.matrix(
      Points(easting: places.map(\.u), northing: places.map(\.v)), workers: context.workers)
    for node in 0..<matrix.rows { matrix[node, node] += 1e-9 * deviation * deviation }
    return matrix
  }

  /// Standard deviation of what balanced members leave out of the prior; 0 where they hold all of it or are drawn by chance.
  func leftOut(_ context: StageContext) throws -> Double {
    let count = context[KalmanEntries.draws]
    guard count <= mean.count, mean.count <= Self.mostBalanced, KalmanEntries.isBalanced(context.settings)
    else { return 0 }
    let matrix = prior(context)
    return ExactMoments.leftOut(of: matrix, factor: try factor(of: matrix, count, context))
  }

  /// Places of the nodes: along the second dimension, and along the first.
  var nodes: [(u: Double, v: Double)] { first.flatMap { v in second.map { (u: $0, v: v) } } }

  /// The model with these values.
  func write(_ values: [Double], to path: String) throws {
    var changed = dataset
    try Self.replace(name, values, in: &changed)
    try NetCDFFile.write(changed, to: path)
  }

  private static func replace(_ name: String, _ values: [Double], in dataset: inout Dataset) throws {
    guard let index = dataset.variables.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("the model has '\(name)'")
    }
    let old = dataset.variables[index]
    let packing: Set = ["scale_factor", "add_offset", "_FillValue", "missing_value", "valid_range"]
    dataset.variables[index] = Dataset.Variable(
      name: name, dimensions: old.dimensions, values: .double(values),
      attributes: old.attributes.filter { !packing.contains($0.name) })
  }

  /// Mean and deviation of an ensemble, on the model's nodes.
  func writeMaps(_ members: [[Double]], to path: String) throws {
    var maps = dataset
    let mean = EnsembleUpdate.mean(members)
    try Self.replace(name, mean, in: &maps)
    guard let variable = maps[name] else { preconditionFailure("the model has '\(name)'") }
    maps.variables.removeAll { $0.dimensions == variable.dimensions && $0.name != name }
    let deviations = mean.indices.map { node in Statistics.deviation(members.map { $0[node] }, lostDegrees: 1)
    }
    for (suffix, values, words) in [
      ("stdev", deviations, "standard deviation of the ensemble"),
      ("prior_stdev", mean.map { _ in deviation }, "standard deviation of the prior"),
    ] {
      var attributes = [Dataset.Attribute(name: "long_name", value: .text(words))]
      if let units { attributes.append(.init(name: "units", value: .text(units))) }
      try maps.add(
        .init(name: suffix, dimensions: variable.dimensions, values: .double(values), attributes: attributes))
    }
    try NetCDFFile.write(maps, to: path)
  }
}

/// How much each datum may tell a node.
struct KalmanTaper: Sendable {
  /// Where a datum was taken: at a point, or along a ray.
  private struct Place: Sendable {
    var u, v, endU, endV: Double

    /// From a point to the nearest point of the segment.
    func distance(_ x: Double, _ y: Double) -> Double {
      let (du, dv) = (endU - u, endV - v)
      let square = du * du + dv * dv
      let part = square > 0 ? min(1, max(0, ((x - u) * du + (y - v) * dv) / square)) : 0
      let (a, b) = (x - u - part * du, y - v - part * dv)
      return (a * a + b * b).squareRoot()
    }
  }

  private let places: [Place]
  private let nodes: [(u: Double, v: Double)]
  private let length: Double

  /// Nil without localisation.
  init?(_ context: StageContext, _ unknown: KalmanUnknown, _ data: PosteriorData) throws {
    guard let length = context[KalmanEntries.localisation], case .field(let field) = unknown else {
      return nil
    }
    self.length = length
    nodes = field.nodes
    var places: [Place] = []
    for (input, set) in zip(PosteriorSettings.observations, data.sets) {
      guard let path = context[input] else { continue }
      let found = try Self.places(try NetCDFFile.read(path), set)
      places += zip(found, set.values).filter { $0.1.isFinite }.map(\.0)
    }
    self.places = places
  }

  private static func places(_ dataset: Dataset, _ set: PosteriorData.Observed) throws -> [Place] {
    let ends = ["source_x", "source_z", "receiver_x", "receiver_z"]
    if ends.allSatisfy({ dataset[$0] != nil }) {
      let columns = try ends.map { try dataset.column($0) }
      return columns[0].indices.map { row in
        Place(u: columns[0][row], v: columns[1][row], endU: columns[2][row], endV: columns[3][row])
      }
    }
    func points(_ easting: [Double], _ northing: [Double]) -> [Place] {
      zip(easting, northing).map { Place(u: $0, v: $1, endU: $0, endV: $1) }
    }
    if let geometry = try? dataset.geometry(of: set.variable), !geometry.isGeographic {
      return points(geometry.nodes.easting, geometry.nodes.northing)
    }
    guard dataset.has(PointVariables.easting), dataset.has(PointVariables.northing) else {
      throw StageError.outOfPlace(
        "localisation_length needs observations with places in metres: a grid, a table with easting and northing, or rays with "
          + "source_x, source_z, receiver_x, receiver_z")
    }
    return points(try dataset.column(PointVariables.easting), try dataset.column(PointVariables.northing))
  }

  /// Of a node, a factor for each datum.
  func callAsFunction(_ node: Int) -> [Double] {
    let (u, v) = nodes[node]
    return places.map { GaspariCohn.value($0.distance(u, v) / length) }
  }
}
