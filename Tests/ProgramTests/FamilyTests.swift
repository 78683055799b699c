import Datasets
import Foundation
import Testing

/// What all families of the program promise: budgets, chunks, rows of tables.
@Suite(.serialized) struct FamilyTests {
  private static func manifest(_ family: String) -> String { SmallPipeline.quick + family }

  private func run(_ project: TemporaryProject, _ arguments: String...) throws -> Int {
    let outcome = try Program.run(["run", "pipelines/f.manifest"] + arguments, in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.executed ?? -1
  }

  /// At default settings: thirty trials, thirty steps and the own node; lowered, the own node alone.
  @Test(arguments: ["tpe", "gaussian_process"]) func thirtyMoreTrials(_ sampler: String) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/f.manifest",
      Self.manifest(
        """
        [search : search]
        repeat = inversion
        score = inversion.constraints_rmse
        sampler = \(sampler)
        trials = 30
        inversion.zref ~ uniform(400, 600) m
        inversion.density_contrast ~ uniform(2500, 2800) kg/m3
        """))
    _ = try run(project)
    let results = try project.results("f")
    #expect(try run(project, "--set", "search.trials=60") == 30 + 30 + 1)
    #expect(try run(project, "--set", "search.trials=45") == 1)
    #expect(try run(project) == 0)
    #expect(try project.results("f") == results)
  }

  /// A raised limit of runs goes on where the smaller one ended; a lowered one is answered.
  @Test func untilGoesOn() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/f.manifest",
      Self.manifest(
        """
        [ensemble : ensemble_loop]
        repeat = inversion
        runs = 32
        until = 0.1 %
        sampler = sobol
        inversion.zref ~ uniform(400, 600) m
        """))
    _ = try run(project)
    // Two batches of sixteen with a look behind each, but for the last, and the check of the one that was the last.
    #expect(try run(project, "--set", "ensemble.runs=64") == 32 + 2 + 1)
    #expect(try run(project, "--set", "ensemble.runs=48") == 1)
  }

  // MARK: - chunks

  private static let families = [
    """
    [f : ensemble_loop]
    repeat = inversion
    runs = 20
    seed = 1
    model.gravity ~ normal(uncertainty)
    inversion.zref ~ uniform(400, 600) m
    """,
    """
    [f : ensemble_loop]
    repeat = inversion
    runs = 40
    until = 0.1 %
    sampler = sobol
    inversion.zref ~ uniform(400, 600) m
    """,
    """
    [f : sensitivity]
    repeat = inversion
    design = one_at_a_time
    samples = 8
    model.gravity ~ normal(uncertainty)
    inversion.zref ~ uniform(400, 600) m
    """,
    """
    [f : search]
    repeat = inversion
    score = inversion.constraints_rmse
    trials = 9
    inversion.zref ~ uniform(400, 600) m
    """,
  ]

  @Test(arguments: families.indices) func chunksGiveWhatNodesGive(_ index: Int) throws {
    func dataset(_ more: String) throws -> (executed: Int, datasets: [Dataset]) {
      let project = try TemporaryProject()
      defer { project.remove() }
      try project.write("pipelines/f.manifest", Self.manifest(Self.families[index] + "\n" + more))
      let executed = try run(project)
      #expect(try run(project) == 0)
      let names = ["members", "maps", "indices", "scores"].map { "f.\($0)" }
      return (
        executed,
        try names.compactMap { name in
          let path = project.result("f", name)
          return FileManager.default.fileExists(atPath: path) ? try NetCDFFile.read(path) : nil
        }
      )
    }
    let (many, nodes) = try dataset("")
    let (few, chunks) = try dataset("members = chunks")
    #expect(nodes == chunks && !nodes.isEmpty && few < many / 2)
  }

  @Test func chunksWantTrialsKnownBeforehand() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/f.manifest", Self.manifest(Self.families[3] + "\nsampler = tpe\nmembers = chunks"))
    let outcome = try project.pipe("run", "pipelines/f.manifest")
    #expect(outcome.status != 0 && outcome.errors.contains("tpe chooses one at a time"), "\(outcome.errors)")
  }

  // MARK: - rows of tables

  @Test func membersTakeRowsOfAnotherStagesTable() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/f.manifest",
      Self.manifest(
        """
        [search : search]
        repeat = inversion
        score = inversion.constraints_rmse
        trials = 9
        inversion.zref ~ uniform(400, 600) m

        [ensemble : ensemble_loop]
        repeat = inversion
        runs = 6
        inversion.zref ~ samples(search.scores, zref) m
        model.gravity ~ normal(uncertainty)
        """))
    _ = try run(project)
    let tried = try NetCDFFile.read(project.result("f", "search.scores")).doubles("zref")
    let drawn = try NetCDFFile.read(project.result("f", "ensemble.members")).doubles("param_zref")
    #expect(drawn.count == 6 && Set(drawn).count == 6 && Set(drawn).isSubset(of: tried))
    // One more row each for one more member; those before stay.
    #expect(try run(project, "--set", "ensemble.runs=7") <= 4)
    let more = try NetCDFFile.read(project.result("f", "ensemble.members")).doubles("param_zref")
    #expect(more.count == 7 && Set(drawn).isSubset(of: more))
    let many = try project.pipe("run", "pipelines/f.manifest", "--set", "ensemble.runs=10")
    #expect(many.status != 0 && many.errors.contains("the table has 9"), "\(many.errors)")
  }

  @Test func anEventByItsName() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let header = "easting,northing,upward,name\n"
    try project.write("pipelines/events.csv", header + "1000,2000,-5000,crete\n3000,4000,-9000,iceland\n")
    try project.write(
      "pipelines/f.manifest",
      """
      [pipeline]
      event = "iceland"

      [events : read_table]
      file = file("events.csv")
      texts = "name"

      [event : table_row]
      table <- events.table
      key = name
      value = $event

      [same : split_table]
      table <- events.table
      """)
    _ = try run(project)
    let row = try NetCDFFile.read(project.result("f", "event.row"))
    #expect(try row.texts("name") == ["iceland"] && row.doubles("upward") == [-9000])
    try project.write(
      "pipelines/events.csv",
      header + "3000,4000,-9000,iceland\n7000,1000,-100,chile\n1000,2000,-5000,crete\n")
    _ = try run(project)
    #expect(try NetCDFFile.read(project.result("f", "event.row")) == row)
    let none = try project.pipe("run", "pipelines/f.manifest", "--set", "event=\"etna\"")
    #expect(
      none.status != 0 && none.errors.contains("have \"etna\" in 'name'; there are \"iceland\""),
      "\(none.errors)")
  }
}
