internal import CNetCDF

/// One file of equal datasets, stacked along a leading dimension whose size is not known beforehand, such as the
/// iterations of an inversion: each is brought to the file as it comes, memory holds one.
///
/// The leading dimension is the unlimited one of the classic layouts (`FileLayout`), which hold nothing but the
/// dataset: record follows record, each with one slice of every variable. The bytes depend on template, values and
/// attributes alone. Not safe for use from several threads at once.
public final class NetCDFRecordWriter {
  /// Bytes of the header that are kept free for what `close` adds: with less the library would move all values.
  private static let room = 4096

  private let handle: NetCDFHandle
  private let dimension: String
  private let size: Int
  private var definer: DatasetDefiner
  /// The variables of a record.
  private let sliced: [Dataset.Variable]
  private var isOpen = true
  /// Number of records so far.
  public private(set) var count = 0

  /// Creates the file.
  /// - Parameters:
  ///   - dimension: name of the leading dimension. A scalar of the template that is called so becomes its coordinate.
  ///   - template: a record. Its coordinates (`easting(easting)`) are written once, with their values; every other
  ///     variable, which must hold doubles, gets the leading dimension. Its values are not written.
  /// - Throws: `.unwritable`, `.wrongType`, and what `NetCDFFile.write` throws for a bad template.
  public init(path: String, dimension: String, template: Dataset) throws(DatasetError) {
    sliced = try template.slicedVariables(path)
    self.dimension = dimension
    size = template.bytesNeeded(count: 1) + Self.room
    handle = try NetCDFHandle.create(path, size: size, layout: FileLayout(of: template))
    definer = DatasetDefiner(handle: handle, of: template)
    do throws(DatasetError) {
      try define(template)
    } catch {
      LocalFile.remove(path)
      throw error
    }
  }

  private func define(_ template: Dataset) throws(DatasetError) {
    try definer.define(Dataset.Dimension(name: dimension, size: 0))
    try definer.define(template.dimensions)
    let coordinates = template.variables.filter(\.isCoordinate)
    for variable in coordinates { try definer.define(variable) }
    // With its new dimension the counter is a coordinate, which `define(_:leading:)` would not see: it has no fill value.
    for variable in sliced {
      try definer.define(
        Dataset.Variable(
          name: variable.name, dimensions: [dimension] + variable.dimensions, values: .double([]),
          attributes: variable.attributes))
    }
    try definer.finish(attributes: template.attributes, room: Self.room)
    for variable in coordinates { try definer.write(variable) }
  }

  /// Writes one more record; it must have the template's variables with the same shapes.
  /// - Throws: `.variableMissing`, `.wrongType`, `.wrongDimensions`, `.wrongCount`, `.library` where the disk is full.
  public func append(_ record: Dataset) throws(DatasetError) {
    precondition(isOpen, "the series is closed")
    for variable in sliced {
      let values = try record.values(matching: variable, in: handle.path)
      guard let id = definer.id(of: variable.name) else {
        preconditionFailure("'\(variable.name)' has not been defined")
      }
      let sizes = try definer.sizes(of: variable)
      try handle.write(
        values, name: variable.name, id: id, start: [count] + sizes.map { _ in 0 }, count: [1] + sizes)
    }
    count += 1
  }

  /// Adds attributes of the whole file and closes it. A series that is let go without it leaves a file that is not
  /// complete.
  /// - Throws: what could not be brought to disk.
  public func close(attributes: [Dataset.Attribute] = []) throws(DatasetError) {
    guard isOpen else { return }
    isOpen = false
    if !attributes.isEmpty {
      try handle.call("reopen the definitions") { nc_redef($0) }
      for attribute in attributes { try handle.put(attribute) }
      try handle.call("end the definitions") { nc_enddef($0) }
    }
    try handle.close()
    try LocalFile.trim(size, handle.path)
  }
}
