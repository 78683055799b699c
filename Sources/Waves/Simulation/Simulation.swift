import CKernels
public import NumericCore

/// One event in one medium: sources, receivers and how they are simulated.
///
/// Leapfrog steps on a staggered grid [Virieux1986, Levander1988], convolutional absorbing layers
/// [Komatitsch2007], points between nodes by windowed sincs [Hicks2002], the error of the time steps taken out
/// exactly [Koene2018]. The same bits on every processor and for any number of threads.
public struct Simulation: Sendable {
  /// What the waves run through.
  public let model: WaveModel
  /// What makes them.
  public let sources: [PointSource]
  /// What records them.
  public let receivers: [Receiver]
  /// How it is computed.
  public let settings: SimulationSettings
  /// What follows from model and settings: grid, step, samples.
  public let plan: SimulationPlan
  let systems: [SystemSimulation]

  /// - Throws: `WaveError` for whatever can't be simulated: see its cases.
  public init(
    model: WaveModel, sources: [PointSource], receivers: [Receiver], settings: SimulationSettings
  ) throws(WaveError) {
    try self.init(model: model, sources: sources, receivers: receivers, settings: settings, set: .best)
  }

  init(
    model: WaveModel, sources: [PointSource], receivers: [Receiver], settings: SimulationSettings,
    set: KernelSet
  ) throws(WaveError) {
    (self.model, self.sources, self.receivers, self.settings) = (model, sources, receivers, settings)
    plan = try SimulationPlan(model: model, wavelets: sources.map(\.wavelet), settings: settings)
    try Self.check(sources, receivers, model)
    let onGrid = try model.resampled(to: plan.section)
    let times = SimulationTimes(plan, settings, sources: sources)
    var systems: [SystemSimulation] = []
    for system in model.physics.systems {
      systems.append(
        try SystemSimulation(
          system: system, model: onGrid, plan: plan, settings: settings,
          acquisition: .init(sources: sources, receivers: receivers, times: times), set: set))
    }
    self.systems = systems
  }

  private static func check(
    _ sources: [PointSource], _ receivers: [Receiver], _ model: WaveModel
  ) throws(WaveError) {
    guard !sources.isEmpty else { throw .nothing(what: "source") }
    guard !receivers.isEmpty else { throw .nothing(what: "receiver") }
    let (section, physics) = (model.section, model.physics)
    func checkInside(_ what: String, _ x: Double, _ z: Double) throws(WaveError) {
      let slack = 1e-9 * section.spacing
      let (right, below) = (section.x0 + section.width, section.z0 + section.depth)
      guard x >= section.x0 - slack, x <= right + slack, z >= section.z0 - slack, z <= below + slack else {
        throw .outside(what: what, x: x, z: z)
      }
    }
    for (index, source) in sources.enumerated() {
      try checkInside("source \(index + 1)", source.x, source.z)
      guard !source.components.isEmpty else { throw .nothing(what: "amplitude of source \(index + 1)") }
      for component in source.components where !physics.systems.contains(where: component.acts) {
        throw .noSuchComponent(what: "source \(index + 1)", component: component.rawValue, physics)
      }
    }
    for (index, receiver) in receivers.enumerated() {
      try checkInside("receiver \(receiver.name)", receiver.x, receiver.z)
      if receivers[..<index].contains(where: { $0.name == receiver.name }) {
        throw .sameName(what: "receivers", name: receiver.name)
      }
      for component in receiver.components where !physics.recorded.contains(component) {
        throw .noSuchComponent(what: "receiver \(receiver.name)", component: component.rawValue, physics)
      }
    }
  }

