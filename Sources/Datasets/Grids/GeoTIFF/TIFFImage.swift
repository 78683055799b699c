/// The samples of a TIFF's first image: strips or tiles, uncompressed or packed by deflate, LZW or PackBits.
struct TIFFImage {
  let directory: TIFFDirectory
  let width, height: Int
  /// Bands.
  let samples: Int
  let type: SampleType
  private let isPlanar: Bool
  private let compression: TIFFPieces.Compression
  private let predictor: Int
  private let pieceWidth, pieceHeight: Int
  private let isTiled: Bool
  private let offsets, sizes: [Double]

  enum SampleType: Equatable {
    case unsigned(Int), signed(Int), float(Int)

    var bits: Int {
      switch self {
      case .unsigned(let bits), .signed(let bits), .float(let bits): bits
      }
    }

    var bytes: Int { bits / 8 }

    var isFloat: Bool { if case .float = self { true } else { false } }
  }

  init(_ directory: TIFFDirectory) throws(DatasetError) {
    let path = directory.path
    self.directory = directory
    width = try directory.whole(.width, default: 0)
    height = try directory.whole(.height, default: 0)
    samples = try directory.whole(.samplesPerPixel, default: 1)
    let count = width.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0, (1...1024).contains(samples), !count.overflow,
      count.partialValue / 3000 <= directory.bytes.count
    else {
      throw .damaged(path: path, reason: "it should have \(width) x \(height) pixels of \(samples) samples")
    }
    type = try TIFFImage.type(directory)
    isPlanar = try directory.whole(.planarConfiguration, default: 1) == 2
    let code = try directory.whole(.compression, default: 1)
    guard let compression = TIFFPieces.Compression(rawValue: code) else {
      throw .unsupported(
        path: path, what: "a TIFF compressed by \(TIFFPieces.Compression.name(code))",
        hint: "rewrite it by 'gdal_translate -co COMPRESS=DEFLATE in.tif out.tif'")
    }
    self.compression = compression
    predictor = try directory.whole(.predictor, default: 1)
    guard (1...3).contains(predictor) else {
      throw .unsupported(
        path: path, what: "a TIFF with the predictor \(predictor)", hint: "rewrite it by gdal_translate")
    }
    isTiled = directory.has(.tileOffsets)
    pieceWidth = isTiled ? try directory.whole(.tileWidth, default: 0) : width
    let rows = try directory.whole(isTiled ? .tileHeight : .rowsPerStrip, default: isTiled ? 0 : height)
    pieceHeight = isTiled ? rows : min(rows, height)
    offsets = try directory.numbers(isTiled ? .tileOffsets : .stripOffsets)
    sizes = try directory.numbers(isTiled ? .tileByteCounts : .stripByteCounts)
    try checkPieces()
  }

  private func checkPieces() throws(DatasetError) {
    let path = directory.path
    guard pieceWidth > 0, pieceHeight > 0, pieceWidth < 1 << 24, pieceHeight < 1 << 31,
      pieceWidth * pieceHeight / 3000 <= directory.bytes.count
    else {
      throw .damaged(path: path, reason: "its pieces should have \(pieceWidth) x \(pieceHeight) pixels")
    }
    let needed = across * down * (isPlanar ? samples : 1)
    guard offsets.count >= needed, sizes.count >= needed else {
      throw .damaged(
        path: path, reason: "it has \(min(offsets.count, sizes.count)) strips or tiles, expected \(needed)")
    }
  }

  private var across: Int { (width + pieceWidth - 1) / pieceWidth }
  private var down: Int { (height + pieceHeight - 1) / pieceHeight }

  private static func type(_ directory: TIFFDirectory) throws(DatasetError) -> SampleType {
    let path = directory.path
    let photometric = try directory.whole(.photometric, default: 1)
    guard photometric == 0 || photometric == 1 else {
      throw .unsupported(
        path: path, what: "a picture of colours", hint: "give the grid itself, not a rendering of it")
    }
    let bits = Set(try directory.numbers(.bitsPerSample))
    let format = Set(try directory.numbers(.sampleFormat))
    guard bits.count <= 1, format.count <= 1 else {
      throw .unsupported(
        path: path, what: "bands of several types", hint: "extract one band by 'gdal_translate -b 1'")
    }
    let width = Int(bits.first ?? 1)
    switch (Int(format.first ?? 1), width) {
    case (1, 8), (1, 16), (1, 32), (1, 64), (4, 8), (4, 16), (4, 32), (4, 64): return .unsigned(width)
    case (2, 8), (2, 16), (2, 32), (2, 64): return .signed(width)
    case (3, 16), (3, 32), (3, 64): return .float(width)
    case (5, _), (6, _):
      throw .unsupported(
        path: path, what: "complex numbers", hint: "extract the part that you need by gdal_calc")
    default:
      throw .unsupported(
        path: path, what: "samples of \(width) bits", hint: "rewrite it by 'gdal_translate -ot Float64'")
    }
  }

