public import NumericCore

/// A grid's variables on one set of nodes, to be written for another program.
public struct ExportedGrid: Sendable {
  /// One of them.
  public struct Field: Sendable {
    /// As in the dataset.
    public var name: String
    /// As in the dataset.
    public var units: String?
    /// What people call it.
    public var longName: String?
    /// Row by row from the south, each from the west; NaN where there is none.
    public var values: [Double]
  }

  /// Where the values lie.
  public let geometry: GridGeometry
  /// In the order of the file.
  public let fields: [Field]
  /// What the coordinates mean; nil where that is not known.
  public let system: CoordinateSystem?

  /// The grids of a dataset, or some of them by name.
  /// - Throws: `.variableMissing`; `.noGrid` where there is none; `.geometryMismatch` where they lie on other nodes than the
  ///   first.
  public init(_ dataset: Dataset, variables: [String] = []) throws(DatasetError) {
    let grids = dataset.variables.filter {
      Dataset.isGeographic($0.dimensions) != nil && $0.decoded() != nil
    }
    for name in variables where !grids.contains(where: { $0.name == name }) {
      throw .variableMissing(path: dataset.path, variable: name, found: grids.map(\.name))
    }
    let chosen = variables.isEmpty ? grids : grids.filter { variables.contains($0.name) }
    guard let first = chosen.first else {
      throw .noGrid(path: dataset.path, found: dataset.variables.map(\.name))
    }
    geometry = try dataset.grid(first.name).geometry
    system = dataset.coordinateSystem
    var fields: [Field] = []
    for variable in chosen {
      // Other nodes are another file's.
      guard variable.dimensions == first.dimensions else {
        guard variables.isEmpty else {
          throw .geometryMismatch(
            path: dataset.path, variable: variable.name, found: variable.dimensions.joined(separator: ", "),
            expected: first.dimensions.joined(separator: ", "))
        }
        continue
      }
      fields.append(
        Field(
          name: variable.name, units: variable.units, longName: variable.attribute("long_name")?.text,
          values: try dataset.doubles(variable.name)))
    }
    self.fields = fields
  }
}

extension ExportedGrid {
  /// Lines of easting, northing (or longitude, latitude) and the values, blanks between, under a line of names behind `#`; nodes
  /// without any value are left out.
  public var xyz: [UInt8] {
    let names = geometry.isGeographic ? ["longitude", "latitude"] : ["easting", "northing"]
    let head = zip(names + fields.map(\.name), [nil, nil] + fields.map(\.units)).map { name, unit in
      name + (unit.map { $0 == "1" ? "" : "(\($0.filter { $0 != " " }))" } ?? "")
    }
    var bytes = Array(("# " + head.joined(separator: " ") + "\n").utf8)
    for row in 0..<geometry.rows {
      for column in 0..<geometry.columns {
        let values = fields.map { $0.values[row * geometry.columns + column] }
        if values.allSatisfy(\.isNaN) { continue }
        let numbers = [geometry.easting(column), geometry.northing(row)] + values
        bytes += Array((numbers.map(ExportedNumber.text).joined(separator: " ") + "\n").utf8)
      }
    }
    return bytes
  }

  /// Surfer 7's binary grid (`DSRB`) of the first field.
  public var surfer: [UInt8] {
    let blank = 1.70141e38
    var bytes = LittleEndian()
    bytes.text("DSRB")
    bytes.int32(4)
    bytes.int32(1)
    bytes.text("GRID")
    bytes.int32(72)
    bytes.int32(geometry.rows)
    bytes.int32(geometry.columns)
    let finite = fields[0].values.filter(\.isFinite)
    let steps = (
      east: geometry.columns > 1 ? geometry.region.width / Double(geometry.columns - 1) : 1,
      north: geometry.rows > 1 ? geometry.region.height / Double(geometry.rows - 1) : 1
    )
    for value in [
      geometry.region.west, geometry.region.south, steps.east, steps.north, finite.min() ?? 0,
      finite.max() ?? 0,
      0, blank,
    ] { bytes.double(value) }
    bytes.text("DATA")
    bytes.int32(8 * fields[0].values.count)
    for value in fields[0].values { bytes.double(value.isNaN ? blank : value) }
    return bytes.bytes
  }
}

/// Numbers of exported text: the shortest digits that read back as the same number.
public enum ExportedNumber {
  /// `nan` for a missing value.
  public static func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}

/// Bytes of a file, the low ones of each number first.
struct LittleEndian {
  private(set) var bytes: [UInt8] = []

  mutating func text(_ text: String) { bytes += Array(text.utf8) }
  mutating func raw(_ more: some Sequence<UInt8>) { bytes += more }
  mutating func int16(_ value: Int) { append(UInt16(truncatingIfNeeded: value)) }
  mutating func int32(_ value: Int) { append(UInt32(truncatingIfNeeded: value)) }
  mutating func double(_ value: Double) { append(value.bitPattern) }

  private mutating func append(_ word: some FixedWidthInteger) {
    withUnsafeBytes(of: word.littleEndian) { bytes += $0 }
  }
}
