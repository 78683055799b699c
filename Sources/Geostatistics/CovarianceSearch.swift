public import NumericCore

/// The covariance under which data are the most probable: likelihood times weak priors, in the logarithms of s, ℓ and τ,
/// from several starts; the best wins.
public struct CovarianceSearch: Sendable {
  /// The correlation of each structure.
  public var correlations: [Correlation]
  /// Of the field; nil where every direction is alike.
  public var anisotropy: Anisotropy?
  /// τ where it is known; nil where it is estimated.
  public var jitter: Double?
  /// Which likelihood is maximised.
  public var kind: CovarianceLikelihood.Kind
  /// Limits, priors and starts in the order ln s, ln ℓ of each structure, then ln τ where that is estimated.
  public var frame: Frame

  /// A search for these structures' deviations and lengths.
  public init(
    correlations: [Correlation] = [.matern32], anisotropy: Anisotropy? = nil, jitter: Double? = nil,
    kind: CovarianceLikelihood.Kind = .restricted, frame: Frame
  ) {
    (self.correlations, self.anisotropy, self.jitter) = (correlations, anisotropy, jitter)
    (self.kind, self.frame) = (kind, frame)
  }

  /// Where a search looks. All numbers are logarithms.
  public struct Frame: Equatable, Sendable {
    public var lower, upper: [Double]
    /// Points from which it sets out, each of as many numbers as the limits.
    public var starts: [[Double]]
    /// Normal priors; an infinite deviation is none.
    public var priorMeans, priorDeviations: [Double]

    /// Limits, starts and priors, a number for each that is searched.
    public init(
      lower: [Double], upper: [Double], starts: [[Double]], priorMeans: [Double], priorDeviations: [Double]
    ) {
      (self.lower, self.upper, self.starts) = (lower, upper, starts)
      (self.priorMeans, self.priorDeviations) = (priorMeans, priorDeviations)
    }
  }

  /// What was found.
  public struct Estimate: Equatable, Sendable {
    /// The covariance found.
    public var model: KrigingModel
    /// Logarithm of the likelihood there, and with the logarithms of the priors but for their constants.
    public var likelihood, objective: Double
    /// Derivatives of the likelihood with respect to ln s and ln ℓ of each structure and ln τ.
    public var gradient: [Double]
    /// Numbers that stand at the end of what was allowed, e.g. "length".
    public var atLimits: [String]
  }

  private var estimatesJitter: Bool { jitter == nil }

  /// - Throws: as `Kriging`; `closePoints` where no start has a covariance with an inverse.
  public func estimate(
    _ data: KrigingData, drift: Drift, workers: Workers = .serial
  ) throws(KrigingError) -> Estimate {
    let likelihood = try CovarianceLikelihood(data, drift: drift, kind: kind, workers: workers)
    var best: BoundedMinimiser.Result?
    for start in frame.starts {
      let result = BoundedMinimiser.minimise(
        from: start, lower: frame.lower, upper: frame.upper,
        limits: .init(iterations: 200, gradient: 1e-6)
      ) { loss($0, likelihood) }
      if best.map({ result.value < $0.value }) ?? true { best = result }
    }
    guard let best, best.value.isFinite, let found = likelihood.evaluate(model(best.point)) else {
      throw data.closest(Covariance.Metric(anisotropy))
    }
    return Estimate(
      model: model(best.point), likelihood: found.value, objective: -best.value,
      gradient: found.gradient, atLimits: limits(best.point))
  }

  private func model(_ logarithms: [Double]) -> KrigingModel {
    let structures = correlations.enumerated().map { index, correlation in
      Covariance.Structure(
        correlation, deviation: Elementary.exp(logarithms[2 * index]),
        length: Elementary.exp(logarithms[2 * index + 1]))
    }
    return KrigingModel(
      Covariance(structures, anisotropy: anisotropy),
      jitter: jitter ?? Elementary.exp(logarithms[2 * correlations.count]))
  }

  private func loss(
    _ logarithms: [Double], _ likelihood: CovarianceLikelihood
  ) -> (value: Double, gradient: [Double]) {
    guard let (value, slopes) = likelihood.evaluate(model(logarithms)) else {
      return (.infinity, logarithms.map { _ in 0 })
    }
    var (loss, gradient) = (-value, logarithms.indices.map { -slopes[$0] })
    for index in logarithms.indices where frame.priorDeviations[index].isFinite {
      let away = (logarithms[index] - frame.priorMeans[index]) / frame.priorDeviations[index]
      loss += 0.5 * away * away
      gradient[index] += away / frame.priorDeviations[index]
    }
    return (loss, gradient)
  }

