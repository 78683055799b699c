import Artefacts
import Datasets
import NumericCore

/// Samples of a prior as their maker has written them.
public struct SamplesArtefact {
  /// A parameter or a derived number of every sample.
  public struct Target: Sendable {
    /// As settings name it: without the beginning that files give it.
    public var name: String
    /// In the unit of the file.
    public var values: [Double]
    /// As files write it.
    public var units: String?
    /// The word of the distribution and its numbers in that unit; nil for a derived number.
    public var prior: (word: String, numbers: [Double])?
    /// Bounds of what the prior was truncated to; nil where it was not.
    public var bounds: ClosedRange<Double>?
  }

  /// A run of the data vector that is one variable.
  public struct Block: Sendable, Equatable {
    /// The variable's name.
    public var name: String
    /// As files write it.
    public var units: String?
    /// Data that it makes.
    public var count: Int

    /// A run of data.
    public init(name: String, units: String?, count: Int) {
      (self.name, self.units, self.count) = (name, units, count)
    }
  }

  /// Samples.
  public let count: Int
  /// In the order of the data vector.
  public let blocks: [Block]
  private let reader: NetCDFSeriesReader
  private let frame: Dataset

  /// Opens the file.
  /// - Throws: `DatasetError`; `StageError` where it holds no data vectors.
  public init(_ path: String) throws {
    reader = try NetCDFSeriesReader(path, dimension: SampleVariables.dimension)
    (count, frame) = (reader.count, try reader.frame())
    guard let names = frame.attribute(SampleVariables.data)?.text else {
      throw StageError.outOfPlace("\(path) holds no data vectors; stages of kind prior_samples make them")
    }
    let (reader, frame) = (reader, frame)
    blocks = names.split(separator: ",").map { part in
      let name = String(part.drop { $0 == " " })
      let sizes = frame[name]?.dimensions.map { frame.size(of: $0) ?? 0 } ?? []
      return Block(name: name, units: reader.units(of: name), count: sizes.reduce(1, *))
    }
  }

  /// Numbers of a data vector.
  public var dataCount: Int { blocks.reduce(0) { $0 + $1.count } }

  /// Data vectors, sample by sample.
  /// - Throws: `DatasetError`.
  public func data() throws -> [Double] {
    let width = dataCount
    var result = [Double](repeating: 0, count: count * width)
    var start = 0
    for block in blocks {
      if reader.columns.contains(block.name) {
        for (sample, value) in try reader.column(block.name).enumerated() {
          result[sample * width + start] = value
        }
      } else {
        for sample in 0..<count {
          let values = try reader.slice(sample, variable: block.name)
          for (index, value) in values.enumerated() { result[sample * width + start + index] = value }
        }
      }
      start += block.count
    }
    return result
  }

  /// Names of all that a network may learn of, parameters first.
  public var targetNames: [String] {
    reader.columns.compactMap { SampleVariables.parameter.rest(of: $0) }
      + reader.columns.compactMap { SampleVariables.derived.rest(of: $0) }
  }

  /// A parameter or a derived number; nil where there is none of the name.
  /// - Throws: `DatasetError`.
  public func target(_ name: String) throws -> Target? {
    let (drawn, derived) = (SampleVariables.parameter.name(name), SampleVariables.derived.name(name))
    if reader.columns.contains(drawn) {
      let (word, numbers) = SampleVariables.distribution(name)
      let prior = frame.attribute(word)?.text.map { ($0, frame.attribute(numbers)?.numbers ?? []) }
      var target = Target(
        name: name, values: try reader.column(drawn), units: reader.units(of: drawn), prior: prior)
      if let ends = frame.attribute(SampleVariables.bounds(name))?.numbers, ends.count == 2,
        ends[0] <= ends[1]
      {
        target.bounds = ends[0]...ends[1]
      }
      return target
    }
    guard reader.columns.contains(derived) else { return nil }
    return Target(
      name: name, values: try reader.column(derived), units: reader.units(of: derived), prior: nil)
  }

  /// Draws that failed and draws in all.
  public var losses: (failed: Double, draws: Double) {
    (
      frame.attribute(SampleVariables.failed)?.number ?? 0,
      frame.attribute(SampleVariables.draws)?.number ?? Double(count)
    )
  }
}

extension SamplesArtefact {
  /// Coordinates of the data: those along their dimensions, and places of rows.
  /// - Throws: `DatasetError`.
  public func coordinates() throws -> [(name: String, values: [Double])] {
    let dimensions = Set(blocks.flatMap { frame[$0.name]?.dimensions ?? [] })
    let found = frame.variables.filter { variable in
      guard variable.dimensions.count == 1, dimensions.contains(variable.dimensions[0]) else { return false }
      return variable.dimensions == [variable.name]
        || PointVariables.places.contains { $0.name == variable.name }
    }
    return try found.compactMap { variable in
      guard case .double = variable.values else { return nil }
      return (variable.name, try frame.doubles(variable.name))
    }
  }
}
