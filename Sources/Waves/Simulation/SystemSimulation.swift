import CKernels
import NumericCore

/// One system of a simulation: its medium, sources and receivers with the maps of their series.
struct SystemSimulation: Sendable {
  /// A source's component, or a receiver's, with its group of fields.
  struct Channel<Part: Sendable>: Sendable {
    let index: Int
    let part: Part
    let group: Int
  }

  let medium: ScaledMedium
  let stencil: Stencil
  let plan: SimulationPlan
  let isDouble: Bool
  let set: ck_set
  let sources: [Channel<SourceComponent>]
  let receivers: [Channel<Component>]
  private let sourceWeights, receiverWeights: [[PointWeight]]
  private let turnedSourceWeights, turnedReceiverWeights: [[PointWeight]]
  private let times: SimulationTimes
  var sourceMaps: [TimeDispersion] { times.sourceMaps }
  private let motionIsSummed: Bool

  /// Where waves begin and where they are recorded, and what is common to all systems.
  struct Acquisition {
    var sources: [PointSource]
    var receivers: [Receiver]
    var times: SimulationTimes
  }

  init(
    system: WaveSystem, model: WaveModel, plan: SimulationPlan, settings: SimulationSettings,
    acquisition: Acquisition, set: ck_set
  ) throws(WaveError) {
    let sources = acquisition.sources
    let highest = sources.map(\.wavelet.highestFrequency).max() ?? 1
    let layer = try AbsorbingLayer(
      cells: settings.layerCells, reflection: settings.layerReflection,
      frequency: settings.layerFrequency ?? 0.4 * highest)
    stencil = try Stencil(order: settings.order)
    let grid = PaddedGrid(section: plan.section, surface: settings.surface, cells: settings.layerCells)
    medium = ScaledMedium(
      medium: Medium(system: system, model: model, grid: grid), step: plan.step,
      fastest: plan.layerSpeed, layer: layer)
    (self.plan, isDouble, self.set) = (plan, settings.isDouble, set)
    motionIsSummed = settings.field == .displacement
    let coupling = AcquisitionCoupling(medium: medium, spread: plan.spread)
    (self.sources, sourceWeights) = Self.sourceChannels(sources, system, coupling)
    (self.receivers, receiverWeights) = Self.receiverChannels(
      acquisition.receivers, system, coupling)
    turnedSourceWeights = sourceWeights.map(coupling.turnedSources)
    turnedReceiverWeights = receiverWeights.map(coupling.turnedReceivers)
    times = acquisition.times
  }

  private static func sourceChannels(
    _ sources: [PointSource], _ system: WaveSystem, _ coupling: AcquisitionCoupling
  ) -> ([Channel<SourceComponent>], [[PointWeight]]) {
    var channels: [Channel<SourceComponent>] = []
    var weights: [[PointWeight]] = [[], []]
    let split = SystemLayout.of(system).split
    for (index, source) in sources.enumerated() {
      for component in source.components where component.acts(on: system) {
        let points = coupling.injected(component, x: source.x, z: source.z, channel: channels.count)
        let group = points[0].field < split ? 0 : 1
        channels.append(Channel(index: index, part: component, group: group))
        weights[group] += points
      }
    }
    return (channels, weights)
  }

  private static func receiverChannels(
    _ receivers: [Receiver], _ system: WaveSystem, _ coupling: AcquisitionCoupling
  ) -> ([Channel<Component>], [[PointWeight]]) {
    var channels: [Channel<Component>] = []
    var weights: [[PointWeight]] = [[], []]
    let split = SystemLayout.of(system).split
    for (index, receiver) in receivers.enumerated() {
      for component in receiver.components {
        let points = coupling.sampled(component, x: receiver.x, z: receiver.z, channel: channels.count)
        guard let first = points.first else { continue }
        let group = first.field < split ? 0 : 1
        channels.append(
          Channel(index: index, part: component, group: group))
        weights[group] += points
      }
    }
    return (channels, weights)
  }

  // MARK: - Series

  /// Amplitudes by group, channel and step, times `scale`.
  private func amplitudes(_ sources: [PointSource], scale: Double) -> [[Double]] {
    [0, 1].map { group in
      self.sources.flatMap { channel -> [Double] in
        guard channel.group == group else { return [Double](repeating: 0, count: plan.steps) }
        let factor = scale * sources[channel.index].amplitudes[channel.part, default: 0]
        return times.wavelets[group][channel.index].map { factor * $0 }
      }
    }
  }

  /// The power of two that brings the largest step of a field to about 1: fields of floats neither overflow nor
  /// fall among the subnormal numbers, and every bit of the mantissa stays.
  private static func scale(_ weights: [[PointWeight]], _ amplitudes: [[Double]], steps: Int) -> Double {
    var largest = 0.0
    for group in [0, 1] where !amplitudes[group].isEmpty {
      let peaks = stride(from: 0, to: amplitudes[group].count, by: steps).map { start in
        amplitudes[group][start..<start + steps].reduce(0) { max($0, abs($1)) }
      }
      for weight in weights[group] { largest = max(largest, abs(weight.weight) * peaks[weight.channel]) }
    }
    guard largest > 0, largest.isFinite else { return 1 }
    return Double(sign: .plus, exponent: -largest.exponent, significand: 1)
  }

