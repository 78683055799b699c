public import NumericCore

/// The derivative of a function of the seismograms.
public struct WaveGradient: Sendable {
  /// By parameter, on the nodes of the model; a derivative by the value at a node.
  public let parameters: [Parameter: [Double]]
  /// In the order of the simulation's sources.
  public let sources: [SourceGradient]
}

/// The derivative by what a source is made of.
public struct SourceGradient: Sendable {
  /// ∂χ/∂ of each amplitude.
  public internal(set) var amplitudes: [SourceComponent: Double]
  /// By samples of its wavelet at (n + offset) · step.
  public internal(set) var wavelets: [WaveletGradient]
}

/// Of a wavelet, sample by sample.
public struct WaveletGradient: Sendable {
  public let offset, step: Double
  /// ∂χ/∂ of each sample.
  public internal(set) var values: [Double]
}

extension Simulation {
  /// The exact derivative of χ by the parameters of the medium and of the sources, from that by the seismograms.
  ///
  /// Every step of the forward run is transposed, in reverse order: absorbing layers, interpolations and the
  /// correction of dispersion too, so that ⟨F s, r⟩ = ⟨s, Fᵀ r⟩ to rounding.
  ///
  /// - Parameters:
  ///   - adjointSource: ∂χ/∂s of every sample; traces as the simulation's, missing ones count as 0.
  ///   - wavefield: of a run of this simulation. Checkpoints are used up.
  /// - Throws: `.otherSampling`, `.noSuchComponent` for traces that are none of the simulation's.
  public func gradient(
    adjointSource: Seismograms, wavefield: StoredWavefield, workers: Workers = .serial
  ) throws(WaveError) -> WaveGradient {
    try checkSampling(adjointSource)
    var onGrid: [Parameter: [Double]] = [:]
    var gradients = sources.map { _ in SourceGradient(amplitudes: [:], wavelets: []) }
    for (system, part) in zip(systems, wavefield.parts) {
      let records = system.receivers.map { channel -> [Double] in
        let receiver = receivers[channel.index].name
        guard let trace = adjointSource.trace(receiver, channel.part) else {
          return [Double](repeating: 0, count: plan.steps)
        }
        return system.seismogramTransposed(channel, trace.values)
      }
      let run = AdjointRun(system: system, sources: sources, records: records, part: part, workers: workers)
      run.all()
      for (parameter, values) in run.parameterGradient()
      where wavefield.settings.parameters.contains(parameter) {
        onGrid[parameter] = onGrid[parameter].map { zip($0, values).map(+) } ?? values
      }
      run.addSourceGradients(to: &gradients)
    }
    let map = SectionMap(from: model.section, to: plan.section)
    return WaveGradient(parameters: onGrid.mapValues { map.transposed($0) }, sources: gradients)
  }

  private func checkSampling(_ adjointSource: Seismograms) throws(WaveError) {
    guard adjointSource.count == plan.outputCount,
      abs(adjointSource.step - settings.outputStep) <= 1e-9 * settings.outputStep
    else {
      throw .otherSampling(
        step: adjointSource.step, count: adjointSource.count, expectedStep: settings.outputStep,
        expectedCount: plan.outputCount)
    }
    for trace in adjointSource.traces {
      let known = receivers.contains { $0.name == trace.receiver && $0.components.contains(trace.component) }
      guard known else {
        throw .noSuchComponent(
          what: "the adjoint source", component: "\(trace.receiver).\(trace.component.rawValue)",
          model.physics)
      }
    }
  }
}

/// The adjoint run of one system.
final class AdjointRun {
  private let system: SystemSimulation
  private let sources: [PointSource]
  private let part: StoredPart
  private let workers: Workers
  private let propagator: Propagator
  private let scale: Double
  /// Of the fields that the stored differences come from.
  private let forward: ForwardRun
  /// Adjoints of the source channels' amplitudes by step.
  private var sampled: [[Double]]

  init(
    system: SystemSimulation, sources: [PointSource], records: [[Double]], part: StoredPart, workers: Workers
  ) {
    (self.system, self.sources, self.part, self.workers) = (system, sources, part, workers)
    (propagator, scale) = system.adjoint(records)
    propagator.wantImages(first: part.format.first > 0, second: part.format.second > 0)
    forward = ForwardRun(system: system, sources: sources, workers: workers)
    sampled = system.sources.map { _ in [Double](repeating: 0, count: system.plan.steps) }
  }

