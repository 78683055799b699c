public import NumericCore

/// How the correlation of a field falls with the distance d of two places: ρ(h), h = d/ℓ. [Rasmussen2006, §4.2]
public enum Correlation: String, CaseIterable, Equatable, Hashable, Sendable {
  /// e^(−h): a continuous field without slopes (Matérn's of smoothness ½).
  case exponential = "m12"
  /// (1 + a) e^(−a), a = √3 h: a field with slopes.
  case matern32 = "m32"
  /// (1 + a + a²/3) e^(−a), a = √5 h: a field with slopes and curvatures.
  case matern52 = "m52"
  /// e^(−h²/2): as smooth as can be, and mostly too smooth for a surface of the Earth.
  case squaredExponential = "se"

  /// ρ and ∂ρ/∂ln ℓ = −h ρ′(h).
  @inline(__always)
  func valueAndSlope(_ h: Double) -> (value: Double, slope: Double) {
    switch self {
    case .exponential:
      let decay = Elementary.exp(-h)
      return (decay, h * decay)
    case .matern32:
      let a = 3.0.squareRoot() * h
      let decay = Elementary.exp(-a)
      return ((1 + a) * decay, a * a * decay)
    case .matern52:
      let a = 5.0.squareRoot() * h
      let decay = Elementary.exp(-a)
      return ((1 + a + a * a / 3) * decay, a * a * (1 + a) * decay / 3)
    case .squaredExponential:
      let decay = Elementary.exp(-h * h / 2)
      return (decay, h * h * decay)
    }
  }

  /// ρ(h).
  public func value(_ h: Double) -> Double { valueAndSlope(h).value }

  /// The smoothness ν of Matérn's family; nil for the squared exponential, its limit.
  public var smoothness: Double? {
    switch self {
    case .exponential: 0.5
    case .matern32: 1.5
    case .matern52: 2.5
    case .squaredExponential: nil
    }
  }
}

/// A field whose correlation reaches farther along one direction than across it.
public struct Anisotropy: Equatable, Hashable, Sendable {
  /// Of the direction of the greater length, degrees clockwise from north.
  public var azimuth: Double
  /// The length across over the length along, above 0 and at most 1.
  public var ratio: Double

  /// A direction and how much shorter the field reaches across it.
  public init(azimuth: Double, ratio: Double) { (self.azimuth, self.ratio) = (azimuth, ratio) }

  /// (cos φ, sin φ).
  var direction: (cosine: Double, sine: Double) {
    let angle = azimuth / 180 * Double.pi
    return (Elementary.cos(angle), Elementary.sin(angle))
  }
}

/// A stationary covariance: a sum of structures Σ sₖ² ρₖ(d/ℓₖ), with d² = u² + (v/q)², u along the azimuth of the
/// anisotropy and v across it.
public struct Covariance: Equatable, Hashable, Sendable {
  /// One of the fields that are added.
  public struct Structure: Equatable, Hashable, Sendable {
    /// How it falls with distance.
    public var correlation: Correlation
    /// s, in the unit of the field.
    public var deviation: Double
    /// ℓ, metres.
    public var length: Double

    /// A structure of a deviation and a length.
    public init(_ correlation: Correlation, deviation: Double, length: Double) {
      (self.correlation, self.deviation, self.length) = (correlation, deviation, length)
    }
  }

  /// What is added.
  public var structures: [Structure]
  /// Of all structures; nil where every direction is alike.
  public var anisotropy: Anisotropy?

  /// The sum of these structures.
  public init(_ structures: [Structure], anisotropy: Anisotropy? = nil) {
    (self.structures, self.anisotropy) = (structures, anisotropy)
  }

  /// One structure.
  public init(
    _ correlation: Correlation, deviation: Double, length: Double, anisotropy: Anisotropy? = nil
  ) {
    self.init([Structure(correlation, deviation: deviation, length: length)], anisotropy: anisotropy)
  }

  /// Σ s².
  public var variance: Double { structures.reduce(0) { $0 + $1.deviation * $1.deviation } }

  /// The greatest ℓ.
  public var longest: Double { structures.map(\.length).max() ?? 0 }

  /// The covariance at the scaled distance d.
  public func value(_ distance: Double) -> Double {
    structures.reduce(0) { sum, structure in
      let scale = structure.deviation * structure.deviation
      return sum + scale * structure.correlation.value(distance / structure.length)
    }
  }

  /// The measure of distance.
  public var metric: Metric { Metric(anisotropy) }

  /// Distances stretched across the azimuth.
  public struct Metric: Equatable, Sendable {
    private let cosine, sine, stretch: Double
    private let isPlain: Bool

    /// Distances by an anisotropy; nil for those of the plane.
    public init(_ anisotropy: Anisotropy?) {
      let (cosine, sine) = anisotropy?.direction ?? (1, 0)
      (self.cosine, self.sine, stretch) = (cosine, sine, 1 / (anisotropy?.ratio ?? 1))
      isPlain = anisotropy == nil
    }

    /// d for the differences of two eastings and two northings.
    @inline(__always)
    public func distance(_ easting: Double, _ northing: Double) -> Double {
      if isPlain { return (easting * easting + northing * northing).squareRoot() }
      let along = easting * sine + northing * cosine
      let across = (easting * cosine - northing * sine) * stretch
      return (along * along + across * across).squareRoot()
    }
  }
}

extension Covariance {
  /// The covariances of each of `places` (rows) with each of `points` (columns).
  ///
  /// places · points evaluations of the correlation, some 70 ns each; rows are shared out among `workers`.
  public func matrix(_ places: Points, _ points: Points, workers: Workers = .serial) -> Matrix {
    var result = Matrix(rows: places.count, columns: points.count)
    let (metric, columns) = (metric, points.count)
    result.values.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      workers.forEach(places.count) { row in
        let (easting, northing) = (places.easting[row], places.northing[row])
        for column in 0..<columns {
          out[row * columns + column] = value(
            metric.distance(easting - points.easting[column], northing - points.northing[column]))
        }
      }
    }
    return result
  }

  /// The covariances of `points` with each other, both triangles.
  public func matrix(_ points: Points, workers: Workers = .serial) -> Matrix {
    var result = Matrix(rows: points.count, columns: points.count)
    let (metric, count) = (metric, points.count)
    result.values.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      workers.forEach(count) { row in
        let (easting, northing) = (points.easting[row], points.northing[row])
        for column in 0...row {
          let covariance = value(
            metric.distance(easting - points.easting[column], northing - points.northing[column]))
          out[row * count + column] = covariance
          out[column * count + row] = covariance
        }
      }
    }
    return result
  }
}
