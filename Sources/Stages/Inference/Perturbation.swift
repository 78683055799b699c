import Artefacts
import Datasets
import Geostatistics
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

  /// Members of an ensemble share the embedding of their noise.
  private let simulations = SimulationCache(megabytes: 64)

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
    "data_low_pass", .number(in: .metre), .optional, .above(0),
    "wavelength of a Gaussian that filters the drawn data, signal and noise alike: the noise is no longer the stated one"
  )
  private static let correlationLength = Setting(
    "correlation_length", .number(in: .metre), .optional, .above(0),
    "length of the noise, which keeps the stated deviations; without it every datum has noise of its own")
  private static let correlation = Setting(
    "correlation", .word(NoiseCorrelation.self), .optional(meaning: .exponential),
    "how the noise's correlation falls with distance over that length")

  let signature = StageSignature(
    kind: "perturbation", version: 3, summary: "data drawn anew within their uncertainty",
    declares: [
      variable, uncertainty, distribution, seed, member, stream, compatible, lowPass, correlationLength,
      correlation,
      data, drawnData,
    ],
    rules: [
      .only(correlation, with: correlationLength),
      .only(
        correlationLength, with: compatible, in: .none, because: "Invert4Geom's noise is not correlated"),
      .atMostOne(
        lowPass, correlationLength, because: "a filter changes the noise that correlation_length states"),
    ]
  ).hidden

  func run(_ context: StageContext) throws {
    var dataset = try NetCDFFile.read(context[Self.data])
    let uncertainty = context[Self.uncertainty]
    // A stage that reads grids of several quantities states one of them; a surface is the other with deviations.
    let isSurface =
      !dataset.has(Variable(context[Self.variable], nil, "")) && dataset.has(SurfaceVariables.topography)
    let variable = isSurface ? SurfaceVariables.topography.name : context[Self.variable]
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
    var drawn = means
    if let length = context[Self.correlationLength] {
      let field = try correlated(dataset, variable, length: length, context)
      for index in drawn.indices { drawn[index] += deviations[index] * field[index] }
    } else {
      drawn = Self.draw(means, deviations, context)
    }
    if let wavelength = context[Self.lowPass] {
      let grid = Grid(geometry: try dataset.grid(variable).geometry, values: drawn)
      drawn = try GaussianFilter.lowPass(grid: grid, wavelength: wavelength, workers: context.workers).values
    }
    try dataset.replaceValues(of: variable, with: drawn)
    dataset.setAttribute("drawn_anew", text: variable)
    try NetCDFFile.write(dataset, to: context[Self.drawnData])
  }

  /// A field of deviation 1 at the data.
  private func correlated(
    _ dataset: Dataset, _ variable: String, length: Double, _ context: StageContext
  ) throws -> [Double] {
    let covariance = Covariance(context[Self.correlation].correlation, deviation: 1, length: length)
    let random = CounterRandom(
      seed: UInt64(bitPattern: Int64(context[Self.seed])), stream: context[Self.stream] + " correlated")
    let member = context[Self.member]
    let observations = try dataset.variable(variable).dimensions.count == 2
    let metres = StageError.outOfPlace(
      "the data are in longitude and latitude and correlation_length needs metres; put a stage of kind 'project' before"
    )
    if observations {
      let geometry = try dataset.grid(variable).geometry
      guard !geometry.isGeographic else { throw metres }
      return try simulations.simulation(covariance, geometry: geometry, workers: context.workers)
        .draw(random, member: member, workers: context.workers).nodes.values
    }
    guard dataset.has(PointVariables.easting) else { throw metres }
    let points = Points(
      easting: try dataset.column(PointVariables.easting),
      northing: try dataset.column(PointVariables.northing))
    return try PointField(covariance, points, workers: context.workers).draw(random, member: member)
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
