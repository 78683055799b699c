import Artefacts
import Datasets
import ForwardModels
import NumericCore
import Planning
import StageSupport

/// Pressures of a compressed crystal.
struct BirchMurnaghan: StageKind {
  private static let volumes = Setting(
    "volumes", .list(.number, 1...300), .required, .above(0),
    "at which the pressure is wanted, in the unit of volume")
  private static let volume = Setting(
    "volume", .number, .required, .above(0), "without pressure, in any unit")
  private static let modulus = Setting(
    "bulk_modulus", .number, .required, .above(0), "without pressure, GPa")
  private static let derivative = Setting(
    "derivative", .number, .required, "of the bulk modulus by pressure")
  private static let pressures = Output("pressures", .table, "a row a volume: its pressure, GPa")

  let signature = StageSignature(
    kind: "birch_murnaghan", version: 1,
    summary: "pressures of a crystal by the third-order Birch–Murnaghan equation of state",
    declares: [volume, modulus, derivative, volumes, pressures])

  func run(_ context: StageContext) throws {
    let state = EquationOfState(
      volume: context[Self.volume], bulkModulus: context[Self.modulus], derivative: context[Self.derivative])
    let volumes = context[Self.volumes]
    var table = Dataset()
    table.setAttribute("title", text: "equation of state")
    try table.addColumn("pressure", volumes.map(state.pressure), units: "GPa", longName: "pressure")
    try NetCDFFile.write(table, to: context[Self.pressures])
  }
}
