internal import NumericCore

// GeoTIFF (OGC 19-008): double precision, a band a field, pixels about the nodes, rows from the north, NaN for missing values.
extension ExportedGrid {
  /// The bytes of a GeoTIFF.
  /// - Throws: `.unsupported` beyond the 4 GiB of a classic TIFF.
  public func geoTIFF() throws(DatasetError) -> [UInt8] {
    let size = 8 * geometry.count * fields.count
    guard size < 0xFFFF_0000 else {
      throw .unsupported(
        path: "GeoTIFF",
        what: "\(fields.count) fields of \(geometry.columns) x \(geometry.rows) nodes, beyond its 4 GiB",
        hint: "choose fewer by --variable, or take the NetCDF file itself")
    }
    var file = TIFFFile()
    let (columns, rows) = (geometry.columns, geometry.rows)
    file.add(256, .long, [columns])
    file.add(257, .long, [rows])
    file.add(258, .short, fields.map { _ in 64 })
    file.add(259, .short, [1])
    file.add(262, .short, [1])
    file.add(277, .short, [fields.count])
    file.add(278, .long, [rows])
    file.add(284, .short, [fields.count > 1 ? 2 : 1])
    if fields.count > 1 { file.add(338, .short, fields.dropFirst().map { _ in 0 }) }
    file.add(339, .short, fields.map { _ in 3 })
    let steps = (
      east: columns > 1 ? geometry.region.width / Double(columns - 1) : 1,
      north: rows > 1 ? geometry.region.height / Double(rows - 1) : 1
    )
    file.add(33550, [steps.east, steps.north, 0])
    file.add(
      33922,
      [0, 0, 0, geometry.region.west - steps.east / 2, geometry.region.north + steps.north / 2, 0])
    let keys = GeoKeyWriter(system, isGeographic: geometry.isGeographic)
    file.add(34735, .short, keys.directory)
    if !keys.doubles.isEmpty { file.add(34736, keys.doubles) }
    if !keys.text.isEmpty { file.add(34737, keys.text) }
    file.add(42112, metadata)
    file.add(42113, "nan")
    return file.bytes(strips: fields.map { turned($0.values) })
  }

  /// GDAL's remarks: names and units of the bands.
  private var metadata: String {
    func plain(_ text: String) -> String {
      text.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"][$0] ?? String($0) }.joined()
    }
    var items = ""
    for (index, field) in fields.enumerated() {
      items +=
        "  <Item name=\"DESCRIPTION\" sample=\"\(index)\" role=\"description\">\(plain(field.name))</Item>\n"
      if let units = field.units, units != "1" {
        items += "  <Item name=\"UNITTYPE\" sample=\"\(index)\" role=\"unittype\">\(plain(units))</Item>\n"
      }
      if let name = field.longName {
        items += "  <Item name=\"long_name\" sample=\"\(index)\">\(plain(name))</Item>\n"
      }
    }
    return "<GDALMetadata>\n\(items)</GDALMetadata>\n"
  }

  private func turned(_ values: [Double]) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(values.count)
    for row in (0..<geometry.rows).reversed() {
      result += values[(row * geometry.columns)..<((row + 1) * geometry.columns)]
    }
    return result
  }
}

/// The directory of a TIFF and what it points to; entries in ascending order of their tags.
private struct TIFFFile {
  enum Kind: Int {
    case text = 2, short, long, double = 12

    var width: Int { self == .text ? 1 : self == .short ? 2 : self == .long ? 4 : 8 }
  }

  private var entries: [(tag: Int, kind: Kind, count: Int, bytes: [UInt8])] = []

  mutating func add(_ tag: Int, _ kind: Kind, _ values: [Int]) {
    var bytes = LittleEndian()
    for value in values { if kind == .short { bytes.int16(value) } else { bytes.int32(value) } }
    entries.append((tag, kind, values.count, bytes.bytes))
  }

  mutating func add(_ tag: Int, _ values: [Double]) {
    var bytes = LittleEndian()
    for value in values { bytes.double(value) }
    entries.append((tag, .double, values.count, bytes.bytes))
  }

  mutating func add(_ tag: Int, _ text: String) {
    entries.append((tag, .text, text.utf8.count + 1, Array(text.utf8) + [0]))
  }

