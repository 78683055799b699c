import NumericCore
import Testing

@testable import Reporting

@Suite struct ColourTests {
  static let places = (0...200).map { Double($0) / 200 }

  @Test func lightnessOfSequentialColoursRisesEvenly() {
    let lightness = Self.places.map { ColourMap.sequential.lab(at: $0).l }
    let steps = zip(lightness.dropFirst(), lightness).map { $0 - $1 }
    #expect(steps.allSatisfy { $0 > 0.3 && $0 < 0.45 })
  }

  @Test func divergingColoursAreSymmetricInLightness() {
    for place in Self.places {
      let (left, right) = (ColourMap.diverging.lab(at: place).l, ColourMap.diverging.lab(at: 1 - place).l)
      #expect(abs(left - right) < 1e-9)
    }
    #expect(ColourMap.diverging.lab(at: 0.5).l == 96)
  }

  /// Colours that a screen can't show would be clipped, and equal steps would no longer look equal.
  /// The bytes themselves, taken back to CIELAB: what a reader sees gets steadily lighter.
  @Test(arguments: [ColourMap.sequential, .warm, .grey]) func lightnessOfTheBytesRises(map: ColourMap) {
    let lightness = (0...50).map { Self.lightness(map.colour(at: Double($0) / 50)) }
    let steps = zip(lightness.dropFirst(), lightness).map { $0 - $1 }
    #expect(steps.allSatisfy { $0 > 0.8 && $0 < 2.4 }, "\(steps)")
    let back = (0...50).map { Self.lightness(map.reversed.colour(at: Double($0) / 50)) }
    #expect(back == lightness.reversed())
  }

  /// L* of D65 by the definitions of IEC 61966-2-1 and CIE 15.
  static func lightness(_ colour: Colour) -> Double {
    func linear(_ byte: UInt8) -> Double {
      let c = Double(byte) / 255
      return c <= 0.04045 ? c / 12.92 : Elementary.pow((c + 0.055) / 1.055, 2.4)
    }
    let y =
      0.2126729 * linear(colour.red) + 0.7151522 * linear(colour.green) + 0.0721750 * linear(colour.blue)
    return y > 0.008856 ? 116 * Elementary.pow(y, 1.0 / 3) - 16 : 903.3 * y
  }

  @Test(arguments: [ColourMap.sequential, .diverging, .warm, .grey])
  func coloursLieWithinTheScreensGamut(map: ColourMap) {
    for place in Self.places {
      let (red, green, blue) = ColourMap.screen(map.lab(at: place))
      for component in [red, green, blue] { #expect(component > -0.09 && component < 1.03, "\(place)") }
    }
  }

  @Test func knownColours() {
    #expect(ColourMap.screen(.init(100, 0, 0)).1 > 0.9999)
    let (red, green, blue) = ColourMap.screen(.init(53.2408, 80.0925, 67.2032))
    #expect(abs(red - 1) < 2e-4 && abs(green) < 2e-3 && abs(blue) < 2e-3)
    #expect(ColourMap.sequential.colour(at: -1) == ColourMap.sequential.colour(at: 0))
    #expect(Colour(red: 0, green: 171, blue: 255).hexadecimal == "#00abff")
  }

  @Test func limitsAreRobustAndSymmetric() {
    let values = (0...100).map(Double.init) + [.nan]
    #expect(MapStyle.sequential.colourLimits(of: values) == 2...98)
    #expect(MapStyle.diverging.colourLimits(of: values.map { $0 - 80 }) == -78...78)
    var full = MapStyle.diverging
    full.reach = .full
    #expect(full.colourLimits(of: values.map { $0 - 80 }) == -80...80)
    #expect(MapStyle.sequential.colourLimits(of: []) == 0...1)
    #expect(MapStyle.diverging.colourLimits(of: [0, 0]) == -1...1)
    #expect(MapStyle.sequential.with(limits: 3...4).colourLimits(of: values) == 3...4)
    let constant = MapStyle.sequential.colourLimits(of: [492, 492])
    #expect(constant.lowerBound < 492 && constant.upperBound > 492)
  }
}
