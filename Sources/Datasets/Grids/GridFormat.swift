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
  case geotiff
  /// ESRI's ASCII grid, `.asc`.
  case esri
  /// Geosoft's Grid eXchange Format.
  case gxf
  /// GMT's own binary grids; its NetCDF ones of any version are `netcdf`.
  case gmt

  /// The format that the first bytes of a file belong to; text that is none of the others is xyz.
  /// - Throws: `.unsupported` for formats that are known by name only, `.unknownFormat` for bytes that are no text.
  static func recognised(_ bytes: [UInt8], path: String) throws(DatasetError) -> GridFormat {
    let start = bytes.prefix(8)
    if start.starts(with: Array("CDF".utf8)) || start.dropFirst().starts(with: Array("HDF".utf8)) {
      return .netcdf
    }
    for word in ["DSAA", "DSBB", "DSRB"] where start.starts(with: Array(word.utf8)) { return .surfer }
    if TIFFDirectory.recognises(bytes) { return .geotiff }
    try ForeignFormat.check(bytes, path: path)
    if OasisGrid.recognises(bytes) { return .oasisMontaj }
    if GMTBinaryGrid.recognises(bytes) { return .gmt }
    guard !bytes.prefix(4096).contains(0) else { throw .unknownFormat(path: path) }
    if EsriGrid.recognises(bytes) { return .esri }
    if GXFGrid.recognises(bytes) { return .gxf }
    return IcgemGrid.recognises(bytes) ? .icgem : .xyz
  }

  /// The grid of a file that is not NetCDF.
  func read(_ bytes: [UInt8], options: GridReadOptions, path: String) throws(DatasetError) -> PlainGrid {
    let grid = try plain(bytes, options: options, path: path)
    // These hold one grid without a name: another variable is not in them.
    let isNamed = [.icgem, .xyz, .geotiff].contains(self)
    if !isNamed, let name = options.variable, name != grid.name {
      throw .variableMissing(path: path, variable: name, found: [grid.name])
    }
    return grid
  }

  private func plain(
    _ bytes: [UInt8], options: GridReadOptions, path: String
  ) throws(DatasetError) -> PlainGrid {
    switch self {
    case .surfer: try SurferGrid.read(bytes, path: path)
    case .icgem: try IcgemGrid.read(bytes, variable: options.variable, path: path)
    case .oasisMontaj: try OasisGrid.read(bytes, path: path)
    case .xyz: try ScatteredGrid.read(bytes, options: options, path: path)
    case .geotiff: try GeoTIFFGrid.read(bytes, options: options, path: path)
    case .esri: try EsriGrid.read(bytes, path: path)
    case .gxf: try GXFGrid.read(bytes, path: path)
    case .gmt: try GMTBinaryGrid.read(bytes, path: path)
    case .netcdf: throw .notNetCDF(path: path, found: "it was read as plain bytes")
    }
  }
}

/// Files that people give for data and that are known in order to be refused by name.
enum ForeignFormat {
  private struct Mark {
    var start: [UInt8]
    var what, hint: String

    init(_ start: String, _ what: String, _ hint: String) { self.init(Array(start.utf8), what, hint) }

    init(_ start: [UInt8], _ what: String, _ hint: String) {
      (self.start, self.what, self.hint) = (start, what, hint)
    }
  }

  private static let convert = "convert it to NetCDF or GeoTIFF, as gdal_translate does"

  private static let marks = [
    Mark([0xFF, 0xFE], "text in UTF-16", "save it as UTF-8"),
    Mark([0xFE, 0xFF], "text in UTF-16", "save it as UTF-8"),
    Mark("PK\u{3}\u{4}", "an archive (zip) or a workbook (xlsx)", "unpack it, or export the table as CSV"),
    Mark([0x1F, 0x8B], "a file packed by gzip", "unpack it by gunzip"),
    Mark("BZh", "a file packed by bzip2", "unpack it by bunzip2"),
    Mark([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "a file packed by xz", "unpack it by unxz"),
    Mark([0x28, 0xB5, 0x2F, 0xFD], "a file packed by Zstandard", "unpack it by unzstd"),
    Mark([0xD0, 0xCF, 0x11, 0xE0], "a workbook of Excel (xls)", "export the table as CSV"),
    Mark("GRIB", "a GRIB file", "convert it by 'cdo -f nc copy' or gdal_translate"),
    Mark([0x0E, 0x03, 0x13, 0x01], "an HDF4 file", convert),
    Mark(
      [0x93] + Array("NUMPY".utf8), "an array of NumPy",
      "write it with its coordinates, as by xarray's to_netcdf"),
    Mark("MATLAB 5.0", "a file of MATLAB", "write it as NetCDF, or as text of x, y, z"),
    Mark("SQLite format 3", "a database (GeoPackage or MBTiles)", convert),
    Mark([0x89, 0x50, 0x4E, 0x47], "a picture (PNG)", "give the data, not a picture of them"),
    Mark([0xFF, 0xD8, 0xFF], "a picture (JPEG)", "give the data, not a picture of them"),
    Mark([0, 0, 0, 0x0C, 0x6A, 0x50], "a picture (JPEG 2000)", convert),
    Mark("%PDF", "a document (PDF)", "give the data as a grid or table"),
    Mark([0, 0, 0x27, 0x0A], "a shapefile", "export its points as CSV"),
    Mark("EHFA_HEADER_TAG", "an Erdas Imagine file", convert),
    Mark(
      "version https://git-lfs", "a pointer of Git LFS in place of the file", "fetch it by 'git lfs pull'"),
    Mark("netcdf ", "the text form of a NetCDF file (CDL)", "make the file of it by 'ncgen -o out.nc'"),
    Mark("DatasetHeader Begin", "an ER Mapper header", convert),
    Mark("<", "a web page or XML", "download the file itself"),
    Mark("{", "JSON", "write the grid as NetCDF, the points as CSV"),
    Mark("FSASCI", "a CPS-3 grid", convert), Mark("FFASCI", "a CPS-3 grid", convert),
  ]

  /// - Throws: `.unsupported`.
  static func check(_ bytes: [UInt8], path: String) throws(DatasetError) {
    let start = bytes.prefix(64).drop {
      $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF
    }
    if let mark = marks.first(where: { bytes.starts(with: $0.start) || start.starts(with: $0.start) }) {
      throw .unsupported(path: path, what: mark.what, hint: mark.hint)
    }
    guard !bytes.prefix(4096).contains(0) else { return }
    let head = String(decoding: bytes.prefix(4096), as: UTF8.self)
    let lines = head.split { $0.isNewline }.map { $0.drop { $0.isWhitespace } }
    let first = lines.first { !$0.hasPrefix("!") } ?? ""
    if lines.first?.hasPrefix("!") == true || first.hasPrefix("@"), first.hasPrefix("@"),
      head.uppercased().contains("GRID")
    {
      throw .unsupported(path: path, what: "a ZMAP grid", hint: convert)
    }
  }
}
