import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Waves

/// The gradient of a function of the seismograms by the medium and the source.
struct WaveAdjoint: StageKind {
  private static let wavefield = Input("wavefield", [.wavefield], "of the simulation")
  private static let source = Input("source", [.waveforms], "derivative by the seismograms")
  /// Of the states that are kept where the simulation is run again. No setting: the bits do not depend on it.
  private static let megabytes = 256
  private static let kernel = Output(
    "kernel", .grid, "derivative by the parameters at the model's nodes; also where source and receivers are")
  private static let event = Output("source_gradient", .table, "derivative by the amplitudes of the source")

  let signature = StageSignature(
    kind: "wave_adjoint", version: 2,
    summary: "the exact gradient of a misfit by the parameters of a medium and its source",
    declares: [wavefield, source, kernel, event])

  func run(_ context: StageContext) throws {
    let path = context[Self.wavefield]
    let task = try WaveTask(path: path)
    let simulation = try task.simulation()
    let adjoint = try WaveformArtefact(path: context[Self.source])
    guard adjoint.meaning == .adjointSource else {
      throw StageError.outOfPlace(
        "'source' holds \(adjoint.meaning.rawValue); it takes the adjoint source of waveform_misfit")
    }
    let stored: StoredWavefield
    if let known = try task.stored(in: path, of: simulation, folder: context.makeScratch) {
      stored = known
    } else {
      var settings = task.wavefield
      let checkpoints = max(4, min(200, Self.megabytes * 1_000_000 / simulation.stateBytes))
      settings.storage = .checkpoints(checkpoints)
      context.log("the simulation is run again, with \(checkpoints) checkpoints")
      guard let made = try simulation.run(wavefield: settings, workers: context.workers).wavefield else {
        preconditionFailure("a wavefield was asked for")
      }
      stored = made
    }
    let gradient = try simulation.gradient(
      adjointSource: adjoint.seismograms, wavefield: stored, workers: context.workers)
    try write(gradient, task, context)
  }

  private func write(_ gradient: WaveGradient, _ task: WaveTask, _ context: StageContext) throws {
    var kernel = Dataset(title: "gradient")
    kernel.setAttribute("physics", text: task.model.physics.rawValue)
    try SectionArtefact.addCoordinates(of: task.model.section, to: &kernel)
    for parameter in task.model.physics.parameters {
      guard let values = gradient.parameters[parameter] else { continue }
      try SectionArtefact.add(
        parameter.rawValue, values, units: "1",
        longName: "derivative by the \(SectionArtefact.longName(parameter)) at a node",
        to: &kernel)
      context.log("largest derivative by \(parameter.rawValue): \(values.reduce(0) { max($0, abs($1)) })")
    }
    try addPlaces(of: task, to: &kernel)
    try NetCDFFile.write(kernel, to: context[Self.kernel])
    var table = Dataset(title: "gradient by the source")
    let components = task.event.source.components
    try table.addColumn("component", components.map(\.rawValue), longName: "component of the source")
    try table.addColumn(
      "amplitude", components.map { task.event.source.amplitudes[$0, default: 0] }, longName: "its amplitude")
    try table.addColumn(
      "derivative", components.map { gradient.sources[0].amplitudes[$0, default: 0] },
      longName: "derivative by the amplitude")
    try NetCDFFile.write(table, to: context[Self.event])
  }

  /// Where an inversion may have to leave the medium as it is.
  private func addPlaces(of task: WaveTask, to kernel: inout Dataset) throws {
    let source = task.event.source
    for (what, places) in [
      ("source", [(source.x, source.z)]), ("receiver", task.receivers.map { ($0.x, $0.z) }),
    ] {
      try kernel.addColumn(
        what + "_x", places.map(\.0), units: "m", longName: "distance of the \(what)", dimension: what)
      try kernel.addColumn(
        what + "_z", places.map(\.1), units: "m", longName: "depth of the \(what)", dimension: what)
    }
  }
}

extension WaveAdjoint: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    let expected = WaveformArtefact.Meaning.adjointSource.rawValue
    if let found = request.facts(Self.source).quantity, found != expected {
      foresight.refuse(
        "'source' holds \(found); it takes the adjoint source of waveform_misfit", at: Self.source)
    }
    return foresight
  }
}
