import CNetCDF
import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Datasets

/// NetCDF-4 variables of which only a part was written, over unlimited dimensions that another variable made longer: the library
/// then writes too little, and in the wrong places, into the buffer that it is given.
@Suite struct UnwrittenValuesTests {
  /// `y(4)` and `x(5)` written whole, of `z` a corner.
  private func write(
    _ path: String, type: nc_type, corner: (rows: Int, columns: Int),
    unlimited: (y: Bool, x: Bool) = (true, true),
    fill: Double? = nil
  ) throws {
    let code = NetCDFLibrary.call {
      var (id, y, x): (Int32, Int32, Int32) = (0, 0, 0)
      var variables: [Int32] = [0, 0, 0]
      var codes = [nc_create(path, NC_NETCDF4, &id)]
      codes.append(nc_def_dim(id, "y", unlimited.y ? 0 : 4, &y))
      codes.append(nc_def_dim(id, "x", unlimited.x ? 0 : 5, &x))
      codes.append(nc_def_var(id, "y", NC_DOUBLE, 1, [y], &variables[0]))
      codes.append(nc_def_var(id, "x", NC_DOUBLE, 1, [x], &variables[1]))
      codes.append(nc_def_var(id, "z", type, 2, [y, x], &variables[2]))
      if var fill { codes.append(nc_put_att_double(id, variables[2], "_FillValue", type, 1, &fill)) }
      codes.append(nc_enddef(id))
      codes.append(nc_put_vara_double(id, variables[0], [0], [4], [0, 1000, 2000, 3000]))
      codes.append(nc_put_vara_double(id, variables[1], [0], [5], [0, 1000, 2000, 3000, 4000]))
      let values = (0..<corner.rows).flatMap { row in (0..<corner.columns).map { Double(10 * row + $0 + 1) } }
      codes.append(nc_put_vara_double(id, variables[2], [0, 0], [corner.rows, corner.columns], values))
      codes.append(nc_close(id))
      return codes.first { $0 != NC_NOERR } ?? NC_NOERR
    }
    try #require(code == NC_NOERR)
  }

  private func expected(_ rows: Int, _ columns: Int) -> [Double] {
    (0..<4).flatMap { row in
      (0..<5).map { row < rows && $0 < columns ? Double(10 * row + $0 + 1) : .nan }
    }
  }

  @Test(arguments: [NC_DOUBLE, NC_FLOAT, NC_SHORT, NC_INT, NC_INT64, NC_UINT, NC_USHORT])
  func cornersAreReadAndTheRestIsMissing(_ type: nc_type) throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    for (rows, columns) in [(1, 1), (2, 3), (4, 2), (1, 5), (3, 5)] {
      for unlimited in [(true, true), (false, true), (true, false)] {
        if !unlimited.0, rows < 4 { continue }
        if !unlimited.1, columns < 5 { continue }
        for fill in [nil, -99.0] where fill == nil || ![NC_UINT, NC_USHORT].contains(type) {
          try write(path, type: type, corner: (rows, columns), unlimited: unlimited, fill: fill)
          for pattern in [0.0, 1, 7e300] {
            // What a buffer of this size would get from the heap unless it is filled.
            withExtendedLifetime((0..<8).map { _ in [Double](repeating: pattern, count: 20) }) {}
            let found = try GridFile.readVariable(path)
            #expect(
              Dataset.Values.double(found.grid.values) == .double(expected(rows, columns)),
              "\(type), \(rows) x \(columns), \(unlimited): \(found.grid.values)")
          }
        }
      }
    }
  }

  /// Every byte may be a value: without a mark of its own what was not written is the library's −127, always.
  @Test func bytesHaveAMarkOfTheirOwn() throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    try write(path, type: NC_BYTE, corner: (1, 1), fill: -99)
    #expect(try GridFile.readVariable(path).grid.values.count { $0.isNaN } == 19)
    try write(path, type: NC_BYTE, corner: (1, 1))
    let found = try GridFile.readVariable(path).grid.values
    #expect(found[0] == 1 && found.dropFirst().allSatisfy { $0 == -127 })
  }

  @Test func seriesAreReadTheSameWay() throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    try write(path, type: NC_DOUBLE, corner: (2, 3))
    let reader = try NetCDFSeriesReader(path, dimension: "y")
    #expect(try reader.slice(1, variable: "z").prefix(3) == [11, 12, 13])
    #expect(try reader.band(0..<5, variable: "z").prefix(3) == [1, 2, 3])
  }
}
