import Datasets
import NumericCore
import StageSupport

/// A model that is inverted for: parameters on one grid, or the rows of a table, in any file.
struct ModelArtefact {
  let dataset: Dataset
  /// Of the parameters, slowest first.
  let dimensions: [String]
  /// Values of a parameter.
  let count: Int

  /// - Parameter names: parameters that must be there, on the same dimensions.
  init(_ dataset: Dataset, holding names: [String]) throws {
    self.dataset = dataset
    guard let first = names.first else { preconditionFailure("a model has parameters") }
    let found = try Self.variable(first, of: dataset)
    (dimensions, count) = (found.dimensions, found.values.count)
    for name in names.dropFirst() {
      let other = try Self.variable(name, of: dataset)
      guard other.dimensions == dimensions else {
        throw StageError.outOfPlace(
          "'\(first)' and '\(name)' of the model lie on (\(dimensions.joined(separator: ", "))) and "
            + "(\(other.dimensions.joined(separator: ", "))); unknowns share their dimensions")
      }
    }
  }

  private static func variable(_ name: String, of dataset: Dataset) throws -> Dataset.Variable {
    guard let variable = dataset[name] else {
      let known = dataset.variables.map(\.name).filter { dataset.size(of: $0) == nil }
      throw StageError.missingVariable(
        name, artefact: "the model", hint: "it has \(known.joined(separator: ", "))")
    }
    return variable
  }

  /// Values of a parameter, NaN where there is none.
  func values(_ name: String) throws -> [Double] { try dataset.doubles(name) }

  /// Unit of a parameter, where its file says.
  func units(_ name: String) -> String { dataset[name]?.units ?? "1" }

  // MARK: - coordinates

  /// Coordinates along the two axes, slow one first; nil for a table, for more dimensions, or without coordinates.
  var axes: (slow: [Double], fast: [Double])? {
    guard dimensions.count == 2, let slow = try? dataset.column(dimensions[0]),
      let fast = try? dataset.column(dimensions[1]), slow.count > 1, fast.count > 1
    else { return nil }
    return (slow, fast)
  }

  /// Whether coordinates are longitudes and latitudes.
  var isGeographic: Bool { Dataset.isGeographic(dimensions) == true }

  /// Distances between neighbours along the two axes; nil where they are not equal, or not in metres.
  var spacing: (slow: Double, fast: Double)? {
    guard !isGeographic, let axes, let slow = Self.step(axes.slow), let fast = Self.step(axes.fast) else {
      return nil
    }
    return (slow, fast)
  }

  private static func step(_ values: [Double]) -> Double? {
    let step = (values[values.count - 1] - values[0]) / Double(values.count - 1)
    let isRegular = values.indices.allSatisfy {
      abs(values[$0] - values[0] - Double($0) * step) <= 1e-6 * abs(step)
    }
    return step != 0 && isRegular ? abs(step) : nil
  }

  /// Area of a cell, so that norms do not depend on the mesh; 1 where it has none.
  var measure: Double { spacing.map { $0.slow * $0.fast } ?? 1 }

  // MARK: - files like it

  /// A file with the coordinates and attributes of the model and nothing else.
  func frame(title: String) throws -> Dataset {
    var result = Dataset(
      dimensions: dataset.dimensions.filter { dimensions.contains($0.name) },
      attributes: dataset.attributes.filter { $0.name != "title" })
    result.setAttribute("title", text: title)
    for dimension in dimensions {
      if let coordinate = dataset[dimension], coordinate.dimensions == [dimension] {
        try result.add(coordinate)
      }
    }
    return result
  }

  /// The model with other values of some parameters.
  func replacing(_ names: [String], by fields: [[Double]]) throws -> Dataset {
    var result = dataset
    for (name, values) in zip(names, fields) { try result.replaceValues(of: name, with: values) }
    return result
  }

  /// Adds a field on the model's dimensions.
  func add(
    _ name: String, _ values: some Collection<Double>, units: String, longName: String,
    to dataset: inout Dataset
  ) throws {
    try dataset.add(
      .init(
        name: name, dimensions: dimensions, values: .double(Array(values)),
        attributes: [
          .init(name: "units", value: .text(units)), .init(name: "long_name", value: .text(longName)),
        ]))
  }
}
