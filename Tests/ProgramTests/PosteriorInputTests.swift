import Datasets
import Foundation
import TestSupport
import Testing

/// Observations and models that an inference can't do with, or only with less than all of.
@Suite(.serialized) struct PosteriorInputTests {
  /// Heights of a flat surface at points of a table.
  private static func manifest(_ lines: String, prior: String = "start.height ~ normal(500, 50) m") -> String
  {
    """
    [start : starting_topography]
    method = flat
    height = 500 m
    region = 0 km, 4 km, 0 km, 4 km
    spacing = 1 km

    [points : read_table]
    file = file("../points.csv")

    [sampled : sample_grid]
    data <- start.topography
    points <- points.table

    [posterior : variational_inference]
    repeat = sampled
    forward = sampled.table
    prediction_variable = topography
    observations <- points.table
    samples = 30
    \(lines)
    \(prior)
    """
  }

  private static let table = """
    easting,northing,upward,level,uncert
    1000,1000,480,480,5
    2000,1000,485,,5
    3000,2000,482,482,5
    1000,3000,479,nan,5
    """

  private func run(
    _ text: String, table: String = Self.table, reports: Bool = false
  ) throws -> (TemporaryProject, Program.Outcome) {
    let project = try TemporaryProject()
    try project.write("points.csv", table + "\n")
    try project.write("pipelines/p.manifest", text)
    let quick = reports ? [] : ["--no-report"]
    return (project, try Program.run(["run", "pipelines/p.manifest"] + quick, in: project.root))
  }

  /// A likelihood that a line of the shell computes of $1.
  private static func ownLikelihood(_ script: String, _ settings: String) -> String {
    """
    [model : command]
    program = "sh"
    arguments = "-c", "\(script)", "sh", "{setting.x}"
    outputs = log_likelihood(number)
    x = 1

    [posterior : variational_inference]
    repeat = model
    log_likelihood = model.log_likelihood
    draws = 4
    \(settings)
    model.x ~ normal(0, 1)
    """
  }

  /// Left out and counted; what is left decides.
  @Test func dataWithoutValues() throws {
    let (project, outcome) = try run(Self.manifest("observed_variable = level\nplain_deviation = 5"))
    defer { project.remove() }
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("2 of 4 observations have no value"), "\(outcome.errors)")
    let found = try NetCDFFile.read(project.result("p", "posterior.posterior"))
    #expect(abs(try found.doubles("mean")[0] - 481) < 1.5)
  }

  private static let refusals: [(lines: String, prior: String, table: String, said: String)] = [
    // Deviations that are none.
    ("observed_variable = upward", "start.height ~ normal(500, 50) m", "0", "must be above 0"),
    ("observed_variable = upward", "start.height ~ normal(500, 50) m", "-2", "-2"),
    // A prior whose draws the setting does not allow, and one that has no inside.
    (
      "observed_variable = upward\nlength_deviation = 5 m",
      "start.height ~ truncated_normal(500, 1, 900, 950) m", "5", "more than 30 deviations"
    ),
    (
      "observed_variable = upward\nlength_deviation = 5 m",
      "start.height ~ truncated_normal(500, 10, 550, 540) m", "5", "550"
    ),
    (
      "observed_variable = upward\nlength_deviation = 5 m\nsampled.points ~ normal(uncertainty)",
      "start.height ~ normal(500, 50) m", "5", "sampled.points"
    ),
    // Nothing observed at all.
    (
      "observed_variable = level\nplain_deviation = 5", "start.height ~ normal(500, 50) m", "nan",
      "no datum is left"
    ),
  ]

  @Test(arguments: refusals.indices) func badInput(_ index: Int) throws {
    let refusal = Self.refusals[index]
    var table = Self.table
    if refusal.table == "nan" {
      table = "easting,northing,upward,level,uncert\n1000,1000,480,,5\n2000,1000,485,nan,5\n3000,2000,482,,5"
    } else {
      table = Self.table.replacing(",5\n", with: ",\(refusal.table)\n")
    }
    let (project, outcome) = try run(Self.manifest(refusal.lines, prior: refusal.prior), table: table)
    defer { project.remove() }
    #expect(outcome.status != 0, "\(outcome.output)")
    #expect(outcome.errors.contains(refusal.said), "\(outcome.errors)")
    // Where it is: the line, or the stage.
    #expect(
      outcome.errors.contains("posterior") || outcome.errors.contains("p.manifest:"), "\(outcome.errors)")
  }

  /// All model runs failed: an error, whatever `max_failures` allows.
  @Test func allRunsFail() throws {
    let text = Self.ownLikelihood("echo no such model; exit 3", "max_failures = 100")
    let (project, outcome) = try run(text)
    defer { project.remove() }
    #expect(outcome.status != 0)
    #expect(
      outcome.errors.contains("no such model") && outcome.errors.contains("4 of 4"), "\(outcome.errors)")
  }

  /// Where the user computes the likelihood there are no predictions, and the report does not ask for them.
  @Test func aLikelihoodOfTheUsersOwn() throws {
    let text = Self.ownLikelihood(
      "echo $1 | awk '$0 = -0.5 * $1 * $1 - 1' > log_likelihood", "max_iterations = 2\nsamples = 8")
    let (project, outcome) = try run(text, reports: true)
    defer { project.remove() }
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = try String(
      contentsOf: project.root.appendingPathComponent("results/p/report.html"), encoding: .utf8)
    #expect(page.contains("Posterior") && !page.contains("drawn as predictions"))
  }
}
