internal import NumericCore

/// GeoTIFF (OGC 19-008): one band of a TIFF with the place of its pixels and what its keys say of coordinates and heights.
///
/// Nodes stand at the centres of pixels, or where the keys say that pixels are points, at the pixels. Rotated images, places by
/// control points, and files without a place are refused.
enum GeoTIFFGrid {
  static func read(_ bytes: [UInt8], options: GridReadOptions, path: String) throws(DatasetError) -> PlainGrid
  {
    let directory = try TIFFDirectory(bytes, path: path)
    let image = try TIFFImage(directory)
    let orientation = try directory.whole(.orientation, default: 1)
    guard orientation == 1 else {
      throw .unsupported(
        path: path, what: "an image turned to orientation \(orientation)", hint: "rewrite it by gdalwarp")
    }
    let keys = try GeoKeys(directory)
    let place = try place(directory, isPoint: keys[.rasterType] == 2)
    let band = try band(image, options, path)
    let metadata = GDALMetadata(directory.text(.metadata) ?? "", band: band)
    let values = try unpacked(try image.values(of: band), directory, image, metadata, options, path)
    var grid = grid(values, place, image, name: "band\(band + 1)")
    grid.kind = try keys.kind(path)
    grid.coordinateSystem = keys.coordinateSystem
    let unit = try keys.coordinateUnit(path)
    grid.coordinateUnits = (unit, unit)
    grid.units = metadata["unittype"].flatMap { $0.isEmpty ? nil : $0 } ?? keys.verticalUnit
    if let text = metadata["description"] {
      grid.attributes = [Dataset.Attribute(name: "long_name", value: .text(text))]
    }
    return grid
  }

  private static func band(_ image: TIFFImage, _ options: GridReadOptions, _ path: String)
    throws(DatasetError) -> Int
  {
    let names = (1...image.samples).map { "band\($0)" }
    guard let name = options.variable else {
      guard names.count == 1 else { throw .severalGrids(path: path, found: names) }
      return 0
    }
    guard let index = names.firstIndex(of: name) else {
      throw .variableMissing(path: path, variable: name, found: names)
    }
    return index
  }

  /// The values without the mark of missing ones, and with GDAL's scale and offset.
  private static func unpacked(
    _ raw: [Double], _ directory: TIFFDirectory, _ image: TIFFImage, _ metadata: GDALMetadata,
    _ options: GridReadOptions, _ path: String
  ) throws(DatasetError) -> [Double] {
    var values = raw
    if let text = directory.text(.noData)?.trimmingBlanks, !text.isEmpty {
      guard let mark = TextNumbers.number(ArraySlice(text.utf8)) else {
        throw .unclear(
          path: path, variable: "image", what: "names '\(text)' for missing values, which is no number",
          hint: "correct the tag by 'gdal_edit -a_nodata'")
      }
      values = MissingMarks.cleared(values, of: [mark])
    }
    let (ownScale, ownOffset) = (try metadata.number("scale", path), try metadata.number("offset", path))
    let (scale, offset) = (ownScale ?? 1, ownOffset ?? 0)
    if !image.type.isFloat, scale != 1 || offset != 0, options.isStrict, !options.keepsSuspected,
      options.missing.isEmpty,
      let mark = MissingMarks.suspected(values)
    {
      throw MissingMarks.Suspect(value: mark.value * scale + offset, count: mark.count).error(
        path: path, variable: "image")
    }
    return scale == 1 && offset == 0 ? values : values.map { $0 * scale + offset }
  }

  /// Where the first pixel's node stands, and the signed steps.
  private struct Place {
    var x, y, stepX, stepY: Double
  }

