internal import CNetCDF

extension NetCDFHandle {
  /// - Parameter size: zero makes a dimension that can hold no value yet (an unlimited one).
  func define(_ dimension: Dataset.Dimension) throws(DatasetError) -> Int32 {
    var result: Int32 = 0
    try call("define dimension '\(dimension.name)'") {
      nc_def_dim($0, dimension.name, dimension.size, &result)
    }
    return result
  }

  /// Defines a variable with its attributes. Doubles that are no coordinate get `_FillValue = NaN`.
  func define(
    _ variable: Dataset.Variable, dimensions: [Int32]
  ) throws(DatasetError) -> Int32 {
    var result: Int32 = 0
    let name = variable.name
    let type = variable.values.type
    try call("define variable '\(name)'") {
      nc_def_var($0, name, type, Int32(dimensions.count), dimensions, &result)
    }
    if variable.getsFillValue {
      var missing = Double.nan
      try call("define the fill value of '\(name)'") {
        nc_put_att_double($0, result, "_FillValue", NC_DOUBLE, 1, &missing)
      }
    }
    // Every value is written, so filling the file first would write everything twice.
    try call("switch off filling of '\(name)'") { nc_def_var_fill($0, result, NC_NOFILL, nil) }
    if type == NC_CHAR {
      try put(Dataset.Attribute(name: "_Encoding", value: .text("utf-8")), of: result)
    }
    for attribute in variable.attributes { try put(attribute, of: result) }
    return result
  }

  func put(_ attribute: Dataset.Attribute, of variable: Int32 = NC_GLOBAL) throws(DatasetError) {
    let name = attribute.name
    let operation = "write attribute '\(name)'"
    switch attribute.value {
    case .text(let text):
      try call(operation) { nc_put_att_text($0, variable, name, text.utf8.count, text) }
    case .numbers(let values):
      try call(operation) { nc_put_att_double($0, variable, name, NC_DOUBLE, values.count, values) }
    case .integers(let values):
      let isShort = values.allSatisfy { Int32(exactly: $0) != nil }
      let wide = values.map(Int64.init)
      try call(operation) {
        nc_put_att_longlong($0, variable, name, isShort ? NC_INT : NC_INT64, values.count, wide)
      }
    }
  }

  /// Writes a box of a variable; its values must fill it.
  /// - Parameter width: for text, bytes of each value in the file.
  func write(
    _ values: Dataset.Values, name: String, id variable: Int32, start: [Int], count: [Int], width: Int = 1
  ) throws(DatasetError) {
    guard values.count > 0 else { return }
    let operation = "write variable '\(name)'"
    switch values {
    case .double(let numbers):
      try call(operation) { nc_put_vara_double($0, variable, start, count, numbers) }
    case .int32(let numbers):
      try call(operation) { nc_put_vara_int($0, variable, start, count, numbers) }
    case .int8(let numbers):
      try call(operation) { nc_put_vara_schar($0, variable, start, count, numbers) }
    case .text(let texts):
      var bytes: [CChar] = []
      bytes.reserveCapacity(texts.count * width)
      for text in texts {
        bytes += text.utf8.map { CChar(bitPattern: $0) }
        bytes += repeatElement(0, count: width - text.utf8.count)
      }
      try call(operation) { nc_put_vara_text($0, variable, start + [0], count + [width], bytes) }
    }
  }
}

extension Dataset.Values {
  var type: nc_type {
    switch self {
    case .double: NC_DOUBLE
    case .int32: NC_INT
    case .int8: NC_BYTE
    case .text: NC_CHAR
    }
  }

  /// Bytes of the longest text, at least 1; nil for numbers.
  var width: Int? {
    guard case .text(let texts) = self else { return nil }
    return max(1, texts.map(\.utf8.count).max() ?? 1)
  }
}

extension Dataset.Variable {
  var isCoordinate: Bool { dimensions == [name] }

  /// CF allows no missing values in coordinates.
  var getsFillValue: Bool {
    guard case .double = values else { return false }
    return !isCoordinate && attribute("_FillValue") == nil
  }
}
