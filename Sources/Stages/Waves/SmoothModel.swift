import Artefacts
import Datasets
import Planning
import StageSupport
import Waves

/// Smooths the parameters of a medium by diffusion.
struct SmoothModel: StageKind {
  private static let model = Input("model", [.grid], "a medium, or its gradient")
  private static let lengths = Setting(
    "lengths", .list(.number(in: .metre), 2), .optional, .atLeast(0),
    "standard deviations, vertical and horizontal")
  private static let wavelengths = Setting(
    "wavelengths", .list(.number, 2), .optional, .atLeast(0), "the same in wavelengths of 'speed' at 'period'"
  )
  private static let period = Setting(
    "period", .number(in: .second), .optional, .above(0), "of the waves that 'wavelengths' means")
  private static let speed = Setting(
    "speed", .word(Parameter.self), .optional, "the parameter that is the speed of these waves")
  private static let parameters = Setting(
    "parameters", .list(.word(Parameter.self), 1...7), .optional(otherwise: "all"), "what is smoothed")
  private static let smooth = Output("model", .grid, "the smooth medium", sameTypeAs: model)

  let signature = StageSignature(
    kind: "smooth_model", version: 1, summary: "smooths the parameters of a medium, keeping their integrals",
    declares: [model, lengths, wavelengths, period, speed, parameters, smooth],
    rules: [
      .atLeastOne(lengths, wavelengths), .atMostOne(lengths, wavelengths), .needs(period, with: wavelengths),
      .needs(speed, with: wavelengths), .only(period, with: wavelengths), .only(speed, with: wavelengths),
    ])

  func run(_ context: StageContext) throws {
    var dataset = try NetCDFFile.read(context[Self.model])
    let section = try SectionArtefact.section(dataset)
    let smoothing: Smoothing
    if let lengths = context[Self.lengths] {
      smoothing = try Smoothing(section: section, vertical: lengths[0], horizontal: lengths[1])
    } else {
      let parts = context[given: Self.wavelengths]
      smoothing = try Smoothing(
        section: section, wavelengths: (parts[0], parts[1]),
        speed: try dataset.doubles(context[given: Self.speed].rawValue),
        frequency: 1 / context[given: Self.period])
    }
    let physics = try SectionArtefact.physics(dataset)
    for parameter in context[Self.parameters] ?? physics.parameters {
      guard dataset[parameter.rawValue] != nil else {
        if context[Self.parameters] == nil { continue }
        throw StageError.missingVariable(
          parameter.rawValue, artefact: dataset.path, hint: "it is not in the model")
      }
      try dataset.replaceValues(
        of: parameter.rawValue, with: smoothing.applied(to: dataset.doubles(parameter.rawValue)))
    }
    try NetCDFFile.write(dataset, to: context[Self.smooth])
  }
}

extension SmoothModel: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    for parameter in (request[Self.parameters] ?? nil) ?? [] {
      request.require(parameter.rawValue, of: Self.model, in: &foresight)
    }
    if let speed = request[Self.speed] ?? nil {
      request.require(speed.rawValue, of: Self.model, in: &foresight)
    }
    foresight[Self.smooth] = request.facts(Self.model)
    // What was slowest may be smoothed away.
    foresight[Self.smooth].numbers[WaveFacts.slowest] = nil
    return foresight
  }
}
