import Artefacts
import Datasets
import Planning
import StageSupport
import Waves

/// How badly a section explains picked travel times as one number, and its exact gradient: what `iterative_inversion` makes
/// small.
struct TravelTimeMisfit: StageKind {
  private static let model = Input(
    "model", [.grid],
    "speeds (m s-1) or slownesses (s m-1) on dimensions (z, x); a node is the middle of its cell")
  private static let picks = Input(
    "picks", [.table], "source_x, source_z, receiver_x, receiver_z, travel_time, and uncert")
  private static let deviation = Setting(
    "deviation", .number(in: .second), .optional(otherwise: "column uncert of the picks"), .above(0),
    "standard deviation of all travel times")
  private static let misfit = Output(
    "misfit", .scalar(.dimensionless), "half the sum of squared residuals over their deviations")
  private static let gradient = Output(
    "gradient", .grid,
    "derivative of the misfit by each cell's speed or slowness, under the name it has in the model"
  ).volatile
  private static let residuals = Output(
    "residuals", .table, "a row a ray: observed, predicted, residual, and what it contributes"
  ).onDemand

  let signature = StageSignature(
    kind: "travel_time_misfit", version: 1,
    summary: "compares travel times along straight rays with picks, with the exact gradient by the model",
    declares: [SectionField.variable, deviation, model, picks, misfit, gradient, residuals])

  func run(_ context: StageContext) throws {
    let field = try SectionField(NetCDFFile.read(context[Self.model]), asked: context[SectionField.variable])
    let picks = try NetCDFFile.read(context[Self.picks])
    let paths = try PickTable.paths(picks)
    let rays = try StraightRays(paths, through: field.section)
    let observed = try picks.column(PickTable.time)
    let misfit = try LinearMisfit(
      observed, rays.times(field.slowness),
      deviations: LinearMisfit.deviations(
        context[Self.deviation], picks, count: observed.count, setting: Self.deviation.name),
      what: "travel time")
    try NetCDFFile.writeScalar(
      misfit.value, name: Self.misfit.name, units: "1", longName: "misfit of the travel times",
      to: context[Self.misfit])
    if context.wants(Self.gradient.name) {
      let bySlowness = rays.transposed(misfit.byPrediction, cells: field.section.count)
      try field.write(gradient: field.derivative(bySlowness: bySlowness), to: context[Self.gradient])
    }
    if context.wants(Self.residuals.name) { try write(misfit, picks, to: context[Self.residuals]) }
    context.log("misfit \(misfit.value) of \(observed.count) travel times")
  }

  private func write(_ misfit: LinearMisfit, _ picks: Dataset, to path: String) throws {
    var table = Dataset(title: "residuals of travel times")
    for name in PickTable.places {
      try table.addColumn(name, picks.column(name), units: "m", longName: name.replacing("_", with: " "))
    }
    let (x, z) = (try picks.column("receiver_x"), try picks.column("receiver_z"))
    try table.addColumn("receiver", zip(x, z).map(PlaceName.text), longName: "place of the receiver")
    try misfit.add(PickTable.time, units: "s", what: "travel time", to: &table)
    try NetCDFFile.write(table, to: path)
  }
}

extension TravelTimeMisfit: ReportedKind {
  var report: StageReport {
    StageReport(
      [
        .map(
          FieldMap(
            .own(Self.gradient.name, Variable("slowness", nil, "")), "Derivative by slowness", .signed,
            caption: "The misfit falls where the slowness changes against it.")),
        LinearMisfit.agreement(
          Self.residuals.name, observed: Variable(PickTable.time, nil, ""), title: "Travel times"),
      ],
      numbers: [.number(.scalar(Self.misfit.name), "misfit")])
  }
}
