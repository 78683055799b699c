import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Which of the inputs of an inversion its result is uncertain for, node by node.
struct Sensitivity: FamilyKind {
  enum Design: String, SettingWord {
    case sobolIndices = "sobol_indices"
    case oneAtATime = "one_at_a_time"

    var summary: String {
      switch self {
      case .sobolIndices: "parts of the variance, samples × (inputs + 2) members"
      case .oneAtATime:
        "each input drawn alone, the others at their own values, samples × inputs members"
      }
    }
  }

  private enum Sampler: String, SettingWord {
    case sobol

    var summary: String { "scrambled Sobol sequence" }
  }

  private static let design = Setting(
    "design", .word(Design.self), .default(.sobolIndices), "what is compared")
  private static let samples = Setting(
    "samples", .integer, .required, .atLeast(2),
    "of each input; powers of two are best, more keep the members of fewer")
  private static let sampler = Setting(
    "sampler", .word(Sampler.self), .default(.sobol), "how samples are drawn")
  static let maps = Output(
    "maps", .statistics,
    "z_mean, z_stdev; by input and node first_order and total (sobol_indices) with the standard error of each, or "
      + "mean and deviation")
  static let indices = Output(
    "indices", .table,
    "the same of the whole map: parts of the variance summed over the nodes, with first_order_error and "
      + "total_error, their standard errors as of independent samples; or RMS deviation")
  static let interaction = Output(
    "interaction", .scalar(.dimensionless),
    "1 − sum of the first-order indices of the map: what inputs do only together; NaN one at a time")
  private static let failed = Output("failed", .scalar(.dimensionless), "number of members that failed")

  private static let spec: FamilySpec = {
    var spec = FamilySpec(roles: [.collected])
    spec.samplers[Sampler.sobol.rawValue] = SamplerSpec(maximumVariables: Sobol.maximumDimensions / 2)
    return spec
  }()

  let signature = StageSignature(
    kind: "sensitivity", version: 2,
    summary:
      "how much of the uncertainty of a stage's grid, table or number comes from each setting and datum drawn (`~`)",
    declares: [
      FamilySettings.repeat, design, samples, sampler, ChosenVariable.setting, FamilySettings.seed,
      FamilySettings.nested, FamilySettings.maximumFailures, FamilySettings.members, maps, indices,
      interaction, failed,
    ], family: spec)

  func design(_ request: DesignRequest) throws -> RoundPlan {
    let variables = try request.variables.map { try DrawnVariable($0) }
    let (drawn, noisy) = (variables.count, request.perturbations.count)
    guard drawn + noisy > 0 else {
      throw StageError.outOfPlace("nothing is drawn: name settings or outputs with '~'")
    }
    guard 2 * drawn <= Sobol.maximumDimensions else {
      throw StageError.outOfPlace("up to \(Sobol.maximumDimensions / 2) settings can be drawn, not \(drawn)")
    }
    let samples = request[Self.samples]
    let (a, b) = SensitivityDesign.samples(
      count: samples, dimensions: drawn, seed: UInt64(request[FamilySettings.seed]))
    let block = Self.block(request.settings, inputs: drawn + noisy)
    var rows: [RoundPlan.Row] = []
    for sample in 0..<samples {
      for row in block {
        let values = try variables.indices.map { column in
          switch row[column] {
          case .a: try variables[column].value(at: a[sample][column])
          case .b: try variables[column].value(at: b[sample][column])
          case .base: Double.nan
          }
        }
        let draws = row[drawn...].map { source -> Int? in
          switch source {
          case .a: 2 * sample
          case .b: 2 * sample + 1
          case .base: nil
          }
        }
        rows.append(RoundPlan.Row(values, draws: draws))
      }
    }
    return RoundPlan(rows: rows)
  }

  static func block(_ settings: Settings, inputs: Int) -> [[SensitivityDesign.Source]] {
    switch settings[design] {
    case .oneAtATime: SensitivityDesign.oneAtATimeBlock(inputs: inputs)
    case .sobolIndices: SensitivityDesign.sobolBlock(inputs: inputs)
    }
  }

  func run(_ context: StageContext) throws {
    let outputs = try SensitivityOutputs(context)
    switch context[Self.design] {
    case .oneAtATime: try outputs.writeOneAtATime()
    case .sobolIndices: try outputs.writeSobolIndices()
    }
    try NetCDFFile.writeScalar(
      Double(context.members.count(where: \.hasFailed)), name: Self.failed.name, units: "1",
      longName: "members that failed", whole: .count, to: context[Self.failed])
  }
}

extension Sensitivity: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    ChosenVariable.refuseUnknown(request, of: request.members, in: &foresight)
    foresight[Self.maps].form = ChosenVariable.part(request, of: request.members)?.type.form
    return foresight
  }
}

extension Sensitivity: ReportedKind {
  var report: StageReport {
    StageReport(
      [
        .plot(
          OutputPlot(
            Self.indices.name, as: "sensitivity",
            caption:
              "Parts of the variance summed over the nodes. First order: what would go if the input were known; total: "
              + "what would be left if all others were. Lines: two standard errors, as of independent samples, to "
              + "either side.")),
        .plot(
          OutputPlot(
            Self.maps.name, as: "sensitivity", of: [SensitivityVariables.total],
            caption: "Total index of each input, 0 … 1 in all maps."
          ).at(placesOf: StatisticsVariables.deviation)),
        .plot(
          OutputPlot(
            Self.maps.name, as: "sensitivity", of: [SensitivityVariables.deviation],
            caption: "All maps share their colours."
          ).at(placesOf: StatisticsVariables.deviation)),
        .map(
          FieldMap(
            .own(Self.maps.name, StatisticsVariables.deviation), "Standard deviation", .deviation,
            caption: "Of all inputs together.")),
      ], numbers: [.members])
  }
}
