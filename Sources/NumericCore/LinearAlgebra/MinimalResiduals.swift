/// Generalised minimal residuals with restarts [Saad1986], for systems that are not symmetric.
struct MinimalResiduals {
  /// Directions kept until a restart; each is as long as the solution.
  var restart = 30
  /// Directions tried in all before giving up.
  var limit = 900
  /// How far the norm of the residual must fall below that of the right side.
  var tolerance = 1e-12
  /// How far it must where rounding stands in the way of more.
  var stagnation = 1e-7

  /// Solves M·A·x = M·b from x = 0.
  ///
  /// - Parameters:
  ///   - right: M·b.
  ///   - operate: x → M·A·x.
  /// - Throws: `notConverged` where the limit of directions is reached.
  func solve(
    _ right: [Double], operate: ([Double]) -> [Double]
  ) throws(NumericError) -> (solution: [Double], directions: Int) {
    let goal = tolerance * Self.norm(right)
    var solution = [Double](repeating: 0, count: right.count)
    var (residual, used) = (right, 0)
    var size = Self.norm(residual)
    while size > goal {
      guard used < limit else {
        throw .notConverged(iterations: used, residual: size / Self.norm(right))
      }
      var space = Krylov(first: residual, norm: size)
      while space.count < restart, space.error > goal {
        space.extend(by: operate(space.newest))
        used += 1
      }
      space.addBest(to: &solution)
      let before = size
      residual = zip(right, operate(solution)).map { $0 - $1 }
      size = Self.norm(residual)
      if size > 0.5 * before && size <= stagnation * Self.norm(right) { break }
    }
    return (solution, used)
  }

  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    precondition(a.count == b.count)
    return a.withUnsafeBufferPointer { first in
      b.withUnsafeBufferPointer { second in
        guard let first = first.baseAddress, let second = second.baseAddress else { return 0 }
        return DotKernel.dot(first, second, count: a.count)
      }
    }
  }

  static func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }

  /// Orthonormal directions and the triangular system of their coefficients.
  private struct Krylov {
    private var basis: [[Double]]
    private var columns: [[Double]] = []
    private var rotations: [SIMD2<Double>] = []
    private var right: [Double]

    init(first: [Double], norm: Double) {
      basis = [first.map { $0 / norm }]
      right = [norm]
    }

    var count: Int { columns.count }
    var newest: [Double] { basis[basis.count - 1] }
    /// Norm of what the directions so far leave.
    var error: Double { abs(right[right.count - 1]) }

    mutating func extend(by image: [Double]) {
      var next = image
      var column: [Double] = []
      for direction in basis {
        let part = MinimalResiduals.dot(next, direction)
        column.append(part)
        for index in next.indices { next[index] -= part * direction[index] }
      }
      let rest = MinimalResiduals.norm(next)
      for (place, turn) in rotations.enumerated() {
        let (upper, lower) = (column[place], column[place + 1])
        column[place] = turn.x * upper + turn.y * lower
        column[place + 1] = turn.x * lower - turn.y * upper
      }
      let last = column.count - 1
      let length = (column[last] * column[last] + rest * rest).squareRoot()
      let turn = length > 0 ? SIMD2(column[last] / length, rest / length) : SIMD2(1, 0)
      column[last] = length
      rotations.append(turn)
      columns.append(column)
      let carried = right[right.count - 1]
      right[right.count - 1] = turn.x * carried
      right.append(-turn.y * carried)
      basis.append(rest > 0 ? next.map { $0 / rest } : next)
    }

    func addBest(to solution: inout [Double]) {
      var weights = Array(right.prefix(columns.count))
      for row in stride(from: columns.count - 1, through: 0, by: -1) {
        for later in (row + 1)..<max(row + 1, columns.count) {
          weights[row] -= columns[later][row] * weights[later]
        }
        weights[row] = columns[row][row] == 0 ? 0 : weights[row] / columns[row][row]
      }
      for (direction, weight) in zip(basis, weights) {
        for index in solution.indices { solution[index] += weight * direction[index] }
      }
    }
  }
}
