import Artefacts
import Datasets
import Geostatistics
import Networks
import NumericCore
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

  // MARK: - all that a section says

  /// Of the whole data vector, in the units of the file.
  static func noise(_ context: StageContext, _ artefact: SamplesArtefact) throws -> DataNoise {
    if let path = context[NetworkEntries.noiseCovariance] {
      return .covariance(try matrix(path, count: artefact.dataCount))
    }
    let deviations: [Double]
    if let path = context[NetworkEntries.uncertainty] {
      deviations = try DataVector(try NetCDFFile.read(path), artefact.blocks, places: []).deviations()
    } else if let given = context[NetworkEntries.noise] {
      deviations = try self.deviations(given, artefact.blocks)
    } else {
      return .none
    }
    guard let length = context[NetworkEntries.correlationLength] else { return .deviations(deviations) }
    let covariance = Covariance(
      context[NetworkEntries.noiseCorrelation].correlation, deviation: 1, length: length)
    var matrix = Matrix(rows: deviations.count, columns: deviations.count)
    var start = 0
    for block in artefact.blocks {
      let own = covariance.matrix(try points(of: block, artefact), workers: context.workers)
      for row in 0..<block.count {
        for column in 0..<block.count {
          matrix[start + row, start + column] =
            own[row, column] * deviations[start + row] * deviations[start + column]
        }
      }
      start += block.count
    }
    return .covariance(matrix)
  }

  private static func points(of block: SamplesArtefact.Block, _ artefact: SamplesArtefact) throws -> Points {
    let known = try artefact.coordinates()
    func values(_ name: String) -> [Double]? { known.first { $0.name == name }?.values }
    guard let easting = values(PointVariables.easting.name),
      let northing = values(PointVariables.northing.name)
    else {
      throw StageError.outOfPlace(
        "correlation_length needs data with places in metres, a grid or a table with easting and northing, and "
          + "'\(block.name)' has none")
    }
    if easting.count == block.count, northing.count == block.count {
      return Points(easting: easting, northing: northing)
    }
    guard easting.count * northing.count == block.count else {
      throw StageError.outOfPlace(
        "'\(block.name)' has \(block.count) data and \(easting.count) by \(northing.count) places: correlation_length needs one "
          + "for each")
    }
    return Points(
      easting: northing.flatMap { _ in easting },
      northing: northing.flatMap { place in easting.map { _ in place } })
  }

  private static func matrix(_ path: String, count: Int) throws -> Matrix {
    let table = try TableFile.readAny(path, options: TableReadOptions(layout: .plain))
    guard table.count == count, table.columns.count == count else {
      throw StageError.outOfPlace(
        "\(path) has \(table.count) rows and \(table.columns.count) columns, and the data vector has \(count) data: "
          + "'noise_covariance' is a square matrix of all of them")
    }
    var matrix = Matrix(rows: count, columns: count)
    for (column, cells) in table.columns.enumerated() {
      for (row, value) in try table.numbers(cells.name).enumerated() { matrix[row, column] = value }
    }
    return matrix
  }
}
