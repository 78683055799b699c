internal import CNetCDF

/// Whole NetCDF files: reading of any NetCDF file's root group, byte-deterministic writing.
///
/// The bytes written depend on the dataset alone: definitions and values in the dataset's order, no
/// compression, no clock, no host, no version of a library (`FileLayout`).
public enum NetCDFFile {
  /// Reads a file. What `write` adds (`Conventions`, NaN fill values, the widths of text, what tells the coordinate
  /// reference system) is taken away, so that a dataset that was written is read back equal.
  /// - Parameter variables: names to read; nil reads all. Dimensions of others are left out.
  /// - Throws: `DatasetError`, among others `.fileMissing`, `.notNetCDF`, `.damaged`, `.variableMissing`.
  public static func read(_ path: String, variables: [String]? = nil) throws(DatasetError) -> Dataset {
    var held = HeldFiles.found(path)
    if held == nil {
      let isShared = HeldFiles.isShared(path)
      var (dataset, shapes) = try open(path, names: isShared ? nil : variables, withCoordinates: false)
      dataset.takeCoordinateSystem(shapes)
      guard isShared else { return dataset }
      HeldFiles.note(dataset, of: path)
      held = dataset
    }
    guard let held else { preconditionFailure("what was read is there") }
    guard let variables else { return held }
    return try held.only(variables)
  }

  /// As the file has it, the variable that describes the projection among the others.
  /// - Parameter withCoordinates: whether to add the coordinate variables of what is named.
  static func read(
    _ path: String, names: [String]?, withCoordinates: Bool
  ) throws(DatasetError) -> Dataset {
    try open(path, names: names, withCoordinates: withCoordinates).dataset
  }

  private static func open(
    _ path: String, names: [String]?, withCoordinates: Bool
  ) throws(DatasetError) -> (dataset: Dataset, shapes: [VariableShape]) {
    let handle = try NetCDFHandle.open(path)
    let dimensions = try handle.dimensions()
    let all = try handle.variables()
    for name in names ?? [] where !all.contains(where: { $0.name == name }) {
      throw .variableMissing(path: path, variable: name, found: all.map(\.name))
    }
    var wanted = names.map(Set.init) ?? Set(all.map(\.name))
    if withCoordinates {
      for info in all where wanted.contains(info.name) {
        wanted.formUnion(info.dimensions.map { dimensions[Int($0)].name })
        // And what describes their projection, or places in two dimensions.
        let texts = try handle.attributes(of: info.id, count: info.attributeCount)
          .filter { ["grid_mapping", "coordinates"].contains($0.name) }.compactMap(\.value.text)
        wanted.formUnion(texts.flatMap { $0.split { " :\t\n".contains($0) }.map(String.init) })
      }
    }
    var dataset = Dataset(path: path)
    var used = Set<Int32>()
    for info in all where wanted.contains(info.name) {
      used.formUnion(info.ownDimensions)
      dataset.variables.append(try variable(info, of: handle, dimensions))
    }
    // A dimension that no variable uses is content too, unless it is the width of text.
    let widths = Set(all.filter(\.isCharacters).compactMap(\.dimensions.last))
    for (index, dimension) in dimensions.enumerated() {
      let isLoose = names == nil && !widths.contains(Int32(index))
      if isLoose || used.contains(Int32(index)) { dataset.dimensions.append(dimension) }
    }
    dataset.attributes = try handle.globalAttributes().filter { $0 != conventions }
    try handle.close()
    let shapes = all.map { VariableShape($0.name, $0.ownDimensions.map { dimensions[Int($0)].name }) }
    return (dataset, shapes)
  }

  private static func variable(
    _ info: VariableInfo, of handle: NetCDFHandle, _ dimensions: [Dataset.Dimension]
  ) throws(DatasetError) -> Dataset.Variable {
    let attributes = try handle.attributes(of: info.id, count: info.attributeCount)
    var result = Dataset.Variable(
      name: info.name, dimensions: info.ownDimensions.map { dimensions[Int($0)].name },
      values: try handle.values(info, sizes: info.dimensions.map { dimensions[Int($0)].size }),
      attributes: attributes.filter { !isOurs($0, of: info) })
    result.storedAs = StoredType(info.type)
    guard let word = attributes.first(where: { $0.name == "_Unsigned" })?.value.text?.lowercased() else {
      return result
    }
    return ["true", "false"].contains(word) ? result.meant(unsigned: word == "true") : result
  }

