internal import CNetCDF

/// What the file says about one variable.
struct VariableInfo {
  var name: String
  var id: Int32
  var type: nc_type
  var dimensions: [Int32]
  var attributeCount: Int32
}

extension NetCDFHandle {
  func dimensions() throws(DatasetError) -> [Dataset.Dimension] {
    var count: Int32 = 0
    try call("count dimensions") { nc_inq_ndims($0, &count) }
    var result: [Dataset.Dimension] = []
    for index in 0..<count {
      var name = [CChar](repeating: 0, count: Int(NC_MAX_NAME) + 1)
      var size = 0
      try call("read dimension \(index)") { nc_inq_dim($0, index, &name, &size) }
      result.append(Dataset.Dimension(name: text(name), size: size))
    }
    return result
  }

  func variables() throws(DatasetError) -> [VariableInfo] {
    var count: Int32 = 0
    try call("count variables") { nc_inq_nvars($0, &count) }
    var result: [VariableInfo] = []
    for index in 0..<count { result.append(try variable(index)) }
    return result
  }

  private func variable(_ index: Int32) throws(DatasetError) -> VariableInfo {
    var name = [CChar](repeating: 0, count: Int(NC_MAX_NAME) + 1)
    var type: nc_type = 0
    var (rank, attributes): (Int32, Int32) = (0, 0)
    try call("read variable \(index)") {
      nc_inq_var($0, index, &name, &type, &rank, nil, &attributes)
    }
    var dimensions = [Int32](repeating: 0, count: Int(rank))
    try call("read dimensions of variable '\(text(name))'") { nc_inq_vardimid($0, index, &dimensions) }
    return VariableInfo(
      name: text(name), id: index, type: type, dimensions: dimensions, attributeCount: attributes)
  }

  func globalAttributes() throws(DatasetError) -> [Dataset.Attribute] {
    var count: Int32 = 0
    try call("count attributes") { nc_inq_natts($0, &count) }
    return try attributes(of: NC_GLOBAL, count: count)
  }

  func attributes(of variable: Int32, count: Int32) throws(DatasetError) -> [Dataset.Attribute] {
    var result: [Dataset.Attribute] = []
    for index in 0..<count {
      var name = [CChar](repeating: 0, count: Int(NC_MAX_NAME) + 1)
      try call("read name of attribute \(index)") { nc_inq_attname($0, variable, index, &name) }
      // User-defined types (compounds, references) have no place in a dataset.
      guard let value = try attribute(text(name), of: variable) else { continue }
      result.append(Dataset.Attribute(name: text(name), value: value))
    }
    return result
  }

  private func attribute(_ name: String, of variable: Int32) throws(DatasetError) -> Dataset.AttributeValue? {
    var type: nc_type = 0
    var length = 0
    let operation = "read attribute '\(name)'"
    try call(operation) { nc_inq_att($0, variable, name, &type, &length) }
    switch type {
    case NC_CHAR:
      var bytes = [CChar](repeating: 0, count: length + 1)
      try call(operation) { nc_get_att_text($0, variable, name, &bytes) }
      return .text(text(bytes))
    case NC_STRING:
      var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: length)
      try call(operation) { nc_get_att_string($0, variable, name, &pointers) }
      return .text(try take(&pointers).joined(separator: "\n"))
    case NC_FLOAT, NC_DOUBLE, NC_UINT64:
      var values = [Double](repeating: 0, count: length)
      try call(operation) { nc_get_att_double($0, variable, name, &values) }
      return .numbers(values)
    case NC_BYTE, NC_UBYTE, NC_SHORT, NC_USHORT, NC_INT, NC_UINT, NC_INT64:
      var values = [Int64](repeating: 0, count: length)
      try call(operation) { nc_get_att_longlong($0, variable, name, &values) }
      return .integers(values.map(Int.init))
    default: return nil
    }
  }

  /// A box of a variable's values as doubles, straight into the array.
  func doubles(_ info: VariableInfo, start: [Int], count: [Int]) throws(DatasetError) -> [Double] {
    try numbers(info.name, count.reduce(1, *), 0) { id, target in
      nc_get_vara_double(id, info.id, start, count, target)
    }
  }

  /// All values, in the type that the dataset keeps them in.
  func values(_ info: VariableInfo, sizes: [Int]) throws(DatasetError) -> Dataset.Values {
    let count = sizes.reduce(1, *)
    switch info.type {
    case NC_DOUBLE, NC_FLOAT, NC_INT64, NC_UINT, NC_UINT64:
      return .double(try numbers(info.name, count, 0) { nc_get_var_double($0, info.id, $1) })
    case NC_INT, NC_SHORT, NC_USHORT, NC_UBYTE:
      return .int32(try numbers(info.name, count, 0) { nc_get_var_int($0, info.id, $1) })
    case NC_BYTE:
      return .int8(try numbers(info.name, count, 0) { nc_get_var_schar($0, info.id, $1) })
    case NC_CHAR: return .text(try characters(info, sizes: sizes))
    case NC_STRING: return .text(try strings(info, count: count))
    default:
      throw .wrongType(
        path: path, variable: info.name, found: "a type of its own", expected: "numbers or text")
    }
  }

  private func numbers<Number>(
    _ name: String, _ count: Int, _ zero: Number,
    _ body: (Int32, UnsafeMutablePointer<Number>) -> Int32
  ) throws(DatasetError) -> [Number] {
    guard count > 0 else { return [] }
    var failure: DatasetError?
    let values = [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      let target = buffer.baseAddress!
      do throws(DatasetError) {
        try call("read variable '\(name)'") { body($0, target) }
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return values
  }

  private func characters(_ info: VariableInfo, sizes: [Int]) throws(DatasetError) -> [String] {
    let width = sizes.last ?? 1
    let bytes: [CChar] = try numbers(info.name, sizes.reduce(1, *), 0) {
      nc_get_var_text($0, info.id, $1)
    }
    guard width > 0 else { return [String](repeating: "", count: sizes.dropLast().reduce(1, *)) }
    return stride(from: 0, to: bytes.count, by: width).map { text(bytes[$0..<($0 + width)]) }
  }

  private func strings(_ info: VariableInfo, count: Int) throws(DatasetError) -> [String] {
    guard count > 0 else { return [] }
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    try call("read variable '\(info.name)'") { nc_get_var_string($0, info.id, &pointers) }
    return try take(&pointers)
  }

  private func take(_ pointers: inout [UnsafeMutablePointer<CChar>?]) throws(DatasetError) -> [String] {
    let texts = pointers.map { $0.map { String(cString: $0) } ?? "" }
    let count = pointers.count
    try call("free strings") { _ in nc_free_string(count, &pointers) }
    return texts
  }
}

/// The characters up to the first zero.
private func text(_ bytes: some Sequence<CChar>) -> String {
  String(decoding: bytes.lazy.map { UInt8(bitPattern: $0) }.prefix { $0 != 0 }, as: UTF8.self)
}
