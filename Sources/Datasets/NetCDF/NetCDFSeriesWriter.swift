/// One file of many equal datasets, stacked along a leading dimension (`run`) and written piece by piece:
/// memory holds one slice at a time.
///
/// Slices may come in any order and from a member that failed none may come at all: what is never written
/// is NaN. The bytes depend on the template, on the values and on the order of `writeColumn` calls alone.
/// Not safe for use from several threads at once.
public final class NetCDFSeriesWriter {
  private let handle: NetCDFHandle
  private let dimension: String
  private let count, size: Int
  private let layout: FileLayout
  private var definer: DatasetDefiner
  /// The variables of a slice.
  private let sliced: [Dataset.Variable]
  /// Variables that all slices share.
  private let constants: Set<String>
  private var written: [Bool]
  private var isOpen = true

  /// Creates a file to which columns may be added.
  /// - Parameters:
  ///   - dimension: name of the leading dimension; a coordinate of that name counts from 0.
  ///   - count: number of slices, positive.
  ///   - template: a slice. Its coordinates (`easting(easting)`) are written once, with their values; every
  ///     other variable, which must hold doubles, gets the leading dimension. Its values are not written.
  ///   - constants: variables of the template that all slices share, of any type: written once, like coordinates.
  /// - Throws: `.unwritable`, `.wrongType`, and what `NetCDFFile.write` throws for a bad template.
  public convenience init(
    path: String, dimension: String = "run", count: Int, template: Dataset, constants: Set<String> = []
  ) throws(DatasetError) {
    try self.init(
      path: path, dimension: dimension, count: count, template: template, constants: constants,
      layout: .hdf5)
  }

  /// Creates a file in a layout; a classic one takes no columns.
  init(
    path: String, dimension: String, count: Int, template: Dataset, constants: Set<String>,
    layout: FileLayout
  ) throws(DatasetError) {
    guard count > 0 else {
      throw .wrongCount(path: path, variable: dimension, found: count, expected: 1)
    }
    sliced = try template.slicedVariables(path, constants)
    self.constants = constants
    (self.dimension, self.count, self.layout) = (dimension, count, layout)
    written = Array(repeating: false, count: count)
    size = template.bytesNeeded(count: count)
    handle = try NetCDFHandle.create(path, size: size, layout: layout)
    definer = DatasetDefiner(handle: handle, of: template)
    do throws(DatasetError) {
      try define(template)
    } catch {
      LocalFile.remove(path)
      throw error
    }
  }

  private func define(_ template: Dataset) throws(DatasetError) {
    try definer.define(Dataset.Dimension(name: dimension, size: count))
    try definer.define(template.dimensions)
    let counter = Dataset.Variable(
      name: dimension, dimensions: [dimension], values: .int32((0..<Int32(count)).map { $0 }),
      attributes: [Dataset.Attribute(name: "long_name", value: .text("index of the \(dimension)"))])
    let coordinates = [counter] + template.variables.filter { $0.isCoordinate || constants.contains($0.name) }
    for variable in coordinates { try definer.define(variable) }
    for variable in sliced { try definer.define(variable, leading: dimension) }
    try definer.finish(attributes: template.attributes)
    for variable in coordinates { try definer.write(variable) }
    guard layout == .hdf5 else { return }
    // Space in such a file is given out at a variable's first write; asking for all of it now, in the
    // template's order, keeps the layout the same whichever slice comes first.
    for variable in sliced { try writeMissing(variable, at: 0) }
  }

  /// Writes the values of one slice; it must have the template's variables with the same shapes.
  /// - Throws: `.indexOutOfRange`, `.variableMissing`, `.wrongType`, `.wrongDimensions`, `.wrongCount`.
  public func write(_ slice: Dataset, at index: Int) throws(DatasetError) {
    precondition(isOpen, "the series is closed")
    guard (0..<count).contains(index) else {
      throw .indexOutOfRange(path: handle.path, variable: dimension, index: index, count: count)
    }
    for variable in sliced {
      let given = try slice.values(matching: variable, in: handle.path)
      try write(given, of: variable, at: index)
    }
    written[index] = true
  }

  private func write(
    _ values: Dataset.Values, of variable: Dataset.Variable, at index: Int
  ) throws(DatasetError) {
    guard let id = definer.id(of: variable.name) else {
      preconditionFailure("'\(variable.name)' has not been defined")
    }
    let sizes = try definer.sizes(of: variable)
    try handle.write(
      values, name: variable.name, id: id, start: [index] + sizes.map { _ in 0 }, count: [1] + sizes)
  }

  private func writeMissing(_ variable: Dataset.Variable, at index: Int) throws(DatasetError) {
    let missing = Dataset.Values.double(Array(repeating: .nan, count: variable.values.count))
    try write(missing, of: variable, at: index)
  }

  /// The length of a dimension of the slices; nil where there is none of that name.
  public func size(of dimension: String) -> Int? { definer.size(of: dimension) }

  /// Adds a variable with one value a slice: a sampled parameter, a score, a weight.
  /// - Throws: `.wrongCount`, `.duplicateVariable`.
  public func writeColumn(
    _ name: String, _ values: [Double], units: String? = nil, longName: String? = nil
  ) throws(DatasetError) {
    precondition(isOpen && layout == .hdf5, "the series is closed, or takes no columns")
    guard values.count == count else {
      throw .wrongCount(path: handle.path, variable: name, found: values.count, expected: count)
    }
    let variable = Dataset.Variable(
      name: name, dimensions: [dimension], values: .double(values),
      attributes: describing(units, longName))
    try definer.define(variable)
    try definer.write(variable)
  }

  /// Fills what was not written and closes the file. A series that is let go without it leaves a file
  /// that is not complete.
  /// - Throws: what could not be brought to disk.
  public func close() throws(DatasetError) {
    guard isOpen else { return }
    isOpen = false
    for index in 0..<count where !written[index] {
      for variable in sliced { try writeMissing(variable, at: index) }
    }
    try handle.close()
    try LocalFile.trim(size, handle.path)
  }
}

extension Dataset {
  /// The values of a slice's variable, which must be doubles of the shape that the template of a series has.
  /// - Throws: `.variableMissing`, `.wrongType`, `.wrongDimensions`, `.wrongCount`.
  func values(matching variable: Variable, in path: String) throws(DatasetError) -> Values {
    guard let given = self[variable.name] else {
      throw .variableMissing(path: path, variable: variable.name, found: variables.map(\.name))
    }
    guard case .double = given.values else {
      throw .wrongType(
        path: path, variable: variable.name, found: "text or integers", expected: "doubles")
    }
    guard given.dimensions == variable.dimensions else {
      throw .wrongDimensions(
        path: path, variable: variable.name, found: given.dimensions, expected: variable.dimensions)
    }
    guard given.values.count == variable.values.count else {
      throw .wrongCount(
        path: path, variable: variable.name, found: given.values.count, expected: variable.values.count)
    }
    return given.values
  }

  /// The variables of a template that get the leading dimension of a series.
  /// - Throws: `.wrongType` unless all hold doubles.
  func slicedVariables(_ path: String, _ constants: Set<String> = []) throws(DatasetError) -> [Variable] {
    let sliced = variables.filter { !$0.isCoordinate && !constants.contains($0.name) }
    for variable in sliced {
      guard case .double = variable.values else {
        throw .wrongType(
          path: path, variable: variable.name, found: "text or integers", expected: "doubles")
      }
    }
    return sliced
  }
}
