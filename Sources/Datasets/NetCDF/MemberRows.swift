/// Files of many members as one, a row each along the dimension `member_row`: what a chunk of a family's members leaves.
///
/// The members' files must be alike: the same variables, coordinates and texts. Whole numbers lie in the file as doubles, which
/// hold them exactly, and are read as what they were. A row of a member that failed is NaN.
///
/// Up to a megabyte of values the layout is the classic one: for 32 members of 20 nodes each NetCDF-4 takes 17 kB and some
/// milliseconds, the classic layout 6 kB and a few tenths. Large files stay NetCDF-4, which has no bound on a variable's size.
public enum MemberRows {
  static let dimension = "member_row"
  static let type = "member_type"
  /// Bytes of values of a file in the classic layout.
  private static let mostClassic = 1 << 20

  /// Writes the file; one slice is in memory at a time.
  /// - Parameters:
  ///   - files: by row; nil for a member that failed.
  ///   - names: variables of which the first that members have is all that is kept, with its coordinates; everything
  ///     where there are none or members have none of them.
  /// - Throws: `.geometryMismatch` where members differ in shape coordinates or texts, and as reading and writing
  ///   do.
  public static func gather(
    _ files: [String?], keeping names: [String] = [], to path: String
  ) throws(DatasetError) {
    guard let first = files.lazy.compactMap(\.self).first else {
      return try NetCDFFile.write(
        Dataset(dimensions: [.init(name: dimension, size: files.count)], path: path), to: path)
    }
    let template = try slice(of: first, names)
    let writer = try NetCDFSeriesWriter(
      path: path, dimension: dimension, count: files.count, template: template,
      constants: Set(template.variables.filter(\.isShared).map(\.name)),
      layout: layout(of: template, count: files.count))
    for (row, file) in files.enumerated() {
      guard let file else { continue }
      let slice = try slice(of: file, names)
      try check(slice, like: template, path, row: row)
      try writer.write(slice, at: row)
    }
    try writer.close()
  }

  private static func layout(of template: Dataset, count: Int) -> FileLayout {
    let values = template.variables.reduce(0) { $0 + $1.values.count }
    return 8 * values * count <= mostClassic ? FileLayout(of: template) : .hdf5
  }

  /// Whether a file is one of rows in a layout that programs of before did not write.
  static func isNewerForm(_ path: String, _ dimensions: [Dataset.Dimension]) throws(DatasetError) -> Bool {
    guard dimensions.first?.name == dimension else { return false }
    return try LocalFile.head(path).starts(with: [0x43, 0x44, 0x46])
  }

  /// Writes a file of rows as programs of before did, in NetCDF-4.
  /// - Throws: as reading and writing do.
  static func writeAsBefore(_ path: String, to target: String) throws(DatasetError) {
    let whole = try NetCDFFile.read(path)
    let count = whole.size(of: dimension) ?? 0
    var template = whole
    template.dimensions.removeAll { $0.name == dimension }
    template.variables.removeAll { $0.name == dimension }
    var rows: [String: [Double]] = [:]
    for index in template.variables.indices where template.variables[index].dimensions.first == dimension {
      guard case .double(let values) = template.variables[index].values else { continue }
      rows[template.variables[index].name] = values
      template.variables[index].dimensions.removeFirst()
      template.variables[index].values = .double(Array(values.prefix(values.count / count)))
    }
    let writer = try NetCDFSeriesWriter(
      path: target, dimension: dimension, count: count, template: template,
      constants: Set(template.variables.map(\.name).filter { rows[$0] == nil }), layout: .hdf5)
    for row in 0..<count {
      var slice = template
      for index in slice.variables.indices {
        guard let values = rows[slice.variables[index].name] else { continue }
        let width = values.count / count
        slice.variables[index].values = .double(Array(values[row * width..<(row + 1) * width]))
      }
      try writer.write(slice, at: row)
    }
    try writer.close()
  }