  /// Of the fields of the forward run.
  func forwardScale(_ sources: [PointSource]) -> Double {
    Self.scale(sourceWeights, amplitudes(sources, scale: 1), steps: plan.steps)
  }

  /// A propagator with what it takes and gives, and the scale its fields have.
  func forward(_ sources: [PointSource]) -> (propagator: Propagator, scale: Double) {
    let scale = forwardScale(sources)
    let couplings = coupled(
      sourceWeights, self.sources.count, receiverWeights, receivers.count, amplitudes(sources, scale: scale))
    return (propagator(couplings), scale)
  }

  /// That of a forward run.
  func propagator(_ couplings: Couplings? = nil) -> Propagator {
    Propagator(
      medium: medium, stencil: stencil, turned: false, numbers: .init(isDouble: isDouble, set: set),
      couplings: couplings)
  }

  /// - Parameters:
  ///   - records: adjoint of the raw records, by receiver channel and step.
  ///   - images: whether products of each group's fields are summed.
  func adjoint(
    _ records: [[Double]], images: (first: Bool, second: Bool)
  ) -> (propagator: Propagator, scale: Double) {
    func byGroup(_ scale: Double) -> [[Double]] {
      [0, 1].map { group in
        zip(receivers, records).flatMap { channel, values in
          channel.group == group ? values.map { scale * $0 } : [Double](repeating: 0, count: plan.steps)
        }
      }
    }
    let scale = Self.scale(turnedReceiverWeights, byGroup(1), steps: plan.steps)
    let couplings = coupled(
      turnedReceiverWeights, receivers.count, turnedSourceWeights, sources.count, byGroup(scale))
    let propagator = Propagator(
      medium: medium, stencil: stencil, turned: true, numbers: .init(isDouble: isDouble, set: set),
      couplings: couplings, images: images)
    return (propagator, scale)
  }

  private func coupled(
    _ injected: [[PointWeight]], _ injectedCount: Int, _ sampled: [[PointWeight]], _ sampledCount: Int,
    _ amplitudes: [[Double]]
  ) -> Couplings {
    let rows = medium.medium.grid.rows
    return Couplings(
      injected: injected.map { PointCoupling($0, channels: injectedCount, rows: rows, sampled: false) },
      sampled: sampled.map { PointCoupling($0, channels: sampledCount, rows: rows, sampled: true) },
      amplitudes: amplitudes, steps: plan.steps)
  }

  // MARK: - Records

  /// Which map of records a channel takes, and whether motion is summed up first.
  private func recordMap(_ channel: Channel<Component>) -> (map: Int, sums: Bool) {
    let sums = motionIsSummed && channel.part != .p
    return (channel.group + (sums ? 1 : 0), sums)
  }

  /// A cosine that takes the steps after the last sample to 0, so that the end of a record is no edge.
  private var taper: [Double] {
    (0..<plan.margin).map { index in
      let part = (Double(index) + 0.5) / Double(plan.margin)
      return 0.5 + 0.5 * Elementary.cos(.pi * part)
    }
  }

  private func taper(_ values: inout [Double], by taper: [Double]) {
    for index in taper.indices { values[plan.steps - plan.margin + index] *= taper[index] }
  }

  /// What a map makes of the series of all channels that take it; nil where a channel has none.
  private func mapped(
    _ series: [[Double]?], _ body: (TimeDispersion, [[Double]]) -> [[Double]]
  ) -> [[Double]?] {
    var result = [[Double]?](repeating: nil, count: series.count)
    for map in times.recordMaps.indices {
      let those = series.indices.filter { series[$0] != nil && recordMap(receivers[$0]).map == map }
      for (index, values) in zip(those, body(times.recordMaps[map], those.compactMap { series[$0] })) {
        result[index] = values
      }
    }
    return result
  }

  /// The seismograms of the receivers' channels from what the propagator sampled.
  func seismograms(_ raw: [[Double]]) -> [[Double]] {
    let taper = taper
    let series = zip(receivers, raw).map { channel, raw -> [Double]? in
      var values = raw
      if recordMap(channel).sums {
        var sum = 0.0
        for index in values.indices {
          sum += values[index] * plan.step
          values[index] = sum
        }
      }
      self.taper(&values, by: taper)
      return values
    }
    return mapped(series) { $0.applied(to: $1) }.compactMap { $0 }
  }

  /// The transpose of `seismograms`; zeros for a channel without an output.
  func seismogramsTransposed(_ outputs: [[Double]?]) -> [[Double]] {
    let taper = taper
    return zip(receivers, mapped(outputs) { $0.transposed($1) }).map { channel, series in
      guard var values = series else { return [Double](repeating: 0, count: plan.steps) }
      self.taper(&values, by: taper)
      if recordMap(channel).sums {
        var sum = 0.0
        for index in values.indices.reversed() {
          sum += values[index] * plan.step
          values[index] = sum
        }
      }
      return values
    }
  }

  /// The corrected wavelet that drives a channel.
  func wavelet(_ channel: Channel<SourceComponent>) -> [Double] {
    times.wavelets[channel.group][channel.index]
  }
}
