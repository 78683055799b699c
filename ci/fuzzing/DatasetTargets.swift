import Datasets
import NumericCore

/// Text tables.
struct TableTarget: FuzzTarget {
  private let path: String
  private let inputs = [
    "easting,northing,upward\n1,2,3.5\n-4e3,5,nan\n", "# a comment\na;b\n1;\"x \"\"y\"\"\"\n;\n",
    "\u{FEFF}a\tb\r\n1\tNA\r\n\r\n2\tinf\r\n", "name,\nBasin,1\n\"two\nlines\",2\n",
  ].map { Array($0.utf8) }
  private let words = ["\"", "\"\"", "nan", "inf", "1e400", ",,,", "\r\n", ";", "\t", "#", "0x1p3"]

  init(folder: String) { path = folder + "/a.csv" }

  mutating func feed(_ mutator: inout Mutator) throws {
    try Scratch.write(mutator.variant(of: inputs, words: words), to: path)
    let table: Table
    let options = TableReadOptions(layout: mutator.below(2) == 0 ? .csv : .auto)
    do throws(DatasetError) { table = try TableFile.readAny(path, options: options) } catch { return }
    let isRegular = table.columns.allSatisfy { $0.kind.count == table.count && !$0.name.isEmpty }
    if !isRegular { throw Finding("columns of different lengths or without names") }
  }
}

/// Coasts: GMT's text and GeoJSON.
struct LineTarget: FuzzTarget {
  private let path: String
  private let inputs = [
    "# coast\n> a -W1\n1 2\n3.5\t4\n>\n-5 6\nNaN NaN\n7,8\n",
    "{\"type\": \"FeatureCollection\", \"features\": [{\"geometry\": {\"type\": \"MultiPolygon\", "
      + "\"coordinates\": [[[[0, 1], [2, 3, 4], [0, 1]]]]}, \"properties\": {\"a\\\"b\": [null, true, -1e3]}}]}",
  ].map { Array($0.utf8) }
  private let words = [
    ">", "#", "nan", "[[[[", "]]", "{", "}", "\\\"", "1e400", "null", ",", ":", "coordinates",
  ]

  init(folder: String) { path = folder + "/a.lines" }

  mutating func feed(_ mutator: inout Mutator) throws {
    try Scratch.write(mutator.variant(of: inputs, words: words), to: path)
    let lines: [Points]
    do throws(DatasetError) { lines = try LineFile.read(path) } catch { return }
    if lines.isEmpty || lines.contains(where: { $0.count < 2 }) { throw Finding("a line without two places") }
  }
}

/// The entry of the NetCDF reader. What the library under it does with a damaged file may end the process.
struct NetCDFTarget: FuzzTarget {
  private let path: String
  private let inputs: [[UInt8]]

  init(folder: String) throws {
    path = folder + "/a.nc"
    let geometry = GridGeometry(
      region: Region(west: 0, east: 4000, south: -1000, north: 2000), columns: 5, rows: 4)
    var grids = Dataset()
    let values = (0..<geometry.count).map { Double($0) * 1.25 - 3 }
    try grids.addGrid("topography", Grid(geometry: geometry, values: values), units: "m")
    var columns = Dataset()
    try columns.addColumn("easting", [1, 2, 3], units: "m")
    try columns.addColumn("upward", [4, .nan, 6], units: "m")
    var found: [[UInt8]] = []
    // Two dimensions without a value make a file NetCDF-4, which others write; ours are classic.
    let loose = ["none", "nothing"].map { Dataset.Dimension(name: $0, size: 0) }
    var (foreignGrids, foreignColumns) = (grids, columns)
    foreignGrids.dimensions += loose
    foreignColumns.dimensions += loose
    for (dataset, form) in [
      (foreignGrids, FileForm.plain), (foreignColumns, .plain), (grids, .described), (columns, .described),
    ] {
      try NetCDFFile.write(dataset, to: path, form: form)
      found.append(try Scratch.read(path))
    }
    // The classic format, which a program of somebody else may have written: an empty file of it.
    found.append(Array("CDF\u{1}".utf8) + [UInt8](repeating: 0, count: 28))
    inputs = found
  }

  mutating func feed(_ mutator: inout Mutator) throws {
    try Scratch.write(mutator.variant(of: inputs, words: []), to: path)
    do throws(DatasetError) {
      let dataset = try NetCDFFile.read(path)
      _ = dataset.dimensions.count
    } catch { return }
  }

  func isRefused(_ mutator: inout Mutator) throws -> Bool {
    try Scratch.write(mutator.variant(of: inputs, words: []), to: path)
    do throws(DatasetError) { try FileProbe.check(path) } catch {
      if case .damaged = error { return true }
      throw Finding("the probe says: \(error)")
    }
    return false
  }
}