  /// The file: head, directory, what is too long for it, and the strips, one a field.
  func bytes(strips: [[Double]]) -> [UInt8] {
    var all = self
    // Their places are known when the length of all the rest is.
    let places = strips.map { _ in 0 }
    all.add(273, .long, places)
    all.add(279, .long, strips.map { 8 * $0.count })
    all.entries.sort { $0.tag < $1.tag }
    let start = 8 + 2 + 12 * all.entries.count + 4
    let length = all.entries.reduce(0) { $0 + ($1.bytes.count > 4 ? ($1.bytes.count + 1) / 2 * 2 : 0) }
    var place = (start + length + 7) / 8 * 8
    let first = place
    var offsets = LittleEndian()
    for strip in strips {
      offsets.int32(place)
      place += 8 * strip.count
    }
    for index in all.entries.indices where all.entries[index].tag == 273 {
      all.entries[index].bytes = offsets.bytes
    }
    var head = LittleEndian()
    head.raw([0x49, 0x49, 42, 0, 8, 0, 0, 0])
    head.int16(all.entries.count)
    var behind: [UInt8] = []
    for entry in all.entries {
      head.int16(entry.tag)
      head.int16(entry.kind.rawValue)
      head.int32(entry.count)
      if entry.bytes.count <= 4 {
        head.raw(entry.bytes + [UInt8](repeating: 0, count: 4 - entry.bytes.count))
      } else {
        head.int32(start + behind.count)
        behind += entry.bytes + [UInt8](repeating: 0, count: entry.bytes.count % 2)
      }
    }
    head.int32(0)
    head.raw(behind)
    head.raw([UInt8](repeating: 0, count: first - head.bytes.count))
    for strip in strips { for value in strip { head.double(value) } }
    return head.bytes
  }
}

/// The keys that say what the coordinates are.
private struct GeoKeyWriter {
  private(set) var directory: [Int] = []
  private(set) var doubles: [Double] = []
  private(set) var text = ""
  private var entries: [[Int]] = []

  init(_ system: CoordinateSystem?, isGeographic: Bool) {
    // What is not known is left out; the model alone says degrees or metres.
    short(1024, isGeographic ? 2 : 1)
    short(1025, 1)
    if let system {
      write(system, isGeographic)
    } else if isGeographic {
      short(2054, 9102)
    } else {
      short(3076, 9001)
    }
    entries.sort { $0[0] < $1[0] }
    directory = [1, 1, 0, entries.count] + entries.flatMap { $0 }
  }

  private mutating func write(_ system: CoordinateSystem, _ isGeographic: Bool) {
    ascii(1026, system.name ?? "unknown")
    if let code = system.code, code < 32767 {
      short(isGeographic ? 2048 : 3072, code)
      if !isGeographic { short(3076, 9001) }
      return
    }
    guard let datum = system.datum else {
      // GDAL reads well-known text of ESRI's kind from here; other programs see what is meant.
      short(isGeographic ? 2048 : 3072, 32767)
      ascii(isGeographic ? 2049 : 3073, "ESRI PE String = \(system.wellKnownText)")
      return
    }
    figure(datum)
    short(2054, 9102)
    guard let grid = system.grid else { return }
    short(3072, 32767)
    short(3074, 32767)
    short(3076, 9001)
    map(grid)
  }

  private mutating func figure(_ datum: Datum) {
    if let code = datum.code {
      short(2048, code)
      return
    }
    short(2048, 32767)
    short(2050, 32767)
    short(2056, 32767)
    ascii(2049, "GCS Name = \(datum.name)|Datum = \(datum.datumName)|Ellipsoid = \(datum.ellipsoidName)")
    double(2057, datum.semimajorAxis)
    if datum.inverseFlattening > 0 {
      double(2059, datum.inverseFlattening)
    } else {
      double(2058, datum.semimajorAxis)
    }
  }

  private mutating func map(_ grid: MapGrid) {
    switch grid.method {
    case .transverseMercator(let latitude, let scale):
      short(3075, 1)
      double(3081, latitude)
      double(3080, grid.longitude)
      double(3092, scale)
    case .mercator(let latitude):
      short(3075, 7)
      if latitude != 0 { double(3078, latitude) } else { double(3081, 0) }
      double(3080, grid.longitude)
      if latitude == 0 { double(3092, 1) }
    case .webMercator:
      short(3075, 7)
      double(3081, 0)
      double(3080, grid.longitude)
      double(3092, 1)
    case .polarStereographic(let latitude):
      short(3075, 15)
      double(3081, latitude)
      double(3095, grid.longitude)
      double(3092, 1)
    }
    double(3082, grid.falseEasting)
    double(3083, grid.falseNorthing)
  }

  private mutating func short(_ key: Int, _ value: Int) { entries.append([key, 0, 1, value]) }

  private mutating func double(_ key: Int, _ value: Double) {
    entries.append([key, 34736, 1, doubles.count])
    doubles.append(value)
  }

  private mutating func ascii(_ key: Int, _ value: String) {
    let own = value + "|"
    entries.append([key, 34737, own.utf8.count, text.utf8.count])
    text += own
  }
}
