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

/// Parts of the variance.
@Suite struct SensitivityTests {
  /// What a member's file holds of 3x + 4y, by the form of the port.
  private static func artefact(_ port: MemberPort, _ value: Double) throws -> Dataset {
    switch port.type.form {
    case .grid: return try Samples.grid(Samples.nodes(2, 2), ["topography": { _, _ in value }])
    case .table:
      var table = try Samples.table([
        "easting": [0, 1], "northing": [0, 1], "observed": [value, 2 * value],
      ])
      try table.addColumn("name", ["a", "b"], longName: "station")
      return table
    default:
      var number = Dataset()
      try number.addScalar("n", value, units: "mGal", longName: "a number")
      return number
    }
  }

  /// Of a·x + b·y with x, y uniform on (0, 1) the parts are a² and b² over their sum, and nothing is left; of a grid, of
  /// a table whose rows keep their places, and of a number.
  @Test(arguments: [
    MemberPort("topography", .topography), MemberPort("table", .table),
    MemberPort("score", .scalar(.acceleration)),
  ]) func linearFunctionsDoNotInteract(port: MemberPort) throws {
    let folder = try ScratchFolder("sensitivity")
    let unit = Distribution(name: "uniform", numbers: [0, 1])
    let variables = ["x", "y"].map {
      DesignRequest.Variable(name: $0, distribution: unit, isInteger: false)
    }
    let settings = Settings(["samples": .number(ExactDecimal(256)), "seed": .number(ExactDecimal(1))])
    let kind = Sensitivity()
    let plan = try kind.design(DesignRequest(settings: settings, variables: variables))
    #expect(plan.rows.count == 256 * 4)
    let members = try plan.rows.enumerated().map { index, row in
      let path = folder.path("\(index).nc")
      try NetCDFFile.write(try Self.artefact(port, 3 * row.values[0] + 4 * row.values[1]), to: path)
      return StageContext.Member(
        index: index, values: row.values, inputs: [port.name: path], hasFailed: false)
    }
    var outputs: [String: String] = [:]
    for output in kind.signature.outputs { outputs[output.name] = folder.path(output.name + ".nc") }
    var context = StageContext(
      settings: settings, inputs: [:], outputs: outputs, members: members,
      memberVariables: variables.map { MemberVariable(name: $0.name) })
    context.memberPorts = [port]
    try kind.run(context)
    let table = try NetCDFFile.read(folder.path("indices.nc"))
    let parts = try table.doubles(SensitivityVariables.firstOrder.name)
    #expect(abs(parts[0] - 9 / 25.0) < 0.02 && abs(parts[1] - 16 / 25.0) < 0.02, "\(parts)")
    #expect(abs(try NetCDFFile.readScalar(folder.path("interaction.nc"))) < 0.03)
    let maps = try NetCDFFile.read(folder.path("maps.nc"))
    let size = port.type.isScalar ? 1 : port.type.form == .table ? 2 : 4
    #expect(try maps.doubles(SensitivityVariables.total.name).count == 2 * size)
    if port.type.form == .table { #expect(try maps.texts("name") == ["a", "b"]) }
  }

  @Test func oneInputAtATimeIsEachAlone() throws {
    let unit = Distribution(name: "uniform", numbers: [0, 1])
    let settings = Settings([
      "samples": .number(ExactDecimal(4)), "seed": .number(ExactDecimal(1)), "design": .word("one_at_a_time"),
    ])
    let variables = ["x", "y"].map {
      DesignRequest.Variable(name: $0, distribution: unit, isInteger: false)
    }
    let rows = try Sensitivity().design(DesignRequest(settings: settings, variables: variables)).rows
    // NaN stands for a setting's own value.
    #expect(rows.count == 8 && rows.allSatisfy { $0.values.count(where: \.isNaN) == 1 })
  }
}
