import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Waves

/// Simulates one event.
struct WaveSimulation: StageKind {
  enum GridChoice: String, SettingWord {
    case auto, model

    var summary: String {
      switch self {
      case .auto: "as coarse as 'points' a wavelength allow"
      case .model: "the nodes of the model"
      }
    }
  }

  enum Numbers: String, SettingWord {
    case single, double

    var summary: String {
      switch self {
      case .single: "floats: errors of 1e-6, half the memory"
      case .double: "for tests of gradients"
      }
    }
  }

  enum Automatic: String, SettingWord {
    case auto
    var summary: String { "as long as the band of the source admits" }
  }

  static let model = Input("model", [.grid], "the medium")
  static let event = Input("event", [.table], "an event, or several of which 'event_name' names one")
  static let receivers = Input("receivers", [.table], "the receivers")
  static let eventName = Setting(
    "event_name", .text, .optional(otherwise: "the only one"), "the event of the table")
  static let duration = Setting(
    "duration", .number(in: .second), .required, .above(0), "of the seismograms")
  static let outputStep = Setting(
    "output_step", .number(in: .second), .required, .above(0), "between their samples")
  private static let field = Setting(
    "receiver_field", .word(ReceiverField.self), .default(.velocity), "what receivers of motion write down")
  private static let surface = Setting(
    "surface", .word(Surface.self), .default(.absorbing), "above the section")
  static let order = Setting(
    "order", .integer, .default(8), .atLeast(2).atMost(8), "of the differences: 2, 4, 6 or 8")
  static let grid = Setting(
    "grid", .word(GridChoice.self), .default(.auto), "the nodes of the simulation")
  private static let points = Setting(
    "points", .number, .optional(otherwise: "6 of order 8, 7 of 6, 10 of 4, 20 of 2"), .atLeast(3),
    "nodes in the shortest wavelength")
  private static let step = Setting(
    "dt", .number(in: .second), .optional(otherwise: "0.9 of the limit of stability"), .above(0),
    "time step; it divides 'output_step'")
  private static let cells = Setting(
    "layer_cells", .integer, .default(20), .atLeast(8), "of the absorbing layers")
  private static let correction = Setting(
    "dispersion_correction", .boolean, .default(true), "whether the error of the time steps is taken out")
  private static let numbers = Setting("precision", .word(Numbers.self), .default(.single), "of the fields")
  private static let snapshots = Setting(
    "snapshots", .list(.number(in: .second), 1...1000), .optional(otherwise: "none"), .atLeast(0),
    "times of pictures of the fields")
  private static let interval = Setting(
    "wavefield_interval", .either(.word(Automatic.self), .integer),
    .optional(otherwise: "nothing is stored: the gradient runs the simulation again, with checkpoints"),
    "steps between stored wavefields")
  private static let precision = Setting(
    "wavefield_precision", .word(WavefieldPrecision.self), .optional(meaning: .full), "of stored wavefields")
  private static let force = Setting(
    "force", .boolean, .optional(meaning: false), "takes a longer interval than the source's band admits")
  private static let parameters = Setting(
    "gradient_parameters", .list(.word(Parameter.self), 1...7), .optional(otherwise: "all of the physics"),
    "what the gradient of the stored wavefield may ask for")
  static let seismograms = Output("seismograms", .waveforms, "traces of the receivers")
  private static let wavefield = Output("wavefield", .wavefield, "what the gradient needs").volatile
  private static let pictures = Output("snapshots", .grid, "fields at the times asked for")

  let signature = StageSignature(
    kind: "wave_simulation", version: 1, summary: "simulates the waves of one event in a section",
    declares: [
      model, event, receivers, eventName, duration, outputStep, field, surface, order, grid, points, step,
      cells,
      correction, numbers, snapshots, interval, precision, force, parameters, seismograms, wavefield,
      pictures,
    ],
    rules: [
      .only(points, with: grid, in: .auto), .only(precision, with: interval), .only(force, with: interval),
      .check(order, "is 2, 4, 6 or 8") { [2, 4, 6, 8].contains($0) ? nil : "is 2, 4, 6 or 8, not \($0)" },
      .check(order, points, "fit: each order needs so many nodes in a wavelength") { order, points in
        guard let points, let stencil = try? Stencil(order: order), points < stencil.fewestPoints else {
          return nil
        }
        return "don't fit: differences of order \(order) need \(stencil.fewestPoints) points, not \(points)"
      },
      .check(outputStep, duration, "fit: one sample or more") { step, duration in
        duration < step ? "don't fit: \(duration) s hold no sample after the first, at \(step) s" : nil
      },
      .check(step, outputStep, "fit: whole time steps between samples") { step, output in
        guard let step else { return nil }
        let stride = (output / step).rounded()
        guard stride < 1 || abs(stride * step - output) > 1e-9 * output else { return nil }
        return "don't fit: \(output) s are not a whole number of steps of \(step) s"
      },
      .check(snapshots, duration, "fit: pictures of times that are simulated") { times, duration in
        (times ?? []).first { $0 > duration }.map {
          "don't fit: a picture at \($0) s comes after the end, \(duration) s"
        }
      },
      .check(interval, "is auto or 1 and above") { interval in
        guard case .second(let steps)? = interval, steps < 1 else { return nil }
        return "is auto or 1 and above, not \(steps)"
      },
    ])

