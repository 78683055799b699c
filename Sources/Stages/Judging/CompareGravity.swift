import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// The difference of two fields of gravity on the same nodes.
struct CompareGravity: StageKind {
  private static let variable = Setting("variable", .text, .default("reg"), "the field")
  private static let referenceVariable = Setting(
    "reference_variable", .text, .optional(meaning: "gravity_anomaly"), "what it should be")
  private static let field = Input("field", [.gravity], "the field, such as a regional one")
  private static let reference = Input("reference", [.gravity], "what it should be")
  private static let difference = Output("difference", .grid, "field minus reference")
  private static let error = Output(
    "rms_error", .scalar(.acceleration), "root mean square of the difference")
  private static let bias = Output("bias", .scalar(.acceleration), "mean of the difference")
  private static let largestError = Output(
    "largest_error", .scalar(.acceleration), "greatest size of the difference")

  let signature = StageSignature(
    kind: "compare_gravity", version: 2, summary: "difference of two fields of gravity on the same nodes",
    declares: [
      variable, referenceVariable, field, reference, difference, error, bias, largestError,
    ])

  func run(_ context: StageContext) throws {
    let name = context[Self.variable]
    let other = context[Self.referenceVariable]
    let field = try Self.grid(context[Self.field], name, "the field")
    let reference = try Self.grid(context[Self.reference], other, "the reference")
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
    try NetCDFFile.write(dataset, to: context[Self.difference])
    for (port, value, longName) in [
      (Self.error, Statistics.rms(present), "RMS of field minus reference"),
      (Self.bias, Statistics.mean(present), "mean of field minus reference"),
      (Self.largestError, present.map(abs).max() ?? 0, "greatest size of field minus reference"),
    ] {
      context.log("\(port.name) \(value) mGal")
      try NetCDFFile.writeScalar(
        value, name: port.name, units: "mGal", longName: longName, to: context[port])
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

extension CompareGravity: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireQuantity(.gravity, of: Self.field, Self.reference, in: &foresight)
    request.requireSameMesh(Self.field, as: Self.reference, in: &foresight)
    if let variable = request[Self.variable] { request.require(variable, of: Self.field, in: &foresight) }
    if let variable = request[Self.referenceVariable] {
      request.require(variable, of: Self.reference, in: &foresight)
    }
    foresight[Self.difference] = OutputFacts(mesh: request.facts(Self.field).mesh)
    return foresight
  }
}
