internal import CNetCDF

/// What the file says about one variable.
struct VariableInfo {
  var name: String
  var id: Int32
  var type: nc_type
  var dimensions: [Int32]
  var attributeCount: Int32
  /// Whether a dimension behind the first is unlimited: the library then lays the part that was written side by side
  /// at the start of the buffer and fills too little of the rest (NetCDF 4.9.0), unless it is asked for one row at a time.
  var isReadByRows = false
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
    let unlimited = try unlimitedDimensions()
    for index in 0..<count {
      var info = try variable(index)
      info.isReadByRows = info.dimensions.dropFirst().contains(where: unlimited.contains)
      result.append(info)
    }
    return result
  }

  private func unlimitedDimensions() throws(DatasetError) -> Set<Int32> {
    var count: Int32 = 0
    try call("count unlimited dimensions") { nc_inq_unlimdims($0, &count, nil) }
    var ids = [Int32](repeating: -1, count: Int(count))
    if count > 0 { try call("read unlimited dimensions") { nc_inq_unlimdims($0, &count, &ids) } }
    return Set(ids)
  }

  /// Groups of the root, which are not read.
  func groups() throws(DatasetError) -> Int {
    var count: Int32 = 0
    try call("count groups") { nc_inq_grps($0, &count, nil) }
    return Int(count)
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

  /// A box of a variable's values as doubles.
  func doubles(_ info: VariableInfo, start: [Int], count: [Int]) throws(DatasetError) -> [Double] {
    try box(info, start, count, { $0 }) { nc_get_vara_double($0, info.id, $1, $2, $3) }
  }

  /// All values, in the type that the dataset keeps them in.
  func values(_ info: VariableInfo, sizes: [Int]) throws(DatasetError) -> Dataset.Values {
    let start = sizes.map { _ in 0 }
    switch info.type {
    case NC_DOUBLE, NC_FLOAT, NC_INT64, NC_UINT, NC_UINT64:
      return .double(try doubles(info, start: start, count: sizes))
    case NC_INT, NC_SHORT, NC_USHORT, NC_UBYTE:
      return .int32(
        try box(info, start, sizes, { Int32($0) }) { nc_get_vara_int($0, info.id, $1, $2, $3) })
    case NC_BYTE:
      return .int8(
        try box(info, start, sizes, { Int8($0) }) { nc_get_vara_schar($0, info.id, $1, $2, $3) })
    case NC_CHAR: return .text(try characters(info, sizes: sizes))
    case NC_STRING: return .text(try strings(info, sizes: sizes))
    default:
      throw .wrongType(
        path: path, variable: info.name, found: "a type of its own", expected: "numbers or text")
    }
  }

  /// A box of a variable, in a buffer that is filled before with the mark of what was never written: not every
  /// value is written by the library (`isReadByRows`), and a buffer's former content must never be one.
  private func box<Number>(
    _ info: VariableInfo, _ start: [Int], _ count: [Int], _ convert: (Double) -> Number,
    _ read: (Int32, [Int], [Int], UnsafeMutablePointer<Number>) -> Int32
  ) throws(DatasetError) -> [Number] {
    var values = [Number](repeating: convert(try unwritten(info)), count: try total(count, info))
    guard !values.isEmpty else { return values }
    let isOnePiece = !info.isReadByRows || count.count < 2
    let row = isOnePiece ? values.count : count[count.count - 1]
    var place = start.isEmpty ? [0] : start
    var size = count.isEmpty ? [1] : count
    if !isOnePiece { size = count.dropLast().map { _ in 1 } + [row] }
    for first in stride(from: 0, to: values.count, by: row) {
      if !isOnePiece {
        var rest = first / row
        for axis in (0..<(count.count - 1)).reversed() {
          place[axis] = start[axis] + rest % count[axis]
          rest /= count[axis]
        }
      }
      var code: Int32 = 0
      values.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        code = status { read($0, place, size, base + first) }
      }
      try check(code, "read variable '\(info.name)'")
    }
    return values
  }

  private func total(_ count: [Int], _ info: VariableInfo) throws(DatasetError) -> Int {
    var result = 1
    for size in count {
      let (product, overflow) = result.multipliedReportingOverflow(by: size)
      guard !overflow, product < 1 << 48 else {
        throw .damaged(path: path, reason: "variable '\(info.name)' has \(count) values")
      }
      result = product
    }
    return result
  }

  /// What stands for a value that was never written: the library's mark, which `Unpacking` takes for missing; of bytes,
  /// which have none, the variable's own.
  private func unwritten(_ info: VariableInfo) throws(DatasetError) -> Double {
    guard let type = StoredType(info.type) else { return 0 }
    guard !type.hasUnwrittenMark else { return type.unwritten }
    var kind: nc_type = 0
    var length = 0
    let found = status { nc_inq_att($0, info.id, "_FillValue", &kind, &length) }
    guard found == NC_NOERR, length == 1, kind == info.type else { return type.unwritten }
    var mark = 0.0
    try call("read attribute '_FillValue'") { nc_get_att_double($0, info.id, "_FillValue", &mark) }
    return mark
  }

  private func characters(_ info: VariableInfo, sizes: [Int]) throws(DatasetError) -> [String] {
    let width = sizes.last ?? 1
    let bytes: [CChar] = try box(info, sizes.map { _ in 0 }, sizes, { _ in 0 }) {
      nc_get_vara_text($0, info.id, $1, $2, $3)
    }
    guard width > 0 else { return [String](repeating: "", count: sizes.dropLast().reduce(1, *)) }
    return stride(from: 0, to: bytes.count, by: width).map { text(bytes[$0..<($0 + width)]) }
  }

  private func strings(_ info: VariableInfo, sizes: [Int]) throws(DatasetError) -> [String] {
    var pointers: [UnsafeMutablePointer<CChar>?] = try box(info, sizes.map { _ in 0 }, sizes, { _ in nil }) {
      nc_get_vara_string($0, info.id, $1, $2, $3)
    }
    return pointers.isEmpty ? [] : try take(&pointers)
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
