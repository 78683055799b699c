import CKernels
public import NumericCore

/// Gravity of the mass between a moving surface and a fixed reference, for many surfaces.
///
/// g_z = 10⁵ G Σ Δρ (F(surface) − F(reference)) holds on both sides of the reference, so the
/// reference's part is one number an observation, computed once; each surface then costs one face
/// a cell instead of two. Far cells go by the series of `PrismGravity.gz(of:at:workers:)`. The solid
/// angles that appear on the way are the exact derivatives.
public struct SurfaceGravity: Sendable {
  private let points: ObservationPoints
  private let cells: [Int]
  private let table: CellTable
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
    table = CellTable(
      geometry, cells: cells, level: cells.map { reference[$0] },
      factor: cells.map { densityContrast[$0] * PrismGravity.scale })
    referencePart = Self.faceSums(table, points: points, workers: workers)
  }

  /// Gravity, mGal, of the mass between a surface (metres, one value a cell) and the reference.
  public func gz(ofSurface topography: [Double], workers: Workers) -> [Double] {
    var moved = table
    moved.level = cells.map { topography[$0] }
    let sums = Self.faceSums(moved, points: points, workers: workers)
    return zip(sums, referencePart).map { $0 - $1 }
  }

  private static func faceSums(
    _ table: CellTable, points: ObservationPoints, workers: Workers
  ) -> [Double] {
    let set = workers.instructions.code
    return perPoint(points.count, workers: workers) { point in
      table.withCells { ck_face_sum(set, $0, points.place(point)) }
    }
  }
}
