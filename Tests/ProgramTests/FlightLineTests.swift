import Datasets
import Foundation
import NumericCore
import Planning
import TestSupport
import Testing

/// Mini-batches with control groups over flight lines of gravity: T9 of the specification.
@Suite(.serialized) struct FlightLineTests {
  private static let lines = 16
  private static let names = (1...lines).map { "L\($0)" }

  /// Lines along the section at heights of 60 to 210 m, stations apart from those of the others.
  private static var stations: String {
    var rows = ["easting,northing,upward,x,z,line"]
    for line in 0..<lines {
      for station in 0..<20 {
        let x = 20 + 100 * Double(station) + 6 * Double(line)
        rows.append("\(x),0,0,\(x),\(-60 - 10 * Double(line)),\(names[line])")
      }
    }
    return rows.joined(separator: "\n") + "\n"
  }

  private static func manifest(_ batch: String, iterations: Int) -> String {
    """
    [pipeline]
    event = "L1"

    [prior : wave_model]
    physics = acoustic2d
    region = 0 km, 2.1 km, 50 m, 650 m
    spacing = 50 m
    vp = 4000 m/s
    rho = 2600 kg/m3

    [truth : wave_model]
    physics = acoustic2d
    grids <- prior.model
    anomaly_x = 500 m, 1100 m, 1700 m
    anomaly_z = 200 m, 350 m, 200 m
    anomaly_width = 80 m, 120 m, 100 m
    anomaly_amplitude = 6 %, -5 %, 4 %
    anomaly_parameters = rho

    [lines : read_table]
    file = file("lines.csv")
    texts = "line"

    [survey : section_gravity]
    model <- truth.model
    reference <- prior.model
    stations <- lines.table
    noise = 19 uGal

    [passed : smooth_model]
    model <- prior.model
    lengths = 0 m, 0 m

    [misfit : section_gravity_misfit]
    model <- passed.model
    reference <- prior.model
    gravity <- survey.gravity
    line = $event

    [inversion : iterative_inversion]
    repeat = misfit
    value = misfit.misfit
    gradient = misfit.gradient
    moves = passed.model
    each = pipeline.event
    events = \(names.map { "\"\($0)\"" }.joined(separator: ", "))
    parameters = rho
    scaling = absolute
    first_step = 20
    smoothing_lengths = 50 m, 50 m
    max_iterations = \(iterations)
    \(batch)

    [before : section_gravity_misfit]
    model <- prior.model
    reference <- prior.model
    gravity <- survey.gravity

    [after : section_gravity_misfit]
    model <- inversion.model
    reference <- prior.model
    gravity <- survey.gravity

    """
  }

  /// χ/χ₀ over all lines and how many gradients of lines it took.
  private func result(_ batch: String, iterations: Int) throws -> (ratio: Double, gradients: Int) {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/lines.csv", Self.stations)
    try project.write("pipelines/t9.manifest", Self.manifest(batch, iterations: iterations))
    let outcome = try project.pipe("run", "pipelines/t9.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let (before, after) = (
      try NetCDFFile.readScalar(project.result("t9", "before.misfit")),
      try NetCDFFile.readScalar(project.result("t9", "after.misfit"))
    )
    let folder = project.root.appendingPathComponent(".pipe/runs")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".json")
    }
    let last = try #require(files.max())
    let record = try JSONDecoder().decode(
      RunRecord.self, from: Data(contentsOf: folder.appendingPathComponent(last)))
    let gradients = record.nodes.filter { node in
      node.stage == "misfit" && !node.members.isEmpty && node.outputs["gradient"]?.isEmpty == false
    }
    return (after / before, gradients.count)
  }

  /// Batches, iterations, gradients and χ/χ₀ of the specification's toy; half as much again is allowed.
  private static let cases: [(batch: String, iterations: Int, gradients: Int, ratio: Double)] = [
    ("batch_size = 6\ncontrol_size = 2", 10, 60, 0.0334),
    ("", 10, 160, 0.0259), ("", 20, 320, 0.0231),
    ("batch_size = 8\ncontrol_size = 3", 10, 80, 0.0371),
    ("batch_size = 8\ncontrol_size = 3", 20, 160, 0.0253),
    ("batch_size = 6\ncontrol_size = 2", 20, 120, 0.0281),
  ]

  /// The first of the cases, or all of them with PIPE_LONG=1.
  @Test(arguments: Effort.isLong ? Array(cases.indices) : [0])
  func batchesOfLines(index: Int) throws {
    let item = Self.cases[index]
    let found = try result(item.batch, iterations: item.iterations)
    #expect(found.gradients <= item.gradients, "\(found.gradients) gradients")
    #expect(found.ratio <= 1.5 * item.ratio, "χ/χ₀ = \(found.ratio) with \(found.gradients) gradients")
  }
}