  /// Runs the event.
  ///
  /// - Parameters:
  ///   - wavefield: what to keep for a gradient.
  ///   - snapshots: times of pictures of the fields, seconds; the nearest step is taken.
  public func run(
    wavefield: WavefieldSettings? = nil, snapshots: [Double] = [], workers: Workers = .serial
  ) throws(WaveError) -> SimulationResult {
    let stored = try wavefield.map { settings throws(WaveError) in
      try StoredWavefield(self, settings: settings)
    }
    var traces: [[Component: [Double]]] = receivers.map { _ in [:] }
    var pictures: [Snapshot] = []
    for (index, system) in systems.enumerated() {
      let run = ForwardRun(system: system, sources: sources, workers: workers)
      let raw = run.all(keeping: stored?.parts[index], snapshots: snapshots, pictures: &pictures)
      for (channel, values) in zip(system.receivers, system.seismograms(raw)) {
        traces[channel.index][channel.part] = values
      }
    }
    let ordered = receivers.indices.flatMap { index in
      receivers[index].components.map { component in
        guard let values = traces[index][component] else { preconditionFailure("no system has \(component)") }
        return Trace(receiver: receivers[index].name, component: component, values: values)
      }
    }
    return SimulationResult(
      seismograms: Seismograms(unchecked: ordered, step: settings.outputStep, count: plan.outputCount),
      wavefield: stored, snapshots: pictures)
  }
}

/// What a simulation gives.
public struct SimulationResult: Sendable {
  /// What the receivers recorded.
  public let seismograms: Seismograms
  /// For a gradient; nil unless it was asked for.
  public let wavefield: StoredWavefield?
  /// At the times asked for.
  public let snapshots: [Snapshot]
}

/// A field at one time on the nodes of the simulation's section; particle velocities of P-SV are those of the
/// half nodes next to them.
public struct Snapshot: Equatable, Sendable {
  /// Of the field.
  public let component: Component
  /// Seconds.
  public let time: Double
  /// At the nodes of the section, row by row.
  public let values: [Double]
}

/// The forward run of one system.
struct ForwardRun {
  let system: SystemSimulation
  let propagator: Propagator
  let scale: Double
  let workers: Workers

  init(system: SystemSimulation, sources: [PointSource], workers: Workers) {
    (self.system, self.workers) = (system, workers)
    (propagator, scale) = system.forward(sources)
  }

  /// All steps from rest. Answers the raw records by receiver channel.
  func all(keeping stored: StoredPart?, snapshots: [Double], pictures: inout [Snapshot]) -> [[Double]] {
    let steps = system.plan.steps
    var raw = system.receivers.map { _ in [Double](repeating: 0, count: steps) }
    let wanted = Dictionary(
      grouping: snapshots.map { min(max(0, Int(($0 / system.plan.step).rounded()) - 1), steps - 1) },
      by: { $0 })
    var stops = Set(wanted.keys.map { $0 + 1 })
    stops.formUnion(stored?.stops ?? [])
    stops.insert(steps)
    var start = 0
    stored?.keep(propagator, before: 0)
    for stop in stops.sorted() where stop > 0 {
      advance(start..<stop, into: stored?.memory) { channel, step, value in raw[channel][step] = value / scale
      }
      if wanted[stop - 1] != nil { pictures += picture(after: stop - 1) }
      if stop < steps { stored?.keep(propagator, before: stop) }
      start = stop
    }
    return raw
  }

  /// Some steps from the state at hand.
  func advance(_ steps: Range<Int>, into memory: WavefieldMemory?, record: (Int, Int, Double) -> Void) {
    let plans = steps.map { step in
      StepPlan(
        injectFirst: step, injectSecond: step, sampleFirst: step, sampleSecond: step,
        store: memory?.slot(step))
    }
    propagator.run(plans, workers: workers) { group, index, sums in
      for (channel, value) in zip(system.receivers.indices, sums)
      where system.receivers[channel].group == group {
        record(channel, steps.lowerBound + index, value)
      }
    }
  }

  private func picture(after step: Int) -> [Snapshot] {
    let shown: [(Int, Component, Double)] =
      switch system.medium.medium.system {
      case .acoustic: [(2, .p, 1)]
      case .sh: [(2, .y, 1)]
      case .psv: [(0, .x, 0.5), (1, .z, 0.5)]
      }
    let grid = system.medium.medium.grid
    return shown.map { field, component, offset in
      let whole = propagator.lattice.values(propagator.fields[field])
      var values: [Double] = []
      for row in 0..<grid.section.rows {
        let first = (row + grid.above) * grid.columns + grid.cells
        values += whole[first..<first + grid.section.columns].map { $0 / scale }
      }
      return Snapshot(component: component, time: (Double(step) + offset) * system.plan.step, values: values)
    }
  }
}
