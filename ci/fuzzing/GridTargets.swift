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
    case .geotiff:
      inputs = [
        GridSamples.tiff(predictor: 1), GridSamples.tiff(predictor: 2), GridSamples.tiff(predictor: 3),
        GridSamples.tiles,
      ]
      words = ["\u{5}\u{0}", "\u{8}\u{0}", "nan", "-9999", "II*\u{0}", "MM\u{0}*"]
    case .esri:
      inputs = [Array(GridSamples.esri.utf8)]
      words = [
        "ncols ", "nrows 3\n", "xllcenter 5\n", "dx 1\n", "dy 1\n", "-9999", "1e999", "nan", "-", "1,5",
        "NODATA_value 0\n",
      ]
    case .gxf:
      inputs = [Array(GridSamples.gxf.utf8), Array(GridSamples.packedGXF.utf8)]
      words = [
        "#GRID\n", "#SENSE\n-3\n", "#GTYPE\n2\n", "#TRANSFORM\n0,1\n", "\"\"", "!!", "1e999", "nan",
        "#DUMMY\n", "99999999999",
      ]
    case .gmt:
      inputs = [GridSamples.gmt(width: 4), GridSamples.gmt(width: 2), GridSamples.gmt(width: 8)]
      words = []
    case .xyz, .netcdf:
      inputs = [
        "1 2 3\n2 2 4\n1 3 5\n2 3 6\n", "# x\nlon,lat,z\n0,0,1\n1,0,2\n0,1,3\n", ">a\n1\t2\t3d4\r\n",
        "/ X Y g\nLine L1\n1 2 *\nTie 3\n2 2 5\n", "y;x;z (ft)\n1,5;2,5;\n1,5;3,5;4\n",
        ",northing,easting,z\n0,1,2,3\n1,1,3,\n",
        "\"a b\" \"x\"\n\"1\" 2 3\n\"2\" 3 4\n",
      ].map { Array($0.utf8) }
      words = [
        "1,5", "\"", "m,m,mGal\n", "Line 5\n", "\u{FEFF}", "*", "(km)", "1e308", "-1e308", "nan", "inf",
        "1e999", ">", "#", "0 0 0\n", ",", "\t", "1d5", "\r", ";;",
      ]
    }
  }

  mutating func feed(_ mutator: inout Mutator) throws {
    try Scratch.write(mutator.variant(of: inputs, words: words), to: path)
    let isNamed = mutator.below(2) == 0
    var options = GridReadOptions(format: isNamed ? format : nil)
    options.isStrict = mutator.below(2) == 0
    if options.isStrict { options.measure = .length }
    do throws(DatasetError) {
      let found = try GridFile.readVariable(path, options: options)
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

  static let esri = """
    ncols 2
    nrows 2
    xllcorner 0
    yllcorner 0,5
    cellsize 10
    NODATA_value -9999
    1 2
    -9999 4.5

    """

  static let gxf = """
    #TITLE
    a
    #POINTS
    2
    #ROWS
    2
    #PTSEPARATION
    10
    #RWSEPARATION
    20
    #XORIGIN
    5
    #YORIGIN
    6
    #DUMMY
    -1e32
    #UNIT_LENGTH
    "ft",0.3048
    #GRID
    1 2
    -1e32 4

    """

  static let packedGXF =
    "#POINTS\n3\n#ROWS\n2\n#GTYPE\n2\n#TRANSFORM\n2,1\n#SENSE\n-2\n#GRID\n%&%'\n!!\"\"%(%)\n"

  static func gmt(width: Int) -> [UInt8] {
    let numbers = [0.0, 10, 0, 10, 1, 4, 10, 10, 1, 0].flatMap { double($0) }
    let head = int(2, 4) + int(2, 4) + int(0, 4) + numbers
    let values = [1.0, 2, 3, 4].flatMap { width == 8 ? double($0) : width == 4 ? float($0) : int(Int($0), 2) }
    return head + [UInt8](repeating: 0, count: 892 - head.count) + values
  }

  private typealias Entry = (tag: Int, type: Int, count: Int, value: Int)

  /// A TIFF whose numbers of 8 bytes stand behind the header, then the data, then the directory.
  private static func tiff(_ numbers: [Double], _ data: [UInt8], _ entries: [Entry]) -> [UInt8] {
    let place = 8 + 8 * numbers.count
    let list =
      entries + [
        (33550, 12, 3, 8), (33922, 12, 6, 32), (259, 3, 1, 1), (262, 3, 1, 1), (277, 3, 1, 1),
        (42113, 2, 2, 0x39),
      ]
    let directory = list.sorted { $0.tag < $1.tag }.flatMap {
      int($0.tag, 2) + int($0.type, 2) + int($0.count, 4) + int($0.value == -1 ? place : $0.value, 4)
    }
    let head: [UInt8] = [0x49, 0x49, 42, 0] + int(place + data.count, 4)
    return head + numbers.flatMap { double($0) } + data + int(list.count, 2) + directory + int(0, 4)
  }

  private static let place = [1.0, 1, 0, 0, 0, 0, 10, 20, 0]

  /// One strip of 2 × 2 floats, or shorts with differences.
  static func tiff(predictor: Int) -> [UInt8] {
    let isShort = predictor == 2
    let data = [1.0, 2, 3, 4].flatMap { isShort ? int(Int($0), 2) : float($0) }
    return tiff(
      place, data,
      [
        (256, 4, 1, 2), (257, 4, 1, 2), (258, 3, 1, isShort ? 16 : 32), (273, 4, 1, -1), (278, 4, 1, 2),
        (279, 4, 1, data.count), (317, 3, 1, predictor), (339, 3, 1, isShort ? 2 : 3),
      ])
  }

  /// A tile of 16 × 16 bytes, of which 3 × 2 are the image.
  static let tiles: [UInt8] = tiff(
    place, (0..<256).map { UInt8($0) },
    [
      (256, 4, 1, 3), (257, 4, 1, 2), (258, 3, 1, 8), (322, 3, 1, 16), (323, 3, 1, 16), (324, 4, 1, -1),
      (325, 4, 1, 256),
    ])

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
