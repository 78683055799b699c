public import NumericCore

/// The misfit taken apart.
public struct RegionalResult: Sendable, Equatable {
  /// mGal; regional + residual = misfit.
  public var regional, residual: Grid
  /// What a reader of the result should know: constraints left out, settings chosen.
  public var notes: [String]
  /// What a reader should doubt: a best value at a limit of those tried.
  public var warnings: [String] = []
  /// The damping that cross-validation chose.
  public var chosenDamping: Double?
  /// Every trial of that cross-validation.
  public var scores: [DampingScore]
  /// What `crossValidated` tried and took.
  public var candidates: RegionalCandidates.Choice?
}

/// Why a separation can't be done.
public enum RegionalError: Error, Equatable, Sendable {
  /// The method needs constraints and got none.
  case noConstraints
  /// No constraint has a misfit: all lie outside the grid or where it is missing.
  case noConstraintInside(count: Int)
  /// Grids or the mask do not have the same nodes.
  case differentNodes(what: String, expected: Int, found: Int)
  /// The misfit has no value at all, or too few for the method.
  case noMisfit(count: Int)
  /// Weights of constraints must be finite and not negative.
  case badWeight(index: Int, value: Double)
  /// The field is asked for at or below the highest equivalent source, metres.
  case heightBelowSources(height: Double, top: Double)
  /// Cross-validation needs two constraints at least, and something to choose from.
  case tooFewForFolds(constraints: Int, candidates: Int)
  /// A setting or value that the numerical method refuses.
  case numeric(NumericError)
}

/// Separates the gravity misfit (observed − forward) into a regional and a residual field.
///
/// reg = method(misfit) + shift; res = misfit − reg; with a mask res ← res · mask and reg ← misfit − res;
/// with `reverse` the two are exchanged. Where the misfit is missing the residual is; constants, trends,
/// splines and sources give a regional value there, a filter does not.
///
/// Met to 1e-8 mGal or better: all cases of the reference that these methods cover
/// (`RegionalReferenceTests`), save weakly damped ones, whose own rounding is larger.
///
/// - Parameters:
///   - misfit: mGal; NaN is missing and is left out of fits.
///   - upward: heights of the observations on the same nodes, metres.
///   - constraints: for the methods that read them; those outside the grid are left out and counted in notes.
/// - Throws: `RegionalError`.
public func separateRegional(
  misfit: Grid, upward: Grid, settings: RegionalSettings, constraints: ConstraintPoints?,
  workers: Workers = .serial
) throws(RegionalError) -> RegionalResult {
  guard upward.geometry == misfit.geometry else {
    throw .differentNodes(
      what: "upward", expected: misfit.geometry.count, found: upward.geometry.count)
  }
  if let mask = settings.mask, mask.count != misfit.values.count {
    throw .differentNodes(what: "mask", expected: misfit.values.count, found: mask.count)
  }
  guard misfit.values.contains(where: \.isFinite) else { throw .noMisfit(count: misfit.values.count) }
  if case .crossValidated(let candidates) = settings.method {
    guard let constraints, constraints.count > 0 else { throw .noConstraints }
    return try candidates.separate(
      MisfitField(misfit: misfit, upward: upward, workers: workers), settings, constraints)
  }
  let field = MisfitField(misfit: misfit, upward: upward, workers: workers)
  let estimate: RegionalEstimate
  if settings.method.needsConstraints {
    guard let constraints, constraints.count > 0 else { throw .noConstraints }
    estimate = try field.estimate(settings, constraints)
  } else {
    estimate = try field.estimate(settings.method, driftDegree: settings.driftDegree)
  }
  var result = RegionalResult(
    taking: estimate.regional, from: misfit, shift: settings.shift, mask: settings.mask,
    reverse: settings.reverse)
  (result.notes, result.warnings) = (estimate.notes, estimate.warnings)
  (result.chosenDamping, result.scores) = (estimate.chosen?.damping, estimate.chosen?.scores ?? [])
  return result
}

extension RegionalResult {
  /// A field that is known: with the shift added taken from the misfit, then mask and exchange.
  ///
  /// - Precondition: one value of the field, and of the mask, a node.
  public init(taking field: [Double], from misfit: Grid, shift: Double, mask: [Double]?, reverse: Bool) {
    precondition(field.count == misfit.values.count)
    var regional = Grid(geometry: misfit.geometry, values: field.map { $0 + shift })
    var residual = misfit
    for index in misfit.values.indices {
      residual.values[index] = misfit.values[index] - regional.values[index]
      if let mask {
        residual.values[index] *= mask[index]
        regional.values[index] = misfit.values[index] - residual.values[index]
      }
    }
    if reverse { swap(&regional, &residual) }
    self.init(regional: regional, residual: residual, notes: [], scores: [])
  }
}

extension RegionalError: CustomStringConvertible {
  /// What was found, what was expected and what to do.
  public var description: String {
    switch self {
    case .noConstraints: "the method needs constraints and there are none"
    case .noConstraintInside(let count):
      "none of the \(count) constraints has a misfit: they lie outside the grid or where it is missing"
    case .differentNodes(let what, let expected, let found):
      "the \(what) has \(found) nodes and the misfit \(expected); put them on the same grid"
    case .noMisfit(let count): "the misfit has no value at any of its \(count) nodes"
    case .badWeight(let index, let value):
      "constraint \(index + 1) has the weight \(value), which must be a number not below 0"
    case .heightBelowSources(let height, let top):
      "the height \(height) m lies in or below the sources, of which the highest is at \(top) m; "
        + "raise 'observation_height' or enlarge 'depth'"
    case .tooFewForFolds(let constraints, let candidates):
      "cross-validation needs at least 2 constraints with a misfit and 1 candidate; "
        + "there are \(constraints) and \(candidates)"
    case .numeric(let error): error.description
    }
  }
}

/// A regional field before shift, mask and exchange.
struct RegionalEstimate {
  var regional: [Double]
  var notes: [String] = []
  var warnings: [String] = []
  /// What cross-validation chose, and its trials.
  var chosen: (damping: Double?, scores: [DampingScore])?
}

/// Runs a numerical building block, turning what it refuses into a `RegionalError`.
func numeric<T>(_ body: () throws(NumericError) -> T) throws(RegionalError) -> T {
  do throws(NumericError) { return try body() } catch { throw .numeric(error) }
}
