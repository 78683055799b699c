import CNetCDF
import Testing

@testable import Datasets

/// A file as another program would write it: chosen format, types and attributes.
struct ForeignFile {
  struct Variable {
    var name: String
    var type: nc_type
    var dimensions: [Int]
    var values: [Double]
    var texts: [(String, String)] = []
    var numbers: [(String, Double)] = []
    /// Attributes of these types, of one number or several.
    var doubles: [(String, [Double])] = []
    var shorts: [(String, [Double])] = []
  }

  var dimensions: [(String, Int)]
  var variables: [Variable]
  var mode = NC_CLASSIC_MODEL

  func write(_ path: String) throws {
    try #require(NetCDFLibrary.call { create(path) } == NC_NOERR)
  }

  private func create(_ path: String) -> Int32 {
    var id: Int32 = 0
    var codes = [nc_create(path, mode, &id)]
    for (name, size) in dimensions {
      var dimension: Int32 = 0
      codes.append(nc_def_dim(id, name, size, &dimension))
    }
    for variable in variables {
      var index: Int32 = 0
      let shape = variable.dimensions.map(Int32.init)
      codes.append(nc_def_var(id, variable.name, variable.type, Int32(shape.count), shape, &index))
      for (name, text) in variable.texts {
        codes.append(nc_put_att_text(id, index, name, text.utf8.count, text))
      }
      for (name, number) in variable.numbers {
        let type = name.hasPrefix("_") || name == "missing_value" ? variable.type : NC_DOUBLE
        var number = number
        codes.append(nc_put_att_double(id, index, name, type, 1, &number))
      }
    }
    for (index, variable) in variables.enumerated() {
      for (type, list) in [(NC_DOUBLE, variable.doubles), (NC_SHORT, variable.shorts)] {
        for (name, numbers) in list {
          codes.append(nc_put_att_double(id, Int32(index), name, type, numbers.count, numbers))
        }
      }
    }
    codes.append(nc_enddef(id))
    for (index, variable) in variables.enumerated() {
      // A record dimension has no length until values give it one.
      let start = variable.dimensions.map { _ in 0 }
      let count = variable.dimensions.map { max(1, dimensions[$0].1) }
      codes.append(nc_put_vara_double(id, Int32(index), start, count, variable.values))
    }
    codes.append(nc_close(id))
    return codes.first { $0 != NC_NOERR } ?? NC_NOERR
  }
}
