extension Matrix {
  /// M·Bᵀ: element (i, j) is the product of row i of M and row j of B.
  ///
  /// rows · B's rows · columns multiplications; tiles of 64 × 64 are shared out among `workers`, each summed in panels of
  /// 256 columns in ascending order, so that the bits depend on no thread.
  /// - Precondition: as many columns.
  public func timesTransposed(_ other: Matrix, workers: Workers = .serial) -> Matrix {
    precondition(columns == other.columns)
    var result = Matrix(rows: rows, columns: other.rows)
    let (rows, depth, width) = (self.rows, columns, other.rows)
    let (tile, panel) = (64, 256)
    let (bands, stripes) = ((rows + tile - 1) / tile, (width + tile - 1) / tile)
    values.withUnsafeBufferPointer { first in
      other.values.withUnsafeBufferPointer { second in
        result.values.withUnsafeMutableBufferPointer { product in
          guard let first = first.baseAddress, let second = second.baseAddress,
            let product = product.baseAddress
          else { return }
          nonisolated(unsafe) let (left, right, target) = (first, second, product)
          workers.forEach(bands * stripes) { index in
            let (top, side) = (index / stripes * tile, index % stripes * tile)
            for k in stride(from: 0, to: depth, by: panel) {
              DotKernel.Panel(
                a: left + top * depth + k, b: right + side * depth + k, c: target + top * width + side,
                aStride: depth, bStride: depth, cStride: width, rows: Swift.min(tile, rows - top),
                columns: Swift.min(tile, width - side), depth: Swift.min(panel, depth - k), sign: 1
              ).accumulate()
            }
          }
        }
      }
    }
    return result
  }
}
