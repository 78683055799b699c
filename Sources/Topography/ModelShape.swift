public import Gravity
public import NumericCore

/// What the cells of a model are.
public enum ModelShape: String, CaseIterable, Equatable, Hashable, Sendable {
  /// Right rectangular prisms on a grid in projected metres.
  case prisms
  /// Tesseroids on a grid of longitudes and latitudes in degrees; heights count from WGS84.
  case tesseroids
}

extension InversionProblem {
  /// Signed cells between a surface and the reference. Of tesseroids these are heights: only their signs,
  /// faces and densities mean something.
  func layer(of topography: [Double]) -> PrismLayer {
    PrismLayer(
      topography: topography, geometry: model, reference: reference,
      densityContrast: densityContrast)
  }

  /// Radius of WGS84 under every cell, metres.
  var sphere: [Double] {
    let rows = model.northings.map { GeocentricRadius.wgs84(latitude: $0) }
    return (0..<model.count).map { rows[$0 / model.columns] }
  }

  func tesseroids(of topography: [Double]) -> TesseroidLayer {
    TesseroidLayer(
      topography: topography, geometry: model, reference: reference, densityContrast: densityContrast,
      sphere: sphere)
  }

  /// Gravity, mGal, of the mass between a surface and the reference at any observations, by direct sums.
  ///
  /// - Parameters:
  ///   - topography: height of the surface, metres, one value a cell.
  ///   - density: signed density of the cells, kg/m³; that of the problem's contrast where nil.
  ///   - points: observations, in the coordinates of the model.
  public func gravity(
    of topography: [Double], density: [Double]? = nil, at points: ObservationPoints, workers: Workers
  ) throws(InversionError) -> [Double] {
    switch shape {
    case .prisms:
      var layer = layer(of: topography)
      if let density { layer.density = density }
      return PrismGravity.gz(of: layer, at: points, workers: workers)
    case .tesseroids:
      var layer = tesseroids(of: topography)
      if let density { layer.density = density }
      do throws(TesseroidError) {
        return try TesseroidGravity.gz(of: layer, at: points.geocentric, workers: workers)
      } catch { throw .tesseroids(error) }
    }
  }

  /// The first observation inside or on a cell of a surface, and that cell's top, metres upward.
  func firstObservationReached(by topography: [Double]) -> (point: Int, top: Double)? {
    guard shape == .tesseroids else { return layer(of: topography).firstReached(points) }
    let (layer, places) = (tesseroids(of: topography), points.geocentric)
    for point in 0..<points.count {
      guard let cell = layer.cell(around: places, point) else { continue }
      return (point, layer.top[cell] - GeocentricRadius.wgs84(latitude: points.northing[point]))
    }
    return nil
  }

  /// Throws where cells and coordinates don't go together.
  func checkShape() throws(InversionError) {
    guard (shape == .tesseroids) == model.isGeographic else {
      throw .wrongCoordinates(shape: shape)
    }
    guard shape == .tesseroids else { return }
    do throws(TesseroidError) { try tesseroids(of: startingTopography).check() } catch {
      throw .tesseroids(error)
    }
  }
}

extension ObservationPoints {
  /// Longitudes, latitudes and heights above WGS84 as points for tesseroids.
  public var geocentric: GeocentricPoints {
    GeocentricPoints(
      longitude: easting, latitude: northing,
      radius: zip(northing, upward).map { GeocentricRadius.wgs84(latitude: $0) + $1 })
  }
}

/// Gravity and steps of tesseroids: always by sums over all cells.
struct TesseroidEngine {
  /// Thickness of the slab that stands for the moving face, metres: the quadrature takes it as a sheet.
  private static let sheet = 1.0

  static let reason = "the attraction of tesseroids changes with latitude, so that no convolution gives it"

  let problem: InversionProblem
  private let places: GeocentricPoints
  private let sphere: [Double]

  init(_ problem: InversionProblem) {
    (self.problem, places, sphere) = (problem, problem.points.geocentric, problem.sphere)
  }

  func gz(ofSurface topography: [Double], workers: Workers) throws(TesseroidError) -> [Double] {
    try TesseroidGravity.gz(of: problem.tesseroids(of: topography), at: places, workers: workers)
  }

  /// The matrix of the derivative: `exact` at the face that moves, by height; `finiteDifference` as in
  /// Invert4Geom on the top face, by thickness.
  func fill(
    _ matrix: inout [Double], _ derivative: Derivative, of layer: PrismLayer, cells: [Int],
    workers: Workers
  ) throws(TesseroidError) {
    let step: Double
    let signs: [Double]
    if case .finiteDifference(let given) = derivative {
      (step, signs) = (given, cells.map { layer.density[$0] })
    } else {
      step = Self.sheet
      signs = cells.map { layer.surfaceIsBottom[$0] ? -layer.density[$0] : layer.density[$0] }
    }
    let shift = derivative == .exact ? -step / 2 : 0
    let levels = zip(derivative.levels(of: layer, cells: cells), cells).map { $0 + sphere[$1] + shift }
    try problem.tesseroids(of: problem.startingTopography).fill(
      &matrix, .init(levels: levels, factors: signs, step: step), cells: cells, at: places, workers: workers)
  }
}
