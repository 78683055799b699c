internal import NumericCore

/// Geosoft's Grid eXchange Format, revision 3: lines of `#NAME` and below each its value, `#GRID` and the values last.
///
/// All eight scan directions (`#SENSE`) and the compressed form (`#GTYPE`, numbers of base 90) are read; rotated grids are
/// refused. Origin and separations are those of the nodes.
enum GXFGrid {
  static func recognises(_ bytes: [UInt8]) -> Bool {
    let head = String(decoding: bytes.prefix(1 << 16), as: UTF8.self).uppercased()
    guard head.contains("#POINTS") else { return false }
    return head.contains("#ROWS") || head.contains("#GRID")
  }

  private struct Header {
    var values: [String: String] = [:]
    /// Lines below `#MAP_PROJECTION`.
    var map: [String] = []
    /// Where the values begin, and on which line.
    var end = 0
    var line = 1
  }

  static func read(_ bytes: [UInt8], path: String) throws(DatasetError) -> PlainGrid {
    let header = try header(bytes, path)
    let (points, rows) = (try whole("POINTS", header, path), try whole("ROWS", header, path))
    let turned = try number("ROTATION", header, path)
    if let rotation = turned, rotation != 0 {
      throw .unsupported(
        path: path, what: "a grid rotated by \(shortNumber(rotation))°",
        hint: "resample it to an unrotated one")
    }
    let count = points.multipliedReportingOverflow(by: rows)
    let type = try number("GTYPE", header, path)
    let digits = Int(exactly: type ?? 0) ?? -1
    guard (0...8).contains(digits) else {
      throw .unsupported(
        path: path, what: "values of type \(digits)", hint: "export them uncompressed, GTYPE 0")
    }
    // A repeated value takes few bytes, so that compressed ones may be many more than the file has.
    guard !count.overflow, count.partialValue <= bytes.count * (digits > 0 ? 10_000 : 1) else {
      throw .damaged(path: path, reason: "\(points) x \(rows) values do not fit into \(bytes.count) bytes")
    }
    let values =
      digits > 0
      ? try packed(bytes, header, count.partialValue, digits, path)
      : try plain(bytes, header, count.partialValue, path)
    return try grid(values, header, points, rows, path)
  }

  // MARK: Header

  private static func header(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> Header {
    var header = Header()
    var name: String?
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex { $0 == 0x0A } ?? bytes.count
      let text = String(decoding: bytes[start..<end], as: UTF8.self).trimmingBlanks
      start = min(end + 1, bytes.count)
      if text.hasPrefix("#") {
        name = text.dropFirst().uppercased()
        // Geosoft's own extensions start with two of them.
        if name == "GRID" {
          (header.end, header.line) = (start, header.line + 1)
          return header
        }
      } else if let key = name, !text.isEmpty {
        // Of several lines of a map, each says another part.
        if key == "MAP_PROJECTION" {
          header.map.append(text)
        } else {
          if header.values[key] == nil { header.values[key] = text }
          name = nil
        }
      }
      header.line += 1
    }
    throw .damaged(path: path, reason: "it has no #GRID")
  }

  private static func number(_ name: String, _ header: Header, _ path: String) throws(DatasetError) -> Double?
  {
    guard let text = header.values[name] else { return nil }
    guard let word = words(text).first, let number = Double(word), number.isFinite else {
      throw .damaged(path: path, reason: "its header says '\(text)' for #\(name), expected a number")
    }
    return number
  }

  private static func whole(_ name: String, _ header: Header, _ path: String) throws(DatasetError) -> Int {
    guard let value = try number(name, header, path) else {
      throw .damaged(path: path, reason: "its header has no #\(name)")
    }
    guard let count = Int(exactly: value), count > 0, count < 1 << 31 else {
      throw .damaged(path: path, reason: "its header says \(value) for #\(name), expected a count")
    }
    return count
  }

  /// Values of a header's line, separated by blanks or commas, text in quotes.
  private static func words(_ text: String) -> [String] {
    text.split { " \t,".contains($0) }.map { $0.filter { $0 != "\"" } }
  }

  /// A name and the metres of one, where the name is not known.
  private static func unit(_ text: String) -> String? {
    let parts = text.split(separator: ",").map { String($0).filter { $0 != "\"" }.trimmingBlanks }
    guard let name = parts.first, !name.isEmpty else { return nil }
    if FileUnit(name) == nil, parts.count > 1, Double(parts[1]) != nil { return "\(parts[1]) m" }
    return name
  }

  // MARK: Values

  private static func plain(
    _ bytes: [UInt8], _ header: Header, _ count: Int, _ path: String
  ) throws(DatasetError) -> [Double] {
    var words = TextNumbers(bytes, path: path, from: header.end, line: header.line)
    var values: [Double] = []
    values.reserveCapacity(count)
    for index in 0..<count { values.append(try words.number("value \(index + 1) of \(count)")) }
    if let more = words.next(), more.bytes.first != 0x23 {
      throw .malformed(
        path: path, line: more.line, found: "'\(more.text)'",
        expected: "the end of the file after \(count) values")
    }
    let mark = try number("DUMMY", header, path)
    let (scale, offset) = try transform(header, path)
    return values.map { value in
      if let mark, MissingMarks.isSame(value, mark) { return .nan }
      return scale == 1 && offset == 0 ? value : value * scale + offset
    }
  }

  private static func transform(_ header: Header, _ path: String) throws(DatasetError) -> (Double, Double) {
    guard let text = header.values["TRANSFORM"] else { return (1, 0) }
    let numbers = words(text).prefix(2).compactMap { Double($0) }
    guard numbers.count == 2, numbers.allSatisfy(\.isFinite), numbers[0] != 0 else {
      throw .damaged(
        path: path, reason: "its header says '\(text)' for #TRANSFORM, expected scale and offset")
    }
    return (numbers[0], numbers[1])
  }

