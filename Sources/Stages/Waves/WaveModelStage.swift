import Artefacts
import Datasets
import Planning
import StageSupport
import Waves

/// Makes a medium of layers, gradients, anomalies and grids.
struct WaveModelStage: StageKind {
  private static let physics = Setting("physics", .word(Physics.self), .required, "what the medium is for")
  private static let region = Setting(
    "region", .list(.number(in: .metre), 4), .optional(otherwise: "the nodes of 'grids'"),
    "left, right, top and bottom of the section")
  private static let spacing = Setting(
    "spacing", .number(in: .metre), .optional(otherwise: "the nodes of 'grids'"), .above(0),
    "of the nodes, the same along x and z")
  private static let tops = Setting(
    "layer_tops", .list(.number(in: .metre), 1...1000), .optional(otherwise: "one layer"),
    "depths where layers begin, the first at or above the section's top; an interface lies best half a spacing above a node"
  )
  private static let values = Parameter.allCases.map { parameter in
    Setting(
      parameter.rawValue, .list(form(parameter), 1...1000), .optional,
      "\(SectionArtefact.longName(parameter)) at the top of each layer")
  }
  private static func form(_ parameter: Parameter) -> ValueForm<Double> {
    switch parameter {
    case .rho: .number(in: .kilogramPerCubicMetre)
    case .eta: .number
    case .vp, .vsh, .vsv, .vpv, .vph: .number(in: .metrePerSecond)
    }
  }
  private static let gradients = Parameter.allCases.map { parameter in
    Setting(
      "\(parameter.rawValue)_gradient", .list(.number, 1...1000), .optional(otherwise: "none"),
      "its change a metre of depth in each layer, \(SectionArtefact.units(parameter)) m-1")
  }
  private static let ties = Setting(
    "ties", .list(.text, 1...20), .optional,
    "parameters made of others, \"vph: 1.05 vpv\", \"rho: 310 vp^0.25\"")
  private static let anomalyX = Setting(
    "anomaly_x", .list(.number(in: .metre), 1...1000), .optional, "centres of Gaussian anomalies")
  private static let anomalyZ = Setting(
    "anomaly_z", .list(.number(in: .metre), 1...1000), .optional, "their depths")
  private static let anomalyWidth = Setting(
    "anomaly_width", .list(.number(in: .metre), 1...1000), .optional, .above(0), "their standard deviations")
  private static let anomalyAmplitude = Setting(
    "anomaly_amplitude", .list(.number, 1...1000), .optional, "their largest relative change, 5 %")
  private static let anomalyParameters = Setting(
    "anomaly_parameters", .list(.word(Parameter.self), 1...7), .optional(otherwise: "all speeds"),
    "parameters that anomalies and the checkerboard change")
  private static let checkerboardSize = Setting(
    "checkerboard_size", .list(.number(in: .metre), 2), .optional, .above(0), "width and height of its cells")
  private static let checkerboardAmplitude = Setting(
    "checkerboard_amplitude", .number, .optional, "its largest relative change")
  private static let grids = Input.optional(
    "grids", [.grid], "grids of parameters on dimensions (z, x), which go before the layers")
  private static let model = Output("model", .grid, "the medium: its parameters on dimensions (z, x)")

  let signature = StageSignature(
    kind: "wave_model", version: 1,
    summary: "makes a medium for waves of layers, gradients, anomalies and grids",
    declares: [physics, region, spacing, tops] + values + gradients + [
      ties, anomalyX, anomalyZ, anomalyWidth, anomalyAmplitude, anomalyParameters, checkerboardSize,
      checkerboardAmplitude, grids, model,
    ],
    rules: [
      .needs(anomalyZ, with: anomalyX), .needs(anomalyWidth, with: anomalyX),
      .needs(anomalyAmplitude, with: anomalyX),
      .only(anomalyZ, with: anomalyX), .only(anomalyWidth, with: anomalyX),
      .only(anomalyAmplitude, with: anomalyX),
      .needs(checkerboardAmplitude, with: checkerboardSize),
      .only(checkerboardAmplitude, with: checkerboardSize),
      .atLeastOne(spacing, grids), .atLeastOne(region, grids), .needs(spacing, with: region),
      .needs(region, with: spacing),
    ])

