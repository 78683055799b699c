internal import NumericCore

/// The misfit with the heights where it holds, and the methods that estimate a regional field from it.
struct MisfitField {
  let misfit, upward: Grid
  let workers: Workers

  /// The methods that use the whole misfit.
  func estimate(
    _ method: RegionalMethod, driftDegree: Int? = nil
  ) throws(RegionalError) -> RegionalEstimate {
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
    case .filter(let filter, let padding):
      return try filtered(filter, padding)
    case .equivalentSources(let settings):
      return try sources(settings, driftDegree)
    case .constraintsMedian, .constraintEquivalentSources, .constraintSpline, .constraintMinimumCurvature,
      .crossValidated:
      preconditionFailure("a method for constraints")
    }
  }

  private func filtered(
    _ filter: GridFilter, _ padding: GridPadding
  ) throws(RegionalError) -> RegionalEstimate {
    let mean = Statistics.mean(misfit.values)
    var centred = misfit
    for index in centred.values.indices { centred.values[index] -= mean }
    let result = try numeric { () throws(NumericError) in
      try filter.apply(to: centred, padding: padding, workers: workers)
    }
    return RegionalEstimate(regional: result.values.map { $0 + mean })
  }

  private func sources(
    _ settings: EquivalentSourcesSettings, _ driftDegree: Int?
  ) throws(RegionalError) -> RegionalEstimate {
    let present = misfit.values.indices.filter {
      misfit.values[$0].isFinite && upward.values[$0].isFinite
    }
    guard !present.isEmpty else { throw .noMisfit(count: misfit.values.count) }
    let data = SampledMisfit(
      points: misfit.geometry.nodes.subset(present), misfit: present.map { misfit.values[$0] },
      upward: present.map { upward.values[$0] })
    return try beside(driftDegree, of: data) { data throws(RegionalError) in try fitted(data, settings) }
  }

  /// A drift of the data, and the field of what it leaves.
  private func beside(
    _ degree: Int?, of data: SampledMisfit,
    _ estimate: (SampledMisfit) throws(RegionalError) -> RegionalEstimate
  ) throws(RegionalError) -> RegionalEstimate {
    guard let degree else { return try estimate(data) }
    let drift = try numeric { () throws(NumericError) in try MisfitDrift(data, degree: degree) }
    var rest = data
    rest.misfit = zip(data.misfit, drift.values(at: data.points)).map { $0 - $1 }
    var result = try estimate(rest)
    let nodes = drift.values(at: misfit.geometry.nodes)
    for index in result.regional.indices { result.regional[index] += nodes[index] }
    return result
  }

  /// Sources of the data's field, with the damping that cross-validation takes where several are given.
  private func fitted(
    _ data: SampledMisfit, _ settings: EquivalentSourcesSettings
  ) throws(RegionalError) -> RegionalEstimate {
    var (settings, notes, warnings) = (settings, [String](), [String]())
    var chosen: (damping: Double?, scores: [DampingScore])?
    if !settings.dampings.isEmpty {
      let choice = try numeric { () throws(NumericError) in
        try SourceCrossValidation.choose(
          FieldValues(points: data.points, upward: data.upward, values: data.misfit, weights: data.weights),
          dampings: settings.dampings, settings: settings.fit, windows: nil, workers: workers)
      }
      notes = choice.scores.map { "damping \($0.damping): R² \(rounded($0.score))" }
      if choice.isAtLimit {
        warnings.append(
          "the best damping, \(choice.damping), is at the end of those tried: try more beyond it")
      }
      settings.damping = choice.damping
      chosen = (choice.damping, choice.scores)
    }
    let sources = try numeric { () throws(NumericError) in
      try EquivalentSources.fit(
        FieldValues(points: data.points, upward: data.upward, values: data.misfit, weights: data.weights),
        settings: settings.fit, workers: workers)
    }
    if let height = settings.observationHeight, let top = sources.upward.max(), top >= height {
      throw .heightBelowSources(height: height, top: top)
    }
    var result = evaluate(sources, settings)
    result.notes = notes + result.notes
    (result.warnings, result.chosen) = (warnings, chosen)
    return result
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
    let sampled = try SampledMisfit(
      self, constraints, singlePrecision: settings.driftDegree == nil, notes: &notes)
    var result: RegionalEstimate
    switch settings.method {
    case .constraintsMedian:
      let median = Statistics.median(sampled.misfit)
      result = RegionalEstimate(regional: Array(repeating: median, count: misfit.values.count))
    case .constraintEquivalentSources(let sources):
      result = try beside(
        settings.driftDegree, of: sampled.averaged(by: settings.constraintBlockSize)
      ) { data throws(RegionalError) in try fitted(data, sources) }
    case .constraintSpline(let dampings):
      result = try beside(
        settings.driftDegree, of: sampled.averaged(by: settings.constraintBlockSize)
      ) { data throws(RegionalError) in try spline(data, dampings) }
    case .constraintMinimumCurvature(let tension):
      result = try beside(
        settings.driftDegree, of: sampled.averaged(by: settings.constraintBlockSize)
      ) { data throws(RegionalError) in try minimumCurvature(data, tension) }
    case .constant, .trend, .filter, .equivalentSources, .crossValidated:
      preconditionFailure("a method for the whole misfit")
    }
    result.notes = notes + result.notes
    return result
  }

  private func minimumCurvature(
    _ sampled: SampledMisfit, _ tension: Double
  ) throws(RegionalError) -> RegionalEstimate {
    try numeric { () throws(NumericError) in
      let fitted = try MinimumCurvature.fit(
        points: sampled.points, values: sampled.misfit, on: misfit.geometry, tension: tension)
      return RegionalEstimate(regional: fitted.surface.values, notes: fitted.notes)
    }
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
        notes: chosen.notes, warnings: chosen.warnings, chosen: chosen.choice.map { ($0.damping, $0.scores) })
    }
  }
}

extension MinimumCurvature {
  /// What a reader should know of data that took no part.
  var notes: [String] {
    var notes = [String]()
    if crowded > 0 {
      notes.append(
        "\(crowded) points took no part: another one is nearer to their node; a block size averages them")
    }
    if outside > 0 {
      notes.append("\(outside) points lie more than half a cell outside the grid and took no part")
    }
    return notes
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
