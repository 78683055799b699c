import CKernels
public import NumericCore

/// Vertical gravity of right rectangular prisms, mGal, positive downward: a mass below the
/// observation gives a positive value for a positive density.
public enum PrismGravity {
  /// Newton's constant, m³ kg⁻¹ s⁻² (CODATA 2018).
  public static let gravitationalConstant = 6.6743e-11

  /// mGal in 1 m/s².
  static let milligal = 1e5

  static var scale: Double { milligal * gravitationalConstant }

  /// Gravity of a layer of prisms, mGal, one value a point.
  ///
  /// Square cells whose centre is horizontally more than twelve half widths from a point go by the
  /// series of the prism in its width (orders 4 to 10, by distance), in error by less than 6·10⁻¹² of
  /// the cell's own gravity; nearer cells, and cells that are not square, by the closed form.
  /// The sums run in a fixed order; the result has the same bits for any number of workers. Empty
  /// cells (zero or NaN density, NaN faces) are left out.
  /// Time is proportional to points · cells, memory to points + cells.
  public static func gz(
    of layer: PrismLayer, at points: ObservationPoints, workers: Workers
  ) -> [Double] {
    let set = workers.instructions.code
    let cells = layer.density.indices.filter {
      layer.density[$0] != 0 && !layer.density[$0].isNaN && layer.top[$0] != layer.bottom[$0]
        && !layer.top[$0].isNaN && !layer.bottom[$0].isNaN
    }
    let table = CellTable(
      layer.geometry, cells: cells, level: cells.map { layer.top[$0] },
      factor: cells.map { layer.density[$0] * scale },
      thickest: cells.map { layer.top[$0] - layer.bottom[$0] }.max() ?? 0)
    let bottom = cells.map { layer.bottom[$0] }
    return perPoint(points.count, workers: workers) { point in
      table.withCells { ck_prism_sum(set, $0, bottom, points.place(point)) }
    }
  }

  /// Gravity of one prism at one point, mGal; defined everywhere, on faces, edges and corners and
  /// inside too.
  ///
  /// The formula is Nagy's (2000), with the terms of both faces joined along each edge (`CKernels/kernels.h`).
  public static func gz(of prism: Prism, at place: Observation) -> Double {
    let offset = PrismOffset(prism, from: place)
    return scale * prism.density
      * ck_prism(
        offset.east, offset.north, offset.halfEast, offset.halfNorth, prism.top - place.upward,
        prism.bottom - place.upward)
  }

  /// ∂g_z/∂top of one prism, mGal per metre: how its gravity changes when the face at height `top`
  /// moves up and the other stays.
  ///
  /// = −sign(top − upward) · G ρ Ω, Ω the solid angle of the face; for the bottom face the value
  /// of the same expression there is the derivative of the mass *below* the moving face, so it is
  /// minus ∂g_z/∂bottom. Four arctangents, no logarithm. At the height of the face it jumps from
  /// 2πGρ to −2πGρ over the face; there 0 is returned.
  public static func derivativeWithRespectToTop(of prism: Prism, at place: Observation) -> Double {
    let z = prism.top - place.upward
    let sign = z < 0 ? 1.0 : (z > 0 ? -1.0 : 0.0)
    let offset = PrismOffset(prism, from: place)
    return sign * scale * prism.density
      * ck_solid_angle(offset.east, offset.north, offset.halfEast, offset.halfNorth, z)
  }
}

extension PrismGravity {
  /// The gravity of every cell of `cells` by itself, mGal, as a dense matrix: one row an observation, one
  /// column a cell, rows padded as `LayerJacobian.stride` says; empty cells have columns of zeros.
  ///
  /// - Precondition: `matrix` holds points · stride(columns:) values.
  public static func fill(
    _ matrix: inout [Double], of layer: PrismLayer, cells: [Int], at points: ObservationPoints,
    workers: Workers
  ) {
    let stride = LayerJacobian.stride(columns: cells.count)
    precondition(matrix.count == points.count * stride)
    let geometry = layer.geometry
    let table = CellTable(
      geometry, cells: cells, level: cells.map { layer.top[$0] }, factor: cells.map { layer.density[$0] })
    matrix.withUnsafeMutableBufferPointer { buffer in
      let out = SharedPointer(buffer)
      forEachChunk(of: points.count, workers: workers) { chunk in
        for point in chunk {
          for (index, cell) in cells.enumerated() {
            let (top, bottom) = (layer.top[cell], layer.bottom[cell])
            guard top > bottom, !layer.density[cell].isNaN else {
              out.start[point * stride + index] = 0
              continue
            }
            out.start[point * stride + index] =
              scale * layer.density[cell]
              * ck_prism(
                table.easting[index] - points.easting[point], table.northing[index] - points.northing[point],
                table.halfEasting, table.halfNorthing, top - points.upward[point],
                bottom - points.upward[point])
          }
        }
      }
    }
  }
}

/// A prism's centre as seen from an observation, and its half widths.
private struct PrismOffset {
  let east, north, halfEast, halfNorth: Double

  init(_ prism: Prism, from place: Observation) {
    let region = prism.region
    // Halves of differences: the sum of two edges far from the origin would lose digits.
    east = (region.west - place.easting) / 2 + (region.east - place.easting) / 2
    north = (region.south - place.northing) / 2 + (region.north - place.northing) / 2
    (halfEast, halfNorth) = ((region.east - region.west) / 2, (region.north - region.south) / 2)
  }
}
