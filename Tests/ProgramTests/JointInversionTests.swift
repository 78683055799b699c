import Datasets
import Foundation
import Geostatistics
import NumericCore
import Planning
import TestSupport
import Testing
import Waves

/// Iterations over other physics than one: travel times, gravity with them, programs, batches of flight lines.
@Suite(.serialized) struct JointInversionTests {
  private func run(_ project: TemporaryProject, _ name: String, _ more: String...) throws {
    let outcome = try Program.run(
      ["run", "pipelines/\(name).manifest", "--no-report"] + more, in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
  }

  // MARK: - travel times of Arrenæs

  /// Mean of the exact posterior, s/m: C − C Gᵀ (G C Gᵀ + R)⁻¹ applied to the residual of the mean.
  private static func exactMean() throws -> (mean: [Double], prior: Double) {
    let path = try Checkout.sharedPath("data/crosshole_arrenaes/AM13_data.eas")
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
      .dropFirst(8)
    let rows = lines.map { $0.split(separator: " ").compactMap { Double($0) } }.filter { $0.count == 6 }
    let section = Section(x0: -0.8, z0: 0.8, spacing: 0.6, columns: 12, rows: 20)
    let rays = try StraightRays(
      rows.map { .init(sourceX: $0[0], sourceZ: $0[1], receiverX: $0[2], receiverZ: $0[3]) },
      through: section)
    // Nanoseconds and metres.
    let prior = 1 / 0.14
    let places = (0..<section.count).map { (section.x($0 % 12), 2 * section.z($0 / 12)) }
    let covariance = Covariance(.exponential, deviation: 0.08 * prior, length: 4)
      .matrix(Points(easting: places.map(\.0), northing: places.map(\.1)))
    var design = Matrix(rows: rows.count, columns: section.count)
    for (row, ray) in rays.crossings.enumerated() {
      for crossing in ray { design[row, crossing.cell] += crossing.length }
    }
    let cross = design.timesTransposed(covariance)
    var data = cross.timesTransposed(design)
    for index in rows.indices { data[index, index] += rows[index][5] * rows[index][5] }
    let times = rays.times([Double](repeating: prior, count: section.count))
    let weights = try Cholesky(data).solve(rows.indices.map { rows[$0][4] - times[$0] })
    return (cross.transposedTimes(weights).map { (prior + $0) * 1e-9 }, prior * 1e-9)
  }

  @Test(.needsShared) func crossholeIsThePosteriorMean() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("crosshole_tree")
    try project.linkShared(["crosshole_arrenaes/AM13_data.eas"])
    try run(project, "crosshole_tree")
    let model = try NetCDFFile.read(project.result("crosshole_tree", "inversion.model")).doubles("slowness")
    let (mean, prior) = try Self.exactMean()
    #expect(zip(model, mean).allSatisfy { abs($0 / $1 - 1) <= 1e-3 })
    // Of what the data have changed too.
    let error = Statistics.rms(zip(model, mean).map { $0 - $1 })
    let change = Statistics.rms(mean.map { $0 - prior })
    #expect(error <= 1e-3 * change, "\(error / change)")
    // The model of ten pairs is not the whole function of 240 unknowns, but about it.
    let history = try NetCDFFile.read(project.result("crosshole_tree", "inversion.history"))
    let ratios = try history.column("ratio").filter(\.isFinite).sorted()
    #expect((0.7...1.6).contains(ratios[ratios.count / 2]), "\(ratios)")
  }

  // MARK: - a program of one's own

  /// Stiffness and target of four unknowns; a program in awk would do as well.
  private static let quadratic = """
    import struct, sys

    def text(word):
        return struct.pack(">i", len(word)) + word.encode() + b"\\0" * (-len(word) % 4)

    def write(path, values):
        head = b"CDF\\x02" + struct.pack(">iii", 0, 10, 1) + text("point") + struct.pack(">iii", 4, 0, 0)
        head += struct.pack(">ii", 11, 1) + text("m") + struct.pack(">iiiiii", 1, 0, 0, 0, 6, 32)
        with open(path, "wb") as file:
            file.write(head + struct.pack(">q", len(head) + 8) + struct.pack(">4d", *values))

    if sys.argv[1:]:
        write("start", [0, 0, 0, 0])
    else:
        with open("m", "rb") as file:
            m = struct.unpack(">4d", file.read()[-32:])
        stiffness, target = [1, 4 / 3, 5 / 3, 2], [-3, -2, -1, 1]
        residual = [k * (a - b) for k, a, b in zip(stiffness, m, target)]
        with open("value", "w") as file:
            file.write(repr(sum(0.5 * r * (a - b) for r, a, b in zip(residual, m, target))) + "\\n")
        write("gradient", residual)

    """
  private static let ownProgram = """
    [start : command]
    program = "python3"
    arguments = "code", "start"
    inputs = code
    code = file("quadratic.py")
    outputs = start

    [own : command]
    program = "python3"
    arguments = "code"
    inputs = code, m
    code = file("quadratic.py")
    m <- start.start
    outputs = value(number), gradient

    [inversion : iterative_inversion]
    repeat = own
    value = own.value
    gradient = own.gradient
    moves = own.m
    gradients = all
    parameters = m
    scaling = absolute
    first_step = 0.5
    max_iterations = 60
    gradient_tolerance = 1e-6

    """

