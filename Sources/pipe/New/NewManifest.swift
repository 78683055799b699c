import Artefacts
import Datasets
import Manifests

/// The text of a manifest that inverts the gravity of some files: what they tell is written, what they don't stands there with a
/// remark, to be put right.
struct NewManifest {
  private let files: [FoundFile]
  /// As the manifest names each file.
  private let names: [String]
  private var text = ""
  /// What was guessed, for the terminal.
  private(set) var guesses: [String] = []

  /// - Parameter names: paths relative to the manifest.
  init(_ files: [FoundFile], names: [String]) { (self.files, self.names) = (files, names) }

  private func index(_ roles: FoundFile.Role...) -> Int? {
    files.indices.first { roles.contains(files[$0].role) }
  }

  /// - Throws: `NewManifestError` where there is nothing to invert.
  mutating func write() throws(NewManifestError) -> String {
    guard let gravity = index(.gravity, .observedGravity, .unknownGrid, .stations) else {
      throw .noGravity(files.map { "\($0.path): \($0.role.inWords)" })
    }
    let points = index(.points)
    add("# Topography from \(names[gravity].split(separator: "/").last ?? ""), made by `pipe new`.")
    add("# Lines with 'yours:' hold what no file tells; `pipe check` says what is missing.")
    add("")
    var source = readGravity(gravity)
    if let points { readPoints(points, isGeographic: files[gravity].isGeographic == true) }
    source = reduce(source, gravity)
    model(source, points: points.map { _ in "points.table" })
    let tidy = ManifestFormatter.format(text)
    return tidy.hasSuffix("\n") ? tidy : tidy + "\n"
  }

  private mutating func add(_ line: String) { text += line + "\n" }

  /// A value that the user has to look at.
  private mutating func guess(_ setting: String, _ value: String, _ why: String) {
    add("\(setting) = \(value)  # yours: \(why)")
    guesses.append("\(setting) = \(value): \(why)")
  }

  // MARK: Reading

  /// - Returns: the output with the gravity.
  private mutating func readGravity(_ index: Int) -> String {
    let file = files[index]
    guard file.role != .stations else { return readStations(index) }
    add("[gravity : read_grid]")
    add("file = file(\"\(names[index])\")")
    if let variable = file.variable { add("variable = \"\(variable)\"") }
    if file.role == .unknownGrid {
      guess("quantity", "gravity", "the file does not say what it holds")
    } else {
      add("quantity = \(file.role == .observedGravity ? "observed_gravity" : "gravity")")
    }
    if file.lacksUnit { guess("value_unit", "\"mGal\"", "the file names no unit") }
    if let height = file.heightVariable {
      add("height_variable = \"\(height)\"")
    } else {
      guess("height", "0 m", "where the gravity was measured, above every point of the model")
    }
    if let deviation = file.uncertaintyVariable {
      add("uncertainty_variable = \"\(deviation)\"")
    } else {
      guess("uncertainty", "1 mGal", "standard deviation of the gravity")
    }
    coordinates(file)
    return "gravity.grid"
  }

  private mutating func coordinates(_ file: FoundFile) {
    if let system = file.system {
      add("# \(system.told), as the file says.")
    } else {
      add("# crs = EPSG:...   what the coordinates mean, for maps and other programs; the file does not say")
    }
    add("")
  }

  private mutating func readStations(_ index: Int) -> String {
    let file = files[index]
    add("[stations : read_table]")
    add("file = file(\"\(names[index])\")")
    if let height = file.heightColumn, height != "upward" { add("upward = \"\(height)\"") }
    if let gravity = file.gravityColumn { add("gravity_anomaly = \"\(gravity)\"") }
    if let deviation = file.uncertaintyColumn { add("uncertainty = \"\(deviation)\"") }
    coordinates(file)
    return "stations.table"
  }

  private mutating func readPoints(_ index: Int, isGeographic: Bool) {
    let file = files[index]
    add("[points : read_table]")
    add("file = file(\"\(names[index])\")")
    if let height = file.heightColumn, height != "upward" {
      add("\(height.lowercased().contains("depth") ? "depth" : "upward") = \"\(height)\"")
    }
    if let deviation = file.uncertaintyColumn { add("uncertainty = \"\(deviation)\"") }
    coordinates(file)
  }

  // MARK: To what an inversion takes

  private mutating func reduce(_ source: String, _ index: Int) -> String {
    var source = source
    let file = files[index]
    if file.role == .observedGravity {
      add("[disturbance : gravity_disturbance]\ngravity <- \(source)\n")
      source = "disturbance.gravity"
    }
    if file.role == .stations {
      add("[gridded : equivalent_sources_grid]\ntable <- \(source)")
      guess("height", "1 km", "one height above all stations")
      guess("spacing", "1 km", "of the grid that the inversion takes")
      add("")
      source = "gridded.gravity"
    }
    return source
  }

  private mutating func model(_ gravity: String, points: String?) {
    add("[start : starting_topography]")
    if let points {
      add("method = spline\nconstraints <- \(points)")
    } else {
      add("method = flat")
      guess("height", "-1 km", "mean height of the surface")
    }
    add("like <- \(gravity)\n")
    add("[predicted : forward_gravity]\ntopography <- start.topography\ngravity <- \(gravity)")
    guess("density_contrast", "300 kg/m3", "density below the surface minus above it")
    if let points {
      add("zref <- mean(\(points), upward)\n")
    } else {
      guess("zref", "-1 km", "reference level of the model, near the surface's mean")
      add("")
    }
    add("[regional : regional_separation]\ngravity <- predicted.gravity")
    add(points.map { "method = constraints\nconstraints <- \($0)\n" } ?? "method = trend\n")
    add("[inversion : topography_inversion]\ngravity <- regional.gravity\ntopography <- start.topography")
    guess("damping", "0.1", "a larger one makes smaller steps; damping_cv chooses it by held-out data")
    add("max_iterations = 50\n")
  }
}

extension FoundFile.Role {
  var inWords: String {
    switch self {
    case .gravity: "a grid of gravity"
    case .observedGravity: "a grid of observed gravity"
    case .topography: "a grid of heights"
    case .densityContrast: "a grid of densities"
    case .points: "a table of points"
    case .stations: "a table of gravity stations"
    case .unknownGrid: "a grid that does not say of what"
    }
  }
}

/// Files of which no inversion can be made.
enum NewManifestError: Error, CustomStringConvertible {
  case noGravity([String])

  var description: String {
    switch self {
    case .noGravity(let found):
      "none of the files holds gravity (\(found.joined(separator: "; "))); name a grid or a table of it"
    }
  }
}