  /// Writes a dataset with CF-1.8 conventions, in the layout that it needs, replacing an older file;
  /// a failed write leaves none.
  /// - Throws: `.unwritable`, `.undeclaredDimension`, `.wrongCount`, `.duplicateVariable`, `.remotePath`.
  /// - Parameter form: nil for `described`, where it can be.
  public static func write(
    _ dataset: Dataset, to path: String, form: FileForm? = nil
  ) throws(DatasetError) {
    if HeldFiles.keep(dataset, at: path) { return }
    try writeFile(dataset, to: path, form: form)
  }

  /// Writes it whether it could be held or not.
  static func writeFile(
    _ dataset: Dataset, to path: String, form: FileForm? = nil
  ) throws(DatasetError) {
    let form = form ?? .fitting(dataset)
    let size = dataset.bytesNeeded(count: 1)
    let handle = try NetCDFHandle.create(path, size: size, layout: FileLayout(of: dataset))
    do throws(DatasetError) {
      try write(dataset, to: handle, form)
      try LocalFile.trim(size, path)
    } catch {
      LocalFile.remove(path)
      throw error
    }
  }

  private static func write(
    _ dataset: Dataset, to handle: NetCDFHandle, _ form: FileForm
  ) throws(DatasetError) {
    var definer = DatasetDefiner(handle: handle, of: dataset, form: form)
    try definer.define(dataset.dimensions)
    for variable in dataset.variables { try definer.define(variable) }
    try definer.finish(attributes: form.global(dataset))
    for variable in dataset.variables { try definer.write(variable) }
    try handle.close()
  }

  /// The one number of a file that holds a single variable with a single value.
  /// - Throws: `.wrongCount` for another number of variables or values, and what `read` throws.
  public static func readScalar(_ path: String) throws(DatasetError) -> Double {
    let dataset = try readOne(path)
    return try dataset.scalar(dataset.variables[0].name)
  }

  /// A file that holds a single variable.
  /// - Throws: `.wrongCount` for another number of variables, and what `read` throws.
  public static func readOne(_ path: String) throws(DatasetError) -> Dataset {
    let dataset = try read(path)
    guard dataset.variables.count == 1 else {
      let names = dataset.variables.map(\.name).joined(separator: ", ")
      throw .wrongCount(path: path, variable: names, found: dataset.variables.count, expected: 1)
    }
    return dataset
  }

  /// Writes a file that holds one number.
  /// - Throws: `DatasetError` where the file can't be written.
  public static func writeScalar(
    _ value: Double, name: String, units: String? = nil, longName: String? = nil,
    whole: Dataset.Whole? = nil, to path: String
  ) throws(DatasetError) {
    var dataset = Dataset()
    try dataset.addScalar(name, value, units: units, longName: longName)
    dataset.variables[0].whole = whole
    try write(dataset, to: path)
  }

  /// Of the library that reads and writes: `4.9.2`.
  public static var libraryVersion: String {
    let text = nc_inq_libvers().map { String(cString: $0) } ?? "unknown"
    return String(text.prefix { $0 != " " })
  }

  /// Whether a file has groups, whose variables are not read.
  static func hasGroups(_ path: String) throws(DatasetError) -> Bool {
    try NetCDFHandle.open(path).groups() > 0
  }

  private static func isOurs(_ attribute: Dataset.Attribute, of info: VariableInfo) -> Bool {
    switch attribute.name {
    case "_Encoding": info.isCharacters
    case "_FillValue": attribute.value.number?.isNaN ?? false
    default: false
    }
  }
}

let conventions = Dataset.Attribute(name: "Conventions", value: .text("CF-1.8"))
