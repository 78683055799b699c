import NumericCore

/// The density of one parameter under its prior and under a Gaussian of coordinates, at values that show both.
public struct MarginalCurve: Sendable {
  /// θ, rising: evenly over what both span, and closer where the Gaussian is.
  public private(set) var values: [Double] = []
  /// p(θ) and q(θ), one over the unit of θ.
  public private(set) var prior: [Double] = [], fitted: [Double] = []

  /// Values of every curve.
  public static let count = 161

  /// - Parameter index: of the parameter.
  public init(_ coordinates: PriorCoordinates, _ family: GaussianFamily, of index: Int) {
    let margin = coordinates.margins[index]
    let place = Place(coordinates, family, index)
    let near = (0..<101).map { place.value(at: place.mean + place.deviation * (Double($0) - 50) / 12.5) }
    // What 99 in 100 draws of the prior span.
    let ends = [margin.value(at: -2.576), margin.value(at: 2.576)] + near
    let (low, high) = (ends.min() ?? 0, ends.max() ?? 1)
    let wide = (0..<Self.count - near.count).map {
      low + (high - low) * Double($0) / Double(Self.count - near.count - 1)
    }
    values = (near + wide).sorted()
    prior = values.map { Elementary.exp(margin.logDensity($0)) }
    fitted = values.map { place.density($0) }
  }

  /// The coordinate that belongs to the parameter alone: with correlated quantiles its normal score.
  private struct Place {
    let coordinates: PriorCoordinates
    let index: Int
    let mean, deviation: Double

    init(_ coordinates: PriorCoordinates, _ family: GaussianFamily, _ index: Int) {
      (self.coordinates, self.index) = (coordinates, index)
      guard coordinates.map == .priorQuantile, let mixing = coordinates.correlation else {
        (mean, deviation) = (family.mean[index], family.deviations[index])
        return
      }
      mean = mixing.factorTimes(family.mean)[index]
      let rows = mixing.factor.timesTransposed(family.factor.transposed())
      deviation = Statistics.sum((0..<rows.columns).map { rows[index, $0] * rows[index, $0] }).squareRoot()
    }

    private func vector(_ value: Double) -> [Double] {
      var vector = [Double](repeating: 0, count: coordinates.dimension)
      vector[index] = value
      return vector
    }

    func value(at place: Double) -> Double {
      if coordinates.map == .priorQuantile { return coordinates.margins[index].value(at: place) }
      return coordinates.physical(vector(place))[index]
    }

    func density(_ value: Double) -> Double {
      let margin = coordinates.margins[index]
      guard value >= margin.low, value <= margin.high else { return 0 }
      let place: Double
      let slope: Double
      if coordinates.map == .priorQuantile {
        place = margin.coordinate(of: value)
        guard place.isFinite else { return 0 }
        slope = margin.slope(at: place)
      } else {
        place = coordinates.coordinates(of: vector(value))[index]
        slope = coordinates.slopes(at: vector(place))[index]
      }
      guard place.isFinite, slope > 0 else { return 0 }
      return NormalDistribution.density((place - mean) / deviation) / (deviation * slope)
    }
  }
}
