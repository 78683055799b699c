import Datasets
import Foundation
import NumericCore
import Testing

/// What commands tell of a family's members.
@Suite(.serialized) struct MemberTests {
  private func project() throws -> TemporaryProject {
    let project = try SmallPipeline.project(SmallPipeline.manifest(extra: SmallPipeline.ensemble))
    try project.write(
      SmallPipeline.path, SmallPipeline.manifest(damping: "0.2", extra: SmallPipeline.ensemble))
    return project
  }

  @Test func forecastsAndExplanations() throws {
    let project = try project()
    defer { project.remove() }
    let listed = try project.pipe("run", "-n", "--members", SmallPipeline.path).output
    for index in 0..<4 {
      #expect(
        listed.contains(
          "inversion[ensemble \(index)]  will run  inversion[ensemble \(index)].damping: 0.1 → 0.2\n"),
        "\(listed)")
    }
    let member = try project.pipe("explain", "inversion[ensemble 3]", SmallPipeline.path).output
    #expect(
      member.hasPrefix(
        "inversion[ensemble 3]: topography_inversion, will run\nbecause: inversion[ensemble 3].damping: 0.1 → 0.2\n"
      ), "\(member)")
    #expect(try project.pipe("run", "--members", SmallPipeline.path).status == 64)
    #expect(try project.pipe("explain", "inversion[ensemble 9]", SmallPipeline.path).status == 64)
  }

  @Test func differencesBetweenRuns() throws {
    let project = try project()
    defer { project.remove() }
    let paths = try (0..<4).map { try path("inversion[ensemble \($0)].topography", project) }
    let before = try paths.map { try NetCDFFile.read($0).doubles("topography") }
    #expect(try project.pipe("run", SmallPipeline.path).status == 0)
    let now = try (0..<4).map { index in
      try NetCDFFile.read(try path("inversion[ensemble \(index)].topography", project)).doubles("topography")
    }
    // Norms worked out here, from the files.
    let differences = zip(before, now).map { old, new in zip(old, new).map { $1 - $0 } }
    let largest = differences.map { $0.map(abs).max() ?? 0 }
    try checkJSON(project, differences, largest)
    let text = try project.pipe("diff", "last~1").output
    #expect(text.contains("\ninversion[ensemble].damping: 0.1 → 0.2 in 4 members\n"), "\(text)")
    let worst = try #require(largest.indices.max { largest[$0] < largest[$1] })
    let line = try #require(
      text.split(separator: "\n").first { $0.hasPrefix("inversion[ensemble].topography topography: ") })
    #expect(
      line.contains(": 4 members differ, RMS difference ") && line.hasSuffix(" in member \(worst)"), "\(line)"
    )
    let each = try project.pipe("diff", "last~1", "--members").output
    #expect(each.contains("\ninversion[ensemble 2].damping: 0.1 → 0.2\n"), "\(each)")
    #expect(each.contains("\ninversion[ensemble 2].topography topography: RMS difference "), "\(each)")
    // A run with itself.
    let same = try project.pipe("diff", "last", "last").output
    #expect(same.hasSuffix(" member's results are the same, 0 differ\n"), "\(same)")
  }

  private func path(_ artefact: String, _ project: TemporaryProject) throws -> String {
    try #require(try project.pipe("show", artefact, "--json").json()["file"] as? String)
  }

  private func checkJSON(
    _ project: TemporaryProject, _ differences: [[Double]], _ largest: [Double]
  ) throws {
    let answer = try project.pipe("diff", "last~1", "last", "--json").json()
    let results = try #require(answer["results"] as? [[String: Any]])
    let changes = try #require(answer["changes"] as? [[String: Any]])
    for index in 0..<4 {
      let name = "inversion[ensemble \(index)]"
      #expect(changes.contains { $0["node"] as? String == name && $0["setting"] as? String == "damping" })
      let result = try #require(results.first { $0["output"] as? String == "\(name).topography" })
      let variables = try #require(result["variables"] as? [[String: Any]])
      let variable = try #require(variables.first { $0["name"] as? String == "topography" })
      // Foundation's reader of JSON may be off in the last digit.
      #expect(abs(try #require(variable["rms"] as? Double) - Statistics.rms(differences[index])) < 1e-9)
      #expect(abs(try #require(variable["largest"] as? Double) - largest[index]) < 1e-9)
    }
  }

  /// Members that only one run has, and settings that differ from member to member.
  @Test func otherMembers() throws {
    let project = try project()
    defer { project.remove() }
    try project.write(
      SmallPipeline.path,
      SmallPipeline.manifest(
        extra: SmallPipeline.ensemble.replacingOccurrences(of: "runs = 4", with: "runs = 5")))
    #expect(try project.pipe("run", SmallPipeline.path).status == 0)
    let text = try project.pipe("diff", "last~1").output
    #expect(text.contains("\n1 member's node: only in the second run\n"), "\(text)")
    #expect(text.contains("\ninversion[ensemble].zref: differs in 4 members, in member 0 "), "\(text)")
    let each = try project.pipe("diff", "last~1", "--members").output
    #expect(each.contains("\ninversion[ensemble 4]: only in the second run\n"), "\(each)")
  }

  /// Plain files that a program left have no variables, but can be shown, locked and compared.
  @Test func plainFiles() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    try toy.expect(executed: 5)
    let shown = try toy.project.pipe("show", "sorted.list")
    #expect(
      shown.status == 0 && shown.output.contains("\na plain file  11 B\n"), "\(shown.output)\(shown.errors)")
    #expect(shown.output.contains("made by: sorted, command version "))
    let locked = try toy.project.pipe("lock", ToyProject.manifest)
    #expect(locked.status == 0 && locked.output.hasSuffix(": 5 results, new\n"), "\(locked.errors)")
    #expect(try toy.run("--locked").status == 0)
    #expect(try toy.run("--locked", "--set", "scaled.factor=4").status == 3)
    let difference = try toy.project.pipe("diff", "last~1")
    #expect(
      difference.status == 0 && difference.output.contains("\nscaled.values: the files differ\n"),
      "\(difference.output)\(difference.errors)")
    #expect(
      difference.output.contains("\ntotal.sum sum: RMS difference 29, largest 29\n"), "\(difference.output)")
  }
}
