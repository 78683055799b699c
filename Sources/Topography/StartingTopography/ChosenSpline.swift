internal import NumericCore

/// A bi-harmonic spline whose damping is none, given, or chosen among several.
struct ChosenSpline {
  let spline: BiharmonicSpline
  let choice: SplineCrossValidation.Choice?
  let notes: [String]
  /// What a reader should doubt.
  let warnings: [String]
  /// A best damping that is the least tried is no limit to doubt below this: the spline meets its points.
  private static let undamped = 1e-10

  /// - Parameters:
  ///   - dampings: none for an undamped spline, one to use it, several to choose by cross-validation.
  ///   - tension: 0 for none, below 1.
  init(
    points: Points, values: [Double], weights: [Double]?, dampings: [Double], tension: Double = 0,
    workers: Workers
  ) throws(NumericError) {
    for damping in dampings where !(damping > 0 && damping.isFinite) {
      throw .notPositive(what: "damping", value: damping)
    }
    var (notes, warnings) = ([String](), [String]())
    let tension = tension > 0 && points.count > 1 ? SplineTension(tension, points: points) : nil
    if dampings.count > 1 {
      let choice = try SplineCrossValidation.choose(
        points: points, values: values, weights: weights, dampings: dampings, tension: tension)
      if choice.isAtLimit, let damping = choice.damping, damping > Self.undamped {
        warnings.append("the best spline damping, \(damping), is at the end of the trial dampings")
      }
      if choice.folds == 0 {
        notes.append("\(points.count) points are too few for cross-validation: the spline is undamped")
      } else if choice.folds < 5 {
        notes.append("\(points.count) points: cross-validation with \(choice.folds) folds in place of 5")
      }
      self.choice = choice
    } else {
      choice = nil
    }
    spline = try BiharmonicSpline.fit(
      points: points, values: values, weights: weights,
      damping: choice.map(\.damping) ?? dampings.first, tension: tension, workers: workers)
    (self.notes, self.warnings) = (notes, warnings)
  }
}
