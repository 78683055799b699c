public import Datasets

/// Whether stated deviations mean anything: what is left of the data must be of the size of their noise.
public struct UncertaintyVerdict: Sendable {
  /// RMS of what is left of the data in their deviations, beyond which a fit is none.
  public static let mostChi = 1.5
  private static let calibrated = 0.8...1.25
  /// Attribute of files: `valid`, `not calibrated` or `invalid`.
  public static let attribute = "uncertainty"
  /// What the attribute says where a fit is none.
  public static let invalid = "invalid"

  /// √ mean (residual/σ)².
  public let chi: Double
  /// RMS of constraint less prediction in deviations; NaN where it is not known.
  public let constraintScatter: Double
  /// What χ may be: larger by √2 for data that were drawn once more.
  private let limit: Double

  /// - Parameters:
  ///   - constraintScatter: RMS of constraint less prediction in deviations.
  ///   - isDrawn: whether the data hold noise twice, as a member's do.
  public init(chi: Double, constraintScatter: Double = .nan, isDrawn: Bool = false) {
    (self.chi, self.constraintScatter) = (chi, constraintScatter)
    limit = Self.mostChi * (isDrawn ? 2.0.squareRoot() : 1)
  }

  /// Whether the model explains the data.
  public var isValid: Bool { !(chi > limit) }
  /// Whether constraints scatter as their predictions say.
  public var isCalibrated: Bool { constraintScatter.isNaN || Self.calibrated.contains(constraintScatter) }

  /// What a reader must know; nil where all is well.
  public var remark: String? {
    if !isValid {
      return
        "what is left of the data is \(shown(chi)) of their standard deviations (about 1 where the model serves): the "
        + "uncertainty is invalid"
    }
    if !isCalibrated {
      return
        "constraints scatter by \(shown(constraintScatter)) of their predicted deviations: the uncertainty is not calibrated"
    }
    return nil
  }

  private func shown(_ value: Double) -> Double { (value * 100).rounded() / 100 }

  /// The number and the word, as attributes.
  public func write(to dataset: inout Dataset) {
    dataset.setAttribute("chi", chi)
    dataset.setAttribute(
      Self.attribute, text: isValid ? isCalibrated ? "valid" : "not calibrated" : Self.invalid)
  }
}
