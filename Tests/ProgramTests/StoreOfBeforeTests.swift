import Foundation
import TestSupport
import Testing

/// A store that an older program wrote answers for the new one: a redesign must not throw away what users computed.
///
/// The fixture holds the shipped pipelines of version 0.1.0 and the index and the scalars of the store that the commands
/// below wrote. Results are read by nobody here, so that empty files stand for them; bits are held by the locks.
@Suite struct StoreOfBeforeTests {
  /// Kinds whose numbers changed since, and so their versions: they run again, and then perhaps what depends on them.
  private static let changed: Set<String> = [
    "block_reduce", "command", "compare_gravity", "cut", "damping_cv", "ensemble_loop",
    "equivalent_sources_grid",
    "filter_grid", "forward_gravity", "merged_stats", "perturbation", "project", "read_grid", "read_table",
    "region_mask", "regional_score", "regional_separation", "resample", "sample_grid", "search",
    "topography_inversion", "windowed_search",
  ]

  /// The commands that wrote the store, one pipeline a line.
  private static let commands: [[String]] = [
    ["adhering"], ["buffer_width"], ["combined", "--set", "model.spacing=2 km"], ["constraining"],
    ["damping_cv"],
    ["density_inversion"], ["density_zref"], ["ensemble", "--profile", "ci"],
    ["partial_ensembles", "--set", "spacing=2 km", "--set", "runs=4"], ["quickstart"], ["regional"],
    ["regional_tuning"], ["sensitivity", "--set", "samples=2", "--set", "runs=4"], ["tesseroid_moho"],
    ["variable_density"], ["windowed"],
  ]

  private struct Answer: Decodable {
    struct Node: Decodable {
      var node, kind, state: String
    }
    var nodes: [Node]
  }

  @Test func everyNodeOfAnOldStoreIsCached() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try unpack(into: project)
    // A score has had a unit since.
    let zref = try String(
      contentsOf: project.root.appendingPathComponent("pipelines/density_zref.manifest"), encoding: .utf8)
    try project.write(
      "pipelines/density_zref.manifest",
      zref.replacingOccurrences(of: "search.best_score <= 4\n", with: "search.best_score <= 4 m\n"))
    var count = 0
    for command in Self.commands {
      let outcome = try Program.run(
        ["run", "-n", "--members", "--json", "pipelines/\(command[0]).manifest"] + command.dropFirst(),
        in: project.root)
      #expect(outcome.status == 0, "\(command[0]): \(outcome.errors)")
      let answer = try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
      count += answer.nodes.count
      let stale = answer.nodes.filter { $0.state == "will_run" && !Self.changed.contains($0.kind) }
      #expect(stale.map(\.node) == [], "\(command[0])")
    }
    #expect(count > 500)
  }

  private func unpack(into project: TemporaryProject) throws {
    let archive = Checkout.root.appendingPathComponent("Tests/ProgramTests/Fixtures/store-0.1.0.tar.gz")
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = ["tar", "-xzf", archive.path, "-C", project.root.path]
    try tar.run()
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0)
    let store = project.root.appendingPathComponent(".pipe")
    let index = try String(contentsOf: store.appendingPathComponent("index"), encoding: .utf8)
    // `key port=hash port=hash … checksum`
    for line in index.split(separator: "\n") {
      for entry in line.split(separator: " ") where entry.contains("=") {
        let hash = String(entry.drop { $0 != "=" }.dropFirst())
        let folder = store.appendingPathComponent("objects/\(hash.prefix(2))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data().write(to: folder.appendingPathComponent("\(hash).nc"))
      }
    }
  }
}
