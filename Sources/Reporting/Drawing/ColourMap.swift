/// Colours for numbers, interpolated in CIELAB (D65) so that equal steps look equal.
///
/// Cubing and roots by Newton's rule are all it takes, so a colour is the same byte on every machine.
public struct ColourMap: Equatable, Sendable {
  /// Lightness 0 … 100 and the two opponent axes.
  struct LabColour: Equatable, Sendable {
    var l, a, b: Double
    init(_ l: Double, _ a: Double, _ b: Double) { (self.l, self.a, self.b) = (l, a, b) }
  }

  let controls: [LabColour]

  /// Dark violet over teal to yellow; lightness rises linearly from 15 to 91, so it survives grey printing
  /// and every common colour blindness.
  public static let sequential = ColourMap(controls: [
    LabColour(15, 40, -33), LabColour(25.9, 30, -40), LabColour(36.7, 6, -33), LabColour(47.6, -18, -18),
    LabColour(58.4, -37, 2), LabColour(69.3, -49, 29), LabColour(80.1, -40, 67), LabColour(91, -10, 83),
  ])

  /// Blue over near-white to red; lightness is symmetric about the middle and linear on both sides.
  public static let diverging = ColourMap(controls: [
    LabColour(24, 10, -38), LabColour(42, 4, -45), LabColour(60, -8, -36), LabColour(78, -7, -19),
    LabColour(96, 0, 1), LabColour(78, 18, 16), LabColour(60, 38, 30), LabColour(42, 50, 34),
    LabColour(24, 36, 22),
  ])

  /// Dark red over orange to pale yellow; lightness rises linearly from 20 to 96.
  public static let warm = ColourMap(controls: [
    LabColour(20, 30, 10), LabColour(39, 50, 36), LabColour(58, 44, 52), LabColour(77, 16, 56),
    LabColour(96, -6, 34),
  ])

  /// Dark to light grey.
  public static let grey = ColourMap(controls: [LabColour(15, 0, 0), LabColour(96, 0, 0)])

  /// Pale to dark blue, for counts on white paper.
  static let density = ColourMap(controls: [LabColour(86, -4, -12), LabColour(24, 10, -38)])

  /// By name, as a command takes it.
  public static let named: [(name: String, map: ColourMap)] = [
    ("sequential", .sequential), ("diverging", .diverging), ("warm", .warm), ("grey", .grey),
  ]

  /// The same colours from the other end.
  public var reversed: ColourMap { ColourMap(controls: controls.reversed()) }

  /// Colour at `fraction` 0 … 1 (clamped).
  public func colour(at fraction: Double) -> Colour {
    let components = lab(at: fraction)
    let (red, green, blue) = Self.screen(components)
    return Colour(red: Self.byte(red), green: Self.byte(green), blue: Self.byte(blue))
  }

  func lab(at fraction: Double) -> LabColour {
    let place = min(max(fraction, 0), 1) * Double(controls.count - 1)
    let index = min(Int(place), controls.count - 2)
    let (low, high, weight) = (controls[index], controls[index + 1], place - Double(index))
    return LabColour(
      low.l + weight * (high.l - low.l), low.a + weight * (high.a - low.a), low.b + weight * (high.b - low.b))
  }

  private static func byte(_ component: Double) -> UInt8 {
    UInt8((min(max(component, 0), 1) * 255).rounded())
  }

  /// sRGB components before clipping to 0 … 1.
  static func screen(_ colour: LabColour) -> (Double, Double, Double) {
    let fy = (colour.l + 16) / 116
    let x = 0.95047 * cubeOrLine(fy + colour.a / 500)
    let y = cubeOrLine(fy)
    let z = 1.08883 * cubeOrLine(fy - colour.b / 200)
    return (
      gamma(3.2404542 * x - 1.5371385 * y - 0.4985314 * z),
      gamma(-0.9692660 * x + 1.8760108 * y + 0.0415560 * z),
      gamma(0.0556434 * x - 0.2040259 * y + 1.0572252 * z)
    )
  }

  private static func cubeOrLine(_ t: Double) -> Double {
    t > 6.0 / 29 ? t * t * t : 3 * (6.0 / 29) * (6.0 / 29) * (t - 4.0 / 29)
  }

  /// 1.055 c^(5/12) − 0.055; the twelfth root is two square roots and a cube root.
  private static func gamma(_ linear: Double) -> Double {
    guard linear > 0.0031308 else { return 12.92 * linear }
    let fifth = linear * linear * linear * linear * linear
    return 1.055 * cubeRoot(fifth.squareRoot().squareRoot()) - 0.055
  }

  /// Newton's iteration from above, which falls steadily until rounding stops it.
  private static func cubeRoot(_ value: Double) -> Double {
    var root = max(value, 1)
    while true {
      let next = (2 * root + value / (root * root)) / 3
      if next >= root { return root }
      root = next
    }
  }
}
