/// A picture in the PNG format, written with stored (uncompressed) blocks so that the bytes depend on the
/// pixels alone and not on a compression library.
enum PNGImage {
  /// Palette picture, 8 bits a pixel.
  ///
  /// - Parameters:
  ///   - pixels: index into `palette` of each pixel, top row first; index 0 is transparent.
  /// - Precondition: `pixels.count` = width · height; at most 256 colours.
  static func indexed(width: Int, height: Int, pixels: [UInt8], palette: [Colour]) -> [UInt8] {
    precondition(pixels.count == width * height && palette.count <= 256)
    var rows: [UInt8] = []
    rows.reserveCapacity(height * (width + 1))
    for row in 0..<height {
      rows.append(0)
      rows.append(contentsOf: pixels[(row * width)..<((row + 1) * width)])
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    appendChunk("IHDR", bytes(width) + bytes(height) + [8, 3, 0, 0, 0], to: &file)
    appendChunk("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] }, to: &file)
    appendChunk("tRNS", [0], to: &file)
    appendChunk("IDAT", stored(rows), to: &file)
    appendChunk("IEND", [], to: &file)
    return file
  }

  static func dataAddress(_ file: [UInt8]) -> String { "data:image/png;base64," + base64(file) }

  static func base64(_ input: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var output: [UInt8] = []
    output.reserveCapacity((input.count + 2) / 3 * 4)
    for start in stride(from: 0, to: input.count, by: 3) {
      let group = input[start..<min(start + 3, input.count)]
      var bits = 0
      for offset in 0..<3 { bits = bits << 8 | (offset < group.count ? Int(group[start + offset]) : 0) }
      for sextet in 0..<4 {
        output.append(sextet <= group.count ? alphabet[bits >> (18 - 6 * sextet) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static func bytes(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 0xFF) } }

  /// zlib stream of stored blocks of at most 65 535 bytes.
  private static func stored(_ data: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let end = min(start + 65_535, data.count)
      let length = UInt16(end - start)
      stream.append(end == data.count ? 1 : 0)
      for word in [length, ~length] { stream.append(contentsOf: [UInt8(word & 0xFF), UInt8(word >> 8)]) }
      stream.append(contentsOf: data[start..<end])
      start = end
    } while start < data.count
    return stream + bytes(adler(data))
  }

  private static func adler(_ data: [UInt8]) -> Int {
    var (low, high) = (1, 0)
    for byte in data {
      low = (low + Int(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return high << 16 | low
  }

  private static let cyclicTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { rest, _ in rest & 1 == 1 ? 0xEDB8_8320 ^ (rest >> 1) : rest >> 1 }
  }

  private static func appendChunk(_ kind: String, _ content: [UInt8], to file: inout [UInt8]) {
    file += bytes(content.count)
    let body = Array(kind.utf8) + content
    let check = body.reduce(UInt32.max) { cyclicTable[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    file += body + bytes(Int(~check))
  }
}