  /// Numbers of a fixed count of digits of base 90 (`%` is 0). `!…` is a dummy; `"…`, a number and a value repeat the value.
  private static func packed(
    _ bytes: [UInt8], _ header: Header, _ count: Int, _ digits: Int, _ path: String
  ) throws(DatasetError) -> [Double] {
    let (scale, offset) = try transform(header, path)
    let text = bytes[header.end...].filter { $0 > 0x20 }
    var position = 0
    func next() throws(DatasetError) -> ArraySlice<UInt8> {
      guard position + digits <= text.count else {
        throw .damaged(path: path, reason: "its compressed values end early, \(count) are expected")
      }
      position += digits
      return text[(position - digits)..<position]
    }
    func number(_ word: ArraySlice<UInt8>) throws(DatasetError) -> Double {
      var value = 0.0
      for byte in word {
        guard (37...126).contains(byte) else {
          throw .damaged(path: path, reason: "a compressed value holds the byte \(byte), which is no digit")
        }
        value = value * 90 + Double(byte - 37)
      }
      return value
    }
    func value(_ word: ArraySlice<UInt8>) throws(DatasetError) -> Double {
      word.first == 0x21 ? .nan : try number(word) * scale + offset
    }
    var values: [Double] = []
    while values.count < count {
      let word = try next()
      guard word.first == 0x22 else {
        values.append(try value(word))
        continue
      }
      let times = try number(try next())
      let repeated = try value(try next())
      guard times >= 1, Double(values.count) + times <= Double(count) else {
        throw .damaged(
          path: path, reason: "a value is repeated \(times) times, \(count - values.count) are left")
      }
      values += repeatElement(repeated, count: Int(times))
    }
    return values
  }

  // MARK: Layout

  /// The corner where the scan starts, and whether its vectors run along the eastings.
  private static func layout(_ sense: Int) -> (fromNorth: Bool, fromEast: Bool, isAlongEast: Bool)? {
    switch sense {
    case 1: (false, false, true)
    case -1: (false, false, false)
    case 2: (true, false, false)
    case -2: (true, false, true)
    case 3: (true, true, true)
    case -3: (true, true, false)
    case 4: (false, true, false)
    case -4: (false, true, true)
    default: nil
    }
  }

  private static func grid(
    _ values: [Double], _ header: Header, _ points: Int, _ vectors: Int, _ path: String
  ) throws(DatasetError) -> PlainGrid {
    let told = try number("SENSE", header, path)
    let sense = told ?? 1
    guard let layout = Int(exactly: sense).flatMap({ Self.layout($0) }) else {
      throw .unsupported(
        path: path, what: "the scan direction #SENSE \(sense)", hint: "export it with one of ±1 … ±4")
    }
    let (along, across) = (try number("PTSEPARATION", header, path), try number("RWSEPARATION", header, path))
    let (west, south) = (try number("XORIGIN", header, path), try number("YORIGIN", header, path))
    let steps = (along ?? 1, across ?? 1)
    let (columns, rows) = layout.isAlongEast ? (points, vectors) : (vectors, points)
    var ordered = [Double](repeating: .nan, count: values.count)
    for vector in 0..<vectors {
      for point in 0..<points {
        let (x, y) = layout.isAlongEast ? (point, vector) : (vector, point)
        let column = layout.fromEast ? columns - 1 - x : x
        let row = layout.fromNorth ? rows - 1 - y : y
        ordered[row * columns + column] = values[vector * points + point]
      }
    }
    var grid = PlainGrid(
      name: "grid", from: (west ?? 0, south ?? 0),
      steps: layout.isAlongEast ? steps : (steps.1, steps.0), columns: columns, rows: rows, values: ordered)
    let unit = header.values["UNIT_LENGTH"].flatMap(unit)
    grid.coordinateUnits = (unit, unit)
    grid.coordinateSystem = system(header.map)
    return grid
  }

  /// `"name"`, then `"datum",axis,eccentricity,meridian`, then `"method",parameters…`; nil for a method that is not known.
  private static func system(_ lines: [String]) -> CoordinateSystem? {
    guard lines.count >= 3 else { return nil }
    let parts = lines.map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map {
        String($0).filter { $0 != "\"" }.trimmingBlanks
      }
    }
    let figure = parts[1].dropFirst().compactMap { Double($0) }
    guard figure.count >= 2, figure[0] > 0, (0..<1).contains(figure[1]), figure.count < 3 || figure[2] == 0
    else { return nil }
    let flattening = 1 - (1 - figure[1] * figure[1]).squareRoot()
    let own = Datum.unknown(semimajorAxis: figure[0], inverseFlattening: flattening == 0 ? 0 : 1 / flattening)
    let name = parts[1][0].filter { $0 != " " }.lowercased()
    let datum =
      Datum.all.first {
        $0.name.filter { $0 != " " }.lowercased() == name
          && abs($0.inverseFlattening - own.inverseFlattening) < 1e-4
      } ?? own
    let method = parts[2][0]
    if method.lowercased() == "geographic" { return CoordinateSystem(datum, nil, name: parts[0][0]) }
    let numbers = parts[2].dropFirst().map { Double($0) ?? .nan }
    guard numbers.count >= 5, numbers.allSatisfy(\.isFinite) else { return nil }
    let values = Dictionary(
      uniqueKeysWithValues: zip(
        ["latitudeoforigin", "centralmeridian", "scalefactor", "falseeasting", "falsenorthing"], numbers))
    return MapGrid(named: method, values: values).map { CoordinateSystem(datum, $0, name: parts[0][0]) }
  }
}
