import Artefacts
import Datasets
import StageSupport

/// The data vectors of an artefact, as a network takes them: the same variables, lengths, units and places as what it has
/// learnt from.
struct DataVector {
  let source: Dataset
  let blocks: [SamplesArtefact.Block]
  private let variables: [Dataset.Variable]

  /// What of a file with a prediction beside it has been measured.
  private static let measured = [
    GravityVariables.anomaly, GravityVariables.disturbance, GravityVariables.observed,
  ].map(\.name)

  /// - Parameters:
  ///   - blocks: of the data vector.
  ///   - names: of the variables, in the order of the blocks; nil for those of the same names.
  ///   - places: coordinates of the blocks that the source must share where it has them.
  /// - Throws: what does not fit.
  init(
    _ source: Dataset, _ blocks: [SamplesArtefact.Block], names: [String]? = nil, places: [NetworkFile.Place]
  ) throws {
    (self.source, self.blocks) = (source, blocks)
    if let names, names.count != blocks.count {
      throw StageError.outOfPlace(
        "'observed_variable' names \(names.count) variables, and the network has learnt from \(blocks.count)")
    }
    let candidates = SampleParts.variables(of: source)
    var found: [Dataset.Variable] = []
    for (index, block) in blocks.enumerated() {
      guard let variable = Self.variable(of: source, block, names?[index], isOnly: blocks.count == 1) else {
        let known =
          candidates.isEmpty ? "no data" : candidates.map { "'\($0.name)'" }.joined(separator: ", ")
        throw StageError.outOfPlace(
          "\(source.path) has no variable '\(names?[index] ?? block.name)', of which the network has learnt; it has \(known)"
        )
      }
      if let own = variable.units, let learnt = block.units, !FileUnits.isSame(own, learnt) {
        throw StageError.outOfPlace(
          "\(source.path): '\(variable.name)' is in \(own) and the network has learnt from '\(block.name)' in \(learnt)"
        )
      }
      found.append(variable)
    }
    variables = found
    for place in places {
      guard let own = try? source.doubles(place.name), own.count == place.values.count else { continue }
      let span = (place.values.max() ?? 0) - (place.values.min() ?? 0)
      for (index, pair) in zip(own, place.values).enumerated()
      where !(abs(pair.0 - pair.1) <= 1e-6 * max(span, 1)) {
        throw StageError.outOfPlace(
          "\(source.path): '\(place.name)' \(index + 1) is \(pair.0) and that of the data that the network has learnt from "
            + "is \(pair.1); data must lie at the same places")
      }
    }
  }

  private static func variable(
    of source: Dataset, _ block: SamplesArtefact.Block, _ name: String?, isOnly: Bool
  ) -> Dataset.Variable? {
    if let name { return source[name] }
    // Beside what was measured a file may hold what somebody has predicted of it.
    if block.name == GravityVariables.forward.name, let own = measured.lazy.compactMap({ source[$0] }).first {
      return own
    }
    // Another name is no mistake where there is one variable: what is measured is not called what is computed.
    let candidates = SampleParts.variables(of: source)
    return source[block.name] ?? (isOnly && candidates.count == 1 ? candidates[0] : nil)
  }

  /// Data sets one after the other: one, or, where all data are single numbers, one a row.
  func rows() throws -> [Double] {
    let isRows = blocks.allSatisfy { $0.count == 1 } && variables.allSatisfy { $0.dimensions.count == 1 }
    let columns = try zip(variables, blocks).map { variable, block in
      let values = try source.doubles(variable.name)
      guard isRows || values.count == block.count else {
        throw StageError.outOfPlace(
          "\(source.path): '\(variable.name)' has \(values.count) values and the network has learnt from \(block.count)"
        )
      }
      if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw StageError.outOfPlace(
          "\(source.path): '\(variable.name)' \(index + 1) is missing; a network needs all the data that it has learnt from"
        )
      }
      return values
    }
    guard isRows, let first = columns.first else { return columns.flatMap(\.self) }
    guard columns.allSatisfy({ $0.count == first.count }) else {
      throw StageError.outOfPlace("\(source.path): columns of the data have different lengths")
    }
    return first.indices.flatMap { row in columns.map { $0[row] } }
  }

  /// Standard deviations of the data (`uncert`).
  func deviations() throws -> [Double] {
    try zip(variables, blocks).flatMap { variable, block in
      let name = [GravityVariables.uncertainty.name, variable.name + "_uncert"].first {
        source[$0]?.dimensions == variable.dimensions
      }
      guard let name else {
        throw StageError.missingVariable(
          GravityVariables.uncertainty.name, artefact: source.path,
          hint: "give the standard deviations of '\(variable.name)', or set noise")
      }
      let values = try source.doubles(name)
      guard values.count == block.count, values.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
        throw StageError.outOfPlace(
          "\(source.path): '\(name)' needs \(block.count) standard deviations, none missing or negative")
      }
      return values
    }
  }
}
