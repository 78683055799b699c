internal import CNetCDF

/// Lays out a dataset in a new file: dimensions, variables and attributes in the order they come.
struct DatasetDefiner {
  let handle: NetCDFHandle
  private var dimensions: [String: (id: Int32, size: Int)] = [:]
  private var variables: [String: Int32] = [:]
  private let placement: Placement?
  private let form: FileForm

  /// - Parameter dataset: what will be defined, as far as it says where its variables lie.
  init(handle: NetCDFHandle, of dataset: Dataset, form: FileForm = .plain) {
    (self.handle, self.form) = (handle, form)
    let isPlaced = form != .plain || dataset.coordinateSystem != nil
    placement = isPlaced ? Placement(dataset.coordinateSystem, in: dataset) : nil
  }

  mutating func define(_ dimensions: [Dataset.Dimension]) throws(DatasetError) {
    for dimension in dimensions { try define(dimension) }
  }

  mutating func define(_ dimension: Dataset.Dimension) throws(DatasetError) {
    dimensions[dimension.name] = (try handle.define(dimension), dimension.size)
  }

  /// - Parameter leading: a dimension to put before the variable's own, of which its values are one slice.
  /// - Throws: `.undeclaredDimension`, `.wrongCount`, `.duplicateVariable`.
  mutating func define(_ variable: Dataset.Variable, leading: String? = nil) throws(DatasetError) {
    let name = variable.name
    guard variables[name] == nil else { throw .duplicateVariable(path: handle.path, variable: name) }
    let expected = try sizes(of: variable).reduce(1, *)
    guard variable.values.count == expected else {
      throw .wrongCount(
        path: handle.path, variable: name, found: variable.values.count, expected: expected)
    }
    var names = variable.dimensions
    if let leading { names.insert(leading, at: 0) }
    if let width = variable.values.width {
      let dimension = "string\(width)"
      if dimensions[dimension] == nil { try define(Dataset.Dimension(name: dimension, size: width)) }
      names.append(dimension)
    }
    // Of many slices the template's values say nothing.
    let said = leading == nil ? placement?.attributes(of: variable) : nil
    let filed = form.filed(said?.filed(variable) ?? variable)
    let id = try handle.define(filed, dimensions: names.compactMap { dimensions[$0]?.id })
    variables[name] = id
    if let placement, placement.holds(variable) { try handle.put(Placement.reference, of: id) }
  }

  func id(of variable: String) -> Int32? { variables[variable] }

  func size(of dimension: String) -> Int? { dimensions[dimension]?.size }

  func sizes(of variable: Dataset.Variable) throws(DatasetError) -> [Int] {
    var result: [Int] = []
    for dimension in variable.dimensions {
      guard let found = dimensions[dimension] else {
        throw .undeclaredDimension(path: handle.path, variable: variable.name, dimension: dimension)
      }
      result.append(found.size)
    }
    return result
  }

  /// - Parameter room: bytes to keep free behind the header of a classic file, for attributes that come later.
  func finish(attributes: [Dataset.Attribute], room: Int = 0) throws(DatasetError) {
    if !attributes.contains(where: { $0.name == conventions.name }) { try handle.put(conventions) }
    for attribute in attributes { try handle.put(attribute) }
    if let placement, placement.isOfPoints { try handle.put(PlacedAttributes.featureType) }
    let mapping = try placement?.define(in: handle)
    try handle.call("end the definitions") { room > 0 ? nc__enddef($0, room, 4, 0, 4) : nc_enddef($0) }
    if let mapping { try Placement.write(mapping, in: handle) }
  }

  /// Writes all values of a variable that has been defined without a leading dimension.
  func write(_ variable: Dataset.Variable) throws(DatasetError) {
    guard let id = variables[variable.name] else {
      preconditionFailure("'\(variable.name)' has not been defined")
    }
    let count = try sizes(of: variable)
    try handle.write(
      form.filed(variable).values, name: variable.name, id: id, start: count.map { _ in 0 }, count: count,
      width: variable.values.width ?? 1)
  }
}

extension VariableInfo {
  var isCharacters: Bool { type == NC_CHAR }

  /// Those of the values; the last dimension of characters is the width of the text.
  var ownDimensions: [Int32] { isCharacters ? dimensions.dropLast() : dimensions }
}

extension Dataset {
  /// Bytes that a file of `count` such datasets has at most: values, a hundred columns of a series, and
  /// generous room for definitions (a variable of a 31 × 41 grid takes some 3 kB).
  func bytesNeeded(count: Int) -> Int {
    let all = attributes + variables.flatMap(\.attributes)
    let text = all.reduce(0) { $0 + 128 + $1.name.utf8.count + $1.value.bytes }
    let values = variables.reduce(count > 1 ? 800 : 0) { $0 + $1.values.count * ($1.values.width ?? 8) }
    return values * count + 2 * text + 4096 * (8 + variables.count + dimensions.count)
      + (count > 1 ? 400_000 : 0)
  }
}

extension Dataset.AttributeValue {
  var bytes: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .numbers(let values): 8 * values.count
    case .integers(let values): 8 * values.count
    }
  }
}
