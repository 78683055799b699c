import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// The part of a prior that lies in the region of highest density of samples.
struct PriorRegion {
  private let drawn: [DrawnVariable]
  private let variables: [MemberVariable]
  /// Positions of the parameters that the samples tell of.
  let truncated: [Int]
  private let region: DensityRegion
  /// Between which probabilities each parameter is drawn.
  let shares: [(low: Double, high: Double)]

  /// - Parameter path: of the samples, columns `NAME` or `param_NAME` in the units of files.
  init(
    _ path: String, _ variables: [MemberVariable], _ drawn: [DrawnVariable], share: Double
  ) throws {
    (self.variables, self.drawn) = (variables, drawn)
    let columns = try Self.columns(path, variables)
    truncated = columns.map(\.position)
    guard !columns.isEmpty else {
      let names = variables.map { "'\($0.fileName)'" }.joined(separator: ", ")
      throw StageError.outOfPlace(
        "\(path): 'within' has no column of what is drawn here (\(names)), so it tells nothing of where the prior is to be"
      )
    }
    let count = columns[0].values.count
    let samples = (0..<count).flatMap { row in
      columns.map { Self.coordinate($0.values[row], drawn[$0.position]) }
    }
    if let index = samples.firstIndex(where: { !$0.isFinite }) {
      let name = variables[columns[index % columns.count].position].fileName
      throw StageError.outOfPlace(
        "\(path): '\(name)' \(index / columns.count + 1) of 'within' is no value that its prior has")
    }
    do throws(DensityRegion.Failure) {
      region = try DensityRegion(samples, dimensions: columns.count, share: share)
    } catch {
      throw Self.words(error, path)
    }
    var shares = drawn.map { _ in (low: 0.0, high: 1.0) }
    for (axis, position) in truncated.enumerated() {
      let ends = try [region.low[axis], region.high[axis]].map { end in
        try Self.share(below: end, drawn[position], variables[position])
      }
      guard ends[0] < ends[1] else {
        throw StageError.outOfPlace(
          "\(path): the samples of '\(variables[position].fileName)' in 'within' lie outside of its prior here"
        )
      }
      shares[position] = (ends[0], ends[1])
    }
    self.shares = shares
  }

  private static func words(_ failure: DensityRegion.Failure, _ path: String) -> StageError {
    switch failure {
    case .tooFewSamples(let found, let needed):
      .outOfPlace("\(path): 'within' has \(found) samples, and a region takes at least \(needed)")
    case .singular:
      .outOfPlace(
        "\(path): a column of 'within' is constant or follows from the others, so that its region has no volume"
      )
    }
  }

  private static func columns(
    _ path: String, _ variables: [MemberVariable]
  ) throws -> [(position: Int, values: [Double])] {
    let source = try NetCDFFile.read(path)
    var found: [(position: Int, values: [Double])] = []
    for (position, variable) in variables.enumerated() {
      for name in [variable.fileName, SampleVariables.parameter.name(variable.fileName)] {
        guard let column = source[name], column.dimensions.count == 1 else { continue }
        if let units = column.units, let own = variable.units, !FileUnits.isSame(units, own) {
          throw StageError.outOfPlace("\(path): '\(name)' of 'within' is in \(units) and here in \(own)")
        }
        found.append((position, try source.doubles(name)))
        break
      }
    }
    return found
  }

  /// Logarithmic priors in their logarithm.
  private static func coordinate(_ filed: Double, _ drawn: DrawnVariable) -> Double {
    drawn.distribution.isLogarithmic ? (filed > 0 ? Elementary.log(filed) : .nan) : filed
  }

  /// The probability of values below a coordinate, by halving.
  private static func share(
    below end: Double, _ drawn: DrawnVariable, _ variable: MemberVariable
  ) throws -> Double {
    func value(_ share: Double) throws -> Double {
      coordinate(variable.filed(try drawn.value(at: share)), drawn)
    }
    var (low, high) = (0x1p-52, 1 - 0x1p-52)
    if try value(low) >= end { return 0 }
    if try value(high) <= end { return 1 }
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      if try value(middle) < end { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }

  /// The share of the prior between the bounds of all parameters.
  var boxShare: Double { shares.reduce(1) { $0 * ($1.high - $1.low) } }

  /// The values of a draw; nil where they lie outside.
  func values(at unit: [Double]) throws -> [Double]? {
    let values = try zip(zip(unit, shares), drawn).map { pair, drawn in
      try drawn.value(at: pair.1.low + (pair.1.high - pair.1.low) * pair.0)
    }
    let place = truncated.map { Self.coordinate(variables[$0].filed(values[$0]), drawn[$0]) }
    return region.contains(place) ? values : nil
  }

  /// The least and greatest value of a parameter that is drawn, in canonical units; no numbers where it is not truncated.
  func bounds(_ position: Int) throws -> (low: Double, high: Double) {
    guard truncated.contains(position) else { return (.nan, .nan) }
    let ends = try [max(shares[position].low, 0x1p-53), min(shares[position].high, 1 - 0x1p-53)].map {
      try drawn[position].value(at: $0)
    }
    return (ends[0], ends[1])
  }
}

/// How far the draws within a region have come.
struct PriorRegionState {
  /// Number of the draw to go on with, and how many lay in the region.
  var next = 0
  var held = 0
  /// Share of the prior between the bounds of all parameters.
  var boxShare = 1.0
  /// Of each parameter, in canonical units; no number where it is not truncated.
  var low: [Double] = []
  var high: [Double] = []

  /// The share of the prior that lies in the region.
  var share: Double { next == 0 ? 1 : boxShare * Double(held) / Double(next) }

  func isTruncated(_ index: Int) -> Bool { low[index].isFinite && high[index].isFinite }

  init() {}

  init(_ path: String) throws {
    let file = try NetCDFFile.read(path)
    next = Int(file.attribute("next")?.number ?? 0)
    held = Int(file.attribute("held")?.number ?? 0)
    boxShare = file.attribute("box_share")?.number ?? 1
    (low, high) = (try file.column("low"), try file.column("high"))
  }

  func write(to path: String) throws {
    var table = Dataset()
    table.setAttribute("title", text: "draws within a region")
    table.setAttribute("next", Double(next))
    table.setAttribute("held", Double(held))
    table.setAttribute("box_share", boxShare)
    try table.addColumn("low", low, longName: "least value of the parameter in SI", dimension: "parameter")
    try table.addColumn("high", high, longName: "greatest value", dimension: "parameter")
    try NetCDFFile.write(table, to: path)
  }
}