  private static func place(_ directory: TIFFDirectory, isPoint: Bool) throws(DatasetError) -> Place {
    let path = directory.path
    let half = isPoint ? 0.0 : 0.5
    let matrix = try directory.numbers(.transformation)
    if matrix.count == 16 {
      guard matrix[1] == 0, matrix[4] == 0 else {
        throw .unsupported(path: path, what: "a rotated image", hint: "resample it by gdalwarp")
      }
      return Place(
        x: matrix[3] + half * matrix[0], y: matrix[7] + half * matrix[5], stepX: matrix[0], stepY: matrix[5])
    }
    let (scale, ties) = (try directory.numbers(.pixelScale), try directory.numbers(.tiepoints))
    guard scale.count >= 2, ties.count >= 6 else {
      throw ties.count > 6
        ? .unsupported(path: path, what: "an image placed by control points", hint: "resample it by gdalwarp")
        : .unsupported(
          path: path, what: "a TIFF that does not say where it lies",
          hint:
            "give it a place by 'gdal_translate -a_ullr west north east south', or make it of its world file")
    }
    guard scale[0] > 0, scale[1] > 0 else {
      throw .unsupported(
        path: path, what: "pixels of the size \(scale[0]) x \(scale[1])", hint: "rewrite it by gdal_translate"
      )
    }
    return Place(
      x: ties[3] + (half - ties[0]) * scale[0], y: ties[4] - (half - ties[1]) * scale[1], stepX: scale[0],
      stepY: -scale[1])
  }

  private static func grid(_ values: [Double], _ place: Place, _ image: TIFFImage, name: String) -> PlainGrid
  {
    let (columns, rows) = (image.width, image.height)
    var ordered: [Double] = []
    ordered.reserveCapacity(values.count)
    for row in 0..<rows {
      let fileRow = place.stepY < 0 ? rows - 1 - row : row
      let line = values[(fileRow * columns)..<((fileRow + 1) * columns)]
      ordered += place.stepX < 0 ? Array(line.reversed()) : Array(line)
    }
    let endX = place.x + place.stepX * Double(columns - 1)
    let endY = place.y + place.stepY * Double(rows - 1)
    return PlainGrid(
      name: name, from: (min(place.x, endX), min(place.y, endY)),
      steps: (abs(place.stepX), abs(place.stepY)),
      columns: columns, rows: rows, values: ordered)
  }
}

/// GDAL's own remarks in a TIFF: `<Item name="…" sample="0" role="scale">0.1</Item>`.
struct GDALMetadata {
  private var roles: [String: String] = [:]

  init(_ text: String, band: Int) {
    for item in text.pieces(between: "<Item ").dropFirst() {
      guard let close = item.firstIndex(of: ">") else { continue }
      let head = item[..<close]
      let content = item[item.index(after: close)...].prefix { $0 != "<" }
      guard let role = GDALMetadata.value("role", in: head) else { continue }
      guard (GDALMetadata.value("sample", in: head) ?? "0") == "\(band)" else { continue }
      roles[role] = GDALMetadata.plain(String(content))
    }
  }

  subscript(role: String) -> String? { roles[role] }

  func number(_ role: String, _ path: String) throws(DatasetError) -> Double? {
    guard let text = roles[role] else { return nil }
    guard let number = TextNumbers.number(ArraySlice(text.trimmingBlanks.utf8)), number.isFinite else {
      throw .damaged(path: path, reason: "its \(role) is '\(text)'")
    }
    return number
  }

  private static func value(_ name: String, in head: Substring) -> String? {
    let parts = head.pieces(between: "\(name)=\"")
    guard parts.count > 1 else { return nil }
    return String(parts[1].prefix { $0 != "\"" })
  }

  private static func plain(_ text: String) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#181;", "µ"), ("&amp;", "&")].reduce(text) {
      text, pair in
      text.pieces(between: pair.0).joined(separator: pair.1)
    }
  }
}

extension StringProtocol {
  /// The pieces between occurrences of a text.
  func pieces(between mark: String) -> [String] {
    let (bytes, mark) = (Array(utf8), Array(mark.utf8))
    var result: [String] = []
    var (start, index) = (0, 0)
    while index + mark.count <= bytes.count {
      if bytes[index] == mark[0], bytes[index..<(index + mark.count)].elementsEqual(mark) {
        result.append(String(decoding: bytes[start..<index], as: UTF8.self))
        index += mark.count
        start = index
      } else {
        index += 1
      }
    }
    return result + [String(decoding: bytes[start...], as: UTF8.self)]
  }
}
