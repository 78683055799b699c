import Datasets
import NumericCore
import StageSupport
import Waves

/// Everything that decides a simulation, as one file: a stored wavefield has it beside it, so that its gradient needs
/// nothing else.
struct WaveTask {
  var model: WaveModel
  var event: WaveEvent
  var receivers: [Receiver]
  var settings: SimulationSettings
  var wavefield: WavefieldSettings
  /// Whether the file that it was read from holds stored differences.
  private var isStored = false

  func simulation() throws -> Simulation {
    try Simulation(model: model, sources: [event.source], receivers: receivers, settings: settings)
  }

  // MARK: Files

  func dataset() throws -> Dataset {
    var dataset = Dataset(title: "wavefield")
    try SectionArtefact.add(model, to: &dataset)
    var table = Dataset()
    try AcquisitionArtefact.add(receivers, to: &table, dimension: "receiver")
    dataset.dimensions += table.dimensions
    for var variable in table.variables {
      variable.name = "receiver_" + variable.name
      try dataset.add(variable)
    }
    try AcquisitionArtefact.add([event], to: &dataset, prefix: "event_", dimension: "event")
    for (name, value) in numbers { dataset.setAttribute(name, value) }
    dataset.setAttribute("surface", text: settings.surface.rawValue)
    dataset.setAttribute("traces", text: settings.field.rawValue)
    dataset.setAttribute("wavefield_precision", text: wavefield.precision.rawValue)
    dataset.setAttribute(
      "wavefield_parameters",
      text: Parameter.allCases.filter(wavefield.parameters.contains).map(\.rawValue).joined(separator: " "))
    return dataset
  }

  private var numbers: [(String, Double)] {
    var result: [(String, Double)] = [
      ("order", Double(settings.order)), ("output_step", settings.outputStep),
      ("duration", settings.duration),
      ("layer_cells", Double(settings.layerCells)), ("layer_reflection", settings.layerReflection),
      ("dispersion_correction", settings.correctsDispersion ? 1 : 0),
      ("double_precision", settings.isDouble ? 1 : 0),
      ("wavefield_forced", wavefield.isForced ? 1 : 0),
    ]
    switch settings.grid {
    case .model: break
    case .points(let points): result.append(("points", points))
    case .spacing(let spacing): result.append(("spacing", spacing))
    }
    for (name, value) in [
      ("step", settings.step), ("layer_frequency", settings.layerFrequency),
      ("layer_speed", settings.layerSpeed),
      ("wavefield_interval", wavefield.interval.map(Double.init)),
    ] {
      if let value { result.append((name, value)) }
    }
    return result
  }

  init(
    model: WaveModel, event: WaveEvent, receivers: [Receiver], settings: SimulationSettings,
    wavefield: WavefieldSettings
  ) {
    (self.model, self.event, self.receivers) = (model, event, receivers)
    (self.settings, self.wavefield) = (settings, wavefield)
  }

  init(_ dataset: Dataset) throws {
    func number(_ name: String) throws -> Double {
      guard let value = dataset.number(attribute: name) else {
        throw StageError.missingVariable(
          name, artefact: dataset.path, hint: "take the wavefield of wave_simulation")
      }
      return value
    }
    model = try SectionArtefact.model(dataset)
    event = try AcquisitionArtefact.events(dataset, prefix: "event_")[0]
    receivers = try AcquisitionArtefact.receivers(dataset, prefix: "receiver_")
    var settings = SimulationSettings(duration: try number("duration"), outputStep: try number("output_step"))
    settings.order = Int(try number("order"))
    settings.layerCells = Int(try number("layer_cells"))
    settings.layerReflection = try number("layer_reflection")
    settings.correctsDispersion = try number("dispersion_correction") == 1
    settings.isDouble = try number("double_precision") == 1
    settings.step = dataset.number(attribute: "step")
    settings.layerFrequency = dataset.number(attribute: "layer_frequency")
    settings.layerSpeed = dataset.number(attribute: "layer_speed")
    if let points = dataset.number(attribute: "points") { settings.grid = .points(points) }
    if let spacing = dataset.number(attribute: "spacing") { settings.grid = .spacing(spacing) }
    settings.surface = dataset.attribute("surface")?.text.flatMap(Surface.init(rawValue:)) ?? .absorbing
    settings.field = dataset.attribute("traces")?.text.flatMap(ReceiverField.init(rawValue:)) ?? .velocity
    self.settings = settings
    let words = dataset.attribute("wavefield_parameters")?.text?.split(separator: " ").map(String.init) ?? []
    var wavefield = WavefieldSettings(parameters: Set(words.compactMap(Parameter.init(rawValue:))))
    wavefield.interval = dataset.number(attribute: "wavefield_interval").map { Int($0) }
    wavefield.isForced = try number("wavefield_forced") == 1
    wavefield.precision =
      dataset.attribute("wavefield_precision")?.text.flatMap(WavefieldPrecision.init(rawValue:)) ?? .full
    self.wavefield = wavefield
  }

  // MARK: The stored differences

  private static let stored = "stored"

  /// Writes what decides the simulation with the bytes that were stored of it.
  func write(_ stored: StoredWavefield, to path: String) throws {
    let dataset = try dataset()
    let isWritten: Void? = try stored.withContents { pieces in
      try NetCDFFile.write(
        dataset, and: ByteVariable(Self.stored, along: "stored_bytes", pieces: pieces), to: path)
    }
    if isWritten == nil { try NetCDFFile.write(dataset, to: path) }
  }

  /// What decides the simulation whose wavefield a file holds, without that.
  init(path: String) throws {
    let names = try NetCDFFile.ownVariableNames(path)
    try self.init(NetCDFFile.read(path, variables: names.filter { $0 != Self.stored }))
    isStored = names.contains(Self.stored)
  }

  /// The stored differences of the file that this was read from; nil where it holds none and the simulation must be run again.
  func stored(in path: String, of simulation: Simulation, folder: () throws -> String) throws
    -> StoredWavefield?
  {
    guard isStored else { return nil }
    // Where they are, as long as that is a place for numbers of their kind.
    if let mapped = try NetCDFFile.mapBytes(path, variable: Self.stored),
      Int(bitPattern: mapped.bytes.baseAddress) % (settings.isDouble ? 8 : 4) == 0
    {
      return try StoredWavefield(
        simulation, settings: wavefield, contents: mapped.bytes, owner: mapped)
    }
    var settings = wavefield
    settings.storage = try Self.storage(of: simulation, settings, folder: folder)
    return try StoredWavefield(simulation, settings: settings) {
      try NetCDFFile.readBytes(path, variable: Self.stored, into: $0)
    }
  }

  /// More than this lies in a file of the node's own rather than in memory: the bits are the same.
  private static let mostInMemory = 2_000_000_000

  /// Where stored differences are kept while they are used.
  /// - Parameter folder: makes one of the node's own.
  static func storage(
    of simulation: Simulation, _ settings: WavefieldSettings, folder: () throws -> String
  ) throws -> WavefieldSettings.Storage {
    let bytes = try StoredWavefield.bytes(simulation, settings: settings)
    return bytes > mostInMemory ? .disk(folder: try folder()) : .memory
  }
}
