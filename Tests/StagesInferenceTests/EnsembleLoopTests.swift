import Artefacts
import Datasets
import Manifests
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import TestSupport
import Testing

@testable import StagesInference

/// Members gathered. What is drawn for them: FamilyDesignTests.
@Suite struct EnsembleLoopTests {
  @Test(arguments: [
    ("until = 5 %\nbatch = 4\nsampler = sobol", []),
    ("batch = 4", ["M140: 'batch' has no meaning without 'until'; leave it out or use it with 'until'"]),
    ("criterion = maximin\ncandidates = 5", []),
    (
      "candidates = 5",
      [
        "M140: 'candidates' has no meaning with criterion = centered (default); leave it out or use it with criterion = maximin or minimum_correlation"
      ]
    ),
    (
      "sampler = monte_carlo\ncriterion = maximin",
      [
        "M140: 'criterion' has no meaning with sampler = monte_carlo; leave it out or use it with sampler = latin_hypercube"
      ]
    ),
    (
      "sampler = monte_carlo\ncandidates = 5",
      [
        "M140: 'candidates' has no meaning with sampler = monte_carlo; leave it out or use it with sampler = latin_hypercube"
      ]
    ),
  ])
  func settingsOfSamplers(section: String, messages: [String]) {
    let stage = LoneStage(
      EnsembleLoop(), "repeat = repeated\nruns = 8\nrepeated.number ~ uniform(1, 3)\n" + section,
      beside: [Repeated()])
    #expect(stage.mistakes == messages)
  }

  /// An ensemble of three members, of which the second failed.
  private static func gather(
    _ ports: [MemberPort], _ artefacts: (_ member: Int) throws -> [String: Dataset]
  ) throws -> (folder: ScratchFolder, reader: NetCDFSeriesReader) {
    let folder = try ScratchFolder("ensemble")
    let members = try (0..<3).map { index in
      var inputs: [String: String] = [:]
      for (port, dataset) in index == 1 ? [:] : try artefacts(index) {
        inputs[port] = folder.path("\(port) \(index).nc")
        try NetCDFFile.write(dataset, to: folder.path("\(port) \(index).nc"))
      }
      return StageContext.Member(
        index: index, values: [Double(index)], inputs: inputs, hasFailed: index == 1)
    }
    var context = StageContext(
      settings: Settings([:]), inputs: [:],
      outputs: ["members": folder.path("members.nc"), "failed": folder.path("failed.nc")], members: members,
      memberVariables: [MemberVariable(name: "number")])
    context.memberPorts = ports
    try EnsembleLoop().run(context)
    return (folder, try NetCDFSeriesReader(folder.path("members.nc")))
  }

  /// Those that failed are counted and take no part.
  @Test func survivorsAreGathered() throws {
    let (folder, reader) = try Self.gather([MemberPort("topography", .topography, .surface)]) { index in
      ["topography": try Samples.grid(Samples.nodes(3, 2), ["topography": { _, _ in Double(index) }])]
    }
    #expect(reader.count == 2)
    #expect(try reader.slice(1, variable: "topography") == Array(repeating: 2, count: 6))
    #expect(try reader.column("param_number") == [0, 2])
    #expect(try NetCDFFile.readScalar(folder.path("failed.nc")) == 1)
  }

  /// What is kept is said by the outputs, and their order by the kind, whatever they are called.
  @Test func outputsSayWhatIsKept() throws {
    let ports = [
      MemberPort("a_surface", .topography, .surface), MemberPort("z_data", .gravity, .data),
      MemberPort("rmse_2", .scalar(.dimensionless)), MemberPort("chi", .scalar(.dimensionless)),
    ]
    let (_, reader) = try Self.gather(ports) { index in
      var data = try Samples.gravity(Samples.nodes(5, 3, spacing: 500)) { _, _ in 1 }
      try data.addGrid("res", Grid(geometry: Samples.nodes(5, 3, spacing: 500), repeating: 3), units: "mGal")
      var number = Dataset()
      try number.addScalar("n", Double(index), units: "1", longName: "a number")
      return [
        "a_surface": try Samples.grid(
          Samples.nodes(3, 2), ["correction": { _, _ in 9 }, "topography": { _, _ in Double(index) }]),
        "z_data": data, "rmse_2": number, "chi": number,
      ]
    }
    #expect(reader.slicedVariables == ["topography", "res"])
    #expect(try reader.slice(0, variable: "res").count == 15)
    #expect(try reader.column("rmse_2") == [0, 2] && reader.column("chi") == [0, 2])
  }

