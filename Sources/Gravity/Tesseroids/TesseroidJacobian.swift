import CKernels
public import NumericCore

extension TesseroidLayer {
  /// Slabs at the faces of cells, one a cell of those that are asked for.
  public struct Slabs: Sendable {
    /// Radius of the lower face, metres.
    public var levels: [Double]
    /// Multiplies the column: the density, with a sign where the surface is the lower face.
    public var factors: [Double]
    /// Thickness, metres.
    public var step: Double

    /// - Precondition: as many levels as factors.
    public init(levels: [Double], factors: [Double], step: Double) {
      precondition(levels.count == factors.count)
      (self.levels, self.factors, self.step) = (levels, factors, step)
    }
  }

  /// How the attraction of the layer answers to the thickness of its cells, as a dense matrix in mGal per
  /// metre: one row an observation, one column a cell, rows padded as `LayerJacobian.stride` says.
  ///
  /// A column is the attraction of the slab of the cell's signed density, divided by its thickness.
  ///
  /// - Parameters:
  ///   - matrix: filled; points · stride(columns:) values.
  ///   - cells: of the columns, ascending.
  ///   - given: one slab a cell of `cells`.
  /// - Throws: for points so near a slab that it would go into too many pieces.
  public func fill(
    _ matrix: inout [Double], _ given: Slabs, cells: [Int], at points: GeocentricPoints, workers: Workers
  ) throws(TesseroidError) {
    var slabs = self
    slabs.density = Array(repeating: 0, count: geometry.count)
    for (index, cell) in cells.enumerated() {
      (slabs.bottom[cell], slabs.top[cell]) = (given.levels[index], given.levels[index] + given.step)
      slabs.density[cell] = given.factors[index] / given.step
    }
    try slabs.fill(&matrix, cells: cells, at: points, workers: workers)
  }

  /// The attraction of every cell of `cells` by itself, mGal, as a matrix of the same form.
  public func fill(
    _ matrix: inout [Double], cells: [Int], at points: GeocentricPoints, workers: Workers
  ) throws(TesseroidError) {
    let stride = LayerJacobian.stride(columns: cells.count)
    precondition(matrix.count == points.count * stride)
    // The table leaves empty cells out; their columns stay zero.
    let kept = cells.indices.filter {
      density[cells[$0]] != 0 && !density[cells[$0]].isNaN && top[cells[$0]] > bottom[cells[$0]]
    }
    let table = TesseroidTable(self, cells: cells)
    matrix.withUnsafeMutableBufferPointer { buffer in
      let (out, set) = (SharedPointer(buffer), workers.instructions.code)
      forEachChunk(of: points.count, workers: workers) { chunk in
        let room = TesseroidSum.Room()
        for point in chunk {
          let row = out.start + point * stride
          row.update(repeating: 0, count: stride)
          let place = TesseroidGravity.place(points, point)
          if !table.addAll(.gz, on: set, to: row, from: place, room: room, owner: { kept[$0] }) {
            row[0] = .nan
          }
        }
      }
    }
    for point in 0..<points.count where matrix[point * stride].isNaN {
      throw TesseroidGravity.tooNear(points, point)
    }
  }
}
