public import NumericCore

/// Made-up surfaces of Invert4Geom's examples, sums of elongated bells over a grid's region.
public enum SyntheticTopography {
  /// One bell: its height and, relative to the region's extents, widths and centre.
  private struct Bell {
    let height, widthEasting, widthNorthing, easting, northing, angle: Double
  }

  private static let simpleBells = [
    Bell(height: -800, widthEasting: 1.6, widthNorthing: 1.6, easting: 0.9, northing: 0.3, angle: 0),
    Bell(height: -100, widthEasting: 0.03, widthNorthing: 0.03, easting: 0.35, northing: 0.5, angle: 0),
    Bell(height: 200, widthEasting: 0.08, widthNorthing: 0.08, easting: 0.65, northing: 0.5, angle: 0),
    Bell(height: -300, widthEasting: 0.5, widthNorthing: 0.06, easting: 0.3, northing: 0.7, angle: 45),
    Bell(height: 50, widthEasting: 1.4, widthNorthing: 0.04, easting: 0.7, northing: 0.7, angle: -45),
  ]

  private static let regionalBells = [
    Bell(height: -150, widthEasting: 2, widthNorthing: 2, easting: 1, northing: 0.5, angle: 10),
    Bell(height: -100, widthEasting: 3, widthNorthing: 0.4, easting: 0.2, northing: 0.4, angle: -10),
    Bell(height: 150, widthEasting: 0.2, widthNorthing: 7, easting: 0.8, northing: 0.7, angle: -80),
  ]

  /// A basin with hills, metres: (Σ bells + 1200) · scale + offset. Its mean over 40 km × 30 km at
  /// 1 km is 492.2704164812973 m.
  public static func simple(geometry: GridGeometry, scale: Double = 1, offset: Double = 0) -> Grid {
    let sum = field(of: simpleBells, geometry)
    return Grid(geometry: geometry, values: sum.map { ($0 + 1200) * scale + offset })
  }

  /// A smooth surface for regional fields, metres: scale · Σ bells less its mean, plus offset.
  public static func regional(geometry: GridGeometry, scale: Double = 1, offset: Double = 0) -> Grid {
    let sum = field(of: regionalBells, geometry).map { $0 * scale }
    let mean = Statistics.mean(sum)
    return Grid(geometry: geometry, values: sum.map { $0 - mean + offset })
  }

  private static func field(of bells: [Bell], _ geometry: GridGeometry) -> [Double] {
    let region = geometry.region
    var sum = [Double](repeating: 0, count: geometry.count)
    for bell in bells {
      let exponent = Exponent(bell, width: region.width, height: region.height)
      let easting = region.west + bell.easting * region.width
      let northing = region.south + bell.northing * region.height
      for row in 0..<geometry.rows {
        let y = geometry.northing(row) - northing
        for column in 0..<geometry.columns {
          let x = geometry.easting(column) - easting
          sum[row * geometry.columns + column] += bell.height * Elementary.exp(-exponent.at(x, y))
        }
      }
    }
    return sum
  }

  /// A x² + 2 B x y + C y² of a bell turned by an angle in degrees, clockwise.
  ///
  /// The first cosine of A is not squared, as it ought to be: so it is in the published models, and
  /// with the right one none of their numbers comes out.
  private struct Exponent {
    let a, b, c: Double

    init(_ bell: Bell, width: Double, height: Double) {
      let (sine, cosine) = Elementary.sincos(-bell.angle * Double.pi / 180)
      let x2 = square(bell.widthEasting * width)
      let y2 = square(bell.widthNorthing * height)
      a = cosine / x2 + sine * sine / y2
      b = (1 / y2 - 1 / x2) * cosine * sine
      c = sine * sine / x2 + cosine * cosine / y2
    }

    func at(_ x: Double, _ y: Double) -> Double { a * x * x + 2 * b * x * y + c * y * y }
  }

  private static func square(_ x: Double) -> Double { x * x }
}