  /// Two outputs with variables of one name on other nodes.
  @Test func equalNamesAreToldApart() throws {
    let (_, reader) = try Self.gather([MemberPort("first", .grid), MemberPort("second", .grid)]) { index in
      [
        "first": try Samples.grid(Samples.nodes(3, 2), ["topography": { _, _ in Double(index) }]),
        "second": try Samples.grid(Samples.nodes(2, 2), ["topography": { _, _ in 7 }]),
      ]
    }
    #expect(reader.slicedVariables == ["topography", "second_topography"])
    #expect(try reader.slice(1, variable: "topography") == Array(repeating: 2, count: 6))
    #expect(try reader.slice(1, variable: "second_topography") == Array(repeating: 7, count: 4))
  }

  /// Columns of a table and numbers alone are ensembles as well.
  @Test func tablesAndNumbers() throws {
    let (_, tables) = try Self.gather([MemberPort("table", .table)]) { index in
      ["table": try Samples.table(["easting": [0, 1], "northing": [0, 1], "upward": [5, Double(index)]])]
    }
    #expect(try tables.slice(1, variable: "upward") == [5, 2])
    #expect(tables.slicedVariables == ["upward"] && tables.constants == ["easting", "northing"])
    let (_, numbers) = try Self.gather([MemberPort("value", .scalar(.dimensionless))]) { index in
      var number = Dataset()
      try number.addScalar("n", Double(10 * index), units: "1", longName: "a number")
      return ["value": number]
    }
    #expect(numbers.count == 2)
    #expect(try numbers.column("value") == [0, 20])
  }

  /// What rows are called is kept where it is the same in every member; places of a member's own are its result.
  @Test func marksOfRows() throws {
    let (folder, reader) = try Self.gather([MemberPort("table", .table)]) { index in
      var table = try Samples.table([
        "easting": [0, 1], "northing": [0, Double(index)], "observed": [5, 6],
      ])
      try table.addColumn("name", ["a", "b"], longName: "station")
      try table.addColumn("told", ["a", "b \(index)"], longName: "other words")
      return ["table": table]
    }
    defer { withExtendedLifetime(folder) {} }
    let frame = try reader.frame()
    #expect(try frame.texts("name") == ["a", "b"] && frame.column("easting") == [0, 1])
    #expect(frame["told"] == nil)
    #expect(try reader.slice(1, variable: "northing") == [0, 2])
  }

  @Test func rowsMustBeAsMany() throws {
    #expect(
      throws: StageError.outOfPlace(
        "member 2 has 3 along 'point' where member 0 has 1: members of an ensemble have the same rows")
    ) {
      _ = try Self.gather([MemberPort("table", .table)]) { index in
        ["table": try Samples.table(["observed": Array(repeating: 1, count: index + 1)])]
      }
    }
  }

  /// A number called as a grid beside it does not take its place.
  @Test func numbersBesideGrids() throws {
    let (_, reader) = try Self.gather([
      MemberPort("grid", .grid), MemberPort("member", .scalar(.dimensionless)),
    ]) { index in
      var number = Dataset()
      try number.addScalar("n", 3, units: "1", longName: "a number")
      return ["grid": try Samples.grid(Samples.nodes(2, 2), ["topography": { _, _ in 1 }]), "member": number]
    }
    #expect(try reader.column("member") == [0, 2] && reader.column("member_number") == [3, 3])
  }
}
