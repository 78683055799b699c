public import NumericCore

/// Gravity of the mass between a moving surface and a fixed reference, for many surfaces.
///
/// g_z = 10⁵ G Σ Δρ (F(surface) − F(reference)) holds on both sides of the reference, so the
/// reference's part is one number an observation, computed once; each surface then costs one face
/// a cell instead of two. The solid angles that appear on the way are the exact derivatives.
public struct SurfaceGravity: Sendable {
  private let points: ObservationPoints
  private let cells: [Int]
  private let table: CellTable
  private let factors: [Double]
  private let referencePart: [Double]

  /// - Parameters:
  ///   - geometry: centres of the cells.
  ///   - reference: height of the reference, metres, one value a cell.
  ///   - densityContrast: Δρ, kg/m³, one value a cell; cells of 0 or NaN carry no mass.
  ///   - isPresent: cells of false carry no mass.
  ///   - points: observations.
  public init(
    geometry: GridGeometry, reference: [Double], densityContrast: [Double], isPresent: [Bool],
    points: ObservationPoints, workers: Workers
  ) {
    self.points = points
    let cells = densityContrast.indices.filter {
      isPresent[$0] && densityContrast[$0] != 0 && !densityContrast[$0].isNaN && !reference[$0].isNaN
    }
    self.cells = cells
    table = CellTable(geometry, cells: cells)
    factors = cells.map { densityContrast[$0] * PrismGravity.scale }
    referencePart = Self.faceSums(
      table, levels: cells.map { reference[$0] }, factors: factors, points: points, workers: workers)
  }

  /// Gravity, mGal, of the mass between a surface (metres, one value a cell) and the reference.
  public func gz(ofSurface topography: [Double], workers: Workers) -> [Double] {
    let sums = Self.faceSums(
      table, levels: cells.map { topography[$0] }, factors: factors, points: points,
      workers: workers)
    return zip(sums, referencePart).map { $0 - $1 }
  }

  private static func faceSums(
    _ table: CellTable, levels: [Double], factors: [Double], points: ObservationPoints,
    workers: Workers
  ) -> [Double] {
    var result = [Double](repeating: 0, count: points.count)
    result.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      forEachChunk(of: points.count, workers: workers) { chunk in
        for point in chunk {
          let place = Observation(
            easting: points.easting[point], northing: points.northing[point],
            upward: points.upward[point])
          out[point] = faceSum(table, levels: levels, factors: factors, from: place)
        }
      }
    }
    return result
  }

  private static func faceSum(
    _ cells: CellTable, levels: [Double], factors: [Double], from place: Observation
  ) -> Double {
    let (halfEasting, halfNorthing) = (cells.halfEasting, cells.halfNorthing)
    return cells.easting.withUnsafeBufferPointer { eastings in
      cells.northing.withUnsafeBufferPointer { northings in
        levels.withUnsafeBufferPointer { levels in
          factors.withUnsafeBufferPointer { factors in
            guard let east = eastings.baseAddress, let north = northings.baseAddress,
              let level = levels.baseAddress, let factor = factors.baseAddress
            else { return 0 }
            return PrismLoop.blockSum(count: eastings.count) { cell in
              let footprint = PrismKernel.Footprint(
                offsetEasting: east[cell] - place.easting,
                offsetNorthing: north[cell] - place.northing,
                halfEasting: halfEasting, halfNorthing: halfNorthing)
              let corners = PrismKernel.Corners(footprint, z: level[cell] - place.upward)
              return factor[cell] * PrismKernel.face(footprint, corners)
            }
          }
        }
      }
    }
  }
}
