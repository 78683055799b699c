internal import NumericCore

/// Columns of equal length, to be written for another program: those of a table, of an ensemble's members or an inversion's
/// iterations, the nodes of a grid, or the numbers of a file.
public struct ExportedTable: Sendable {
  /// One of them.
  public struct Column: Sendable {
    /// As in the dataset.
    public var name: String
    /// As in the dataset.
    public var units: String?
    /// What people call it.
    public var longName: String?
    /// Numbers or text.
    public var values: Dataset.Values
  }

  /// In the order of the file, coordinates first.
  public let columns: [Column]

  /// The columns along the dimension that most of them have, or those that are named.
  /// - Throws: `.variableMissing`; `.wrongDimensions` where no variable has one dimension or none.
  public init(_ dataset: Dataset, variables: [String] = []) throws(DatasetError) {
    let flat = dataset.variables.filter { $0.dimensions.count <= 1 }
    for name in variables where !flat.contains(where: { $0.name == name }) {
      throw .variableMissing(path: dataset.path, variable: name, found: flat.map(\.name))
    }
    let wanted = variables.isEmpty ? flat : flat.filter { variables.contains($0.name) }
    guard !wanted.isEmpty else {
      let first = dataset.variables.first
      throw .wrongDimensions(
        path: dataset.path, variable: first?.name ?? "", found: first?.dimensions ?? [], expected: ["one"])
    }
    var counts: [String: Int] = [:]
    for variable in wanted { counts[variable.dimensions.first ?? "", default: 0] += 1 }
    let order = wanted.map { $0.dimensions.first ?? "" }
    let most = counts.values.max() ?? 0
    let dimension = order.first { counts[$0] == most } ?? ""
    columns = wanted.filter { ($0.dimensions.first ?? "") == dimension }.map(Column.init)
  }

  /// A row a node that has a value.
  public init(_ grid: ExportedGrid) {
    let geometry = grid.geometry
    let kept = (0..<geometry.count).filter { node in grid.fields.contains { !$0.values[node].isNaN } }
    let names = geometry.isGeographic ? ["longitude", "latitude"] : ["easting", "northing"]
    let units = geometry.isGeographic ? ["degrees_east", "degrees_north"] : ["m", "m"]
    columns =
      [
        Column(
          name: names[0], units: units[0], longName: names[0],
          values: .double(kept.map { geometry.easting($0 % geometry.columns) })),
        Column(
          name: names[1], units: units[1], longName: names[1],
          values: .double(kept.map { geometry.northing($0 / geometry.columns) })),
      ]
      + grid.fields.map { field in
        Column(
          name: field.name, units: field.units, longName: field.longName,
          values: .double(kept.map { field.values[$0] }))
      }
  }

  /// Rows.
  public var count: Int { columns.first?.values.count ?? 0 }

  /// Comma-separated values (RFC 4180) under a line of names; missing numbers are empty.
  public var csv: [UInt8] {
    var bytes = Array((columns.map { Self.quoted($0.name) }.joined(separator: ",") + "\n").utf8)
    let texts = columns.map(\.texts)
    for row in 0..<count {
      bytes += Array((texts.map { $0[row] }.joined(separator: ",") + "\n").utf8)
    }
    return bytes
  }

  /// A cell of comma-separated values: in quotes where the text has what separates cells or rows. [RFC4180]
  public static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}

extension ExportedTable.Column {
  init(_ variable: Dataset.Variable) {
    self.init(
      name: variable.name, units: variable.units, longName: variable.attribute("long_name")?.text,
      values: variable.decoded().map { numbers in
        if case .double = variable.values { .double(numbers) } else { variable.values }
      } ?? variable.values)
  }

  fileprivate var texts: [String] {
    switch values {
    case .double(let values): values.map { $0.isNaN ? "" : ExportedNumber.text($0) }
    case .int32(let values): values.map { "\($0)" }
    case .int8(let values): values.map { "\($0)" }
    case .text(let values): values.map(ExportedTable.quoted)
    }
  }
}