  func all() {
    guard let checkpoints = part.checkpoints else {
      guard let memory = part.memory else { preconditionFailure("a part is in memory or has checkpoints") }
      reverse(0..<system.plan.steps, with: memory)
      return
    }
    for action in checkpoints.reversal() {
      switch action {
      case .advance(let pieces):
        let steps =
          part.steps(ofPiece: pieces.lowerBound)
          .lowerBound..<part.steps(ofPiece: pieces.upperBound).lowerBound
        forward.advance(steps, into: nil) { _, _, _ in }
      case .keep(let piece): part.keep(forward.propagator, piece: piece)
      case .take(let piece): part.take(forward.propagator, piece: piece)
      case .drop(let piece): part.drop(piece)
      case .reverse(let piece):
        let steps = part.steps(ofPiece: piece)
        // In memory, so it can't fail.
        guard
          let memory = try? WavefieldMemory(
            format: part.format, interval: part.interval, steps: steps, folder: nil)
        else { preconditionFailure("memory of a piece") }
        forward.advance(steps, into: memory) { _, _, _ in }
        reverse(steps, with: memory)
      }
    }
  }

  /// Some steps backwards; what follows the second group's update of the step before belongs to the next call.
  private func reverse(_ steps: Range<Int>, with memory: WavefieldMemory) {
    let last = steps.upperBound - 1
    propagator.begin(
      StepPlan(injectSecond: last, sampleSecond: last, imageSecond: memory.slot(last))
    ) { _, _, sums in self.take(sums, group: 1, step: last) }
    let plans = steps.reversed().map { step -> StepPlan in
      var plan = StepPlan(injectFirst: step, sampleFirst: step, imageFirst: memory.slot(step))
      if step == steps.lowerBound {
        plan.defersSecond = true
      } else {
        (plan.injectSecond, plan.sampleSecond, plan.imageSecond) = (step - 1, step - 1, memory.slot(step - 1))
      }
      return plan
    }
    propagator.run(plans, workers: workers) { group, index, sums in
      self.take(sums, group: group, step: last - index - group)
    }
  }

  private func take(_ sums: [Double], group: Int, step: Int) {
    for (channel, value) in zip(system.sources.indices, sums) where system.sources[channel].group == group {
      sampled[channel][step] = value / scale
    }
  }

  // MARK: - Results

  /// By the parameters at the nodes of the simulation's section.
  func parameterGradient() -> [Parameter: [Double]] {
    let medium = system.medium.medium
    let factor = Double(part.interval) / (scale * forward.scale)
    let images = propagator.images.map { $0.map { propagator.lattice.values($0).map { $0 * factor } } }
    let none = [Double](repeating: 0, count: medium.grid.count)
    func first(_ index: Int) -> [Double] { images[0].isEmpty ? none : images[0][index] }
    func second(_ index: Int) -> [Double] { images[1].isEmpty ? none : images[1][index] }
    func divided(_ image: [Double], _ coefficient: Int, _ sign: Double) -> [Double] {
      let values = medium.coefficients[coefficient]
      return image.indices.map { values[$0] == 0 ? 0 : sign * image[$0] / values[$0] }
    }
    switch medium.system {
    case .acoustic, .sh:
      return medium.chained([
        divided(second(0), 0, 1), divided(first(0), 1, -1), divided(first(1), 2, -1),
      ])
    case .psv:
      let (c11, c13, c33) = (medium.coefficients[2], medium.coefficients[3], medium.coefficients[4])
      let (xx, zz, xz, zx) = (second(0), second(1), second(2), second(3))
      var stiffness = [none, none, none]
      for node in none.indices {
        let determinant = c11[node] * c33[node] - c13[node] * c13[node]
        stiffness[0][node] = (c33[node] * xx[node] - c13[node] * zx[node]) / determinant
        stiffness[1][node] =
          ((c33[node] * xz[node] - c13[node] * zz[node]) + (c11[node] * zx[node] - c13[node] * xx[node]))
          / determinant
        stiffness[2][node] = (c11[node] * zz[node] - c13[node] * xz[node]) / determinant
      }
      return medium.chained(
        [divided(first(0), 0, -1), divided(first(1), 1, -1)] + stiffness + [divided(second(4), 5, 1)])
    }
  }

  func addSourceGradients(to gradients: inout [SourceGradient]) {
    for (channel, adjoint) in zip(system.sources, sampled) {
      let component = channel.part
      let wavelet = system.wavelet(channel)
      var sum = 0.0
      for step in adjoint.indices { sum += adjoint[step] * wavelet[step] }
      gradients[channel.index].amplitudes[component, default: 0] += sum
      let amplitude = sources[channel.index].amplitudes[component, default: 0]
      let values = system.sourceMaps[channel.group].transposed(adjoint).map { amplitude * $0 }
      let offset = channel.group == 0 ? 0.0 : 0.5
      let known = gradients[channel.index].wavelets.firstIndex { $0.offset == offset }
      if let known {
        for index in values.indices {
          gradients[channel.index].wavelets[known].values[index] += values[index]
        }
      } else {
        gradients[channel.index].wavelets.append(
          WaveletGradient(offset: offset, step: system.plan.step, values: values))
      }
    }
  }
}
