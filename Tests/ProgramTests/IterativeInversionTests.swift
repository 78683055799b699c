import Datasets
import Foundation
import Planning
import Testing

/// Trees of iterations as a user finds them: what is computed, what a branch begins with, what ends it.
@Suite(.serialized) struct IterativeInversionTests {
  /// Three shots through a square with a fast body, small enough to be run often.
  private static let waves = """
    [pipeline]
    event = "a"

    [prior : wave_model]
    physics = acoustic2d
    region = 0 m, 600 m, 0 m, 500 m
    spacing = 20 m
    vp = 2000 m/s
    rho = 2000 kg/m3

    [truth : wave_model]
    physics = acoustic2d
    grids <- prior.model
    anomaly_x = 300 m
    anomaly_z = 250 m
    anomaly_width = 80 m
    anomaly_amplitude = 4 %

    [events : wave_events]
    file = file("events.csv")
    period = 0.16 s

    [event : table_row]
    table <- events.table
    key = name
    value = $event

    [receivers : wave_receivers]
    layout = line
    start = 500 m, 50 m
    end = 500 m, 450 m
    count = 5
    components = p

    [observed : wave_simulation]
    model <- truth.model
    event <- event.row
    receivers <- receivers.table
    grid = model
    duration = 0.8 s
    output_step = 8 ms

    [shot : wave_simulation]
    model <- prior.model
    event <- event.row
    receivers <- receivers.table
    grid = model
    duration = 0.8 s
    output_step = 8 ms
    wavefield_interval = auto
    gradient_parameters = vp

    [misfit : waveform_misfit]
    synthetic <- shot.seismograms
    observed <- observed.seismograms
    kind = normalised_l2

    [sensitivity : wave_adjoint]
    wavefield <- shot.wavefield
    source <- misfit.adjoint_source

    [inversion : iterative_inversion]
    repeat = sensitivity
    value = misfit.misfit
    gradient = sensitivity.kernel
    moves = shot.model
    each = pipeline.event
    events = "a", "b"
    parameters = vp
    first_step = 1 %
    source_cutout = 60 m
    receiver_cutout = 40 m
    smoothing = 0.2, 0.2
    smoothing_period = 0.16 s
    max_iterations = 1

    """

  private static let branch = """
    [more_events : iterative_inversion]
    continues <- inversion.iteration_1
    events = "a", "b", "c"
    max_iterations = 2

    """

  private static let events = """
    name,x,z,volume_rate
    a,100,150,1000
    b,100,250,1000
    c,100,350,1000

    """

