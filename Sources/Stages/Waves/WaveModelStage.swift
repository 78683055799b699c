import Artefacts
import Datasets
import NumericCore
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
      parameter.rawValue, .list(form(parameter), 1...1000), .optional, .above(0),
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
    rules: places + media + [
      .needs(anomalyZ, with: anomalyX), .needs(anomalyWidth, with: anomalyX),
      .needs(anomalyAmplitude, with: anomalyX),
      .only(anomalyZ, with: anomalyX), .only(anomalyWidth, with: anomalyX),
      .only(anomalyAmplitude, with: anomalyX),
      .asMany([anomalyZ, anomalyWidth, anomalyAmplitude], as: anomalyX, forEach: "anomaly"),
      .needs(checkerboardAmplitude, with: checkerboardSize),
      .only(checkerboardAmplitude, with: checkerboardSize),
      .only(anomalyParameters, when: anomalyX.isGiven || checkerboardSize.isGiven),
      .check(physics, anomalyParameters, "fit: parameters of the physics") { physics, changed in
        surplus(changed ?? [], physics)
      },
    ])

  /// The nodes: of a region, or those of the grids.
  private static let places: [Rule] = [
    .atLeastOne(spacing, grids), .atLeastOne(region, grids), .needs(spacing, with: region),
    .needs(region, with: spacing),
    .check(region, spacing, "fit: left to right and top to bottom in whole spacings") { edges, spacing in
      guard let edges, let spacing else { return nil }
      return division(edges, spacing)
    },
  ]

  /// What the medium is made of: the parameters of its physics, a value for each layer.
  private static let media: [Rule] = {
    var rules: [Rule] = []
    for (index, parameter) in Parameter.allCases.enumerated() {
      let (value, gradient) = (values[index], gradients[index])
      let owners = Physics.allCases.filter { $0.parameters.contains(parameter) }
      if owners.count < Physics.allCases.count, let first = owners.first {
        let condition = owners.dropFirst().reduce(physics.is(first)) { $0 || physics.is($1) }
        rules.append(.only(value, when: condition))
      }
      rules.append(.only(gradient, with: value))
    }
    return rules + [
      .asMany(values + gradients, as: tops, otherwise: 1, forEach: "layer"),
      .check(ties, "are of the form \"vph: 1.05 vpv\" or \"rho: 310 vp^0.25\"") { texts in
        (texts ?? []).first { parsed($0) == nil }.map { "hold \"\($0)\", which is no tie" }
      },
      .check(physics, ties, "fit: parameters of the physics") { physics, texts in
        surplus((texts ?? []).compactMap(parsed).flatMap { [$0.parameter, $0.source] }, physics)
      },
    ]
  }()

  private static func surplus(_ parameters: [Parameter], _ physics: Physics) -> String? {
    parameters.first { !physics.parameters.contains($0) }
      .map { "don't fit: \(WaveError.surplusParameter($0, physics))" }
  }

  /// What is wrong with edges and a spacing; nil where nothing is.
  private static func division(_ edges: [Double], _ spacing: Double) -> String? {
    guard edges[1] > edges[0], edges[3] > edges[2] else {
      return "don't fit: the region goes from left to right and from top to bottom, \(edges) m does not"
    }
    return GridGeometry.complaint(
      NumericCore.Region(west: edges[0], east: edges[1], south: edges[2], north: edges[3]), spacing: spacing)
  }

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
    return Self.section(region, spacing)
  }

  private static func section(_ region: [Double], _ spacing: Double) -> Section {
    Section(
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

  private static func tie(_ text: String) throws -> ModelRecipe.Tie {
    guard let tie = parsed(text) else { preconditionFailure("the rules ask for ties") }
    return tie
  }

  /// `rho: 310 vp^0.25`; nil for what is none.
  static func parsed(_ text: String) -> ModelRecipe.Tie? {
    let parts = text.split(whereSeparator: { $0 == ":" || $0 == " " }).map(String.init)
    let power = parts.last?.split(separator: "^").map(String.init) ?? []
    guard parts.count == 3, let parameter = Parameter(rawValue: parts[0]), let factor = Double(parts[1]),
      let source = power.first.flatMap(Parameter.init(rawValue:)),
      let exponent = power.count == 1 ? 1 : power.count == 2 ? Double(power[1]) : nil
    else { return nil }
    return ModelRecipe.Tie(parameter, from: source, factor: factor, exponent: exponent)
  }
}

extension WaveModelStage: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    guard let physics = request[Self.physics] else { return foresight }
    foresight[Self.model] = SectionArtefact.facts(of: physics, by: request.stage)
    if let region = request[Self.region] ?? nil, let spacing = request[Self.spacing] ?? nil, spacing > 0 {
      foresight[Self.model].mesh = AcquisitionArtefact.mesh(of: Self.section(region, spacing))
      foresight[Self.model].numbers[WaveFacts.slowest] = slowest(physics, region, request)
    }
    if !request.isFed(Self.grids), let missing = missing(physics, request) {
      foresight.refuse(
        "\(WaveError.missingParameter(missing, physics)): give '\(missing.rawValue)', a tie or grids",
        at: Self.physics.name)
    }
    return foresight
  }

  /// The slowest speed at the top of a layer within the region; nil where more than layers make the medium.
  private func slowest(_ physics: Physics, _ region: [Double], _ request: ForesightRequest) -> Double? {
    guard !request.isFed(Self.grids), request.lacks(Self.anomalyX), request.lacks(Self.checkerboardSize)
    else { return nil }
    let tops = (request[Self.tops] ?? nil) ?? [region[2]]
    var speeds: [Double] = []
    for (index, parameter) in Parameter.allCases.enumerated()
    where physics.parameters.contains(parameter) && parameter != .rho && parameter != .eta {
      guard let values = request[Self.values[index]] ?? nil, values.count == tops.count else { continue }
      speeds += zip(tops, values).filter { $0.0 < region[3] }.map(\.1)
    }
    return speeds.min()
  }

  /// A parameter that neither layers nor ties give; nil where there is none, or something is not known.
  private func missing(_ physics: Physics, _ request: ForesightRequest) -> Parameter? {
    guard let ties = request[Self.ties] else { return nil }
    var known: Set<Parameter> = []
    for (index, parameter) in Parameter.allCases.enumerated() where !request.lacks(Self.values[index]) {
      known.insert(parameter)
    }
    for tie in (ties ?? []).compactMap(Self.parsed) where known.contains(tie.source) {
      known.insert(tie.parameter)
    }
    return physics.parameters.first { !known.contains($0) }
  }
}