  /// Linear, so the actual reduction comes to be the predicted one.
  @Test func aProgramWithAGradient() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/quadratic.py", Self.quadratic)
    try project.write("pipelines/own.manifest", Self.ownProgram)
    try run(project, "own")
    let model = try NetCDFFile.read(project.result("own", "inversion.model")).doubles("m")
    #expect(zip(model, [-3.0, -2, -1, 1]).allSatisfy { abs($0 - $1) < 1e-5 }, "\(model)")
    let ratios = try NetCDFFile.read(project.result("own", "inversion.history")).column("ratio").filter(
      \.isFinite)
    #expect(ratios.suffix(2).allSatisfy { abs($0 - 1) < 0.02 }, "\(ratios)")
    #expect(ratios.count < 40)
  }

  /// What a program leaves is looked at: a gradient of another length is refused with both numbers.
  @Test func aGradientOfAnotherLength() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let wrong = Self.quadratic.replacingOccurrences(
      of: "[0, 0, 0, 0]", with: "[0, 0, 0]"
    ).replacingOccurrences(
      of: "def write(path, values):\n", with: "def write(path, values):\n    n = len(values)\n"
    ).replacingOccurrences(of: "(\">iii\", 4, 0, 0)", with: "(\">iii\", n, 0, 0)")
      .replacingOccurrences(of: "0, 6, 32)", with: "0, 6, 8 * n)")
      .replacingOccurrences(of: "(\">4d\", *values)", with: "(f\">{n}d\", *values)")
      .replacingOccurrences(of: "m = struct.unpack(\">4d\", file.read()[-32:])", with: "m = [0, 0, 0, 0]")
    try project.write("pipelines/quadratic.py", wrong)
    try project.write("pipelines/own.manifest", Self.ownProgram)
    let outcome = try Program.run(["run", "pipelines/own.manifest", "--no-report"], in: project.root)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("the gradient has 4 values of 'm' where the model has 3"), "\(outcome.errors)")
  }

  @Test func theShippedProgram() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("own_gradient")
    try FileManager.default.createDirectory(
      at: project.root.appendingPathComponent("data"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Checkout.root.appendingPathComponent("data/ground_temperature.py"),
      to: project.root.appendingPathComponent("data/ground_temperature.py"))
    try run(project, "own_gradient")
    let change = try NetCDFFile.read(project.result("own_gradient", "inversion.model")).doubles("change")
    // A warm last century, and a cold spell two to three hundred years ago.
    #expect(try #require(change.first) > 0.3 && change[6] < -0.2, "\(change)")
  }

  // MARK: - gravity and travel times of one section

  /// The small profile; the whole, with what gravity adds to travel times, with PIPE_LONG.
  @Test func twoPhysicsOneModel() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("joint")
    let tables = """

      [time_table : travel_time_misfit]
      model <- joint.model
      picks <- picks.times
      variable = vp

      [gravity_table : section_gravity_misfit]
      model <- joint.model
      reference <- prior.model
      gravity <- survey.gravity
      [times_copy : command]
      program = "cp"
      arguments = "t", "copy"
      inputs = t
      t <- time_table.residuals
      outputs = copy

      [gravity_copy : command]
      program = "cp"
      arguments = "t", "copy"
      inputs = t
      t <- gravity_table.residuals
      outputs = copy

      """
    let path = project.root.appendingPathComponent("pipelines/joint.manifest")
    let text = try String(contentsOf: path, encoding: .utf8)
    try project.write(
      "pipelines/joint.manifest",
      text.replacingOccurrences(of: "[expect]", with: tables + "\n[expect]"))
    let outcome = try Program.run(
      ["run", "pipelines/joint.manifest", "--no-report"] + (Effort.isLong ? [] : ["--profile", "ci"]),
      in: project.root)
    // 2: what is expected is of the whole.
    #expect(outcome.status == 0 || !Effort.isLong && outcome.status == 2, "\(outcome.errors)")
    func error(_ name: String, right: Bool) throws -> Double {
      let truth = try NetCDFFile.read(project.result("joint", "truth.model"))
      let model = try NetCDFFile.read(project.result("joint", name)).doubles("vp")
      let (x, all) = (try truth.column("x"), try truth.doubles("vp"))
      let nodes = all.indices.filter { (x[$0 % x.count] > 1700) == right }
      return Statistics.rms(nodes.map { model[$0] - all[$0] })
    }
    // No ray has been beside the boreholes; gravity has.
    if Effort.isLong {
      #expect(try error("joint.model", right: true) < 0.8 * error("by_times.model", right: true))
      #expect(try error("joint.model", right: false) < 1.02 * error("by_times.model", right: false))
    }
    // Density follows speed.
    let model = try NetCDFFile.read(project.result("joint", "joint.model"))
    for (vp, rho) in zip(try model.doubles("vp"), try model.doubles("rho")) {
      #expect(abs(rho / (310 * Elementary.pow(vp, 0.25)) - 1) < 1e-12)
    }
    // Rows add up to the value.
    for (table, misfit) in [
      ("times_copy.copy", "joint_times.misfit"), ("gravity_copy.copy", "joint_gravity.misfit"),
    ] {
      let file = project.root.appendingPathComponent("results/joint/\(table)").path
      let sum = try NetCDFFile.read(file).column("misfit").reduce(0, +)
      let value = try NetCDFFile.readScalar(project.result("joint", misfit))
      #expect(abs(sum - value) <= 1e-12 * value, "\(table)")
    }
  }
}
