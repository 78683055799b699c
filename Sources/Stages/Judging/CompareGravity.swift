import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// The difference of two fields of gravity on the same nodes.
struct CompareGravity: StageKind {
  let signature = StageSignature(
    kind: "compare_gravity", version: 1, summary: "difference of two fields of gravity on the same nodes",
    settings: [
      SettingSpec("variable", .text, .defaultsTo("\"reg\""), "the field"),
      SettingSpec(
        "reference_variable", .text, .optional, "what it should be; default: gravity_anomaly"),
    ],
    inputs: [
      InputSpec("field", [.gravity], "the field, such as a regional one"),
      InputSpec("reference", [.gravity], "what it should be"),
    ],
    outputs: [
      OutputSpec("difference", .grid, "field minus reference"),
      OutputSpec("rms_error", .scalar(.acceleration), "root mean square of the difference"),
      OutputSpec("bias", .scalar(.acceleration), "mean of the difference"),
      OutputSpec("largest_error", .scalar(.acceleration), "greatest size of the difference"),
    ])

  func run(_ context: StageContext) throws {
    let name = context.settings.optionalText("variable") ?? GravityVariables.regional.name
    let other = context.settings.optionalText("reference_variable") ?? GravityVariables.anomaly.name
    let field = try Self.grid(context.input("field"), name, "the field")
    let reference = try Self.grid(context.input("reference"), other, "the reference")
    guard field.geometry.isSame(as: reference.geometry) else {
      throw StageError.gridsDiffer("the field", "its reference")
    }
    let difference = zip(field.values, reference.values).map { $0 - $1 }
    let present = difference.filter(\.isFinite)
    guard !present.isEmpty else {
      throw StageError.outOfPlace("no node has both a value of '\(name)' and one of '\(other)'")
    }
    var dataset = Dataset(title: "field minus reference")
    try dataset.add(
      GravityVariables.difference.described("\(name) minus \(other)"),
      Grid(geometry: field.geometry, values: difference))
    try NetCDFFile.write(dataset, to: context.output("difference"))
    for (port, value, longName) in [
      ("rms_error", Statistics.rms(present), "RMS of field minus reference"),
      ("bias", Statistics.mean(present), "mean of field minus reference"),
      ("largest_error", present.map(abs).max() ?? 0, "greatest size of field minus reference"),
    ] {
      context.log("\(port) \(value) mGal")
      try NetCDFFile.writeScalar(
        value * 1e-5, name: port, units: "m s-2", longName: longName, to: context.output(port))
    }
  }

  private static func grid(_ path: String, _ name: String, _ what: String) throws -> Grid {
    let dataset = try NetCDFFile.read(path)
    guard dataset[name] != nil else {
      let names = dataset.variables.filter { $0.dimensions.count == 2 }.map(\.name)
      throw StageError.missingVariable(name, artefact: what, hint: "found \(names.joined(separator: ", "))")
    }
    return try dataset.grid(name)
  }
}
