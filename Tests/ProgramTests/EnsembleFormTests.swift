import Datasets
import Foundation
import Testing

/// Ensembles of what is no grid: of a table's rows and of a number, from members to report.
@Suite(.serialized) struct EnsembleFormTests {
  /// Its table has a row a point; its numbers are scores.
  private static func manifest(_ families: String) -> String {
    SmallPipeline.model("constraints = 24", "constraints_noise = 5 m")
      + SmallPipeline.start("method = spline", "dampings = 1e-4", "constraints <- model.constraints") + """
        [known : score_at_points]
        surface <- start.topography
        points <- model.constraints

        \(families)
        """
  }

  private func run(_ families: String) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write("pipelines/t.manifest", Self.manifest(families))
    let outcome = try Program.run(["run", "pipelines/t.manifest"], in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return project
  }

  private func dataset(_ project: TemporaryProject, _ name: String) throws -> Dataset {
    try NetCDFFile.read(project.result("t", name))
  }

  /// By batches, with statistics whose rows know where they are.
  @Test func ofTables() throws {
    let project = try run(
      """
      [e : ensemble_loop]
      repeat = known
      runs = 40
      until = 20 %
      batch = 6
      sampler = monte_carlo
      model.constraints ~ normal(uncertainty)
      [s : merged_stats]
      members <- e.members
      variable = predicted
      [v : sensitivity]
      repeat = known
      samples = 4
      variable = predicted
      model.constraints ~ normal(uncertainty)
      """)
    defer { project.remove() }
    let members = try NetCDFSeriesReader(project.result("t", "e.members"))
    #expect(members.count % 6 == 0 || members.count == 40)
    #expect(members.slicedVariables.contains("predicted") && members.constants.contains("easting"))
    let statistics = try dataset(project, "s.statistics")
    let places = try dataset(project, "model.constraints").column("easting")
    #expect(try statistics.column("easting") == places)
    let deviation = try statistics.column("z_stdev")
    #expect(deviation.count == places.count && deviation.contains { $0 > 0 })
    #expect(try NetCDFFile.readScalar(project.result("t", "s.mean_stdev")) > 0)
    #expect(try dataset(project, "v.maps").doubles("total").count == places.count)
    let report = try String(contentsOfFile: project.root.path + "/results/t/report.html", encoding: .utf8)
    #expect(!report.contains("can't be drawn") && !report.contains("no sensitivity of output"))
    for plot in [["s.statistics"], ["v.maps", "--as", "sensitivity"]] {
      let drawn = try Program.run(["plot"] + plot, in: project.root)
      #expect(drawn.status == 0, "\(drawn.errors)")
    }
  }

  /// A stage that gives a number and nothing else: the square of what is drawn, uniform on (0, 2).
  @Test func ofNumbers() throws {
    let project = try run(
      """
      [judged : command]
      program = "sh"
      arguments = "-c", "echo {setting.x} | awk -v CONVFMT=%.17g '$0 = ($1 * $1) $2' > square"
      outputs = square(number)
      x = 1
      [e : ensemble_loop]
      repeat = judged
      runs = 64
      until = 20 %
      sampler = sobol
      judged.x ~ uniform(0, 2)
      [s : merged_stats]
      members <- e.members
      [v : sensitivity]
      repeat = judged
      samples = 16
      judged.x ~ uniform(0, 2)
      """)
    defer { project.remove() }
    let members = try NetCDFSeriesReader(project.result("t", "e.members"))
    let (drawn, squares) = (try members.column("param_x"), try members.column("square"))
    #expect(members.count < 64 && zip(drawn, squares).allSatisfy { $0 * $0 == $1 })
    // E x² = 4/3.
    let statistics = try dataset(project, "s.statistics")
    #expect(try abs(statistics.scalar("z_mean") - 4 / 3.0) < 0.15)
    #expect(try abs(dataset(project, "v.indices").doubles("total")[0] - 1) < 0.1)
    let report = try String(contentsOfFile: project.root.path + "/results/t/report.html", encoding: .utf8)
    #expect(report.contains("square") && !report.contains("can't be drawn"))
  }
}
