import Datasets
import NumericCore

/// Readers of grids that aren't NetCDF. A damaged file is refused with the error of the module or gives a grid whose
/// parts fit together; nothing else may happen.
struct GridTarget: FuzzTarget {
  private let path: String
  private let format: GridFormat
  private let inputs: [[UInt8]]
  private let words: [String]

  init(_ format: GridFormat, folder: String) {
    (self.format, path) = (format, folder + "/a.grd")
    switch format {
    case .surfer:
      inputs = [Array(GridSamples.surferText.utf8), GridSamples.surfer6, GridSamples.surfer7]
      words = ["1.70141e+38", "-1", "1e999", "nan", "DATA", "GRID", "DSRB", "99999999999", "\n"]
    case .icgem:
      inputs = [Array(GridSamples.icgem.utf8)]
      words = [
        "end_of_head", "gapvalue 9999\n", "latitude_parallels 3\n", "longitude", "[mgal]", "1e999", "nan",
        "-",
      ]
    case .oasisMontaj:
      inputs = [GridSamples.oasis(compressed: false), GridSamples.oasis(compressed: true)]
      words = []
    case .xyz, .netcdf:
      inputs = ["1 2 3\n2 2 4\n1 3 5\n2 3 6\n", "# x\nlon,lat,z\n0,0,1\n1,0,2\n0,1,3\n", ">a\n1\t2\t3d4\r\n"]
        .map {
          Array($0.utf8)
        }
      words = ["1e308", "-1e308", "nan", "inf", "1e999", ">", "#", "0 0 0\n", ",", "\t", "1d5"]
    }
  }

  mutating func feed(_ mutator: inout Mutator) throws {
    try Scratch.write(mutator.variant(of: inputs, words: words), to: path)
    let isNamed = mutator.below(2) == 0
    do throws(DatasetError) {
      let found = try GridFile.readVariable(path, options: GridReadOptions(format: isNamed ? format : nil))
      let geometry = found.grid.geometry
      let edges = [geometry.region.west, geometry.region.east, geometry.region.south, geometry.region.north]
      guard found.grid.values.count == geometry.count, edges.allSatisfy(\.isFinite) else {
        throw DatasetError.wrongCount(path: "FINDING", variable: "", found: 0, expected: 0)
      }
    } catch {
      if case .wrongCount("FINDING", _, _, _) = error {
        throw Finding("a grid whose parts don't fit together")
      }
    }
    if format == .xyz { do throws(DatasetError) { _ = try TableFile.readAny(path) } catch { return } }
  }
}

/// Small valid grids.
private enum GridSamples {
  static let surferText = "DSAA\n2 2\n0 1\n0 1\n0 4\n1 2\n3 1.70141e+38\n"

  static let icgem = """
    product_type gravity_field
    latlimit_north 1.0
    latlimit_south 0.0
    longlimit_west 5.0
    longlimit_east 6.0
    latitude_parallels 2
    longitude_parallels 2
    gapvalue 9999.0

     longitude latitude gravity_ell
     [deg.] [deg.] [mgal]
    end_of_head ===
    5.0 1.0 1
    6.0 1.0 2
    5.0 0.0 3
    6.0 0.0 9999.0

    """

  private static func int(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func double(_ value: Double) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * $0)) }
  }

  private static func float(_ value: Double) -> [UInt8] { int(Int(Float(value).bitPattern), 4) }

  static let surfer6: [UInt8] =
    Array("DSBB".utf8) + int(2, 2) + int(2, 2) + [0, 1, 0, 1, 1, 4].flatMap { double($0) }
    + [1, 2, 3, 1.70141e38].flatMap { float($0) }

  static let surfer7: [UInt8] =
    Array("DSRB".utf8) + int(4, 4) + int(2, 4) + Array("GRID".utf8) + int(72, 4) + int(2, 4) + int(2, 4)
    + [0, 0, 1, 1, 1, 4, 0, 1.70141e38].flatMap { double($0) } + Array("DATA".utf8) + int(32, 4)
    + [1, 2, 3, 4].flatMap { double($0) }

  /// The compressed one in a stored block of zlib, with its check sum.
  static func oasis(compressed: Bool) -> [UInt8] {
    let values = [1.0, 2, 3, -1e32].flatMap { float($0) }
    var header = int(compressed ? 1028 : 4, 4) + int(2, 4) + int(2, 4) + int(2, 4) + int(1, 4)
    header += [1.0, 1, 0, 0, 0, 0, 1].flatMap { double($0) }
    header += [UInt8](repeating: 0, count: 512 - header.count)
    guard compressed else { return header + values }
    var (a, b) = (1, 0)
    for value in values {
      a = (a + Int(value)) % 65521
      b = (b + a) % 65521
    }
    let stream: [UInt8] =
      [0x78, 0x01, 0x01] + int(values.count, 2) + int(~values.count, 2) + values
      + int(b * 65536 + a, 4).reversed()
    let start = 512 + 16 + 12
    return header + int(0, 4) + int(1, 4) + int(1, 4) + int(2, 4) + int(start, 8) + int(stream.count + 16, 4)
      + [UInt8](repeating: 0, count: 16) + stream
  }
}
