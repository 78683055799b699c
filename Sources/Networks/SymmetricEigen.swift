import NumericCore

/// Eigenvalues and orthonormal eigenvectors of a real symmetric matrix, the largest first: reduction to tridiagonal form
/// by reflections, then implicit QL steps. [Golub2013, §8.3; Martin1968]
struct SymmetricEigen {
  /// Descending.
  var values: [Double]
  /// Row k is the vector of the k-th value, with its component of largest size positive.
  var vectors: Matrix

  /// - Precondition: square; the lower triangle is read.
  init(_ matrix: Matrix) {
    precondition(matrix.rows == matrix.columns)
    var work = Tridiagonal(matrix)
    work.diagonalise()
    let order = work.diagonal.indices.sorted { (work.diagonal[$0], $1) > (work.diagonal[$1], $0) }
    values = order.map { work.diagonal[$0] }
    let count = matrix.rows
    vectors = Matrix(rows: count, columns: count)
    for (row, column) in order.enumerated() {
      var largest = 0.0
      for index in 0..<count where abs(work.vectors[index, column]) > abs(largest) {
        largest = work.vectors[index, column]
      }
      for index in 0..<count {
        vectors[row, index] = largest < 0 ? -work.vectors[index, column] : work.vectors[index, column]
      }
    }
  }

  private struct Tridiagonal {
    let count: Int
    /// Columns become the eigenvectors.
    var vectors: Matrix
    var diagonal, beside: [Double]

    init(_ matrix: Matrix) {
      (count, vectors) = (matrix.rows, matrix)
      diagonal = Array(repeating: 0, count: count)
      beside = diagonal
      for row in 0..<count {
        for column in row..<count { vectors[row, column] = matrix[column, row] }
      }
      for column in 0..<count { diagonal[column] = vectors[count - 1, column] }
      for row in stride(from: count - 1, to: 0, by: -1) { reflect(row) }
      gather()
    }

    private mutating func reflect(_ i: Int) {
      var h = 0.0
      let scale = diagonal[..<i].reduce(0) { $0 + abs($1) }
      guard scale > 0 else {
        beside[i] = diagonal[i - 1]
        for j in 0..<i {
          diagonal[j] = vectors[i - 1, j]
          (vectors[i, j], vectors[j, i]) = (0, 0)
        }
        diagonal[i] = 0
        return
      }
      for k in 0..<i {
        diagonal[k] /= scale
        h += diagonal[k] * diagonal[k]
      }
      let f = diagonal[i - 1]
      let g = f > 0 ? -h.squareRoot() : h.squareRoot()
      beside[i] = scale * g
      h -= f * g
      diagonal[i - 1] = f - g
      for j in 0..<i { beside[j] = 0 }
      multiply(i)
      let sum = (0..<i).reduce(0.0) { total, j in
        beside[j] /= h
        return total + beside[j] * diagonal[j]
      }
      for j in 0..<i { beside[j] -= sum / (h + h) * diagonal[j] }
      for j in 0..<i {
        let (f, g) = (diagonal[j], beside[j])
        for k in j..<i { vectors[k, j] -= f * beside[k] + g * diagonal[k] }
        diagonal[j] = vectors[i - 1, j]
        vectors[i, j] = 0
      }
      diagonal[i] = h
    }

    private mutating func multiply(_ i: Int) {
      for j in 0..<i {
        let f = diagonal[j]
        vectors[j, i] = f
        var g = beside[j] + vectors[j, j] * f
        for k in (j + 1)..<max(j + 1, i) {
          g += vectors[k, j] * diagonal[k]
          beside[k] += vectors[k, j] * f
        }
        beside[j] = g
      }
    }

    /// The product of the reflections.
    private mutating func gather() {
      for i in 0..<(count - 1) {
        vectors[count - 1, i] = vectors[i, i]
        vectors[i, i] = 1
        let h = diagonal[i + 1]
        if h != 0 {
          for k in 0...i { diagonal[k] = vectors[k, i + 1] / h }
          for j in 0...i {
            var g = 0.0
            for k in 0...i { g += vectors[k, i + 1] * vectors[k, j] }
            for k in 0...i { vectors[k, j] -= g * diagonal[k] }
          }
        }
        for k in 0...i { vectors[k, i + 1] = 0 }
      }
      for j in 0..<count {
        diagonal[j] = vectors[count - 1, j]
        vectors[count - 1, j] = 0
      }
      vectors[count - 1, count - 1] = 1
      beside[0] = 0
    }

    mutating func diagonalise() {
      for i in 1..<max(1, count) { beside[i - 1] = beside[i] }
      beside[count - 1] = 0
      var (shift, size) = (0.0, 0.0)
      for l in 0..<count {
        size = max(size, abs(diagonal[l]) + abs(beside[l]))
        var m = l
        while m < count - 1, abs(beside[m]) > 0x1p-52 * size { m += 1 }
        if m > l {
          // Some three steps a value; the bound is for what is not a number.
          for _ in 0..<200 {
            shift += step(l, m)
            if !(abs(beside[l]) > 0x1p-52 * size) { break }
          }
        }
        diagonal[l] += shift
        beside[l] = 0
      }
    }

    /// One implicit QL step between l and m; the shift that it took off the diagonal.
    private mutating func step(_ l: Int, _ m: Int) -> Double {
      var g = diagonal[l]
      var p = (diagonal[l + 1] - g) / (2 * beside[l])
      var r = (p * p + 1).squareRoot()
      if p < 0 { r = -r }
      diagonal[l] = beside[l] / (p + r)
      diagonal[l + 1] = beside[l] * (p + r)
      let next = diagonal[l + 1]
      let h = g - diagonal[l]
      for i in (l + 2)..<max(l + 2, count) { diagonal[i] -= h }
      p = diagonal[m]
      var (c, c2, c3, s, s2) = (1.0, 1.0, 1.0, 0.0, 0.0)
      let first = beside[l + 1]
      for i in stride(from: m - 1, through: l, by: -1) {
        (c3, c2, s2) = (c2, c, s)
        g = c * beside[i]
        let h = c * p
        r = (p * p + beside[i] * beside[i]).squareRoot()
        beside[i + 1] = s * r
        s = beside[i] / r
        c = p / r
        p = c * diagonal[i] - s * g
        diagonal[i + 1] = h + s * (c * g + s * diagonal[i])
        for k in 0..<count {
          let upper = vectors[k, i + 1]
          vectors[k, i + 1] = s * vectors[k, i] + c * upper
          vectors[k, i] = c * vectors[k, i] - s * upper
        }
      }
      p = -s * s2 * c3 * first * beside[l] / next
      beside[l] = s * p
      diagonal[l] = c * p
      return h
    }
  }
}
