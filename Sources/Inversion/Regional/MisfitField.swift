internal import NumericCore

/// The misfit with the heights where it holds, and the methods that estimate a regional field from it.
struct MisfitField {
  let misfit, upward: Grid
  let workers: Workers

  /// The methods that use the whole misfit.
  func estimate(_ method: RegionalMethod) throws(RegionalError) -> RegionalEstimate {
    switch method {
    case .constant(let value):
      return RegionalEstimate(regional: Array(repeating: value, count: misfit.values.count))
    case .trend(let degree):
      let present = misfit.values.indices.filter { misfit.values[$0].isFinite }
      let trend = try numeric { () throws(NumericError) in
        try PolynomialTrend.fit(
          points: misfit.geometry.nodes.subset(present), values: present.map { misfit.values[$0] },
          degree: degree)
      }
      return RegionalEstimate(regional: trend.evaluate(on: misfit.geometry).values)
    case .filter(let wavelength, let pass):
      return try filtered(wavelength: wavelength, pass: pass)
    case .equivalentSources(let settings):
      return try sources(settings)
    case .constraintsMedian, .constraintEquivalentSources, .constraintSpline:
      preconditionFailure("a method for constraints")
    }
  }

  private func filtered(
    wavelength: Double, pass: RegionalMethod.FilterPass
  ) throws(RegionalError) -> RegionalEstimate {
    let mean = Statistics.mean(misfit.values)
    var centred = misfit
    for index in centred.values.indices { centred.values[index] -= mean }
    let result = try numeric { () throws(NumericError) in
      switch pass {
      case .low: try GaussianFilter.lowPass(grid: centred, wavelength: wavelength)
      case .high: try GaussianFilter.highPass(grid: centred, wavelength: wavelength)
      }
    }
    return RegionalEstimate(regional: result.values.map { $0 + mean })
  }

  private func sources(_ settings: EquivalentSourcesSettings) throws(RegionalError) -> RegionalEstimate {
    let present = misfit.values.indices.filter {
      misfit.values[$0].isFinite && upward.values[$0].isFinite
    }
    guard !present.isEmpty else { throw .noMisfit(count: misfit.values.count) }
    let fitted = try numeric { () throws(NumericError) in
      try EquivalentSources.fit(
        points: misfit.geometry.nodes.subset(present), upward: present.map { upward.values[$0] },
        values: present.map { misfit.values[$0] }, settings: settings.fit, workers: workers)
    }
    return evaluate(fitted, settings)
  }

  private func evaluate(
    _ sources: EquivalentSources, _ settings: EquivalentSourcesSettings
  ) -> RegionalEstimate {
    let heights =
      settings.observationHeight.map { Array(repeating: $0, count: upward.values.count) } ?? upward.values
    return RegionalEstimate(
      regional: sources.evaluate(misfit.geometry.nodes, heights, workers: workers),
      notes: settings.depth == nil ? ["depth of the equivalent sources: \(rounded(sources.depth)) m"] : [])
  }

  /// The methods that use the misfit at the constraints.
  func estimate(
    _ settings: RegionalSettings, _ constraints: ConstraintPoints
  ) throws(RegionalError) -> RegionalEstimate {
    var notes = [String]()
    let sampled = try SampledMisfit(self, constraints, notes: &notes)
    var result: RegionalEstimate
    switch settings.method {
    case .constraintsMedian:
      let median = Statistics.median(sampled.misfit)
      result = RegionalEstimate(regional: Array(repeating: median, count: misfit.values.count))
    case .constraintEquivalentSources(let sources):
      let reduced = try sampled.averaged(by: settings.constraintBlockSize)
      let fitted = try numeric { () throws(NumericError) in
        try EquivalentSources.fit(
          points: reduced.points, upward: reduced.upward, values: reduced.misfit,
          weights: reduced.weights, settings: sources.fit, workers: workers)
      }
      result = evaluate(fitted, sources)
    case .constraintSpline(let dampings):
      result = try spline(sampled.averaged(by: settings.constraintBlockSize), dampings)
    case .constant, .trend, .filter, .equivalentSources:
      preconditionFailure("a method for the whole misfit")
    }
    result.notes = notes + result.notes
    return result
  }

  private func spline(
    _ sampled: SampledMisfit, _ dampings: [Double]
  ) throws(RegionalError) -> RegionalEstimate {
    try numeric { () throws(NumericError) in
      let chosen = try ChosenSpline(
        points: sampled.points, values: sampled.misfit, weights: sampled.weights, dampings: dampings,
        workers: workers)
      return RegionalEstimate(
        regional: chosen.spline.evaluate(on: misfit.geometry, workers: workers).values,
        notes: chosen.notes, choice: chosen.choice)
    }
  }
}

extension EquivalentSourcesSettings {
  var fit: EquivalentSourcesFit {
    EquivalentSourcesFit(depth: depth, damping: damping, blockSize: blockSize)
  }
}

/// A number for a note: three decimals, without trailing zeros.
func rounded(_ value: Double) -> String {
  let scaled = (value * 1000).rounded() / 1000
  return scaled == scaled.rounded() && abs(scaled) < 1e15 ? String(Int(scaled)) : String(scaled)
}
