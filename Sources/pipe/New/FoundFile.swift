import Artefacts
import Datasets
import NumericCore

/// What a file of the user's is, as far as it says so itself: enough to write the section that reads it.
struct FoundFile {
  enum Role: Equatable {
    case gravity, observedGravity, topography, densityContrast
    /// A table of points of known height, or of stations.
    case points, stations
    /// A grid whose unit and name tell nothing.
    case unknownGrid
  }

  let path: String
  let role: Role
  /// Of the variable that is meant, where there are several.
  var variable: String?
  /// Of observations' heights and standard deviations, where the file has them.
  var heightVariable, uncertaintyVariable: String?
  /// Of a table: columns of heights, gravity and standard deviations.
  var heightColumn, gravityColumn, uncertaintyColumn: String?
  var isGeographic: Bool?
  /// The file's own, for people.
  var system: CoordinateSystem?
  /// Whether values without a unit are to be given one.
  var lacksUnit = false

  private init(_ path: String, _ role: Role) { (self.path, self.role) = (path, role) }

  /// Looks into a file.
  /// - Throws: what reading it throws.
  static func read(_ path: String) throws -> FoundFile {
    try FileProbe.check(path)
    do {
      return try grid(path)
    } catch let error as DatasetError {
      // What is no grid may be a table; what is neither says more as a grid.
      guard let table = try? TableFile.readAny(path) else { throw error }
      return Self.table(table, path)
    }
  }

  private static func grid(_ path: String) throws -> FoundFile {
    let grids = try grids(path)
    guard let main = grids.min(by: { rank($0) < rank($1) }) else {
      throw DatasetError.noGrid(path: path, found: [])
    }
    // Lines of places that fill no grid are points; a few of them are the corners of some grid.
    if main.grid.values.contains(where: \.isNaN), let table = try? TableFile.readAny(path) {
      return Self.table(table, path)
    }
    var file = FoundFile(path, role(main))
    if grids.count > 1 { file.variable = main.name }
    (file.isGeographic, file.system) = (main.kind == .geographic, main.coordinateSystem)
    file.lacksUnit = main.units == nil
    let others = grids.filter { $0.name != main.name && $0.grid.geometry == main.grid.geometry }
    file.heightVariable = others.first { isHeight($0) }?.name
    file.uncertaintyVariable = others.first { isDeviation($0.name) }?.name
    return file
  }

  private static func table(_ table: Table, _ path: String) -> FoundFile {
    let numeric = table.columns.filter { if case .number = $0.kind { true } else { false } }
    func named(_ words: String...) -> String? {
      numeric.first { column in words.contains { column.name.lowercased().contains($0) } }?.name
    }
    let gravity = named("grav", "anomal", "mgal")
    var file = FoundFile(path, gravity == nil ? .points : .stations)
    file.gravityColumn = gravity
    file.heightColumn =
      table.columns(of: .upward).first?.name ?? named("height", "elev", "moho", "depth", "z")
    file.uncertaintyColumn = numeric.first { isDeviation($0.name) }?.name
    file.isGeographic = table.columns(of: .longitude).isEmpty ? nil : true
    return file
  }

  /// Every grid that a file has.
  private static func grids(_ path: String) throws -> [GridVariable] {
    do throws(DatasetError) {
      let all = try GridFile.readAll(path)
      if !all.isEmpty { return all }
    } catch {
      guard case .notNetCDF = error else { throw error }
    }
    var options = GridReadOptions()
    options.isStrict = false
    return [try GridFile.readVariable(path, options: options)]
  }

  // MARK: What a grid is

  private static func role(_ grid: GridVariable) -> Role {
    let words = (grid.name + " " + (grid.attributes.first { $0.name == "long_name" }?.value.text ?? ""))
      .lowercased()
    switch grid.units.flatMap({ FileUnits.measure(of: $0) }) {
    case .acceleration:
      // The ellipsoid's gravity alone is near 980 000 mGal.
      let finite = grid.grid.values.filter(\.isFinite)
      let mean = finite.reduce(0, +) / Double(max(1, finite.count))
      return abs(mean) > 5e5 ? .observedGravity : .gravity
    case .length: return .topography
    case .density: return .densityContrast
    default: break
    }
    if ["grav", "anomal", "disturb", "boug", "faa"].contains(where: words.contains) { return .gravity }
    if ["topo", "moho", "elev", "bathy", "basement", "depth"].contains(where: words.contains) {
      return .topography
    }
    return .unknownGrid
  }

  /// What comes first is what a file of several grids is about.
  private static func rank(_ grid: GridVariable) -> Int {
    if isDeviation(grid.name) || isHeight(grid) { return 3 }
    switch role(grid) {
    case .gravity, .observedGravity: return 0
    case .topography, .densityContrast: return 1
    case .points, .stations, .unknownGrid: return 2
    }
  }

  private static func isHeight(_ grid: GridVariable) -> Bool {
    let name = grid.name.lowercased()
    return name == GravityVariables.height.name || name.hasPrefix("height") || name.hasPrefix("altitude")
  }

  private static func isDeviation(_ name: String) -> Bool {
    let name = name.lowercased()
    return ["uncert", "sigma", "stdev", "std", "error"].contains {
      name.hasPrefix($0) || name.hasSuffix("_" + $0)
    }
  }
}
