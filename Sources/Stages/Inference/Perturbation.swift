import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Draws data anew within their uncertainty. The planner puts it between an output that a family
/// perturbs and the member's stages that use it.
struct Perturbation: StageKind {
  private enum Noise: String, SettingWord {
    case normal

    var summary: String { "" }
  }

  private static let data = Input("data", [.grid, .gravity, .table, .constraints], "the data")
  private static let drawnData = Output("data", .grid, "the data drawn anew")
  private static let variable = Setting("variable", .wordOrText, .required, "what is drawn")
  private static let uncertainty = Setting(
    "uncertainty", .wordOrText, .required, "its standard deviations")
  private static let distribution = Setting(
    "distribution", .word(Noise.self), .required, "of the noise")
  private static let seed = Setting("seed", .integer, .required, "of the family")
  private static let member = Setting("member", .integer, .required, "index of the member")
  private static let stream = Setting("stream", .wordOrText, .required, "names the random stream")
  private static let compatible = Setting(
    "compatible", .word(NoiseStreams.self), .default(.none), "whose numbers are drawn")
  private static let lowPass = Setting(
    "low_pass", .number(in: .metre), .optional, .above(0), "wavelength of a Gaussian applied after drawing")

  let signature = StageSignature(
    kind: "perturbation", version: 3, summary: "data drawn anew within their uncertainty",
    declares: [
      variable, uncertainty, distribution, seed, member, stream, compatible, lowPass, data, drawnData,
    ]
  ).hidden

  func run(_ context: StageContext) throws {
    var dataset = try NetCDFFile.read(context[Self.data])
    let (variable, uncertainty) = (context[Self.variable], context[Self.uncertainty])
    guard dataset[uncertainty] != nil else {
      throw StageError.missingVariable(
        uncertainty, artefact: "what is to be perturbed",
        hint: "state the uncertainty of the data (gravity_noise, uncertainty, constraints_noise …)")
    }
    if let owner = dataset.attribute("uncertainty_of")?.text, !variable.hasPrefix(owner) {
      throw StageError.outOfPlace(
        "the uncertainty is that of \(owner), not of '\(variable)': perturb the output of a later stage, such as "
          + "gravity_disturbance")
    }
    let means = try dataset.doubles(variable)
    let deviations = try dataset.doubles(uncertainty)
    var drawn = Self.draw(means, deviations, context)
    if let wavelength = context[Self.lowPass] {
      let grid = Grid(geometry: try dataset.grid(variable).geometry, values: drawn)
      drawn = try GaussianFilter.lowPass(grid: grid, wavelength: wavelength, workers: context.workers).values
    }
    try dataset.replaceValues(of: variable, with: drawn)
    dataset.setAttribute("drawn_anew", text: variable)
    try NetCDFFile.write(dataset, to: context[Self.drawnData])
  }

  private static func draw(
    _ means: [Double], _ deviations: [Double], _ context: StageContext
  ) -> [Double] {
    let member = context[member]
    var random =
      switch context[compatible] {
      // Invert4Geom seeds run i with i, for gravity and for constraints alike.
      case .invert4geom: NumPyRandom(seed: UInt64(member))
      case .none:
        NumPyRandom.stream(seed: UInt64(context[seed]), name: context[stream], member: member)
      }
    return zip(means, deviations).map { random.normal($0, $1) }
  }
}

/// Whose random numbers an ensemble draws noise with.
enum NoiseStreams: String, SettingWord {
  case none, invert4geom

  var summary: String {
    switch self {
    case .none: "streams of their own for every output"
    case .invert4geom: "as Invert4Geom does: run i from default_rng(i)"
    }
  }
}
