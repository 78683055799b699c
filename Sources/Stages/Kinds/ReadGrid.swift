import Datasets
import NumericCore
import Planning

/// Brings a grid of somebody else's file into the pipeline.
struct ReadGrid: StageKind {
  let signature = StageSignature(
    kind: "read_grid", version: 1,
    summary: "reads a grid from a NetCDF file: any axis order and direction, packed values, km or m",
    settings: [
      SettingSpec("file", .file, .required, "NetCDF file"),
      SettingSpec("variable", .text, .required, "name of the variable in the file"),
      SettingSpec(
        "quantity", .word(["gravity", "topography", "weights"]), .required, "what the grid is to be"),
      SettingSpec(
        "height", .number(.length), .optional, "gravity: height of the observations, the same everywhere"),
      SettingSpec("height_variable", .text, .optional, "gravity: variable of the observations' heights"),
      SettingSpec(
        "uncertainty", .number(.acceleration), .optional, minimum: "0 mGal",
        "gravity: standard deviation, the same everywhere"),
      SettingSpec("uncertainty_variable", .text, .optional, "gravity: variable of the standard deviations"),
      SettingSpec(
        "region", .list(.number(.length), count: 4...4), .optional,
        "west, east, south, north edge of what is kept"),
    ],
    outputs: [
      OutputSpec(
        "grid", .grid, "the grid, in metres and mGal, northing and easting ascending",
        noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))
    ])

  func run(_ context: StageContext) throws {
    let settings = context.settings
    guard let file = settings.file("file"), let variable = settings.optionalText("variable") else {
      preconditionFailure("the signature requires file and variable")
    }
    let grid = try Self.read(file, variable, settings)
    context.log(
      "\(variable): \(grid.geometry.rows) x \(grid.geometry.columns) nodes, \(grid.geometry.region)")
    let missing = grid.values.count { !$0.isFinite }
    if missing > 0 { context.log("\(missing) of \(grid.values.count) values are missing") }
    switch settings.word("quantity") {
    case "gravity": try writeGravity(grid, file: file, context)
    case "topography":
      try TopographyArtefact.write(grid, to: context.output("grid"), title: variable)
    default:
      var dataset = Dataset(title: variable)
      try dataset.addGrid("weights", grid, units: "1", longName: variable)
      try NetCDFFile.write(dataset, to: context.output("grid"))
    }
  }

  private func writeGravity(_ grid: Grid, file: String, _ context: StageContext) throws {
    let settings = context.settings
    guard
      let heights = try Self.field("height", file, settings, unit: .metre, like: grid)
    else {
      throw StageError.missingSetting(
        name: "height", because: "gravity is inverted at the height where it was observed")
    }
    var gravity = GravityArtefact(geometry: grid.geometry, anomaly: grid.values, upward: heights)
    gravity.uncertainty = try Self.field("uncertainty", file, settings, unit: .milligal, like: grid)
    try gravity.write(to: context.output("grid"))
  }

  /// `name` as one number everywhere, or `name_variable` as a grid of the same file.
  private static func field(
    _ name: String, _ file: String, _ settings: Settings, unit: Unit, like grid: Grid
  ) throws -> [Double]? {
    if let variable = settings.optionalText(name + "_variable") {
      let other = try read(file, variable, settings)
      guard other.geometry == grid.geometry else { throw StageError.gridsDiffer(variable, "the gravity") }
      return other.values
    }
    return settings.optionalNumber(name, in: unit).map { Array(repeating: $0, count: grid.values.count) }
  }

  private static func read(_ file: String, _ variable: String, _ settings: Settings) throws -> Grid {
    let grid = try GridFile.read(file, variable: variable, options: GridReadOptions()).grid
    return settings.has("region") ? try cut(grid, to: settings.region("region")) : grid
  }

  private static func cut(_ grid: Grid, to region: Region) throws -> Grid {
    let geometry = grid.geometry
    let slack = 1e-6 * max(geometry.spacingEasting, geometry.spacingNorthing)
    let kept = region.shrunk(by: -slack)
    let columns = (0..<geometry.columns).filter { (kept.west...kept.east).contains(geometry.easting($0)) }
    let rows = (0..<geometry.rows).filter { (kept.south...kept.north).contains(geometry.northing($0)) }
    guard let west = columns.first, let east = columns.last, let south = rows.first, let north = rows.last
    else { throw StageError.outOfPlace("the region holds no node of the grid") }
    let smaller = GridGeometry(
      region: Region(
        west: geometry.easting(west), east: geometry.easting(east),
        south: geometry.northing(south), north: geometry.northing(north)),
      columns: columns.count, rows: rows.count)
    return Grid(geometry: smaller, values: rows.flatMap { row in columns.map { grid[row, $0] } })
  }
}
