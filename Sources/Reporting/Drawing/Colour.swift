/// A colour of the screen, components 0 … 255.
public struct Colour: Equatable, Hashable, Sendable {
  public var red, green, blue: UInt8
  /// Parts from 0 to 255.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// `0xrrggbb`.
  init(_ code: UInt32) {
    self.init(
      red: UInt8(code >> 16 & 0xFF), green: UInt8(code >> 8 & 0xFF), blue: UInt8(code & 0xFF))
  }

  /// `#rrggbb`.
  public var hexadecimal: String {
    "#"
      + [red, green, blue].map { component in
        let text = String(component, radix: 16)
        return text.count == 1 ? "0" + text : text
      }.joined()
  }

  static let white = Colour(0xffffff)
}

/// Colours of what is no datum, and of lines, that stay apart for the colour-blind.
enum Ink {
  static let black = Colour(0x1b1f24)
  static let faint = Colour(0x5c656e)
  static let frame = Colour(0x8a929b)
  static let rule = Colour(0xeceef1)
  static let paper = Colour(0xf4f5f7)
  static let hatch = Colour(0xc3c8ce)
  static let blue = Colour(0x0072b2)
  static let paleBlue = Colour(0xbfdcee)
  static let vermillion = Colour(0xd55e00)
  static let green = Colour(0x009e73)
  static let purple = Colour(0xaa4499)
  static let grey = Colour(0x8a929b)
}
