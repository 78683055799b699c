public import NumericCore

/// How the regional field is estimated from the gravity misfit.
public enum RegionalMethod: Sendable, Equatable {
  /// The same value everywhere, mGal.
  case constant(Double)
  /// The median of the misfit at the constraints, everywhere.
  case constraintsMedian
  /// A polynomial Σ c_ij eⁱ nʲ, i + j ≤ degree, fitted to the whole misfit.
  case trend(degree: Int)
  /// A filter of the misfit about its mean, which is added again. Derivatives are taken per metre.
  case filter(GridFilter, padding: GridPadding = GridPadding())
  /// Equivalent sources fitted to the whole misfit.
  case equivalentSources(EquivalentSourcesSettings)
  /// Equivalent sources fitted to the misfit at the constraints alone, where the surface is known and the
  /// misfit can only be regional.
  case constraintEquivalentSources(EquivalentSourcesSettings)
  /// A bi-harmonic spline through the misfit at the constraints; no damping: undamped, one: that,
  /// several: chosen by cross-validation.
  case constraintSpline(dampings: [Double])

  /// The surface of minimum curvature in tension through the misfit at the constraints.
  case constraintMinimumCurvature(tension: Double)
  /// The best of several methods for constraints by what they leave at left-out ones.
  case crossValidated(RegionalCandidates)

  /// Whether the method reads the constraints.
  public var needsConstraints: Bool {
    switch self {
    case .constraintsMedian, .constraintEquivalentSources, .constraintSpline, .constraintMinimumCurvature,
      .crossValidated:
      true
    case .constant, .trend, .filter, .equivalentSources: false
    }
  }
}

/// Placement and fit of equivalent sources.
public struct EquivalentSourcesSettings: Sendable, Equatable {
  /// Metres below the data; nil for 4.5 times the mean distance to the nearest neighbour.
  public var depth: Double?
  /// Ridge parameter on the scaled coefficients; nil for none.
  public var damping: Double?
  /// Trial dampings, of which cross-validation takes the best in the place of `damping`; empty for none.
  public var dampings: [Double]
  /// Side of the blocks that share a source, metres; nil for a source a datum.
  public var blockSize: Double?
  /// Height at which the regional field is evaluated, metres; nil for the height of the data.
  public var observationHeight: Double?

  /// A source a datum, undamped, evaluated at the height of the data, unless told otherwise.
  public init(
    depth: Double? = nil, damping: Double? = nil, dampings: [Double] = [], blockSize: Double? = nil,
    observationHeight: Double? = nil
  ) {
    (self.depth, self.damping, self.dampings) = (depth, damping, dampings)
    (self.blockSize, self.observationHeight) = (blockSize, observationHeight)
  }
}

/// A method and what is done with its estimate, in this order: shift, mask, reverse.
public struct RegionalSettings: Sendable, Equatable {
  /// How the field is estimated.
  public var method: RegionalMethod
  /// Added to the regional field, mGal.
  public var shift: Double
  /// One number a node by which the residual is multiplied (0: everything is regional there).
  public var mask: [Double]?
  /// Exchange regional and residual.
  public var reverse: Bool
  /// Side of the blocks in which constraints are averaged first, metres; nil for none.
  public var constraintBlockSize: Double?
  /// Degree of the polynomial that is taken from the misfit before a field is fitted to what is left, and is
  /// a part of the field: damping then pulls to it rather than to 0 mGal, so that a constant added to the data changes no
  /// residual. Nil: none, as Invert4Geom does.
  public var driftDegree: Int?

  /// The estimate as it is, unless told otherwise.
  public init(
    method: RegionalMethod, shift: Double = 0, mask: [Double]? = nil, reverse: Bool = false,
    constraintBlockSize: Double? = nil, driftDegree: Int? = nil
  ) {
    (self.method, self.shift, self.mask, self.reverse) = (method, shift, mask, reverse)
    (self.constraintBlockSize, self.driftDegree) = (constraintBlockSize, driftDegree)
  }
}
