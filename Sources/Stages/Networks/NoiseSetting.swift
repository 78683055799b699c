import Artefacts
import Datasets
import Planning
import StageSupport

/// The noise that a section gives: numbers in any unit, that of the data.
enum NoiseSetting {
  static let types: [SettingType] =
    [.number(.dimensionless)] + PhysicalDimension.registered.map { .number($0) }

  /// As which each of them is read, whatever its unit measures.
  private static let number = Setting("noise", .number, .required, "")

  /// A standard deviation for each datum in the units of the file.
  ///
  /// What a number's unit measured is not told any more: it counts as a unit of the data.
  static func deviations(_ value: SettingValue, _ blocks: [SamplesArtefact.Block]) throws -> [Double] {
    guard case .list(let elements) = value else { return [] }
    let numbers = elements.map { Settings([number.name: $0])[number] }
    guard numbers.count == 1 || numbers.count == blocks.count else {
      throw StageError.outOfPlace(
        "'noise' has \(numbers.count) values; the data vector has \(blocks.count) variables, so give one or \(blocks.count)"
      )
    }
    if let negative = numbers.first(where: { $0 < 0 }) {
      throw StageError.outOfPlace("'noise' is \(negative): a standard deviation is not negative")
    }
    return blocks.enumerated().flatMap { index, block in
      let unit = PhysicalDimension.canonical(1, in: block.units)
      return Array(repeating: numbers[numbers.count == 1 ? 0 : index] / unit, count: block.count)
    }
  }
}
