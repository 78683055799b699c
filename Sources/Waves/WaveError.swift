/// What the simulation of waves refuses, with the numbers that say why.
public enum WaveError: Error, Equatable, Sendable {
  case missingParameter(Parameter, Physics)
  case surplusParameter(Parameter, Physics)
  case wrongCount(what: String, found: Int, expected: Int)
  case notFinite(what: String, row: Int, column: Int)
  case notPositive(what: String, value: Double, row: Int, column: Int)
  /// Squared speeds c11/ρ, c33/ρ, c13/ρ.
  case unstableStiffness(c11: Double, c33: Double, c13: Double, row: Int, column: Int)
  /// A setting that must be above a limit is not.
  case outOfRange(what: String, value: Double, low: Double, high: Double)
  case unknownOrder(Int)
  /// The step is above the limit of stability.
  case unstableStep(step: Double, limit: Double)
  /// Fewer points a wavelength than the order of the differences needs.
  case undersampled(points: Double, needed: Double, spacing: Double, shortest: Double)
  case freeSurfaceOfStress(Physics)
  /// A source or receiver outside the section: in the absorbing layer, or above the surface.
  case outside(what: String, x: Double, z: Double)
  case sameName(what: String, name: String)
  case noSuchComponent(what: String, component: String, Physics)
  case nothing(what: String)
  /// Storing every K-th step needs 1/(K dt) ≥ 2 f_max.
  case intervalTooLong(interval: Int, admissible: Int)
  /// Seismograms that can't be compared: other sampling or length.
  case otherSampling(step: Double, count: Int, expectedStep: Double, expectedCount: Int)
  case windowOutside(receiver: String, start: Double, end: Double, last: Double)
  case tooShort(what: String, found: Int, needed: Int)
  case noEnergy(receiver: String, component: Component)
  case aboveNyquist(frequency: Double, nyquist: Double)
  /// More is needed than may be kept.
  case tooLarge(what: String, megabytes: Int, limit: Int)
  case scratch(String)
}

extension WaveError: CustomStringConvertible {
  /// What was refused, with numbers.
  public var description: String {
    switch self {
    case .missingParameter(let parameter, let physics):
      "\(physics.rawValue) needs \(parameter.rawValue), which the model does not have"
    case .surplusParameter(let parameter, let physics):
      "\(physics.rawValue) has no parameter \(parameter.rawValue)"
    case .wrongCount(let what, let found, let expected):
      "\(what) has \(found) values and needs \(expected)"
    case .notFinite(let what, let row, let column):
      "\(what) is not a finite number at row \(row + 1), column \(column + 1)"
    case .notPositive(let what, let value, let row, let column):
      "\(what) is \(value) at row \(row + 1), column \(column + 1) and must be above 0"
    case .unstableStiffness(let c11, let c33, let c13, let row, let column):
      "the stiffness at row \(row + 1), column \(column + 1) is not positive definite: c11 c33 = \(c11 * c33) must be "
        + "above c13² = \(c13 * c13) (over ρ²); lower eta or the shear speed"
    case .outOfRange(let what, let value, let low, let high):
      "\(what) is \(value) and must lie between \(low) and \(high)"
    case .unknownOrder(let order): "differences of order \(order) are not known; take 2, 4, 6 or 8"
    case .unstableStep(let step, let limit):
      "a time step of \(step) s is unstable on this grid; it may be at most \(limit) s"
    case .undersampled(let points, let needed, let spacing, let shortest):
      "\(points) points a wavelength are too few: the shortest wavelength is \(shortest) m and the spacing \(spacing) m, "
        + "and differences of this order need \(needed) points"
    case .freeSurfaceOfStress(let physics):
      "\(physics.rawValue) has no free surface yet; take an absorbing one"
    case .outside(let what, let x, let z):
      "\(what) at x = \(x) m, z = \(z) m lies outside the section: in the absorbing layer or above the surface"
    case .sameName(let what, let name): "two \(what) are called \(name)"
    case .noSuchComponent(let what, let component, let physics):
      "\(what) asks for \(component), which \(physics.rawValue) does not have"
    case .nothing(let what): "there is no \(what)"
    case .intervalTooLong(let interval, let admissible):
      "storing every \(interval)th step loses what the gradient needs; at most every \(admissible)th is enough"
    case .otherSampling(let step, let count, let expectedStep, let expectedCount):
      "\(count) samples \(step) s apart can't be compared with \(expectedCount) samples \(expectedStep) s apart"
    case .windowOutside(let receiver, let start, let end, let last):
      "the window \(start) to \(end) s of receiver \(receiver) does not lie within 0 to \(last) s"
    case .tooShort(let what, let found, let needed): "\(what) has \(found) samples and needs \(needed)"
    case .noEnergy(let receiver, let component):
      "the data of receiver \(receiver), component \(component.rawValue), are zero in a window that is normalised by them"
    case .aboveNyquist(let frequency, let nyquist):
      "\(frequency) Hz is above \(nyquist) Hz, the highest frequency of this sampling"
    case .tooLarge(let what, let megabytes, let limit):
      "\(what) takes \(megabytes) MB, more than the \(limit) MB allowed"
    case .scratch(let message): "the scratch file: \(message)"
    }
  }
}
