import Testing

@testable import Reporting

@Suite struct PNGImageTests {
  /// A decoder for what the writer promises: stored blocks, palette, no filter.
  static func decode(_ file: [UInt8]) throws -> (width: Int, height: Int, pixels: [UInt8]) {
    func number(_ at: Int) -> Int { file[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
    #expect(Array(file.prefix(8)) == [137, 80, 78, 71, 13, 10, 26, 10])
    var (place, data, size) = (8, [UInt8](), (0, 0))
    while place < file.count {
      let length = number(place)
      let kind = String(decoding: file[(place + 4)..<(place + 8)], as: UTF8.self)
      if kind == "IHDR" { size = (number(place + 8), number(place + 12)) }
      if kind == "IDAT" { data = Array(file[(place + 8)..<(place + 8 + length)]) }
      place += 12 + length
    }
    var (rows, at, isLast) = ([UInt8](), 2, false)
    while !isLast {
      isLast = data[at] == 1
      let length = Int(data[at + 1]) | Int(data[at + 2]) << 8
      rows += data[(at + 5)..<(at + 5 + length)]
      at += 5 + length
    }
    let stride = size.0 + 1
    var pixels: [UInt8] = []
    for row in 0..<size.1 { pixels += rows[(row * stride + 1)..<((row + 1) * stride)] }
    return (size.0, size.1, pixels)
  }

  static let palette = (0..<256).map { Colour(red: UInt8($0), green: UInt8(255 - $0), blue: 7) }

  /// The largest needs three stored blocks.
  @Test(arguments: [(1, 1), (41, 31), (400, 360)])
  func decodesToThePixels(width: Int, height: Int) throws {
    let pixels = (0..<(width * height)).map { UInt8(truncatingIfNeeded: $0 * 31) }
    let file = PNGImage.indexed(width: width, height: height, pixels: pixels, palette: Self.palette)
    let decoded = try Self.decode(file)
    #expect(decoded.width == width && decoded.height == height)
    #expect(decoded.pixels == pixels)
  }

  /// Check values of `IEND`, the same in every PNG file, and of this header as another CRC-32 computes it.
  @Test func checksumsAreThoseOfTheFormat() {
    let file = PNGImage.indexed(
      width: 2, height: 1, pixels: [0, 1], palette: [Self.palette[0], Self.palette[9]])
    #expect(Array(file.suffix(4)) == [0xAE, 0x42, 0x60, 0x82])
    #expect(Array(file[16..<33]) == [0, 0, 0, 2, 0, 0, 0, 1, 8, 3, 0, 0, 0, 0xC3, 0xFC, 0x8F, 0xB8])
  }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
  func base64(text: String, coded: String) { #expect(PNGImage.base64(Array(text.utf8)) == coded) }
}