  private func project(_ text: String) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write("pipelines/events.csv", Self.events)
    try project.write("pipelines/t.manifest", text)
    return project
  }

  /// Runs it and counts what ran, by stage.
  private func run(_ project: TemporaryProject, _ more: String...) throws -> [String: Int] {
    let outcome = try Program.run(
      ["run", "pipelines/t.manifest", "--no-report", "--json"] + more, in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
    let folder = project.root.appendingPathComponent(".pipe/runs")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".json")
    }
    let last = try #require(files.max())
    let record = try JSONDecoder().decode(
      RunRecord.self, from: Data(contentsOf: folder.appendingPathComponent(last)))
    return record.nodes.filter { $0.outcome == .executed }.reduce(into: [:]) { $0[$1.stage, default: 0] += 1 }
  }

  /// T10: adding an event costs its forward run at the model and all gradients there.
  @Test func aBranchWithAnotherEvent() throws {
    let project = try project(Self.waves)
    defer { project.remove() }
    let first = try run(project)
    #expect(first["shot"] == 4 && first["sensitivity"] == 2, "\(first)")
    try project.write("pipelines/t.manifest", Self.waves + Self.branch)
    let second = try run(project)
    // One for the new event and three of the trial.
    #expect(second["shot"] == 4 && second["sensitivity"] == 3, "\(second)")
    // T11: a finished branch runs nothing.
    #expect(try run(project).isEmpty)
    let third = try run(project, "--set", "more_events.max_iterations=3")
    #expect(third["shot"] == 3 && third["sensitivity"] == 3, "\(third)")
    let history = try NetCDFFile.read(project.result("t", "more_events.history"))
    let (accepted, radius) = (try history.column("accepted"), try history.column("radius"))
    #expect(accepted.filter { $0 == 1 }.count == 2)
    let known = try NetCDFFile.read(project.result("t", "inversion.history")).column("radius").last
    let ratio = try #require(radius.first { $0.isFinite }) / (try #require(known))
    #expect([0.5, 1, 2].contains { abs($0 - ratio) < 1e-12 }, "\(ratio)")
  }

  /// Raised and run at once give the same bits.
  @Test func raisedIsUninterrupted() throws {
    let (short, long) = (try project(Self.waves), try project(Self.waves))
    defer { for project in [short, long] { project.remove() } }
    _ = try run(short)
    _ = try run(short, "--set", "inversion.max_iterations=3")
    _ = try run(long, "--set", "inversion.max_iterations=3")
    for name in ["inversion.model", "inversion.history", "inversion.misfit"] {
      let files = try [short, long].map {
        try Data(contentsOf: URL(fileURLWithPath: $0.result("t", name)))
      }
      #expect(files[0] == files[1], "\(name)")
    }
    let history = try NetCDFFile.read(long.result("t", "inversion.history"))
    let misfit = try history.column("misfit").filter(\.isFinite)
    #expect(misfit.last ?? 1 < 0.5 * (misfit.first ?? 0), "\(misfit)")
  }

  /// Branches that differ in smoothing alone share what they begin with.
  @Test func anotherSmoothingSharesTheFirstRound() throws {
    let project = try project(
      Self.waves + """
        [other : iterative_inversion]
        continues <- inversion.iteration_0
        smoothing = 0.1, 0.1
        max_iterations = 1

        """)
    defer { project.remove() }
    let counts = try run(project)
    // Two events at the prior model, and one trial of each.
    #expect(counts["shot"] == 6 && counts["sensitivity"] == 2, "\(counts)")
  }

  /// `show` and `plot` find states of iterations that nobody has asked for in the manifest; `gradient_1` is the gradient at
  /// `model_1`, not the one that was known when iteration 1 began.
  @Test func outputsOfAnIteration() throws {
    let project = try project(
      Self.waves.replacingOccurrences(of: "max_iterations = 1", with: "max_iterations = 2"))
    defer { project.remove() }
    _ = try run(project, "--events", "events.jsonl")
    try checkEvents(project)
    func lying(_ name: String) throws -> Dataset {
      let outcome = try project.pipe("show", name, "--path")
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try NetCDFFile.read(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    let (first, second) = (try lying("inversion.gradient_0"), try lying("inversion.gradient_1"))
    #expect(try first.doubles("vp") != second.doubles("vp"))
    #expect(try lying("inversion.model_0").doubles("vp") == lying("prior.model").doubles("vp"))
    #expect(try lying("inversion.model_2").doubles("vp") == lying("inversion.model").doubles("vp"))
    let drawn = try project.pipe("plot", "inversion.deviation_1", "-o", "a.svg")
    #expect(drawn.status == 0, "\(drawn.errors)")
    let missing = try project.pipe("show", "inversion.model_7")
    #expect(missing.status == 66 && missing.errors.contains("gave no 'model_7'"), "\(missing.errors)")
  }

  /// What the steps have told lies in the events, null where a number does not exist yet.
  private func checkEvents(_ project: TemporaryProject) throws {
    let text = try String(contentsOf: project.root.appendingPathComponent("events.jsonl"), encoding: .utf8)
    let told = try text.split(separator: "\n").compactMap { line in
      let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return event?["event"] as? String == "step_told" ? event : nil
    }
    let rows = told.compactMap { $0["numbers"] as? [String: Any] }
    #expect(rows.count > 2 && told.allSatisfy { $0["stage"] as? String == "inversion.step" })
    #expect(rows.first?["iteration"] as? Double == 0 && rows.first?["update_norm"] is NSNull)
    #expect(rows.last?["iteration"] as? Double == 2 && rows.last?["misfit"] is Double)
  }

  @Test func nothingChangesInACutout() throws {
    let project = try project(Self.waves)
    defer { project.remove() }
    _ = try run(project)
    let model = try NetCDFFile.read(project.result("t", "inversion.model"))
    let (x, z, vp) = (try model.column("x"), try model.column("z"), try model.doubles("vp"))
    var changed = 0
    for (row, depth) in z.enumerated() {
      for (column, distance) in x.enumerated() {
        let isNear = [150.0, 250].contains { source in
          let (a, b) = (distance - 100, depth - source)
          return a * a + b * b <= 3600
        }
        let value = vp[row * x.count + column]
        if isNear { #expect(value == 2000) } else if value != 2000 { changed += 1 }
      }
    }
    #expect(changed > 100)
    let largest = vp.map { abs($0 / 2000 - 1) }.max() ?? 0
    #expect(abs(largest - 0.01) < 1e-3 * 0.01 || largest < 0.01)
  }

  @Test func mistakesAreTold() throws {
    func told(_ replace: String, _ by: String) throws -> String {
      let project = try project(Self.waves.replacingOccurrences(of: replace, with: by))
      defer { project.remove() }
      let outcome = try project.pipe("check", "pipelines/t.manifest")
      #expect(outcome.status == 65)
      return outcome.errors + outcome.output
    }
    #expect(try told("max_iterations = 1", "drives = \"vpv vp\"").contains("hold \"vpv vp\", which is none"))
    #expect(
      try told("gradient = sensitivity.kernel", "gradient = sensitivity.kernel, sensitivity.kernel").contains(
        "1 values and 2 gradients"))
    #expect(
      try told("moves = shot.model", "moves = shot.model, observed.model").contains(
        "moves arrows of one output"))
    #expect(try told("events = \"a\", \"b\"\n", "").contains("events"))
    #expect(try told("smoothing_period = 0.16 s", "").contains("smoothing_frequency"))
  }

  @Test func anUnknownThatDrivesNothing() throws {
    let project = try project(
      Self.waves.replacingOccurrences(of: "\nparameters = vp", with: "\nparameters = vs"))
    defer { project.remove() }
    let outcome = try project.pipe("run", "pipelines/t.manifest", "--no-report")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("the unknown 'vs' is no parameter of the model (vp, rho) and drives none"))
  }

  /// The same functional by damped least squares: T of the gravity half.
  @Test func gravityAsByLeastSquares() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("gravity_tree")
    let outcome = try project.pipe(
      "run", "pipelines/gravity_tree.manifest", "--no-report", "--set", "spacing=5 km")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let error = try NetCDFFile.readScalar(project.result("gravity_tree", "comparison.rms_error"))
    #expect(error <= 1e-3, "\(error) m")
  }
}
