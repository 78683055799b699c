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
  /// Every point sums over the cells in their order, in fixed blocks; the result has the same
  /// bits for any number of workers. Empty cells (zero or NaN density, NaN faces) are left out.
  /// Time is proportional to points · cells, memory to points + cells.
  public static func gz(
    of layer: PrismLayer, at points: ObservationPoints, workers: Workers
  ) -> [Double] {
    let cells = layer.density.indices.filter {
      layer.density[$0] != 0 && !layer.density[$0].isNaN && layer.top[$0] != layer.bottom[$0]
        && !layer.top[$0].isNaN && !layer.bottom[$0].isNaN
    }
    let table = CellTable(layer.geometry, cells: cells)
    let faces = FaceTable(
      top: cells.map { layer.top[$0] }, bottom: cells.map { layer.bottom[$0] },
      factor: cells.map { layer.density[$0] * scale })
    var result = [Double](repeating: 0, count: points.count)
    result.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      forEachChunk(of: points.count, workers: workers) { chunk in
        for point in chunk {
          out[point] = PrismLoop.gz(
            table, faces, easting: points.easting[point], northing: points.northing[point],
            upward: points.upward[point])
        }
      }
    }
    return result
  }

  /// Gravity of one prism at one point, mGal; defined everywhere, on faces, edges and corners and
  /// inside too.
  ///
  /// - Parameters: edges, metres; density, kg/m³; position of the observation, metres.
  public static func gz(
    west: Double, east: Double, south: Double, north: Double, bottom: Double, top: Double,
    density: Double, easting: Double, northing: Double, upward: Double
  ) -> Double {
    let footprint = PrismKernel.Footprint(
      offsetEasting: (west - easting) / 2 + (east - easting) / 2,
      offsetNorthing: (south - northing) / 2 + (north - northing) / 2,
      halfEasting: (east - west) / 2, halfNorthing: (north - south) / 2)
    return scale * density
      * PrismKernel.prism(footprint, top: top - upward, bottom: bottom - upward)
  }

  /// ∂g_z/∂top of one prism, mGal per metre: how its gravity changes when the face at height `top`
  /// moves up and the other stays.
  ///
  /// = −sign(top − upward) · G ρ Ω, Ω the solid angle of the face; for the bottom face the value
  /// of the same expression there is the derivative of the mass *below* the moving face, so it is
  /// minus ∂g_z/∂bottom. Four arctangents, no logarithm. At the height of the face it jumps from
  /// 2πGρ to −2πGρ over the face; there 0 is returned.
  public static func derivativeWithRespectToTop(
    west: Double, east: Double, south: Double, north: Double, top: Double, density: Double,
    easting: Double, northing: Double, upward: Double
  ) -> Double {
    let footprint = PrismKernel.Footprint(
      offsetEasting: (west - easting) / 2 + (east - easting) / 2,
      offsetNorthing: (south - northing) / 2 + (north - northing) / 2,
      halfEasting: (east - west) / 2, halfNorthing: (north - south) / 2)
    let z = top - upward
    let sign = z < 0 ? 1.0 : (z > 0 ? -1.0 : 0.0)
    let corners = PrismKernel.Corners(footprint, z: z)
    return sign * scale * density * PrismKernel.solidAngle(footprint, corners)
  }
}

/// Both faces of the cells of a table and G·ρ, mGal per unit of F.
struct FaceTable: Sendable {
  let top, bottom, factor: [Double]
}

/// Loops of the prism kernel over the cells, for one observation.
enum PrismLoop {
  /// Σ over the cells of factor · (F(top) − F(bottom)).
  static func gz(
    _ cells: CellTable, _ faces: FaceTable, easting: Double, northing: Double, upward: Double
  ) -> Double {
    cells.easting.withUnsafeBufferPointer { eastings in
      cells.northing.withUnsafeBufferPointer { northings in
        faces.top.withUnsafeBufferPointer { tops in
          faces.bottom.withUnsafeBufferPointer { bottoms in
            faces.factor.withUnsafeBufferPointer { factors in
              blockSum(count: cells.count) { cell in
                let footprint = PrismKernel.Footprint(
                  offsetEasting: eastings.baseAddress.unsafelyUnwrapped[cell] - easting,
                  offsetNorthing: northings.baseAddress.unsafelyUnwrapped[cell] - northing,
                  halfEasting: cells.halfEasting, halfNorthing: cells.halfNorthing)
                return factors.baseAddress.unsafelyUnwrapped[cell]
                  * PrismKernel.prism(
                    footprint, top: tops.baseAddress.unsafelyUnwrapped[cell] - upward,
                    bottom: bottoms.baseAddress.unsafelyUnwrapped[cell] - upward)
              }
            }
          }
        }
      }
    }
  }

  /// Σ term(0) … term(count − 1): the terms of a block go to a buffer (a loop without a running
  /// sum, which becomes vector code), which is then summed.
  @inline(__always)
  static func blockSum(count: Int, _ term: (Int) -> Double) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: cellBlock) { buffer in
      let out = buffer.baseAddress.unsafelyUnwrapped
      var total = 0.0
      var start = 0
      while start < count {
        let length = min(cellBlock, count &- start)
        var index = 0
        while index < length {
          out[index] = term(start &+ index)
          index &+= 1
        }
        total += laneSum(out, count: length)
        start &+= length
      }
      return total
    }
  }
}
