import Datasets
import Foundation
import Testing

/// Two settings of one name: files call them by the kind, people by the stage.
@Suite(.serialized) struct LabelTests {
  private static let first =
    "[first : command]\nprogram = \"sh\"\narguments = \"-c\", \"echo {setting.x} > y\"\noutputs = y(number)\nx = 1\n"
  private static let second =
    "[second : command]\nprogram = \"sh\"\narguments = \"-c\", \"echo {setting.x} > z\"\noutputs = z(number)\nx = 2\n"
  private static let families = """
    [sum : command]
    program = "sh"
    arguments = "-c", "echo {setting.a} {setting.b} | awk '$0 = $1 + 10 * $2' > s"
    outputs = s(number)
    a <- first.y
    b <- second.z
    [e : ensemble_loop]
    repeat = sum
    runs = 4
    second.x ~ uniform(5, 6)
    first.x ~ uniform(1, 2)
    [best : search]
    repeat = sum
    score = sum.s
    trials = 4
    second.x ~ uniform(5, 6)
    first.x ~ uniform(1, 2)

    """

  /// Whichever stands first in the manifest: a label belongs to the numbers that its stage was given.
  @Test(arguments: [first + second, second + first]) func labelsAreOfTheirStages(stages: String) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/l.manifest", stages + Self.families)
    let outcome = try Program.run(["run", "pipelines/l.manifest"], in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let columns = try NetCDFSeriesReader(project.result("l", "e.members"))
    for artefact in ["e.members", "best.scores"] {
      let shown = try project.pipe("show", artefact)
      #expect(shown.status == 0 && shown.output.contains(" is  first.x"), "\(shown.output) \(shown.errors)")
    }
    let text = try project.pipe("show", "e.members").output
    for (label, range) in [("first.x", 1.0...2), ("second.x", 5.0...6)] {
      let line = try #require(text.split(separator: "\n").first { $0.hasSuffix("is  \(label)") })
      let name = String(line.prefix { $0 != " " })
      #expect(try columns.column(name).allSatisfy(range.contains), "\(name) \(label)")
    }
    let report = try String(contentsOfFile: project.root.path + "/results/l/report.html", encoding: .utf8)
    #expect(report.contains("first.x") && report.contains("second.x"))
  }
}