  private func limits(_ logarithms: [Double]) -> [String] {
    let names = correlations.indices.flatMap { index in
      correlations.count == 1 ? ["deviation", "length"] : ["deviation \(index + 1)", "length \(index + 1)"]
    }
    return (names + ["jitter"]).prefix(logarithms.count).enumerated().compactMap { index, name in
      let isFree =
        frame.lower[index] == frame.upper[index]
        || logarithms[index] > frame.lower[index] + 1e-6 && logarithms[index] < frame.upper[index] - 1e-6
      return isFree ? nil : name
    }
  }
}

extension CovarianceSearch.Frame {
  /// One of the numbers, known.
  public mutating func fix(_ index: Int, at value: Double) {
    let logarithm = Elementary.log(value)
    (lower[index], upper[index]) = (logarithm, logarithm)
    for start in starts.indices { starts[start][index] = logarithm }
    priorDeviations[index] = .infinity
  }

  /// For a surface through points: s about the deviation of the heights, ℓ about a quarter of the extent, τ free.
  ///
  /// ln s ~ N(ln sd, 1), ln ℓ ~ N(ln L/4, 1), L = √(width · height) of the points' box, sd that of the population;
  /// s in [0.01, 20] sd, ℓ in [d/5, 5L] with d the median distance to the nearest point, τ in [10⁻⁴, 3] sd. A further
  /// structure has a quarter of the length and half of the deviation of the one before.
  public static func surface(_ data: KrigingData, structures: Int = 1, estimatesJitter: Bool) -> Self {
    let scales = Scales(data)
    let own = Statistics.median(data.deviations)
    let rows = [
      Start(
        deviation: scales.deviation, length: scales.extent / 4, jitter: max(own, 0.05 * scales.deviation)),
      Start(
        deviation: scales.deviation, length: scales.extent / 10, jitter: max(own, 0.2 * scales.deviation)),
      Start(
        deviation: 1.5 * scales.deviation, length: scales.extent, jitter: max(own, 0.05 * scales.deviation)),
    ]
    let shortest = max(scales.neighbour / 5, 1e-4 * scales.extent)
    return Self(
      structures, estimatesJitter, scales, rows, lengths: (shortest, 5 * scales.extent),
      prior: (scales.extent / 4, 1))
  }

  /// For a regional field: ln s ~ N(ln sd, 1), ln ℓ ~ N(ln L/2, ½), ℓ in [L/8, 3L]; τ, if it is estimated, from a fifth
  /// of sd on.
  public static func regional(_ data: KrigingData, estimatesJitter: Bool = false) -> Self {
    let scales = Scales(data)
    let jitter = 0.2 * scales.deviation
    let rows = [
      Start(deviation: scales.deviation, length: scales.extent / 2, jitter: jitter),
      Start(deviation: scales.deviation / 3, length: scales.extent / 4, jitter: jitter),
    ]
    return Self(
      1, estimatesJitter, scales, rows, lengths: (scales.extent / 8, 3 * scales.extent),
      prior: (scales.extent / 2, 0.5))
  }

  private struct Start {
    var deviation, length, jitter: Double
  }

  /// Spread of the values, extent of the points, median distance of neighbours; 1 where there is none.
  private struct Scales {
    let deviation, extent, neighbour: Double

    init(_ data: KrigingData) {
      let spread = Statistics.deviation(data.values)
      deviation = spread > 0 ? spread : 1
      let box = data.points.boundingRegion
      let area = (box?.width ?? 0) * (box?.height ?? 0)
      let side = max(box?.width ?? 0, box?.height ?? 0)
      // Points on a line have an extent too.
      extent = area > 0 ? area.squareRoot() : side > 0 ? side : 1
      neighbour = Statistics.median(NearestNeighbours.distances(among: data.points))
    }
  }

  private init(
    _ structures: Int, _ estimatesJitter: Bool, _ scales: Scales, _ rows: [Start],
    lengths: (Double, Double), prior: (length: Double, spread: Double)
  ) {
    func log(_ value: Double) -> Double { Elementary.log(value) }
    let each = 0..<structures
    // ln 2 and ln 4 a structure.
    func deviation(_ value: Double, _ index: Int) -> Double { log(value) - Double(index) * log(2) }
    func length(_ value: Double, _ index: Int) -> Double { log(value) - Double(index) * log(4) }
    let jitter = estimatesJitter
    let unit = scales.deviation
    lower =
      each.flatMap { [deviation(0.01 * unit, $0), log(lengths.0)] } + (jitter ? [log(1e-4 * unit)] : [])
    upper = each.flatMap { _ in [log(20 * unit), log(lengths.1)] } + (jitter ? [log(3 * unit)] : [])
    starts = rows.map { row in
      each.flatMap { [deviation(row.deviation, $0), length(row.length, $0)] }
        + (jitter ? [log(row.jitter)] : [])
    }
    priorMeans =
      each.flatMap { [deviation(unit, $0), length(prior.length, $0)] } + (jitter ? [0] : [])
    priorDeviations = each.flatMap { _ in [1, prior.spread] } + (jitter ? [.infinity] : [])
  }
}
