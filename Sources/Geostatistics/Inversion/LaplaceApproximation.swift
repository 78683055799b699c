public import NumericCore

/// The normal distribution about the most probable field: V = C_m − C_mBᵀ S⁻¹ B C_m with S = B C_m Bᵀ + C, which is
/// (Bᵀ C⁻¹ B + C_m⁻¹)⁻¹. Exact where the data depend linearly on the field.
///
/// Written out: n data and N cells, both at most 5000, n³/3 + n² N/2 multiplications, n (n + N) numbers.
public struct LaplaceApproximation: Sendable {
  /// The most data and cells.
  public static let most = 5000

  private let factor: Cholesky
  /// B C_m, a row a datum.
  private let image: Matrix
  /// B, a row a datum.
  private let rows: Matrix
  private let variances: [Double]

  /// Why there is none.
  public enum Obstacle: Error, Equatable, Sendable, CustomStringConvertible {
    case tooLarge(data: Int, cells: Int)
    case numeric(NumericError)

    /// What is in the way, with numbers.
    public var description: String {
      switch self {
      case .tooLarge(let data, let cells):
        "\(data) data and \(cells) cells are too many to write their covariance out (\(LaplaceApproximation.most) each); "
          + "take the deviation of draws"
      case .numeric(let error): error.description
      }
    }
  }

  /// - Throws: `Obstacle`.
  public init(
    prior: some FieldPrior, covariance: GroupedCovariance, map: some LinearisedData,
    workers: Workers = .serial
  ) throws(Obstacle) {
    let (count, cells) = (covariance.count, prior.count)
    guard count <= Self.most, cells <= Self.most else { throw .tooLarge(data: count, cells: cells) }
    var (rows, image) = (Matrix(rows: count, columns: cells), Matrix(rows: count, columns: cells))
    for datum in 0..<count {
      var unit = [Double](repeating: 0, count: count)
      unit[datum] = 1
      let row = map.transposed(unit, workers: workers)
      rows.values.replaceSubrange(datum * cells..<(datum + 1) * cells, with: row)
      image.values.replaceSubrange(
        datum * cells..<(datum + 1) * cells, with: prior.times(row, workers: workers))
    }
    var system = rows.timesTransposed(image, workers: workers)
    let noise = covariance.matrix(workers: workers)
    for index in system.values.indices { system.values[index] += noise.values[index] }
    do throws(NumericError) { factor = try Cholesky(system, workers: workers) } catch {
      throw .numeric(error)
    }
    (self.rows, self.image, variances) = (rows, image, prior.variances(workers: workers))
  }

  /// Number of cells.
  public var count: Int { image.columns }

  /// Standard deviation of each cell.
  public func deviations(workers: Workers = .serial) -> [Double] {
    var columns = image.transposed()
    factor.solveForward(rows: &columns, workers: workers)
    return (0..<count).map { cell in
      var square = variances[cell]
      for datum in 0..<columns.columns { square -= columns[cell, datum] * columns[cell, datum] }
      return max(0, square).squareRoot()
    }
  }

  /// One row of V.
  ///
  /// - Parameter prior: the row of C_m.
  public func covariance(ofCell cell: Int, prior: [Double]) -> [Double] {
    let solved = factor.solve((0..<image.rows).map { image[$0, cell] })
    return zip(prior, image.transposedTimes(solved)).map { $0 - $1 }
  }

  /// Logarithm of the evidence, with Φ at the minimum: −Φ − ½ ln|S| − ½ n ln 2π.
  public func logEvidence(objective: Double) -> Double {
    -objective - 0.5 * factor.logDeterminant - 0.5 * Double(factor.order) * 1.8378770664093454836
  }

  /// Derivatives of the evidence by the logarithms of the prior's numbers with the linearisation unchanged:
  /// −½ tr(S⁻¹ B ∂C_m Bᵀ) + ½ αᵀ B ∂C_m Bᵀ α, α = S⁻¹ r.
  ///
  /// - Parameter weights: α, one value a datum.
  public func evidenceGradient(prior: some FieldPrior, weights: [Double], workers: Workers = .serial)
    -> [Double]
  {
    let inverse = factor.inverse(workers: workers)
    var gradient: [Double] = []
    let pull = rows.transposedTimes(weights)
    for slope in prior.slopes(pull, workers: workers) {
      gradient.append(0.5 * ConjugateGradients.dot(pull, slope))
    }
    for datum in 0..<rows.rows {
      let row = Array(rows.values[datum * count..<(datum + 1) * count])
      for (number, slope) in prior.slopes(row, workers: workers).enumerated() {
        let column = rows.times(slope)
        for other in 0..<rows.rows { gradient[number] -= 0.5 * inverse[other, datum] * column[other] }
      }
    }
    return gradient
  }

  /// What all other data say about blocks of them: residuals e = P_bb⁻¹ α_b of covariance P_bb⁻¹, P = S⁻¹, α = S⁻¹ r.
  ///
  /// - Parameters:
  ///   - blocks: numbers of data.
  ///   - weights: α.
  public func leaveOut(
    _ blocks: [[Int]], weights: [Double], workers: Workers = .serial
  ) throws(Obstacle) -> [Kriging.LeftOut] {
    let inverse = factor.inverse(workers: workers)
    var result: [Kriging.LeftOut] = []
    for block in blocks {
      var part = Matrix(rows: block.count, columns: block.count)
      for (row, first) in block.enumerated() {
        for (column, second) in block.enumerated() { part[row, column] = inverse[first, second] }
      }
      do throws(NumericError) {
        let own = try Cholesky(part)
        result.append(
          Kriging.LeftOut(residuals: own.solve(block.map { weights[$0] }), covariance: own.inverse()))
      } catch { throw .numeric(error) }
    }
    return result
  }
}
