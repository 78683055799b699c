/// How much a file that this program writes says beside its content: a dataset that is read back is the same.
public enum FileForm: Sendable {
  /// As programs wrote it before files told of themselves: of places only where the coordinate reference system is known.
  case plain
  /// Besides what the conventions and users' tools ask for: where the file comes from (`history`), a `title`, a `long_name`
  /// for every variable, ranges of grids, coordinates of points, and no `axis` that ParaView takes for a globe's.
  case described

  /// Of files that are described, which it marks.
  private static let own = "written by pipe, where 'pipe show FILE' tells the stage, its recipe and its run"
  static let history = Dataset.Attribute(name: "history", value: .text(own))
  /// Of titles and long names that the dataset itself does not have.
  private static let (title, name) = ("result: ", "variable ")

  /// `described` where that can be taken back to the very dataset; one that says some of it by itself, as what others have
  /// written, is `plain`.
  static func fitting(_ dataset: Dataset) -> FileForm {
    let placement = Placement(dataset.coordinateSystem, in: dataset)
    var filed = Dataset(attributes: described.global(dataset))
    filed.variables = dataset.variables.map {
      described.filed(placement.attributes(of: $0).filed($0, range: [0, 0]))
    }
    guard takeBack(from: &filed) else { return .plain }
    placement.takeBack(from: &filed)
    let isSame = zip(filed.variables, dataset.variables).allSatisfy { $0.attributes == $1.attributes }
    return isSame && filed.attributes == dataset.attributes ? .described : .plain
  }

  /// The attributes of the whole file.
  func global(_ dataset: Dataset) -> [Dataset.Attribute] {
    var result = dataset.attributes
    guard self == .described else { return result }
    if let variable = dataset.variables.first(where: { !$0.isCoordinate }), dataset.attribute("title") == nil
    {
      let words = variable.attribute("long_name")?.text ?? variable.name
      result.append(.init(name: "title", value: .text(Self.title + words)))
    }
    if let index = result.firstIndex(where: { $0.name == Self.history.name }) {
      // The newest line stands last.
      let lines = [result[index].value.text, Self.own].compactMap(\.self)
      result[index].value = .text(lines.joined(separator: "\n"))
    } else {
      result.append(Self.history)
    }
    return result
  }

  /// A variable with what the file says of it.
  func filed(_ variable: Dataset.Variable) -> Dataset.Variable {
    var result = variable
    if self == .described, variable.attribute("long_name") == nil {
      result.attributes.append(.init(name: "long_name", value: .text(Self.name + variable.name)))
    }
    return result
  }

  static func isMarked(_ history: String) -> Bool { history == own || history.hasSuffix("\n" + own) }

  /// Takes away what is said beside the content.
  /// - Returns: whether the file was `described`.
  static func takeBack(from dataset: inout Dataset) -> Bool {
    guard let index = dataset.attributes.firstIndex(where: { $0.name == history.name }),
      let text = dataset.attributes[index].value.text, isMarked(text)
    else { return false }
    if text == own {
      dataset.attributes.remove(at: index)
    } else {
      dataset.attributes[index].value = .text(String(text.dropLast(own.count + 1)))
    }
    dataset.attributes.removeAll { $0.name == "title" && $0.value.text?.hasPrefix(title) == true }
    for index in dataset.variables.indices {
      let generated = name + dataset.variables[index].name
      dataset.variables[index].attributes.removeAll {
        $0.name == "long_name" && $0.value.text == generated
      }
    }
    return true
  }
}

/// Name and dimensions of a variable of a file.
struct VariableShape {
  let name: String
  let dimensions: [String]

  init(_ name: String, _ dimensions: [String]) { (self.name, self.dimensions) = (name, dimensions) }
}

extension NetCDFFile {
  /// The forms that programs of before would have written of a file of this program, for a store that knows their bytes:
  /// each writes one.
  /// - Throws: as `read`.
  public static func olderForms(
    of path: String
  ) throws(DatasetError) -> [@Sendable (_ target: String) throws -> Void] {
    guard try FileFormat.isNetCDF(path) else { return [] }
    let handle = try NetCDFHandle.open(path)
    let (attributes, dimensions) = (try handle.globalAttributes(), try handle.dimensions())
    try handle.close()
    let history = attributes.first { $0.name == FileForm.history.name }?.value.text
    guard let history, FileForm.isMarked(history) else {
      return try MemberRows.isNewerForm(path, dimensions)
        ? [{ try MemberRows.writeAsBefore(path, to: $0) }] : []
    }
    return [
      { try write(try read(path), to: $0, form: .plain) },
      { target in
        // A system that was handed on to a file which was there.
        var dataset = try read(path)
        guard let system = dataset.coordinateSystem else { return }
        dataset.coordinateSystem = nil
        try write(dataset, to: target, form: .plain)
        try PlacedFile.place(target, in: system)
      },
    ]
  }
}