  /// One band, row by row from the top.
  /// - Parameter band: from 0.
  func values(of band: Int) throws(DatasetError) -> [Double] {
    var result = [Double](repeating: .nan, count: width * height)
    let first = isPlanar ? band * across * down : 0
    for row in 0..<down {
      for column in 0..<across {
        let index = first + row * across + column
        // GDAL leaves out pieces that hold nothing.
        if offsets[index] == 0, sizes[index] == 0 { continue }
        let rows = min(pieceHeight, height - row * pieceHeight)
        let numbers = try piece(index, rows: rows, band: isPlanar ? 0 : band)
        let columns = min(pieceWidth, width - column * pieceWidth)
        for y in 0..<rows {
          let from = (row * pieceHeight + y) * width + column * pieceWidth
          for x in 0..<columns { result[from + x] = numbers[y * pieceWidth + x] }
        }
      }
    }
    return result
  }

  /// The numbers of one band of a piece, `pieceWidth` a row.
  private func piece(_ index: Int, rows: Int, band: Int) throws(DatasetError) -> [Double] {
    let path = directory.path
    let what = "\(isTiled ? "tile" : "strip") \(index + 1)"
    guard let offset = Int(exactly: offsets[index]), let size = Int(exactly: sizes[index]), offset >= 0,
      size >= 0,
      offset <= directory.bytes.count, size <= directory.bytes.count - offset
    else {
      throw .damaged(path: path, reason: "\(what) should have \(sizes[index]) bytes at \(offsets[index])")
    }
    let together = isPlanar ? 1 : samples
    let rowBytes = pieceWidth * together * type.bytes
    let packed = directory.bytes[offset..<(offset + size)]
    func unpack(_ rows: Int) throws(DatasetError) -> [UInt8] {
      try TIFFPieces.unpacked(packed, by: compression, count: rows * rowBytes, path: path, what: what)
    }
    var bytes: [UInt8]
    do throws(DatasetError) {
      bytes = try unpack(isTiled ? pieceHeight : rows)
    } catch {
      // Some programs fill the last strip up.
      guard !isTiled, rows < pieceHeight else { throw error }
      bytes = try unpack(pieceHeight)
    }
    undoPredictor(&bytes, rowBytes: rowBytes, together: together)
    return numbers(bytes, rows: rows, together: together, band: band)
  }

  // MARK: Predictors

  /// 2: differences of neighbours; 3: of bytes, the highest of all numbers first.
  private func undoPredictor(_ bytes: inout [UInt8], rowBytes: Int, together: Int) {
    guard predictor > 1, rowBytes > 0 else { return }
    for start in stride(from: 0, to: bytes.count - rowBytes + 1, by: rowBytes) {
      if predictor == 2 {
        undoDifferences(&bytes, start..<(start + rowBytes), together)
      } else {
        undoPlanes(&bytes, start..<(start + rowBytes), together)
      }
    }
  }

  private func undoDifferences(_ bytes: inout [UInt8], _ row: Range<Int>, _ together: Int) {
    let size = type.bytes
    for place in stride(from: row.lowerBound + size * together, to: row.upperBound, by: size) {
      let sum = raw(bytes, place) &+ raw(bytes, place - size * together)
      for byte in 0..<size {
        let shift = 8 * (directory.isBigEndian ? size - 1 - byte : byte)
        bytes[place + byte] = UInt8(truncatingIfNeeded: sum >> UInt64(shift))
      }
    }
  }

  private func undoPlanes(_ bytes: inout [UInt8], _ row: Range<Int>, _ together: Int) {
    for place in row.dropFirst(together) { bytes[place] = bytes[place] &+ bytes[place - together] }
    let (size, planes) = (type.bytes, Array(bytes[row]))
    let count = planes.count / size
    for index in 0..<count {
      for byte in 0..<size {
        let place = directory.isBigEndian ? byte : size - 1 - byte
        bytes[row.lowerBound + index * size + place] = planes[byte * count + index]
      }
    }
  }

  // MARK: Numbers

  private func raw(_ bytes: [UInt8], _ place: Int) -> UInt64 {
    var value: UInt64 = 0
    let size = type.bytes
    for byte in 0..<size {
      value = value << 8 | UInt64(bytes[place + (directory.isBigEndian ? byte : size - 1 - byte)])
    }
    return value
  }

  private func numbers(_ bytes: [UInt8], rows: Int, together: Int, band: Int) -> [Double] {
    let size = type.bytes
    return (0..<(rows * pieceWidth)).map { number(raw(bytes, ($0 * together + band) * size)) }
  }

  private func number(_ raw: UInt64) -> Double {
    switch type {
    case .unsigned: Double(raw)
    case .signed(let bits): Double(Int64(bitPattern: raw << UInt64(64 - bits)) >> Int64(64 - bits))
    case .float(16): TIFFImage.half(UInt16(truncatingIfNeeded: raw))
    case .float(32): Double(Float(bitPattern: UInt32(truncatingIfNeeded: raw)))
    case .float: Double(bitPattern: raw)
    }
  }

  /// IEEE 754 half precision: 5 bits of exponent, 10 of significand.
  private static func half(_ raw: UInt16) -> Double {
    let sign: Double = raw >> 15 == 1 ? -1 : 1
    let exponent = Int(raw >> 10) & 0x1F
    let significand = Double(raw & 0x3FF)
    switch exponent {
    case 0: return sign * significand * 0x1p-24
    case 31: return significand == 0 ? sign * .infinity : .nan
    default: return Double(sign: .plus, exponent: exponent - 15, significand: sign * (1 + significand / 1024))
    }
  }
}
