import Gravity
import NumericCore

extension InversionProblem {
  /// Whether an observation counts for the RMSE.
  func counts(_ point: Int) -> Bool { isInner[point] && isObserved?[point] != false }

  /// Anomaly − gravity − regional, mGal; 0 where there is no anomaly.
  func residual(forward: [Double]) -> [Double] {
    anomaly.indices.map { isObserved?[$0] == false ? 0 : anomaly[$0] - forward[$0] - regional[$0] }
  }

  /// Factors of the equations of the observations: 1 / σ, and 0 where there is no anomaly; nil where all count alike.
  var rowWeights: [Double]? {
    guard uncertainty != nil || isObserved != nil else { return nil }
    return (0..<points.count).map { isObserved?[$0] == false ? 0 : 1 / (uncertainty?[$0] ?? 1) }
  }

  /// Mean of the squares of `rowWeights`, 1 without them.
  var meanWeight: Double {
    guard let rowWeights else { return 1 }
    return rowWeights.reduce(0.0) { $0 + $1 * $1 } / Double(rowWeights.count)
  }

  func innerRMS(_ residual: [Double]) -> Double {
    var (sum, count) = (0.0, 0)
    for index in residual.indices where counts(index) {
      sum += residual[index] * residual[index]
      count += 1
    }
    return (sum / Double(count)).squareRoot()
  }

  /// Mean of (residual / σ)² over the inner observations that have a deviation; nil without any.
  func innerChiSquared(_ residual: [Double]) -> Double? {
    guard let sigma = statedDeviations else { return nil }
    var (sum, count) = (0.0, 0)
    for index in residual.indices where counts(index) && sigma[index] > 0 && sigma[index].isFinite {
      let scaled = residual[index] / sigma[index]
      sum += scaled * scaled
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }

  /// Root mean square over some cells.
  static func rms(_ values: [Double], of cells: [Int]) -> Double {
    let squares = cells.reduce(0.0) { $0 + values[$1] * values[$1] }
    return (squares / Double(cells.count)).squareRoot()
  }
}
