import CKernels
public import NumericCore

/// How the gravity of a layer answers to its cells, as a dense matrix in mGal per metre: one row
/// an observation, one column a cell.
///
/// `annulus` and `finiteDifference` are the approximations of Invert4Geom, kept number for number:
/// the derivative with respect to the *thickness* of the cell, for its signed density, taken at
/// the level of its **top** face even where the surface is the bottom face. `exact` is the
/// derivative with respect to the *height of the surface*, taken at the face that moves.
public enum LayerJacobian: Equatable, Hashable, Sendable {
  /// The cell as a sector of an annulus about the observation (McCubbine et al. 2018). With s² the cell's
  /// area, so that s is the spacing of square cells (`NonSquareCellTests` has others), r the horizontal
  /// distance to the centre, h = top − upward,
  /// r₁ = max(r − s/2, 0), r₂ = max(r + s/2, s):
  /// J = 10⁵ · 2πG ρ h (1/√(r₂² + h²) − 1/√(r₁² + h²)) · s² / (π (r₂² − r₁²)).
  /// Computed with its fractions cleared: 1/a − 1/b = (b² − a²) / (a b (a + b)), whose numerator
  /// cancels the annulus' r₂² − r₁², which spares two divisions and all loss of digits.
  case annulus
  /// Gravity of the slab [top, top + step] with the cell's density, divided by step (metres).
  /// Cells that are not square lose digits to cancellation, to 10⁻⁷ for 1 m slabs 40 km away; square
  /// ones go by a series beyond twelve half widths, to 7·10⁻¹².
  case finiteDifference(step: Double)
  /// 10⁵ · G Δρ Ω · sign(upward − surface), Ω the solid angle that the moving face subtends; the
  /// same for surfaces above and below the reference. Absolute accuracy 5·10⁻¹⁶ of 10⁵ · 2πGΔρ, or
  /// 7·10⁻¹² of the entry for square cells beyond twelve half widths, which go by a series.
  case exact

  /// Whether an entry is the derivative with respect to the surface's height. If not, it is one
  /// with respect to thickness, and a step changes sign where the surface is the bottom face.
  public var isByHeight: Bool { self == .exact }

  /// Elements from one row to the next for a number of columns: a multiple of 8.
  public static func stride(columns: Int) -> Int { (columns + 7) / 8 * 8 }

  /// The matrix, rows padded to `stride(columns: cells.count)` with zeros.
  ///
  /// - Parameters:
  ///   - layer: the prisms; the cells asked for must not be empty.
  ///   - cells: indices of the columns' cells.
  ///   - points: observations of the rows, none of them inside or on a prism of `cells` (there
  ///     the annulus is 0/0).
  public func matrix(
    of layer: PrismLayer, cells: [Int], at points: ObservationPoints, workers: Workers
  ) -> [Double] {
    var result = [Double](repeating: 0, count: points.count * Self.stride(columns: cells.count))
    fill(&result, of: layer, cells: cells, at: points, workers: workers)
    return result
  }

  /// As `matrix`, into an array of that size that is used again.
  ///
  /// - Precondition: `matrix` holds points · stride(columns:) values.
  public func fill(
    _ matrix: inout [Double], of layer: PrismLayer, cells: [Int], at points: ObservationPoints,
    workers: Workers
  ) {
    let stride = Self.stride(columns: cells.count)
    precondition(matrix.count == points.count * stride)
    let table = CellTable(
      layer.geometry, cells: cells, level: levels(of: layer, cells: cells),
      factor: factors(of: layer, cells: cells))
    matrix.withUnsafeMutableBufferPointer { buffer in
      let out = SharedPointer(buffer)
      forEachChunk(of: points.count, workers: workers) { chunk in
        for point in chunk {
          let row = out.start + point * stride
          table.withCells { fill(row, $0, from: points.place(point), on: workers.instructions) }
        }
      }
    }
  }

  /// Fills one row, without its padding.
  func fill(
    _ row: UnsafeMutablePointer<Double>, _ cells: UnsafePointer<ck_cells>, from place: ck_point,
    on set: InstructionSet
  ) {
    let set = set.code
    switch self {
    case .annulus: ck_annulus_row(set, cells, place, row)
    case .finiteDifference(let step): ck_slab_row(set, cells, place, step, row)
    case .exact: ck_angle_row(set, cells, place, row)
    }
  }

  /// The level at which the derivative of each cell is taken.
  package func levels(of layer: PrismLayer, cells: [Int]) -> [Double] {
    cells.map { isByHeight && layer.surfaceIsBottom[$0] ? layer.bottom[$0] : layer.top[$0] }
  }

  /// What multiplies each column's geometry.
  func factors(of layer: PrismLayer, cells: [Int]) -> [Double] {
    switch self {
    case .annulus:
      let constant = PrismGravity.scale * 2 * Double.pi
      let area = layer.geometry.cellArea
      return cells.map { -constant * layer.density[$0] * (area / Double.pi) }
    case .finiteDifference(let step):
      return cells.map { PrismGravity.scale * layer.density[$0] / step }
    case .exact:
      return cells.map {
        PrismGravity.scale * (layer.surfaceIsBottom[$0] ? -layer.density[$0] : layer.density[$0])
      }
    }
  }
}

extension LayerJacobian {
  /// What an observation sees of the cells of a flat surface at height `z` (negative: below it), for a
  /// density contrast of 1 kg/m³: element (i, j) of a periodic array at min(i, rows − i) spacings north and
  /// min(j, columns − j) east. Finite differences are taken for exact.
  package func flatCirculant(
    _ geometry: GridGeometry, z: Double, rows: Int, columns: Int, workers: Workers
  ) -> [Double] {
    let set = workers.instructions.code
    let x = (0..<columns).map { Double(min($0, columns - $0)) * geometry.spacingEasting }
    let heights = [Double](repeating: z, count: columns)
    var result = [Double](repeating: 0, count: rows * columns)
    let annulus = -PrismGravity.scale * 2 * geometry.spacingEasting * geometry.spacingNorthing
    let scale = self == .annulus ? annulus : PrismGravity.scale
    result.withUnsafeMutableBufferPointer { result in
      x.withUnsafeBufferPointer { x in
        guard let start = result.baseAddress else { return }
        for row in 0..<rows {
          var offsets = ck_offsets(
            count: columns, half_easting: geometry.spacingEasting / 2,
            half_northing: geometry.spacingNorthing / 2,
            x: x.baseAddress, y: Double(min(row, rows - row)) * geometry.spacingNorthing)
          let target = start + row * columns
          if self == .annulus {
            ck_annulus_offsets(set, &offsets, heights, target)
          } else {
            ck_angle_offsets(set, &offsets, heights, target)
          }
          for column in 0..<columns { target[column] *= scale }
        }
      }
    }
    return result
  }
}