  func run(_ context: StageContext) throws {
    let task = try task(context)
    let simulation = try task.simulation()
    let plan = simulation.plan
    context.log(
      "\(plan.section.columns) × \(plan.section.rows) nodes \(plan.section.spacing) m apart, \(plan.steps) steps of \(plan.step) s, "
        + "\(plan.points) points in the shortest wavelength")
    let isWanted = context.wants(Self.wavefield.name)
    let stores = isWanted && context[Self.interval] != nil
    let result = try simulation.run(
      wavefield: stores ? try Self.kept(task.wavefield, of: simulation, context) : nil,
      snapshots: context[Self.snapshots] ?? [],
      workers: context.workers)
    try WaveformArtefact(
      seismograms: result.seismograms, meaning: task.settings.field == .velocity ? .velocity : .displacement,
      places: task.receivers.map { ($0.name, $0.x, $0.z) }, event: task.event.name
    ).write(to: context[Self.seismograms], title: "seismograms of \(task.event.name)")
    if let stored = result.wavefield {
      try task.write(stored, to: context[Self.wavefield])
      context.log("wavefield every \(stored.interval) steps, \(stored.bytes / 1_000_000) MB")
    } else if isWanted {
      try NetCDFFile.write(task.dataset(), to: context[Self.wavefield])
    }
    try write(result.snapshots, of: plan.section, to: context[Self.pictures])
  }

  /// In memory or in a file; nil where it is more than the run may keep: the gradient then makes it again between
  /// checkpoints, every bit the same.
  private static func kept(
    _ wavefield: WavefieldSettings, of simulation: Simulation, _ context: StageContext
  ) throws -> WavefieldSettings? {
    let bytes = try StoredWavefield.bytes(simulation, settings: wavefield)
    if let limit = context.scratchLimit, bytes > limit {
      context.log(
        "the wavefield would take \((bytes + 999_999) / 1_000_000) MB and the run keeps \(limit / 1_000_000) MB "
          + "(--scratch-limit): the gradient runs the simulation again, with checkpoints; wavefield_precision = bf16 or f16 "
          + "would halve it")
      return nil
    }
    var kept = wavefield
    kept.storage = try WaveTask.storage(of: simulation, wavefield, folder: context.makeScratch)
    return kept
  }

  private func task(_ context: StageContext) throws -> WaveTask {
    let model = try SectionArtefact.model(NetCDFFile.read(context[Self.model]))
    let event = try AcquisitionArtefact.event(
      NetCDFFile.read(context[Self.event]), name: context[Self.eventName])
    let receivers = try AcquisitionArtefact.receivers(NetCDFFile.read(context[Self.receivers]))
    var settings = SimulationSettings(duration: context[Self.duration], outputStep: context[Self.outputStep])
    settings.order = context[Self.order]
    settings.surface = context[Self.surface]
    settings.step = context[Self.step]
    settings.layerCells = context[Self.cells]
    settings.correctsDispersion = context[Self.correction]
    settings.isDouble = context[Self.numbers] == .double
    settings.field = context[Self.field]
    switch context[Self.grid] {
    case .model: settings.grid = .model
    case .auto:
      settings.grid = .points(try context[Self.points] ?? Stencil(order: settings.order).defaultPoints)
    }
    var wavefield = WavefieldSettings(parameters: Set(context[Self.parameters] ?? model.physics.parameters))
    switch context[Self.interval] {
    case nil, .first?: wavefield.interval = nil
    case .second(let interval)?: wavefield.interval = interval
    }
    wavefield.precision = context[Self.precision]
    wavefield.isForced = context[Self.force]
    return WaveTask(
      model: model, event: event, receivers: receivers, settings: settings, wavefield: wavefield)
  }

  private func write(_ pictures: [Snapshot], of section: Section, to path: String) throws {
    var dataset = Dataset(title: "snapshots")
    try SectionArtefact.addCoordinates(of: section, to: &dataset)
    for (index, picture) in pictures.enumerated() {
      let isPressure = picture.component == .p
      try SectionArtefact.add(
        "\(isPressure ? "pressure" : "velocity_\(picture.component.rawValue)")_\(index + 1)", picture.values,
        units: isPressure ? "Pa" : "m s-1", longName: "at \(picture.time) s", to: &dataset)
    }
    try NetCDFFile.write(dataset, to: path)
  }
}

extension WaveSimulation: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    foresight[Self.seismograms].quantity = request[Self.field]?.rawValue
    for parameter in (request[Self.parameters] ?? nil) ?? [] {
      request.require(parameter.rawValue, of: Self.model, in: &foresight)
    }
    foreseePlaces(request, in: &foresight)
    foreseeSampling(request, in: &foresight)
    guard let physics = SectionArtefact.physics(request.facts(Self.model)) else { return foresight }
    if request[Self.surface] == .free, physics.systems.contains(.psv) {
      foresight.refuse(WaveError.freeSurfaceOfStress(physics).description, at: Self.surface.name)
    }
    let receivers = request.facts(Self.receivers)
    for component in Component.allCases
    where receivers.has.contains(WaveReceivers.fact(component)) && !physics.recorded.contains(component) {
      foresight.refuse(
        WaveError.noSuchComponent(what: "a receiver", component: component.rawValue, physics).description,
        at: Self.receivers)
    }
    return foresight
  }
}
