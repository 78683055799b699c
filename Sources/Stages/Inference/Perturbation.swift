import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Draws data anew within their uncertainty. The planner puts it between an output that a family
/// perturbs and the member's stages that use it.
struct Perturbation: StageKind {
  let signature = StageSignature(
    kind: "perturbation", version: 3, summary: "data drawn anew within their uncertainty",
    settings: [
      SettingSpec("variable", .text, .required, "what is drawn"),
      SettingSpec("uncertainty", .text, .required, "its standard deviations"),
      SettingSpec("distribution", .word(["normal"]), .required, "of the noise"),
      SettingSpec("seed", .integer, .required, "of the family"),
      SettingSpec("member", .integer, .required, "index of the member"),
      SettingSpec("stream", .text, .required, "names the random stream"),
      SettingSpec(
        "compatible", .word(["none", "invert4geom"]), .defaultsTo("none"), "whose numbers are drawn"),
      SettingSpec(
        "low_pass", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
        "wavelength of a Gaussian applied after drawing"),
    ],
    inputs: [InputSpec("data", [.grid, .gravity, .table, .constraints], "the data")],
    outputs: [OutputSpec("data", .grid, "the data drawn anew")],
    isPublic: false)

  func run(_ context: StageContext) throws {
    var dataset = try NetCDFFile.read(context.input("data"))
    let settings = context.settings
    let variable = settings.name("variable")
    let uncertainty = settings.name("uncertainty")
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
    var drawn = Self.draw(means, deviations, settings)
    if let wavelength = settings.optionalNumber("low_pass") {
      let grid = Grid(geometry: try dataset.grid(variable).geometry, values: drawn)
      drawn = try GaussianFilter.lowPass(grid: grid, wavelength: wavelength, workers: context.workers).values
    }
    try dataset.replaceValues(of: variable, with: drawn)
    dataset.setAttribute("drawn_anew", text: variable)
    try NetCDFFile.write(dataset, to: context.output("data"))
  }

  private static func draw(_ means: [Double], _ deviations: [Double], _ settings: Settings) -> [Double] {
    let member = settings.integer("member")
    // Invert4Geom seeds run i with i, for gravity and for constraints alike.
    var random =
      settings.optionalWord("compatible") == "invert4geom"
      ? NumPyRandom(seed: UInt64(member))
      : NumPyRandom.stream(
        seed: UInt64(settings.integer("seed")), name: settings.name("stream"), member: member)
    return zip(means, deviations).map { random.normal($0, $1) }
  }
}
