import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// What members of an ensemble would all be if they were right: a grid, a column of a table, or a number.
struct EnsembleTruth {
  let values: [Double]
  let shape: MemberShape

  /// Types of what it may come from.
  static let types: [PortType] = [.topography, .gravity, .grid, .table, .constraints, .anyNumber]

  /// - Parameters:
  ///   - variable: of the members, which the file may have; else it must have a single one of their shape.
  ///   - units: of the members.
  ///   - like: where a member's values lie.
  init(_ path: String, variable: String, units: String, like shape: MemberShape) throws {
    let dataset = try NetCDFFile.read(path)
    guard !shape.dimensions.isEmpty else {
      (values, self.shape) = ([try Self.number(dataset, units: units)], .number)
      return
    }
    if dataset[variable] != nil {
      (values, self.shape) = try Self.read(variable, of: dataset)
      return
    }
    if shape.geometry != nil, units == "m" {
      let grid = try TopographyArtefact(path: path).topography
      (values, self.shape) = (grid.values, MemberShape(grid.geometry))
      return
    }
    let alike = Self.names(dataset, like: shape)
    guard alike.count == 1 else {
      throw StageError.missingVariable(variable, artefact: "the truth", hint: "it holds \(alike)")
    }
    (values, self.shape) = try Self.read(alike[0], of: dataset)
  }

  /// The only number of a file, which must be of the members' unit.
  private static func number(_ dataset: Dataset, units: String) throws -> Double {
    let numbers = dataset.variables.filter(\.dimensions.isEmpty)
    guard numbers.count == 1 else {
      throw StageError.outOfPlace(
        "members hold a number, and the truth holds \(numbers.count); wire an output that is a number")
    }
    let own = numbers[0].units ?? "1"
    guard own == units else {
      throw StageError.outOfPlace("the members are in \(units) and the truth is in \(own)")
    }
    return try dataset.scalar(numbers[0].name)
  }

  private static func names(_ dataset: Dataset, like shape: MemberShape) -> [String] {
    let marks = PointVariables.places.map(\.name)
    return dataset.variables.filter { variable in
      guard shape.geometry == nil else { return Dataset.isGeographic(variable.dimensions) != nil }
      return variable.dimensions.count == shape.dimensions.count && variable.decoded() != nil
        && variable.dimensions != [variable.name] && !marks.contains(variable.name)
    }.map(\.name)
  }

  private static func read(_ name: String, of dataset: Dataset) throws -> ([Double], MemberShape) {
    if Dataset.isGeographic(try dataset.variable(name).dimensions) != nil {
      let grid = try dataset.grid(name)
      return (grid.values, MemberShape(grid.geometry))
    }
    let shape = try MemberShape(of: name, in: dataset, marks: dataset.variables.map(\.name))
    return (try dataset.doubles(name), shape)
  }
}

extension EnsembleTruth {
  /// A mistake where a number is fed for what has nodes or rows, or the other way round.
  /// - Parameter part: what the members hold; nil where that is not known.
  static func refuse<Path>(
    _ part: MemberPart?, of input: Input<Path>, _ request: ForesightRequest, in foresight: inout Foresight
  ) {
    guard let part, let type = request[input]?.type, type.isScalar != part.type.isScalar else { return }
    let held = part.type.isScalar ? "numbers" : part.type.form == .table ? "tables" : "grids"
    let found =
      type.isScalar ? "a number is no truth of \(held)" : "a grid or a table is no truth of a number"
    foresight.refuse("\(found): members hold \(held) at '\(part.port)'", at: input)
  }
}
