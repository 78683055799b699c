/// Pictures in the PNG format, whose bytes depend on the pixels alone.
enum PNGImage {
  /// A palette or, for cells of any colour, three bytes a pixel, four where some are transparent.
  static func file(_ picture: Picture) -> [UInt8] {
    switch picture.cells {
    case .indexed(let pixels, let palette):
      indexed(width: picture.width, height: picture.height, pixels: pixels, palette: palette)
    case .full(let pixels) where pixels.allSatisfy({ $0 != nil }):
      file(
        width: picture.width, height: picture.height, kind: 2,
        rows: pixels.flatMap { $0.map { [$0.red, $0.green, $0.blue] } ?? [] }, extra: [])
    case .full(let pixels):
      file(
        width: picture.width, height: picture.height, kind: 6,
        rows: pixels.flatMap { $0.map { [$0.red, $0.green, $0.blue, 255] } ?? [0, 0, 0, 0] }, extra: [])
    }
  }

  /// Palette picture, 8 bits a pixel.
  ///
  /// - Parameters:
  ///   - pixels: index into `palette` of each pixel, top row first; index 0 is transparent.
  /// - Precondition: `pixels.count` = width · height; at most 256 colours.
  static func indexed(width: Int, height: Int, pixels: [UInt8], palette: [Colour]) -> [UInt8] {
    precondition(pixels.count == width * height && palette.count <= 256)
    let colours = palette.flatMap { [$0.red, $0.green, $0.blue] }
    return file(
      width: width, height: height, kind: 3, rows: pixels, extra: [("PLTE", colours), ("tRNS", [0])])
  }

  /// Three bytes a pixel, with the size they are meant for.
  static func opaque(_ raster: Raster, dpi: Double) -> [UInt8] {
    let perMetre = bytes(Int((dpi / 0.0254).rounded()))
    return file(
      width: raster.width, height: raster.height, kind: 2, rows: raster.pixels,
      extra: [("pHYs", perMetre + perMetre + [1])])
  }

  private static func file(
    width: Int, height: Int, kind: UInt8, rows: [UInt8], extra: [(String, [UInt8])]
  ) -> [UInt8] {
    let stride = rows.count / height
    var data: [UInt8] = []
    data.reserveCapacity(rows.count + height)
    for row in 0..<height {
      // No filter: neighbours are mostly equal, which the compression sees by itself.
      data.append(0)
      data.append(contentsOf: rows[(row * stride)..<((row + 1) * stride)])
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    appendChunk("IHDR", bytes(width) + bytes(height) + [8, kind, 0, 0, 0], to: &file)
    for (name, content) in extra { appendChunk(name, content, to: &file) }
    appendChunk("IDAT", Deflate.stream(data), to: &file)
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

  private static let cyclicTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { rest, _ in rest & 1 == 1 ? 0xEDB8_8320 ^ (rest >> 1) : rest >> 1 }
  }

  private static func appendChunk(_ kind: String, _ content: [UInt8], to file: inout [UInt8]) {
    file += bytes(content.count)
    let body = Array(kind.utf8) + content
    let table = cyclicTable
    let check = body.reduce(UInt32.max) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    file += body + bytes(Int(~check))
  }
}
