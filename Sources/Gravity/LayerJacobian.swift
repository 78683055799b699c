public import NumericCore

/// How the gravity of a layer answers to its cells, as a dense matrix in mGal per metre: one row
/// an observation, one column a cell.
///
/// `annulus` and `finiteDifference` are the approximations of Invert4Geom, kept number for number:
/// the derivative with respect to the *thickness* of the cell, for its signed density, taken at
/// the level of its **top** face even where the surface is the bottom face. `exact` is the
/// derivative with respect to the *height of the surface*, taken at the face that moves.
public enum LayerJacobian: Equatable, Hashable, Sendable {
  /// The cell as a sector of an annulus about the observation (McCubbine et al. 2018). With s the
  /// easting spacing, r the horizontal distance to the centre, h = top − upward,
  /// r₁ = max(r − s/2, 0), r₂ = max(r + s/2, s):
  /// J = 10⁵ · 2πG ρ h (1/√(r₂² + h²) − 1/√(r₁² + h²)) · s² / (π (r₂² − r₁²)).
  case annulus
  /// Gravity of the slab [top, top + step] with the cell's density, divided by step (metres).
  /// Cancellation leaves a relative accuracy of 10⁻⁷ for 1 m slabs 40 km away.
  case finiteDifference(step: Double)
  /// 10⁵ · G Δρ Ω · sign(upward − surface), Ω the solid angle that the moving face subtends; the
  /// same for surfaces above and below the reference. Absolute accuracy 5·10⁻¹⁶ of 10⁵ · 2πGΔρ.
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
    let table = CellTable(layer.geometry, cells: cells)
    let levels = levels(of: layer, cells: cells)
    let factors = factors(of: layer, cells: cells)
    matrix.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      forEachChunk(of: points.count, workers: workers) { chunk in
        for point in chunk {
          let row = UnsafeMutableBufferPointer(rebasing: out[point * stride..<(point + 1) * stride])
          let place = Observation(
            easting: points.easting[point], northing: points.northing[point],
            upward: points.upward[point])
          fillRow(row, table: table, levels: levels, factors: factors, from: place)
        }
      }
    }
  }

  /// The level at which the derivative of each cell is taken.
  private func levels(of layer: PrismLayer, cells: [Int]) -> [Double] {
    cells.map { isByHeight && layer.surfaceIsBottom[$0] ? layer.bottom[$0] : layer.top[$0] }
  }

  /// What multiplies each column's geometry.
  private func factors(of layer: PrismLayer, cells: [Int]) -> [Double] {
    let width = layer.geometry.spacingEasting
    switch self {
    case .annulus:
      let constant = PrismGravity.scale * 2 * Double.pi
      return cells.map { -constant * layer.density[$0] * (width * width / Double.pi) }
    case .finiteDifference(let step):
      return cells.map { PrismGravity.scale * layer.density[$0] / step }
    case .exact:
      return cells.map {
        PrismGravity.scale * (layer.surfaceIsBottom[$0] ? -layer.density[$0] : layer.density[$0])
      }
    }
  }

  private func fillRow(
    _ row: UnsafeMutableBufferPointer<Double>, table: CellTable, levels: [Double],
    factors: [Double], from place: Observation
  ) {
    switch self {
    case .annulus:
      JacobianLoop.annulus(row, table, levels: levels, factors: factors, from: place)
    case .finiteDifference(let step):
      JacobianLoop.slab(row, table, levels: levels, factors: factors, from: place, step: step)
    case .exact:
      JacobianLoop.solidAngle(row, table, levels: levels, factors: factors, from: place)
    }
  }
}

/// One observation.
struct Observation {
  let easting, northing, upward: Double
}

/// Loops that fill one row of a Jacobian.
enum JacobianLoop {
  /// The annulus with its fractions cleared: 1/√a − 1/√b = (b − a) / (√a √b (√a + √b)), whose
  /// numerator cancels the area r₂² − r₁² of the annulus. Two divisions less, no cancellation.
  static func annulus(
    _ row: UnsafeMutableBufferPointer<Double>, _ cells: CellTable, levels: [Double],
    factors: [Double], from place: Observation
  ) {
    let half = cells.halfEasting
    fill(row, cells, levels: levels, factors: factors, from: place) { x, y, level, factor in
      let distance = (x * x + y * y).squareRoot()
      let inside = distance - half
      let outside = distance + half
      let inner = inside > 0 ? inside : 0
      let outer = outside > 2 * half ? outside : 2 * half
      let h = level - place.upward
      let a = (outer * outer + h * h).squareRoot()
      let b = (inner * inner + h * h).squareRoot()
      return factor * h / (a * b * (a + b))
    }
  }

  static func slab(
    _ row: UnsafeMutableBufferPointer<Double>, _ cells: CellTable, levels: [Double],
    factors: [Double], from place: Observation, step: Double
  ) {
    let (halfEasting, halfNorthing) = (cells.halfEasting, cells.halfNorthing)
    fill(row, cells, levels: levels, factors: factors, from: place) { x, y, level, factor in
      let footprint = PrismKernel.Footprint(
        offsetEasting: x, offsetNorthing: y, halfEasting: halfEasting, halfNorthing: halfNorthing)
      return factor
        * PrismKernel.prism(
          footprint, top: (level + step) - place.upward, bottom: level - place.upward)
    }
  }

  static func solidAngle(
    _ row: UnsafeMutableBufferPointer<Double>, _ cells: CellTable, levels: [Double],
    factors: [Double], from place: Observation
  ) {
    let (halfEasting, halfNorthing) = (cells.halfEasting, cells.halfNorthing)
    fill(row, cells, levels: levels, factors: factors, from: place) { x, y, level, factor in
      let footprint = PrismKernel.Footprint(
        offsetEasting: x, offsetNorthing: y, halfEasting: halfEasting, halfNorthing: halfNorthing)
      let z = level - place.upward
      let value = factor * PrismKernel.solidAngle(footprint, PrismKernel.Corners(footprint, z: z))
      return z > 0 ? -value : value
    }
  }

  @inline(__always)
  private static func fill(
    _ row: UnsafeMutableBufferPointer<Double>, _ cells: CellTable, levels: [Double],
    factors: [Double], from place: Observation,
    _ entry: (_ x: Double, _ y: Double, _ level: Double, _ factor: Double) -> Double
  ) {
    let out = row.baseAddress.unsafelyUnwrapped
    let (easting, northing) = (place.easting, place.northing)
    cells.easting.withUnsafeBufferPointer { eastings in
      cells.northing.withUnsafeBufferPointer { northings in
        levels.withUnsafeBufferPointer { levels in
          factors.withUnsafeBufferPointer { factors in
            guard let east = eastings.baseAddress, let north = northings.baseAddress,
              let level = levels.baseAddress, let factor = factors.baseAddress
            else { return }
            for index in 0..<eastings.count {
              out[index] = entry(
                east[index] - easting, north[index] - northing, level[index], factor[index])
            }
          }
        }
      }
    }
  }
}
