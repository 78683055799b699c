import Testing

@testable import Datasets
@testable import Reporting

/// A decoder of what the writer promises, unpacked by zlib: no filter, 8 bits.
struct DecodedPNG {
  private(set) var width = 0
  private(set) var height = 0
  private(set) var channels = 0
  private(set) var pixels: [UInt8] = []
  private(set) var chunks: [String: [UInt8]] = [:]

  init(_ file: [UInt8]) throws {
    func number(_ at: Int) -> Int { file[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
    #expect(Array(file.prefix(8)) == [137, 80, 78, 71, 13, 10, 26, 10])
    var place = 8
    while place < file.count {
      let length = number(place)
      let kind = String(decoding: file[(place + 4)..<(place + 8)], as: UTF8.self)
      chunks[kind] = Array(file[(place + 8)..<(place + 8 + length)])
      place += 12 + length
    }
    (width, height) = (number(16), number(20))
    channels = [2: 3, 3: 1, 6: 4][Int(file[25])] ?? 0
    let stride = width * channels + 1
    let rows = try Inflate.bytes(
      try #require(chunks["IDAT"])[...], count: stride * height, path: "", what: "the picture")
    for row in 0..<height {
      #expect(rows[row * stride] == 0)
      pixels += rows[(row * stride + 1)..<((row + 1) * stride)]
    }
  }
}

@Suite struct PNGImageTests {
  static let palette = (0..<256).map { Colour(red: UInt8($0), green: UInt8(255 - $0), blue: 7) }

  @Test(arguments: [(1, 1), (41, 31), (400, 360)])
  func decodesToThePixels(width: Int, height: Int) throws {
    let pixels = (0..<(width * height)).map { UInt8(truncatingIfNeeded: $0 * 31) }
    let file = PNGImage.indexed(width: width, height: height, pixels: pixels, palette: Self.palette)
    let decoded = try DecodedPNG(file)
    #expect(decoded.width == width && decoded.height == height)
    #expect(decoded.pixels == pixels)
  }

  @Test func transparentAndOpaquePixels() throws {
    let picture = Picture(width: 2, height: 1, cells: .full([nil, Colour(0x102030)]))
    #expect(try DecodedPNG(PNGImage.file(picture)).pixels == [0, 0, 0, 0, 16, 32, 48, 255])
    let whole = Picture(width: 1, height: 1, cells: .full([Colour(0x102030)]))
    #expect(try DecodedPNG(PNGImage.file(whole)).pixels == [16, 32, 48])
    let file = PNGImage.opaque(Raster(width: 2, height: 1, paper: Colour(0x010203)), dpi: 254)
    let decoded = try DecodedPNG(file)
    #expect(decoded.pixels == [1, 2, 3, 1, 2, 3])
    // 254 dots an inch are 10 000 a metre.
    #expect(decoded.chunks["pHYs"] == [0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10, 1])
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

@Suite struct DeflateTests {
  /// Bytes of every kind: none, one, text, one repeated, a period longer than a match, noise, and a repeat from
  /// beyond the window.
  static let samples: [[UInt8]] = {
    var state: UInt32 = 1
    func noise(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(state >> 24)
      }
    }
    let block = noise(3000)
    return [
      [], [7], Array("abcabcabcd".utf8), [UInt8](repeating: 255, count: 100_000),
      (0..<20).flatMap { _ in block }, noise(70_000), block + noise(40_000) + block,
      (0..<5000).flatMap { [UInt8(truncatingIfNeeded: $0), 0, 0] },
    ]
  }()

  @Test(arguments: samples) func zlibUnpacksIt(data: [UInt8]) throws {
    let stream = Deflate.stream(data)
    #expect(try Inflate.bytes(stream[...], count: data.count, path: "", what: "") == data)
    #expect(stream == Deflate.stream(data))
  }

  @Test func repeatsTakeNoRoom() {
    #expect(Deflate.stream(Self.samples[3]).count < 1000)
    #expect(Deflate.stream(Self.samples[4]).count < 5000)
  }

  /// The example of the format's own description.
  @Test func checksum() { #expect(Deflate.checksum(Array("Wikipedia".utf8)) == 0x11E6_0398) }
}
