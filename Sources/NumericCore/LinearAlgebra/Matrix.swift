/// A dense real matrix stored row by row: element (i, j) at `values[i · columns + j]`.
public struct Matrix: Equatable, Sendable {
  /// Its size.
  public let rows, columns: Int
  /// Element (i, j) at i · columns + j.
  public var values: [Double]

  /// - Precondition: `values` holds rows · columns numbers.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(rows >= 0 && columns >= 0 && values.count == rows * columns)
    (self.rows, self.columns, self.values) = (rows, columns, values)
  }

  /// A matrix of one number.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    self.init(rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
  }

  /// The identity matrix of order `count`.
  public static func identity(_ count: Int) -> Matrix {
    var result = Matrix(rows: count, columns: count)
    for index in 0..<count { result[index, index] = 1 }
    return result
  }

  /// The element of a row and a column, counted from 0.
  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// The transpose; copied in square tiles so that neither side strides through memory.
  public func transposed() -> Matrix {
    let (rows, columns) = (self.rows, self.columns)
    let tile = 32
    let result = [Double](unsafeUninitializedCapacity: rows * columns) { target, count in
      values.withUnsafeBufferPointer { source in
        for rowStart in stride(from: 0, to: rows, by: tile) {
          for columnStart in stride(from: 0, to: columns, by: tile) {
            for row in rowStart..<min(rowStart + tile, rows) {
              for column in columnStart..<min(columnStart + tile, columns) {
                target[column * rows + row] = source[row * columns + column]
              }
            }
          }
        }
      }
      count = rows * columns
    }
    return Matrix(rows: columns, columns: rows, values: result)
  }

  /// The product M·x; each element is one row's dot product.
  ///
  /// - Precondition: `vector.count == columns`.
  public func times(_ vector: [Double]) -> [Double] {
    precondition(vector.count == columns)
    return values.withUnsafeBufferPointer { matrix in
      vector.withUnsafeBufferPointer { vector in
        (0..<rows).map { row in
          guard columns > 0 else { return 0 }
          return DotKernel.dot(
            matrix.start + row * columns, vector.start, count: columns)
        }
      }
    }
  }

  /// The product Mᵀ·x, rows accumulated in order.
  ///
  /// - Precondition: `vector.count == rows`.
  public func transposedTimes(_ vector: [Double]) -> [Double] {
    precondition(vector.count == rows)
    var result = [Double](repeating: 0, count: columns)
    values.withUnsafeBufferPointer { matrix in
      result.withUnsafeMutableBufferPointer { result in
        for row in 0..<rows {
          let factor = vector[row]
          for column in 0..<columns { result[column] += factor * matrix[row * columns + column] }
        }
      }
    }
    return result
  }
}
