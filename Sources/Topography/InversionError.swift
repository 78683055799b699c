public import Gravity

/// Why an inversion can't start. Cells are named by the place of their centre, metres.
public enum InversionError: Error, Equatable, Sendable {
  /// An array has another number of values than its cells or observations.
  case sizeMismatch(name: String, found: Int, expected: Int)
  case emptyData
  case noInnerObservations
  case noFreeCells
  /// A grid of one row or column has no cell size.
  case gridTooSmall(columns: Int, rows: Int)
  case zeroDensityContrast(easting: Double, northing: Double)
  case nonFiniteDensityContrast(easting: Double, northing: Double)
  case nonFiniteTopography(easting: Double, northing: Double)
  case nonFiniteReference(easting: Double, northing: Double)
  case nonFiniteWeight(easting: Double, northing: Double)
  /// The anomaly, the regional field or the height of an observation.
  case nonFiniteObservation(name: String, easting: Double, northing: Double)
  case observationOutsideModel(easting: Double, northing: Double)
  /// An observation inside or on a prism whose upper face is at `top`.
  case observationInsidePrism(easting: Double, northing: Double, upward: Double, top: Double)
  /// Gravity handed in for the start is not that of the starting topography.
  case startingForwardInconsistent(easting: Double, northing: Double, found: Double, expected: Double)
  /// The fast path was asked for, and the problem does not allow it.
  case fastPathUnavailable(reason: String)
  case settingOutOfRange(name: String, value: Double)
  /// Prisms on a grid in degrees, or tesseroids on one in metres.
  case wrongCoordinates(shape: ModelShape)
  /// Tesseroids know no annuli.
  case annulusOfTesseroids
  case tesseroids(TesseroidError)
  case badUncertainty(easting: Double, northing: Double, value: Double)
  /// A weight of the reference model without one, or the model without a value at a free cell.
  case referenceModelMissing
  case nonFiniteReferenceModel(easting: Double, northing: Double)
  /// A density inversion of cells none of which has a thickness.
  case noThickness
  /// There was no first step, in words.
  case noStep(reason: String)
  /// To end at the noise, the data must have deviations.
  case noUncertainty
}

extension InversionError: CustomStringConvertible {
  /// What was found, what was expected, and where.
  public var description: String {
    switch self {
    case .sizeMismatch(let name, let found, let expected):
      "\(name) has \(found) values, expected \(expected)"
    case .emptyData: "there are no observations"
    case .noInnerObservations:
      "no observation lies in the inner region, so there is no misfit to reduce; make the buffer smaller"
    case .noFreeCells: "no cell of the model may move; check the mask"
    case .gridTooSmall(let columns, let rows):
      "the model has \(columns) columns and \(rows) rows, at least 2 of each are needed"
    case .zeroDensityContrast(let e, let n): "the density contrast is zero at \(Self.place(e, n))"
    case .nonFiniteDensityContrast(let e, let n):
      "the density contrast is not finite at \(Self.place(e, n))"
    case .nonFiniteTopography(let e, let n):
      "the starting topography is not finite at the free cell at \(Self.place(e, n))"
    case .nonFiniteReference(let e, let n): "the reference is not finite at \(Self.place(e, n))"
    case .nonFiniteWeight(let e, let n): "the weight is not finite at \(Self.place(e, n))"
    case .nonFiniteObservation(let name, let e, let n):
      "\(name) is not finite at the observation at \(Self.place(e, n))"
    case .observationOutsideModel(let e, let n):
      "the observation at \(Self.place(e, n)) lies outside the model's region"
    case .observationInsidePrism(let e, let n, let upward, let top):
      "the observation at \(Self.place(e, n)), \(upward) m up, lies in or on a prism whose top is at \(top) m"
    case .startingForwardInconsistent(let e, let n, let found, let expected):
      "the starting gravity given for \(Self.place(e, n)) is \(found) mGal, "
        + "that of the starting topography is \(expected) mGal"
    case .fastPathUnavailable(let reason): "the fast path can't be taken: \(reason)"
    case .settingOutOfRange(let name, let value): "\(name) is \(value), which is out of range"
    case .wrongCoordinates(let shape):
      shape == .prisms
        ? "the grid is in longitude and latitude: prisms need projected metres; use tesseroids or project it"
        : "the grid is in projected metres: tesseroids need longitude and latitude"
    case .annulusOfTesseroids:
      "the annulus is a derivative of prisms; tesseroids take `exact` or `finite_difference`"
    case .tesseroids(let error): error.description
    case .badUncertainty(let e, let n, let value):
      "the uncertainty is \(value) mGal at the observation at \(Self.place(e, n)); it must be above 0"
    case .referenceModelMissing:
      "the distance from a reference model has a weight, but there is no such model"
    case .nonFiniteReferenceModel(let e, let n):
      "the reference model is not finite at the free cell at \(Self.place(e, n))"
    case .noThickness:
      "no cell has a thickness, so no density has gravity; surface and reference level must differ"
    case .noStep(let reason):
      "nothing was inverted, for there is no first step: \(reason); change the damping, limit the step or the surface"
    case .noUncertainty:
      "the data have no deviations, so that nobody knows how large a residual the noise explains"
    }
  }

  private static func place(_ easting: Double, _ northing: Double) -> String {
    "easting \(easting) m, northing \(northing) m"
  }
}
