import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// One number of a table's column or a grid's field: what `mean(…)` and `median(…)` in a manifest stand for.
struct Reduction: StageKind {
  private enum Function: String, SettingWord {
    case mean, median

    var summary: String { "" }
  }

  private static let data = Input(
    "data", [.grid, .gravity, .topography, .weights, .table, .constraints, .statistics], "a table or grid")
  private static let value = Output("value", .scalar(.dimensionless), "the number")
  private static let function = Setting("function", .word(Function.self), .required, "what is taken")
  private static let variable = Setting(
    "variable", .text, .optional(otherwise: "what is of the dimension asked for"), "of what")
  private static let dimension = Setting(
    "dimension", .dimension(of: [.dimensionless] + PhysicalDimension.registered), .required,
    "of the setting that is given the number")

  let signature = StageSignature(
    kind: "reduction", version: 2, summary: "the mean or median of a column or field",
    declares: [data, function, variable, dimension, value]
  ).hidden

  func run(_ context: StageContext) throws {
    let (dimension, function) = (context[Self.dimension], context[Self.function])
    let dataset = try NetCDFFile.read(context[Self.data])
    let name = try context[Self.variable] ?? Self.usual(dimension, in: dataset)
    guard let variable = dataset[name], let values = variable.decoded() else {
      throw StageError.missingVariable(
        name, artefact: "what '\(function.rawValue)' is taken of",
        hint: "found \(Self.names(dataset).joined(separator: ", "))")
    }
    let factor = try Self.factor(of: variable, dimension)
    let present = values.filter(\.isFinite)
    guard !present.isEmpty else {
      throw StageError.outOfPlace("'\(name)' has no value, so that it has no \(function.rawValue)")
    }
    let found =
      switch function {
      case .mean: Statistics.mean(present)
      case .median: Statistics.median(present)
      }
    if present.count < values.count {
      context.log("\(values.count - present.count) of \(values.count) values are missing")
    }
    context.log(
      "\(function.rawValue) of \(present.count) values of '\(name)': \(found) \(variable.units ?? "1")"
    )
    try NetCDFFile.writeScalar(
      found * factor, name: Self.value.name, units: dimension.units,
      longName: "\(function.rawValue) of \(name)", to: context[Self.value])
  }

  private static func names(_ dataset: Dataset) -> [String] {
    dataset.variables.filter { !["easting", "northing", "longitude", "latitude"].contains($0.name) }.map {
      "'\($0.name)'"
    }
  }

  /// What a table or grid is about, of the dimension asked for: heights of points, a surface, gravity, densities.
  private static func usual(_ dimension: PhysicalDimension, in dataset: Dataset) throws -> String {
    let candidates: [String] =
      switch dimension {
      case .length: ["topography", "z_mean", "upward"]
      case .acceleration: ["gravity_anomaly", "gravity"]
      case .density: ["density_contrast", "density"]
      default: []
      }
    if let name = candidates.first(where: { dataset[$0] != nil }) { return name }
    throw StageError.missingSetting(
      name: Self.variable.name,
      because:
        "write it behind the output, as in mean(stage.output, name); found \(names(dataset).joined(separator: ", "))"
    )
  }

  /// Units of files to one of the variable's.
  private static func factor(of variable: Dataset.Variable, _ dimension: PhysicalDimension) throws -> Double {
    let units = variable.units ?? "1"
    let factors: [PhysicalDimension: [String: Double]] = [
      .length: ["m": 1], .acceleration: ["mGal": 1, "m s-2": 1e5], .density: ["kg m-3": 1, "kg/m3": 1],
      .angle: ["degrees_east": 1, "degrees_north": 1, "degree": 1], .time: ["s": 1],
    ]
    // A plain number takes whatever the column is counted in.
    if dimension == .dimensionless { return 1 }
    guard let factor = factors[dimension]?[units] else {
      throw StageError.outOfPlace(
        "'\(variable.name)' has the unit '\(units)', but \(dimension.inWordsWithArticle) is asked for")
    }
    return factor
  }
}

extension PhysicalDimension {
  fileprivate var inWordsWithArticle: String {
    (["acceleration", "angle"].contains(name) ? "an " : "a ") + name
  }
}

extension Reduction: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    if case .some(.some(let variable)) = request[Self.variable] {
      request.require(variable, of: Self.data, in: &foresight)
    }
    return foresight
  }
}
