import Artefacts
import Foundation
import Planning
import StandardCatalogue
import TestSupport
import Testing

/// What stands in which module: the engine has no word of physics, and reports know no kind of stage and no variable.
@Suite struct RoomsTests {
  private static let physics = [
    "gravity", "topograph", "geoid", "moho", "basement", "sediment", "density", "densities", "prism",
    "tesseroid",
    "mgal", "regional", "misfit", "inversion", "invert4geom", "harmonica", "ellipsoid", "elevation",
    "bouguer",
    "acceleration", "zref", "damping", "constraints", "kilometre", "milligal", "seism", "velocity",
  ]

  private static func sources(of module: String) throws -> [(name: String, lines: [String])] {
    let folder = Checkout.root.appendingPathComponent("Sources/\(module)")
    let found = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    let files = found.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
    return try files.sorted { $0.path < $1.path }.map { file in
      (file.lastPathComponent, try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n"))
    }
  }

  @Test(arguments: ["Manifests", "Planning", "Execution"]) func theEngineHasNoWordOfPhysics(_ module: String)
    throws
  {
    let files = try Self.sources(of: module)
    #expect(files.count > 10)
    for (name, lines) in files {
      for (index, line) in lines.enumerated() {
        let text = line.lowercased()
        let found = Self.physics.filter(text.contains)
        #expect(found == [], "\(module)/\(name):\(index + 1): \(line)")
      }
    }
  }

  /// Of a string literal: kinds of stage, and variables with a name that is no word of a figure.
  @Test func reportsKnowNoKindAndNoVariable() throws {
    let kinds = Set(Catalogue.standard.kinds.keys)
    let variables = [
      GravityVariables.all, SurfaceVariables.all, PointVariables.all, CoverageVariables.all,
      StatisticsVariables.all, EnsembleVariables.all, SensitivityVariables.all, TrialVariables.all,
      WindowVariables.all, IterationVariables.all,
    ].flatMap { $0 }.map(\.name)
    // Words that figures say as well: of axes, of what `pipe plot` draws, of the norms of a lock and of what became of
    // a node.
    let words: Set = [
      "easting", "northing", "longitude", "latitude", "iteration", "failed", "members", "points", "trials",
      "calibration", "sensitivity", "mean", "posterior",
    ]
    let forbidden = kinds.union(variables).subtracting(words)
    let literal = try Regex("\"([a-z0-9_]+)\"")
    for (name, lines) in try Self.sources(of: "Reporting") {
      for (index, line) in lines.enumerated() {
        for match in line.matches(of: literal) {
          let text = String(line[match.range].dropFirst().dropLast())
          #expect(!forbidden.contains(text), "Reporting/\(name):\(index + 1): \(text)")
        }
      }
    }
    for (name, lines) in try Self.sources(of: "Reporting") {
      for kind in kinds where kind.contains("_") {
        #expect(!lines.contains { $0.contains(kind) }, "Reporting/\(name): \(kind)")
      }
    }
  }
}
