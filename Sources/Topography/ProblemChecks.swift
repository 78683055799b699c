import Gravity
import NumericCore
import Optimisation

extension InversionProblem {
  /// Throws the first thing that keeps the problem from being solved.
  /// - Parameter observations: whether observations may lie in the cells of the start.
  public func check(_ observations: ObservationRule = .shorten) throws(InversionError) {
    guard model.columns > 1, model.rows > 1 else {
      throw .gridTooSmall(columns: model.columns, rows: model.rows)
    }
    guard points.count > 0 else { throw .emptyData }
    try checkSizes()
    try checkShape()
    guard (0..<points.count).contains(where: counts) else { throw .noInnerObservations }
    guard free.contains(true) else { throw .noFreeCells }
    try checkCells()
    try checkObservations()
    if observations != .ignore, let hit = firstObservationReached(by: startingTopography) {
      throw .observationInsidePrism(
        easting: points.easting[hit.point], northing: points.northing[hit.point],
        upward: points.upward[hit.point], top: hit.top)
    }
  }

  private func checkSizes() throws(InversionError) {
    let cells: [(String, Int?)] = [
      ("starting topography", startingTopography.count), ("reference", reference.count),
      ("density contrast", densityContrast.count), ("free cells", free.count),
      ("upper layer", upperLayer?.count), ("lower layer", lowerLayer?.count),
      ("weights", weights?.count), ("reference model", referenceModel?.count),
    ]
    for case (let name, .some(let found)) in cells where found != model.count {
      throw .sizeMismatch(name: name, found: found, expected: model.count)
    }
    let rows: [(String, Int?)] = [
      ("gravity anomaly", anomaly.count), ("regional field", regional.count),
      ("inner observations", isInner.count), ("starting gravity", startingForward?.count),
      ("uncertainty", uncertainty?.count), ("stated deviations", statedDeviations?.count),
      ("observed places", isObserved?.count),
    ]
    for case (let name, .some(let found)) in rows where found != points.count {
      throw .sizeMismatch(name: name, found: found, expected: points.count)
    }
  }

  private func checkCells() throws(InversionError) {
    for cell in 0..<model.count {
      let easting = model.easting(cell % model.columns)
      let northing = model.northing(cell / model.columns)
      // An empty cell (no surface) carries no mass; it must only not be asked to move.
      guard startingTopography[cell].isFinite else {
        if free[cell] || startingTopography[cell].isInfinite {
          throw .nonFiniteTopography(easting: easting, northing: northing)
        }
        continue
      }
      guard densityContrast[cell].isFinite else {
        throw .nonFiniteDensityContrast(easting: easting, northing: northing)
      }
      guard densityContrast[cell] != 0 else {
        throw .zeroDensityContrast(easting: easting, northing: northing)
      }
      guard reference[cell].isFinite else {
        throw .nonFiniteReference(easting: easting, northing: northing)
      }
      if let referenceModel, free[cell], !referenceModel[cell].isFinite {
        throw .nonFiniteReferenceModel(easting: easting, northing: northing)
      }
      if let weights, !weights[cell].isFinite {
        throw .nonFiniteWeight(easting: easting, northing: northing)
      }
    }
  }

  private func checkObservations() throws(InversionError) {
    for point in 0..<points.count {
      let (easting, northing) = (points.easting[point], points.northing[point])
      var values: [(String, Double?)] = [
        ("the height", points.upward[point]), ("the starting gravity", startingForward?[point]),
      ]
      if isObserved?[point] != false {
        values += [("the gravity anomaly", anomaly[point]), ("the regional field", regional[point])]
      }
      for case (let name, .some(let value)) in values where !value.isFinite {
        throw .nonFiniteObservation(name: name, easting: easting, northing: northing)
      }
      if let value = uncertainty?[point], !(value > 0 && value.isFinite), isObserved?[point] != false {
        throw .badUncertainty(easting: easting, northing: northing, value: value)
      }
      guard model.holds(easting: easting, northing: northing) else {
        throw .observationOutsideModel(easting: easting, northing: northing)
      }
    }
  }
}

extension InversionSettings {
  /// Throws the first setting that makes no sense.
  public func check() throws(InversionError) {
    guard damping >= 0, damping.isFinite else {
      throw .settingOutOfRange(name: "damping", value: damping)
    }
    guard stopping.maximumIterations >= 1 else {
      throw .settingOutOfRange(name: "max_iterations", value: Double(stopping.maximumIterations))
    }
    for (name, value) in [
      ("l2_norm_tolerance", stopping.l2NormTolerance),
      ("delta_l2_norm_tolerance", stopping.deltaL2NormTolerance),
      ("increase_limit", stopping.increaseLimit), ("chi_squared", stopping.chiSquared ?? 1),
    ] where value.isNaN || value < 0 {
      throw .settingOutOfRange(name: name, value: value)
    }
    if let stepLimit, !(stepLimit > 0 && stepLimit.isFinite) {
      throw .settingOutOfRange(name: "step_limit", value: stepLimit)
    }
    try regularisation.check()
    if case .finiteDifference(let step) = derivative, !(step > 0 && step.isFinite) {
      throw .settingOutOfRange(name: "finite difference step", value: step)
    }
  }
}
