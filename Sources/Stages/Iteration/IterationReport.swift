import Optimisation
import Planning

/// What a step tells of its round: a row of the history.
struct IterationReport {
  /// Before any member has run.
  var isBegun = false
  /// Whether the trial has become the model.
  private(set) var verdict: Bool?
  private(set) var (actual, predicted, ratio, length) = (Double.nan, Double.nan, Double.nan, Double.nan)
  private(set) var improved = 0
  private(set) var (gradientNorm, metricNorm) = (Double.nan, Double.nan)
  private(set) var isGradientNew = false
  private(set) var (nextLength, nextL2, nextLargest) = (Double.nan, Double.nan, Double.nan)
  private(set) var nextPredicted = Double.nan
  var isStalled = false
  /// Whether the step has another model than the one before.
  var isModel = false

  mutating func tellGradient(_ norms: (l2: Double, metric: Double), isNew: Bool) {
    (gradientNorm, metricNorm) = norms
    isGradientNew = isNew
  }

  mutating func tellStep(length: Double, l2: Double, largest: Double, predicted: Double) {
    (nextLength, nextL2, nextLargest, nextPredicted) = (length, l2, largest, predicted)
  }

  mutating func tellTrial(
    actual: Double, predicted: Double, ratio: Double, length: Double, isAccepted: Bool, improved: Int
  ) {
    (self.actual, self.predicted, self.ratio, self.length) = (actual, predicted, ratio, length)
    (verdict, self.improved) = (isAccepted, improved)
  }

  /// Columns of the report, and of the history.
  enum Column: String, CaseIterable {
    case iteration, events, misfit
    case gradientNorm = "gradient_norm"
    case metricNorm = "preconditioned_norm"
    case rootNorm = "root_gradient_norm"
    case predicted, actual, ratio
    case length = "update_norm"
    case radius
    case firstRadius = "first_radius"
    case accepted, improved
    case nextLength = "next_update_norm"
    case nextL2 = "next_update_l2"
    case nextLargest = "next_update_max"
    case nextPredicted = "next_predicted"
    case rejected, stalled, began
    case gradientIteration = "gradient_iteration"
  }

  func report(_ state: SearchState) -> FoldReport {
    FoldReport(Column.allCases.map { ($0.rawValue, value($0, state)) })
  }

  private func value(_ column: Column, _ state: SearchState) -> Double {
    switch column {
    case .iteration: Double(state.iteration)
    case .events: Double(state.values.count)
    case .misfit: state.misfit ?? .nan
    case .gradientNorm: gradientNorm
    case .metricNorm: metricNorm
    case .rootNorm: state.rootNorm ?? .nan
    case .predicted: predicted
    case .actual: actual
    case .ratio: ratio
    case .length: length
    case .radius: state.region.radius ?? .nan
    case .firstRadius: state.region.firstRadius ?? .nan
    case .accepted: verdict.map { $0 ? 1 : 0 } ?? .nan
    case .improved: Double(improved)
    case .nextLength: nextLength
    case .nextL2: nextL2
    case .nextLargest: nextLargest
    case .nextPredicted: nextPredicted
    case .rejected: Double(state.region.rejected)
    case .stalled: isStalled ? 1 : 0
    case .began: isBegun ? 1 : 0
    case .gradientIteration: state.gradientIteration.map(Double.init) ?? .nan
    }
  }
}
