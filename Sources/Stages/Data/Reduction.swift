import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// One number of a table's column or a grid's field: what `mean(…)` and `median(…)` in a manifest stand for.
struct Reduction: StageKind {
  private static let dimensions = [.dimensionless] + PhysicalDimension.registered

  let signature = StageSignature(
    kind: "reduction", version: 2, summary: "the mean or median of a column or field",
    settings: [
      SettingSpec("function", .word(["mean", "median"]), .required, "what is taken"),
      SettingSpec("variable", .text, .optional, "of what; default: what is of the dimension asked for"),
      SettingSpec(
        "dimension", .word(Self.dimensions.map(\.name)), .required,
        "of the setting that is given the number"),
    ],
    inputs: [
      InputSpec(
        "data", [.grid, .gravity, .topography, .weights, .table, .constraints, .statistics], "a table or grid"
      )
    ],
    outputs: [OutputSpec("value", .scalar(.dimensionless), "the number")],
    isPublic: false)

  func run(_ context: StageContext) throws {
    let settings = context.settings
    guard let dimension = Self.dimensions.first(where: { $0.name == settings.word("dimension") }) else {
      preconditionFailure("the planner knows the dimensions")
    }
    let dataset = try NetCDFFile.read(context.input("data"))
    let name = try settings.optionalText("variable") ?? Self.usual(dimension, in: dataset)
    guard let variable = dataset[name], let values = variable.decoded() else {
      throw StageError.missingVariable(
        name, artefact: "what '\(settings.word("function"))' is taken of",
        hint: "found \(Self.names(dataset).joined(separator: ", "))")
    }
    let factor = try Self.factor(of: variable, dimension)
    let present = values.filter(\.isFinite)
    guard !present.isEmpty else {
      throw StageError.outOfPlace("'\(name)' has no value, so that it has no \(settings.word("function"))")
    }
    let found = settings.word("function") == "median" ? Statistics.median(present) : Statistics.mean(present)
    if present.count < values.count {
      context.log("\(values.count - present.count) of \(values.count) values are missing")
    }
    context.log(
      "\(settings.word("function")) of \(present.count) values of '\(name)': \(found) \(variable.units ?? "1")"
    )
    try NetCDFFile.writeScalar(
      found * factor, name: "value", units: dimension.units,
      longName: "\(settings.word("function")) of \(name)",
      to: context.output("value"))
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
      name: "variable",
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
    if let variable = request.settings.optionalText("variable") {
      request.require(variable, of: "data", in: &foresight)
    }
    return foresight
  }
}