  func run(_ context: StageContext) throws {
    let given = try context[Self.grids].map { try NetCDFFile.read($0) }
    let section = try section(context, given)
    var fields: [Parameter: [Double]] = [:]
    if let given {
      let map = SectionMap(from: try SectionArtefact.section(given), to: section)
      for parameter in context[Self.physics].parameters where given[parameter.rawValue] != nil {
        fields[parameter] = map.applied(to: try given.doubles(parameter.rawValue))
      }
    }
    let recipe = ModelRecipe(
      layers: try layers(context, section), ties: try (context[Self.ties] ?? []).map(Self.tie),
      anomalies: try anomalies(context), grids: fields)
    let model = try recipe.model(physics: context[Self.physics], section: section)
    try SectionArtefact.write(model, to: context[Self.model])
    let (slowest, fastest) = model.speeds
    context.log("\(section.columns) × \(section.rows) nodes, speeds \(slowest) to \(fastest) m/s")
  }

  private func section(_ context: StageContext, _ given: Dataset?) throws -> Section {
    guard let region = context[Self.region], let spacing = context[Self.spacing] else {
      guard let given else { preconditionFailure("the rules ask for a region or grids") }
      return try SectionArtefact.section(given)
    }
    guard region[1] > region[0], region[3] > region[2] else {
      throw StageError.outOfPlace(
        "the region goes from left to right and from top to bottom: \(region) m does not")
    }
    for extent in [region[1] - region[0], region[3] - region[2]] {
      let cells = extent / spacing
      guard cells >= 1, abs(cells - cells.rounded()) <= 1e-9 * cells else {
        throw StageError.notDivided(extent: extent, spacing: spacing)
      }
    }
    return Section(
      x0: region[0], z0: region[2], spacing: spacing,
      columns: Int(((region[1] - region[0]) / spacing).rounded()) + 1,
      rows: Int(((region[3] - region[2]) / spacing).rounded()) + 1)
  }

  private func layers(_ context: StageContext, _ section: Section) throws -> [ModelRecipe.Layer] {
    let tops = context[Self.tops] ?? [section.z0]
    var layers = tops.map { ModelRecipe.Layer(top: $0, values: [:]) }
    for (index, parameter) in Parameter.allCases.enumerated() {
      guard let values = context[Self.values[index]] else { continue }
      let gradients = context[Self.gradients[index]] ?? values.map { _ in 0 }
      for (name, list) in [(parameter.rawValue, values), ("\(parameter.rawValue)_gradient", gradients)] {
        guard list.count == tops.count else {
          throw StageError.outOfPlace("'\(name)' has \(list.count) values and there are \(tops.count) layers")
        }
      }
      for layer in layers.indices {
        layers[layer].values[parameter] = .init(top: values[layer], gradient: gradients[layer])
      }
    }
    return layers
  }

  private func anomalies(_ context: StageContext) throws -> [ModelRecipe.Anomaly] {
    let physics = context[Self.physics]
    let changed = context[Self.anomalyParameters] ?? physics.parameters.filter { $0 != .rho && $0 != .eta }
    var result: [ModelRecipe.Anomaly] = []
    if let x = context[Self.anomalyX] {
      let lists = [
        context[given: Self.anomalyZ], context[given: Self.anomalyWidth],
        context[given: Self.anomalyAmplitude],
      ]
      guard lists.allSatisfy({ $0.count == x.count }) else {
        throw StageError.outOfPlace(
          "the lists of anomalies have different lengths: \([x.count] + lists.map(\.count))")
      }
      for index in x.indices {
        result.append(
          .gaussian(
            x: x[index], z: lists[0][index], widthX: lists[1][index], widthZ: lists[1][index],
            amplitude: lists[2][index], of: changed))
      }
    }
    if let size = context[Self.checkerboardSize] {
      result.append(
        .checkerboard(
          width: size[0], height: size[1], amplitude: context[given: Self.checkerboardAmplitude], of: changed)
      )
    }
    return result
  }

  /// `rho: 310 vp^0.25`
  static func tie(_ text: String) throws -> ModelRecipe.Tie {
    let parts = text.split(whereSeparator: { $0 == ":" || $0 == " " }).map(String.init)
    let power = parts.last?.split(separator: "^").map(String.init) ?? []
    guard parts.count == 3, let parameter = Parameter(rawValue: parts[0]), let factor = Double(parts[1]),
      let source = power.first.flatMap(Parameter.init(rawValue:)),
      let exponent = power.count == 1 ? 1 : power.count == 2 ? Double(power[1]) : nil
    else {
      throw StageError.outOfPlace("\"\(text)\" is no tie; expected \"vph: 1.05 vpv\" or \"rho: 310 vp^0.25\"")
    }
    return ModelRecipe.Tie(parameter, from: source, factor: factor, exponent: exponent)
  }
}

extension WaveModelStage: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    if let physics = request[Self.physics] {
      foresight[Self.model] = SectionArtefact.facts(of: physics, by: request.stage)
    }
    return foresight
  }
}
