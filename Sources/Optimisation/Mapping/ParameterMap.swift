import NumericCore

/// How the unknowns of an inversion make the physical parameters of a model, and how derivatives come back.
///
/// Of unknown m, prior p₀, weight μ (0 where nothing may change) and factor f of the parameter that it drives:
///
///     relative deviation   p = p₀ (1 + f μ m)
///     absolute             p = p₀ + f μ m
///     logarithmic          p = p₀ exp(f μ m)
///
/// The weight is part of the map and not a treatment of gradients, so predicted reductions and differences stay exact.
public struct ParameterMap: Sendable {
  /// What an unknown is of its parameter.
  public enum Scaling: String, CaseIterable, Hashable, Sendable {
    case relativeDeviation = "relative_deviation_from_prior"
    case absolute, logarithmic
  }

  /// A physical parameter that an unknown drives.
  public struct Driven: Sendable, Equatable {
    /// Of the physical parameter, in files.
    public var name: String
    /// Which of the unknowns drives it.
    public var unknown: Int
    /// f: how much of the unknown's deviation it takes.
    public var factor: Double
    /// p₀, one value a node; NaN where there is none.
    public var prior: [Double]
    /// Least and greatest value; infinite where there is no bound.
    public var bounds = (lower: -Double.infinity, upper: Double.infinity)

    /// A parameter without bounds.
    public init(name: String, unknown: Int, factor: Double = 1, prior: [Double]) {
      (self.name, self.unknown, self.factor, self.prior) = (name, unknown, factor, prior)
    }

    /// Of equal numbers.
    public static func == (left: Self, right: Self) -> Bool {
      left.name == right.name && left.unknown == right.unknown && left.factor == right.factor
        && left.prior == right.prior && left.bounds == right.bounds
    }
  }

  /// What the unknowns are.
  public let scaling: Scaling
  /// Fields of unknowns, each of `nodes` values, one behind the other.
  public let unknowns: Int
  /// Values of a field.
  public let nodes: Int
  /// At least one for each unknown.
  public let driven: [Driven]
  /// μ of every node, 0 to 1.
  public let weights: [Double]

  /// - Parameter weights: μ, one a node; nil for 1 everywhere. Where a prior is missing it is 0 in any case.
  /// - Precondition: priors have the same length.
  public init(scaling: Scaling, unknowns: Int, driven: [Driven], weights: [Double]? = nil) {
    let nodes = driven.first?.prior.count ?? 0
    precondition(driven.allSatisfy { $0.prior.count == nodes && $0.unknown < unknowns })
    precondition((0..<unknowns).allSatisfy { unknown in driven.contains { $0.unknown == unknown } })
    (self.scaling, self.unknowns, self.nodes, self.driven) = (scaling, unknowns, nodes, driven)
    var all = weights ?? Array(repeating: 1, count: nodes)
    precondition(all.count == nodes)
    for parameter in driven {
      for node in 0..<nodes where !parameter.prior[node].isFinite { all[node] = 0 }
    }
    self.weights = all
  }

  /// Values of all unknowns.
  public var count: Int { unknowns * nodes }

  /// The physical parameters of unknowns, in the order of `driven`.
  /// - Precondition: `count` values.
  public func physical(_ m: [Double]) -> [[Double]] {
    precondition(m.count == count)
    return driven.map { parameter in
      let first = parameter.unknown * nodes
      return (0..<nodes).map { node in
        let (prior, change) = (parameter.prior[node], parameter.factor * weights[node] * m[first + node])
        // What does not change keeps its bits.
        if change == 0 { return prior }
        switch scaling {
        case .relativeDeviation: return prior * (1 + change)
        case .absolute: return prior + change
        case .logarithmic: return prior * Elementary.exp(change)
        }
      }
    }
  }

