import Datasets
import Foundation
import Testing

/// `pipe plot` as a user runs it.
@Suite(.serialized) struct PlotCommandTests {
  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(SmallPipeline.path, SmallPipeline.manifest(extra: SmallPipeline.ensemble))
    #expect(try project.pipe("run", SmallPipeline.path, "--no-report").status == 0)
    return project
  }

  private func bytes(_ project: TemporaryProject, _ name: String) throws -> Data {
    try Data(contentsOf: project.root.appendingPathComponent(name))
  }

  @Test func writesBesideTheArtefactAndTheSameTwice() throws {
    let project = try project()
    defer { project.remove() }
    let outcome = try project.pipe("plot", "inversion.topography")
    #expect(outcome.output == "results/small/inversion.topography.svg\n", "\(outcome.errors)")
    let first = try bytes(project, "results/small/inversion.topography.svg")
    #expect(try project.pipe("plot", "results/small/inversion.topography.nc").status == 0)
    #expect(try bytes(project, "results/small/inversion.topography.svg") == first)
    let member = try project.pipe("plot", "inversion[ensemble 3].topography", "--as", "relief")
    #expect(
      member.output == "results/small/inversion[ensemble 3].topography.relief.svg\n", "\(member.errors)")
    for name in ["a.png", "b.png"] {
      #expect(try project.pipe("plot", "inversion.history", "-o", name, "--dpi", "150").status == 0)
    }
    #expect(try bytes(project, "a.png") == bytes(project, "b.png"))
    #expect(try Array(bytes(project, "a.png").prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
  }

  @Test func everyKindOfArtefact() throws {
    let project = try project()
    defer { project.remove() }
    try project.write("places.csv", "easting,northing,upward\n1000,2000,490\n20000,15000,500\n")
    try project.write("coast.txt", "> a\n0 5000\n40000 25000\n")
    for (plot, arguments) in [
      (
        "map",
        [
          "inversion.gravity", "--points", "places.csv", "--coast", "coast.txt", "--inner-region",
          "5,35,5,25",
        ]
      ),
      ("map", ["places.csv"]), ("lhs", ["ensemble.members"]),
      ("convergence", ["inversion.history", "--log", "y"]),
      ("compare", ["inversion.topography", "--with", "model.topography", "--limits", "-100,1000"]),
      ("compare", ["inversion.topography", "--as", "compare", "--full-limits"]),
      (
        "profile",
        ["inversion.topography", "--as", "profile", "--with", "inversion.gravity", "--through", "10,5"]
      ),
      ("profile", ["ensemble.members", "--as", "profile", "--with", "model.topography"]),
      ("histogram", ["inversion.gravity", "--as", "histogram", "--variable", "res", "--log", "y"]),
      ("relief", ["model.topography", "--as", "relief", "--colours", "grey_r", "--title", "True"]),
    ] {
      let outcome = try Program.run(["plot"] + arguments + ["-o", "p.png", "--json"], in: project.root)
      #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
      let answer = try outcome.json()
      #expect(answer["plot"] as? String == plot && answer["file"] as? String == "p.png")
      #expect(answer["bytes"] as? Int == (try bytes(project, "p.png").count))
    }
  }

  @Test func mistakesAreClearAndNothingIsWritten() throws {
    let project = try project()
    defer { project.remove() }
    func check(_ status: Int32, _ text: String, _ arguments: String...) throws {
      let outcome = try Program.run(["plot"] + arguments, in: project.root)
      #expect(outcome.status == status && outcome.errors.contains(text), "\(arguments): \(outcome.errors)")
    }
    let artefact = "inversion.topography"
    try check(
      66, "no variable 'x'; there are topography, starting_topography, correction, density", artefact,
      "--variable", "x")
    try check(66, "inversion gave no 'x'", "inversion.x")
    try check(64, "expected one of map, profile", artefact, "--as", "pie")
    try check(64, "ends with .svg or .png", artefact, "-o", "a.pdf")
    try check(64, "an SVG file has no dots", artefact, "--dpi", "300")
    try check(64, "expected 24 to 1200", artefact, "--dpi", "5", "-o", "a.png")
    try check(
      64, "choose fewer dots", artefact, "--as", "profile", "--with", "inversion.gravity", "-o", "a.png",
      "--dpi", "1200")
    try check(64, "--sigmas changes nothing in a plot as map", artefact, "--sigmas", "2")
    try check(73, "cannot write nowhere/a.svg", artefact, "-o", "nowhere/a.svg")
    try check(66, "no such file", artefact, "--coast", "coast.txt")
    try project.write("bad.csv", "width,length\n1,2\n")
    try check(66, "needs columns easting and northing", artefact, "--points", "bad.csv")
    try project.write("results/small/inversion.topography.svg", "<svg>mine</svg>")
    try check(73, "was not written by pipe plot", artefact)
    let files = try FileManager.default.contentsOfDirectory(atPath: project.root.path)
    #expect(!files.contains { $0.hasSuffix(".png") || $0.hasSuffix(".svg") })
  }
}
