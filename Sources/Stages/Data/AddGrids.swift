import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// The sum or difference of two fields, such as heights above sea level and the geoid's.
struct AddGrids: StageKind {
  private enum Operation: String, SettingWord {
    case add, subtract

    var summary: String {
      switch self {
      case .add: "data + other"
      case .subtract: "data - other"
      }
    }
  }

  private static let grid = Input(
    "data", [.grid], "the grid whose field is changed, and whose nodes are kept")
  private static let other = Input(
    "other", [.grid], "what is added, interpolated to those nodes where it has others")
  private static let sum = Output(
    "data", .grid,
    "the grid with the sum or difference in the place of the field; none where either has none",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), sameTypeAs: grid)
  private static let operation = Setting("operation", .word(Operation.self), .default(.add), "what is done")
  private static let variable = Setting(
    "variable", .text, .optional(otherwise: "gravity_anomaly, topography or the only one"), "the field")
  private static let otherVariable = Setting(
    "other_variable", .text, .optional(otherwise: "gravity_anomaly, topography or the only one"),
    "the field that is added")

  let signature = StageSignature(
    kind: "add_grids", version: 1,
    summary: "adds a field to another or takes it away, as the geoid to heights above sea level",
    declares: [operation, variable, otherVariable, HeightDatum.setting, grid, other, sum])

  func run(_ context: StageContext) throws {
    var data = try Observations(path: context[Self.grid])
    let other = try Observations(path: context[Self.other])
    guard let geometry = data.geometry, let otherGeometry = other.geometry,
      geometry.isGeographic == otherGeometry.isGeographic
    else {
      throw StageError.outOfPlace(
        "two grids in the same coordinates are needed: both in longitude and latitude, or both in metres")
    }
    let name = try context[Self.variable] ?? data.mainVariable()
    let otherName = try context[Self.otherVariable] ?? other.mainVariable()
    let values = try data.values(name, hint: "name one of them as 'variable'")
    let added = Grid(
      geometry: otherGeometry, values: try other.values(otherName, hint: "name one as 'other_variable'"))
    try Self.checkUnits(data.units(name), name, other.units(otherName), otherName)
    let sampled = try Self.sampled(added, at: geometry)
    let sign: Double = context[Self.operation] == .add ? 1 : -1
    let result = zip(values, sampled).map { $0 + sign * $1 }
    data.set(name, result, units: data.units(name), longName: data.longName(name))
    data.heightDatum = context[HeightDatum.setting]
    try data.write(to: context[Self.sum])
    let present = sampled.filter(\.isFinite)
    context.log(
      "'\(otherName)' at \(geometry.count) nodes: \(present.min() ?? .nan) … \(present.max() ?? .nan) "
        + "\(data.units(name) ?? "1"), mean \(Statistics.mean(present))")
    let lost = zip(values, result).count { $0.isFinite && !$1.isFinite }
    if lost > 0 {
      context.warn("\(lost) of \(values.count) nodes have no value of 'other' and lose their own")
    }
  }

  private static func checkUnits(
    _ units: String?, _ name: String, _ otherUnits: String?, _ otherName: String
  ) throws {
    guard let units, let otherUnits, !FileUnits.isSame(units, otherUnits) else { return }
    throw StageError.outOfPlace(
      "'\(name)' is in \(units) and '\(otherName)' in \(otherUnits): they can't be added")
  }

  private static func sampled(_ grid: Grid, at geometry: GridGeometry) throws -> [Double] {
    if grid.geometry.isSame(as: geometry) { return grid.values }
    guard grid.geometry.columns > 1, grid.geometry.rows > 1 else {
      throw StageError.outOfPlace("'other' has a single row or column and can't be interpolated")
    }
    return BicubicSampler.sample(
      grid: grid, at: grid.geometry.turned(geometry.nodes), singlePrecision: false)
  }
}

extension AddGrids: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    for (setting, input) in [(Self.variable, Self.grid), (Self.otherVariable, Self.other)] {
      if let variable = request[setting] ?? nil { request.require(variable, of: input, in: &foresight) }
    }
    let (facts, other) = (request.facts(Self.grid), request.facts(Self.other))
    if let first = facts.quantity, let second = other.quantity, first != second,
      request.lacks(Self.variable), request.lacks(Self.otherVariable)
    {
      foresight.refuse("\(first) and \(second) can't be added", at: Self.other.name)
    }
    foresight[Self.sum] = facts
    return foresight
  }
}
