internal import NumericCore

/// Formats of gridded data, told apart by their content.
public enum GridFormat: String, Sendable, CaseIterable {
  case netcdf
  /// Surfer: `DSAA` text, `DSBB` (version 6) and `DSRB` (version 7) binary.
  case surfer
  /// The grid text of the ICGEM calculation service.
  case icgem
  /// Version 2 of Geosoft's `.grd`, compressed or not.
  case oasisMontaj = "oasis_montaj"
  /// Lines of x, y and one or more values.
  case xyz

  /// The format that the first bytes of a file belong to; text that is none of the others is xyz.
  /// - Throws: `.unknownFormat` for bytes that are no text.
  static func recognised(_ bytes: [UInt8], path: String) throws(DatasetError) -> GridFormat {
    let start = bytes.prefix(8)
    if start.starts(with: Array("CDF".utf8)) || start.dropFirst().starts(with: Array("HDF".utf8)) {
      return .netcdf
    }
    for word in ["DSAA", "DSBB", "DSRB"] where start.starts(with: Array(word.utf8)) { return .surfer }
    if OasisGrid.recognises(bytes) { return .oasisMontaj }
    guard !bytes.prefix(4096).contains(0) else { throw .unknownFormat(path: path) }
    return IcgemGrid.recognises(bytes) ? .icgem : .xyz
  }
}

extension GridFormat {
  /// The grid of a file that is not NetCDF.
  func read(_ bytes: [UInt8], options: GridReadOptions, path: String) throws(DatasetError) -> PlainGrid {
    switch self {
    case .surfer: try SurferGrid.read(bytes, path: path)
    case .icgem: try IcgemGrid.read(bytes, variable: options.variable, path: path)
    case .oasisMontaj: try OasisGrid.read(bytes, path: path)
    case .xyz: try ScatteredGrid.read(bytes, options: options, path: path)
    case .netcdf: throw .notNetCDF(path: path, found: "it was read as plain bytes")
    }
  }
}

/// A grid as simple formats hold it: evenly spaced, row by row from the south, each row from the west.
struct PlainGrid {
  var name: String
  var west, south: Double
  var stepEasting, stepNorthing: Double
  var columns, rows: Int
  var values: [Double]
  var kind = GridVariable.Kind.projected
  var units: String?
}

extension PlainGrid {
  /// The grid in the program's conventions, with what the options say about its units.
  func gridVariable(_ options: GridReadOptions, path: String) throws(DatasetError) -> GridVariable {
    guard columns > 0, rows > 0, values.count == columns * rows else {
      throw .wrongCount(path: path, variable: name, found: values.count, expected: columns * rows)
    }
    let numbers = [west, south, stepEasting, stepNorthing]
    guard numbers.allSatisfy(\.isFinite), columns == 1 || stepEasting > 0, rows == 1 || stepNorthing > 0
    else {
      throw .damaged(path: path, reason: "the origin or spacing of the grid is not a usable number")
    }
    var east = Axis.line(from: west, step: stepEasting, count: columns)
    var north = Axis.line(from: south, step: stepNorthing, count: rows)
    if kind == .projected, let text = options.lengthUnits {
      guard let unit = FileUnit(text), unit.canonical == "m" else {
        throw .wrongUnits(path: path, variable: name, found: text, expected: FileUnit.acceptedLengths)
      }
      (east, north) = (
        (unit.convert(east.0), unit.convert(east.1)), (unit.convert(north.0), unit.convert(north.1))
      )
    }
    let found = options.valueUnits ?? units
    let unit = found.flatMap(FileUnit.init)
    if options.valueUnits != nil, unit == nil {
      throw .wrongUnits(
        path: path, variable: name, found: found ?? "",
        expected: FileUnit.acceptedLengths + ["mGal", "uGal", "m/s2", "kg/m3", "g/cm3"])
    }
    guard [east.0, east.1, north.0, north.1].allSatisfy(\.isFinite) else {
      throw .damaged(path: path, reason: "the edges of the grid are not finite numbers")
    }
    let region = Region(west: east.0, east: east.1, south: north.0, north: north.1)
    let converted = unit.map { unit in
      unit.multiplier != 1 || unit.divisor != 1 ? values.map(unit.convert) : values
    }
    return GridVariable(
      name: name,
      grid: Grid(
        geometry: GridGeometry(
          region: region, columns: columns, rows: rows, isGeographic: kind == .geographic),
        values: converted ?? values),
      kind: kind, units: unit?.canonical ?? found, foundUnits: found, attributes: [])
  }
}

extension Axis {
  /// Both ends of an evenly spaced line.
  static func line(from start: Double, step: Double, count: Int) -> (Double, Double) {
    (start, start + step * Double(count - 1))
  }
}