  /// Jᵀ: derivatives by the unknowns from those by the physical parameters, in the order of `driven`; nil for a
  /// parameter without one.
  /// - Precondition: `count` unknowns, `nodes` values of each derivative.
  public func gradient(_ derivatives: [[Double]?], at m: [Double]) -> [Double] {
    precondition(derivatives.count == driven.count && m.count == count)
    var result = [Double](repeating: 0, count: count)
    for (parameter, derivative) in zip(driven, derivatives) {
      guard let derivative else { continue }
      precondition(derivative.count == nodes)
      let first = parameter.unknown * nodes
      for node in 0..<nodes where weights[node] != 0 {
        let slope = parameter.factor * weights[node]
        switch scaling {
        case .relativeDeviation: result[first + node] += slope * parameter.prior[node] * derivative[node]
        case .absolute: result[first + node] += slope * derivative[node]
        case .logarithmic:
          let value = parameter.prior[node] * Elementary.exp(slope * m[first + node])
          result[first + node] += slope * value * derivative[node]
        }
      }
    }
    return result
  }

  // MARK: - bounds

  /// Whether any parameter has a bound.
  public var hasBounds: Bool { driven.contains { $0.bounds.lower.isFinite || $0.bounds.upper.isFinite } }

  /// The least and greatest value of an unknown at a node that keeps all that it drives within their bounds.
  public func range(unknown: Int, node: Int) -> (lower: Double, upper: Double) {
    var (lower, upper) = (-Double.infinity, Double.infinity)
    guard weights[node] != 0 else { return (lower, upper) }
    for parameter in driven where parameter.unknown == unknown && parameter.factor != 0 {
      let slope = parameter.factor * weights[node]
      let prior = parameter.prior[node]
      var ends = [parameter.bounds.lower, parameter.bounds.upper].map { bound -> Double in
        switch scaling {
        case .relativeDeviation: return (bound / prior - 1) / slope
        case .absolute: return (bound - prior) / slope
        case .logarithmic:
          return bound / prior > 0 ? Elementary.log(bound / prior) / slope : -.infinity / slope
        }
      }
      guard !ends.contains(where: \.isNaN) else { continue }
      ends.sort()
      (lower, upper) = (max(lower, ends[0]), min(upper, ends[1]))
    }
    return (lower, upper)
  }

  /// Unknowns moved to the nearest that respect the bounds.
  public func bounded(_ m: [Double]) -> [Double] {
    guard hasBounds else { return m }
    var result = m
    for unknown in 0..<unknowns {
      for node in 0..<nodes {
        let range = range(unknown: unknown, node: node)
        let index = unknown * nodes + node
        result[index] = min(max(m[index], range.lower), range.upper)
      }
    }
    return result
  }

  /// Derivatives without those that push an unknown out of its bounds where it is at one of them.
  public func inward(_ gradient: [Double], at m: [Double]) -> [Double] {
    guard hasBounds else { return gradient }
    var result = gradient
    for unknown in 0..<unknowns {
      for node in 0..<nodes {
        let range = range(unknown: unknown, node: node)
        let index = unknown * nodes + node
        if m[index] <= range.lower && gradient[index] > 0 || m[index] >= range.upper && gradient[index] < 0 {
          result[index] = 0
        }
      }
    }
    return result
  }
}

/// Nothing changes near a place: 0 within a radius, 1 beyond one and a half, half a cosine between.
public struct Cutout: Sendable, Equatable {
  /// Of its centre, and its radius; in one unit of length.
  public var x, y, radius: Double

  /// A circle.
  public init(x: Double, y: Double, radius: Double) { (self.x, self.y, self.radius) = (x, y, radius) }

  /// The weight at a place.
  public func weight(x: Double, y: Double) -> Double {
    guard radius > 0 else { return 1 }
    let distance = ((x - self.x) * (x - self.x) + (y - self.y) * (y - self.y)).squareRoot() / radius
    if distance <= 1 { return 0 }
    if distance >= 1.5 { return 1 }
    return 0.5 * (1 - Elementary.cos(.pi * (distance - 1) / 0.5))
  }
}
