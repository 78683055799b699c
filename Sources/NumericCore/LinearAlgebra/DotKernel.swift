/// Dot products of contiguous rows, the one inner loop of Gram matrices and Cholesky factors.
///
/// Sums run in two lanes of `SIMD2` that are added at the end of each panel, in an order fixed by the
/// sizes alone; two lanes are the width that every x86-64 and arm64 processor has.
enum DotKernel {
  typealias Input = UnsafePointer<Double>
  typealias Lanes = SIMD2<Double>

  @inline(__always)
  static func load(_ pointer: Input) -> Lanes {
    UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
  }

  /// Σ aₖ bₖ with four independent pairs of lanes.
  static func dot(_ a: Input, _ b: Input, count: Int) -> Double {
    var (sum0, sum1, sum2, sum3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var k = 0
    while k + 8 <= count {
      sum0 += load(a + k) * load(b + k)
      sum1 += load(a + k + 2) * load(b + k + 2)
      sum2 += load(a + k + 4) * load(b + k + 4)
      sum3 += load(a + k + 6) * load(b + k + 6)
      k += 8
    }
    var total = ((sum0 + sum1) + (sum2 + sum3)).sum()
    while k < count {
      total += a[k] * b[k]
      k += 1
    }
    return total
  }

  /// A rectangle of a product: C[i, j] += sign · Σₖ A[i, k] B[j, k] for `rows` × `columns` × `depth`.
  ///
  /// `a`, `b` and `c` point at the first element of their panels; the strides are row lengths.
  struct Panel {
    var a, b: Input
    var c: UnsafeMutablePointer<Double>
    var aStride, bStride, cStride: Int
    var rows, columns, depth: Int
    var sign: Double

    func accumulate() {
      var i = 0
      while i < rows {
        let tall = i + 4 <= rows
        var j = 0
        while j < columns {
          if tall && j + 2 <= columns {
            fourByTwo(i, j)
            j += 2
          } else {
            for row in i..<(tall ? i + 4 : i + 1) { single(row, j) }
            j += 1
          }
        }
        i += tall ? 4 : 1
      }
    }

    /// Eight accumulators: as many as fit the sixteen registers of baseline x86-64 beside six operands.
    @inline(__always)
    private func fourByTwo(_ i: Int, _ j: Int) {
      let (a0, a1) = (a + i * aStride, a + (i + 1) * aStride)
      let (a2, a3) = (a + (i + 2) * aStride, a + (i + 3) * aStride)
      let (b0, b1) = (b + j * bStride, b + (j + 1) * bStride)
      var (s00, s01, s10, s11) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
      var (s20, s21, s30, s31) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
      var k = 0
      while k + 2 <= depth {
        let (y0, y1) = (load(b0 + k), load(b1 + k))
        let (x0, x1) = (load(a0 + k), load(a1 + k))
        s00 += x0 * y0
        s01 += x0 * y1
        s10 += x1 * y0
        s11 += x1 * y1
        let (x2, x3) = (load(a2 + k), load(a3 + k))
        s20 += x2 * y0
        s21 += x2 * y1
        s30 += x3 * y0
        s31 += x3 * y1
        k += 2
      }
      var first = SIMD4(s00.sum(), s10.sum(), s20.sum(), s30.sum())
      var second = SIMD4(s01.sum(), s11.sum(), s21.sum(), s31.sum())
      if k < depth {
        let x = SIMD4(a0[k], a1[k], a2[k], a3[k])
        first += x * b0[k]
        second += x * b1[k]
      }
      let target = c + i * cStride + j
      for row in 0..<4 {
        target[row * cStride] += sign * first[row]
        target[row * cStride + 1] += sign * second[row]
      }
    }

    @inline(__always)
    private func single(_ i: Int, _ j: Int) {
      let (x, y) = (a + i * aStride, b + j * bStride)
      var sum = Lanes.zero
      var k = 0
      while k + 2 <= depth {
        sum += load(x + k) * load(y + k)
        k += 2
      }
      var total = sum.sum()
      if k < depth { total += x[k] * y[k] }
      c[i * cStride + j] += sign * total
    }
  }
}

extension Matrix {
  /// The Gram matrix M·Mᵀ of the rows, order `rows`; both triangles filled.
  ///
  /// Time rows² · columns multiplications; tiles are shared out among `workers`, each tile summed in
  /// panels of 256 columns in ascending order, so that the bits do not depend on the threads.
  public func gramOfRows(workers: Workers = .serial) -> Matrix {
    var result = Matrix(rows: rows, columns: rows)
    let (rows, columns) = (self.rows, self.columns)
    let (tile, depth) = (64, 256)
    let bands = (rows + tile - 1) / tile
    values.withUnsafeBufferPointer { source in
      result.values.withUnsafeMutableBufferPointer { target in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        let shared = SharedPointers(input: source, output: target)
        workers.forEach(bands * (bands + 1) / 2) { index in
          let (band, other) = Matrix.lowerTile(index)
          let (top, left) = (band * tile, other * tile)
          for k in stride(from: 0, to: columns, by: depth) {
            DotKernel.Panel(
              a: shared.input + top * columns + k, b: shared.input + left * columns + k,
              c: shared.output + top * rows + left, aStride: columns, bStride: columns,
              cStride: rows, rows: min(tile, rows - top), columns: min(tile, rows - left),
              depth: min(depth, columns - k), sign: 1
            ).accumulate()
          }
        }
      }
    }
    result.mirrorLowerTriangle()
    return result
  }

  /// Tile (i, j), j ≤ i, number `index` of the lower triangle counted row by row.
  static func lowerTile(_ index: Int) -> (Int, Int) {
    var row = Int((Double(8 * index + 1).squareRoot() - 1) / 2)
    while row * (row + 1) / 2 > index { row -= 1 }
    while (row + 1) * (row + 2) / 2 <= index { row += 1 }
    return (row, index - row * (row + 1) / 2)
  }

  private mutating func mirrorLowerTriangle() {
    let order = rows
    values.withUnsafeMutableBufferPointer { values in
      for row in 0..<order {
        for column in row..<order where column > row {
          values[row * order + column] = values[column * order + row]
        }
      }
    }
  }
}

/// Pointers handed to the chunks of a loop, each of which writes to places of its own.
struct SharedPointers: @unchecked Sendable {
  let input: UnsafePointer<Double>
  let output: UnsafeMutablePointer<Double>
}
