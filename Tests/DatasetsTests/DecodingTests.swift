import CNetCDF
import NumericCore
import TestSupport
import Testing

@testable import Datasets

/// Marks of missing values, packed and unsigned numbers, as the attributes of others describe them.
@Suite struct DecodingTests {
  private func variable(_ type: nc_type, _ values: [Double], _ texts: [(String, String)] = []) -> ForeignFile
  {
    ForeignFile(
      dimensions: [("x", 3), ("y", 2)],
      variables: [
        .init(name: "x", type: NC_DOUBLE, dimensions: [0], values: [0, 1000, 2000], texts: [("units", "m")]),
        .init(name: "y", type: NC_DOUBLE, dimensions: [1], values: [0, 1000], texts: [("units", "m")]),
        .init(name: "z", type: type, dimensions: [1, 0], values: values, texts: texts + [("units", "m")]),
      ], mode: NC_CLASSIC_MODEL)
  }

  private func values(_ file: ForeignFile, _ options: GridReadOptions = GridReadOptions()) throws -> [Double]
  {
    let folder = try ScratchFolder("datasets")
    try file.write(folder.path("a.nc"))
    return try GridFile.readVariable(folder.path("a.nc"), options: options).grid.values
  }

  private func same(_ found: [Double], _ expected: [Double]) -> Bool {
    Dataset.Values.double(found) == .double(expected)
  }

  /// A double as a mark among floats; GDAL and this program compare them as floats.
  @Test func marksAreComparedInTheFilesType() throws {
    var file = variable(NC_FLOAT, [0, 10, -99999.9, 30, 40, 50])
    file.variables[2].doubles = [("missing_value", [-99999.9])]
    #expect(same(try values(file), [0, 10, .nan, 30, 40, 50]))
    file.variables[2].doubles = [("missing_value", [30, -99999.9])]
    #expect(same(try values(file), [0, 10, .nan, .nan, 40, 50]))
    file.variables[2].doubles = []
    file.variables[2].texts.append(("missing_value", "-99999.9"))
    #expect(same(try values(file), [0, 10, .nan, 30, 40, 50]))
  }

  @Test func rangesOfValidValues() throws {
    var file = variable(NC_SHORT, [0, 10, 32767, -20000, 40, 9000])
    file.variables[2].doubles = [("valid_range", [-12000, 9000])]
    #expect(same(try values(file), [0, 10, .nan, .nan, 40, 9000]))
    file.variables[2].doubles = [("valid_min", [10]), ("valid_max", [40])]
    #expect(same(try values(file), [.nan, 10, .nan, .nan, 40, .nan]))
    // A wider type than the packed one means unpacked values.
    file.variables[2].doubles = [("scale_factor", [0.5]), ("valid_max", [4500])]
    #expect(same(try values(file), [0, 5, .nan, -10000, 20, 4500]))
    file.variables[2].doubles = [("scale_factor", [0.5])]
    file.variables[2].shorts = [("valid_max", [4500])]
    #expect(same(try values(file), [0, 5, .nan, -10000, 20, .nan]))
  }

  @Test func unsignedNumbersInSignedTypes() throws {
    var file = variable(NC_BYTE, [60, 100, -126, -56, -1, 0], [("_Unsigned", "true")])
    #expect(same(try values(file), [60, 100, 130, 200, 255, 0]))
    file.variables[2].numbers = [("_FillValue", -1)]
    #expect(same(try values(file), [60, 100, 130, 200, .nan, 0]))
    file = variable(NC_SHORT, [0, 1, -1, -32768, 32767, 5], [("_Unsigned", "True")])
    #expect(same(try values(file), [0, 1, 65535, 32768, 32767, 5]))
    file = variable(NC_INT, [0, 1, -1, 2, 3, 5], [("_Unsigned", "true")])
    #expect(same(try values(file), [0, 1, 4_294_967_295, 2, 3, 5]))
    file = variable(NC_UBYTE, [0, 1, 255, 128, 127, 5], [("_Unsigned", "false")])
    file.mode = NC_NETCDF4
    #expect(same(try values(file), [0, 1, -1, -128, 127, 5]))
  }

  @Test func scalesThatMeanNothingAreRefused() throws {
    var file = variable(NC_SHORT, [0, 1, 2, 3, 4, 5], [("scale_factor", "0.5")])
    #expect(same(try values(file), [0, 0.5, 1, 1.5, 2, 2.5]))
    file.variables[2].texts[0] = ("scale_factor", "half")
    #expect(error { _ = try values(file) }?.description.contains("scale_factor = 'half'") == true)
    file.variables[2].texts = []
    file.variables[2].doubles = [("add_offset", [.nan])]
    #expect(error { _ = try values(file) }?.description.contains("add_offset") == true)
  }

  @Test func numbersThatLookLikeMarksAreRefused() throws {
    var options = GridReadOptions(measure: .length)
    options.isStrict = true
    let packed = { (raw: [Double]) in
      var file = variable(NC_SHORT, raw)
      file.variables[2].doubles = [("scale_factor", [0.1])]
      return file
    }
    for (file, mark) in [
      (variable(NC_SHORT, [0, 10, -9999, 30, 40, 50]), "-9999"),
      (variable(NC_FLOAT, [0, 10, 1e20, 30, 40, 50]), "1e+20"),
      (variable(NC_FLOAT, [0, 10, -99999.9, 30, 40, 50]), "-99999.9"),
      (packed([0, 10, 32767, 30, 40, 50]), "3276.7"),
      (variable(NC_DOUBLE, [0, 10, 1.70141e38, 30, 40, 50]), "1.70141e+38"),
      (variable(NC_DOUBLE, [0, -999, -999, 30, 40, 50]), "-999"),
    ] {
      let found = error { _ = try values(file, options) }?.description ?? "no error"
      #expect(found.contains(mark) && found.contains("missing = "), "\(found)")
      var keeping = options
      keeping.keepsSuspected = true
      #expect(try values(file, keeping).allSatisfy(\.isFinite))
    }
    var named = options
    named.missing = [-9999]
    let marked = variable(NC_SHORT, [0, 10, -9999, 30, 40, 50])
    #expect(same(try values(marked, named), [0, 10, .nan, 30, 40, 50]))
    // Trenches reach this depth, and heights 999 m: neither stands apart.
    let trench = variable(NC_SHORT, [-10000, -9900, -9999, -9950, -9800, -9700])
    #expect(try values(trench, options).allSatisfy(\.isFinite))
    #expect(try values(variable(NC_SHORT, [0, 500, -999, 700, 999, 1100]), options).allSatisfy(\.isFinite))
  }
}