  private static func check(
    _ slice: Dataset, like template: Dataset, _ path: String, row: Int
  ) throws(DatasetError) {
    let names = (slice.variables.map(\.name), template.variables.map(\.name))
    guard names.0 == names.1 else {
      throw .geometryMismatch(
        path: path, variable: "row \(row)", found: names.0.joined(separator: ", "),
        expected: "what the first member has: \(names.1.joined(separator: ", "))")
    }
    for shared in template.variables where shared.isShared {
      guard slice[shared.name]?.values == shared.values else {
        throw .geometryMismatch(
          path: path, variable: shared.name, found: "another \(shared.name) in row \(row)",
          expected: "that of the first member: members that lie in one file are alike")
      }
    }
  }

  /// A member's file with numbers as doubles.
  private static func slice(of file: String, _ names: [String]) throws(DatasetError) -> Dataset {
    var dataset = try NetCDFFile.read(file)
    if let kept = names.lazy.compactMap({ name in dataset.variables.first { $0.name == name } }).first {
      dataset.variables.removeAll { variable in
        variable.name != kept.name && !(variable.isCoordinate && kept.dimensions.contains(variable.name))
      }
      dataset.dimensions.removeAll { !kept.dimensions.contains($0.name) }
    }
    for index in dataset.variables.indices where !dataset.variables[index].isCoordinate {
      let values: (type: String, doubles: [Double])?
      switch dataset.variables[index].values {
      case .int32(let numbers): values = ("int32", numbers.map(Double.init))
      case .int8(let numbers): values = ("int8", numbers.map(Double.init))
      case .double, .text: values = nil
      }
      guard let values else { continue }
      dataset.variables[index].values = .double(values.doubles)
      dataset.variables[index].attributes.append(.init(name: type, value: .text(values.type)))
    }
    return dataset
  }
}

/// Reads the rows of a file that `MemberRows` wrote.
public struct MemberRowsReader: Sendable {
  /// Of the file.
  public let path: String
  private let series: NetCDFSeriesReader
  /// The file without its rows: coordinates and attributes.
  private let frame: Dataset
  /// Values of those that have one number a row.
  private let columns: [String: [Double]]

  /// Opens the file and keeps it open.
  /// - Throws: as `NetCDFSeriesReader`.
  public init(_ path: String) throws(DatasetError) {
    self.path = path
    series = try NetCDFSeriesReader(path, dimension: MemberRows.dimension)
    let columnNames = series.columns
    var columns: [String: [Double]] = [:]
    for name in columnNames { columns[name] = try series.column(name) }
    self.columns = columns
    frame = try series.frame()
  }

  /// What the member of a row had written.
  /// - Throws: `.indexOutOfRange`.
  public func dataset(_ row: Int) throws(DatasetError) -> Dataset {
    var dataset = frame
    for index in dataset.variables.indices where !dataset.variables[index].isShared {
      let name = dataset.variables[index].name
      let values: [Double]
      if let column = columns[name] {
        guard column.indices.contains(row) else {
          throw .indexOutOfRange(
            path: path, variable: MemberRows.dimension, index: row, count: column.count)
        }
        values = [column[row]]
      } else {
        values = try series.slice(row, variable: name)
      }
      dataset.variables[index].take(values)
    }
    return dataset
  }
}

extension Dataset.Variable {
  /// Whether it is the same in every member: a coordinate, or a text.
  fileprivate var isShared: Bool {
    if case .text = values { true } else { isCoordinate }
  }

  /// Values of a row, as the type that they had.
  fileprivate mutating func take(_ doubles: [Double]) {
    let type = attributes.first { $0.name == MemberRows.type }?.value.text
    attributes.removeAll { $0.name == MemberRows.type }
    // Nothing is known of a member that failed.
    guard doubles.allSatisfy(\.isFinite) else { return values = .double(doubles) }
    switch type {
    case "int32": values = .int32(doubles.map { Int32($0) })
    case "int8": values = .int8(doubles.map { Int8($0) })
    default: values = .double(doubles)
    }
  }
}
