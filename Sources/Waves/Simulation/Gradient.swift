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
      let outputs = system.receivers.map { channel in
        adjointSource.trace(receivers[channel.index].name, channel.part)?.values
      }
      let records = system.seismogramsTransposed(outputs)
      let run = AdjointRun(system: system, sources: sources, records: records, part: part, workers: workers)
      run.all()
      run.addSourceGradients(to: &gradients)
      // The fields of the run are gone before the grids of the gradient are made.
      let byCoefficient = run.coefficientGradient()
      for (parameter, values) in system.medium.medium.chained(
        byCoefficient, wanted: wavefield.settings.parameters)
      {
        onGrid[parameter] = onGrid[parameter].map { zip($0, values).map(+) } ?? values
      }
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
  private var propagator: Propagator?
  private let scale: Double
  /// Of the fields that the stored differences come from.
  private let forwardScale: Double
  /// Adjoints of the source channels' amplitudes by step.
  private var sampled: [[Double]]

  init(
    system: SystemSimulation, sources: [PointSource], records: [[Double]], part: StoredPart, workers: Workers
  ) {
    (self.system, self.sources, self.part, self.workers) = (system, sources, part, workers)
    let (propagator, scale) = system.adjoint(
      records, images: (first: part.format.first > 0, second: part.format.second > 0))
    (self.propagator, self.scale) = (propagator, scale)
    forwardScale = system.forwardScale(sources)
    sampled = system.sources.map { _ in [Double](repeating: 0, count: system.plan.steps) }
  }

  func all() {
    guard let checkpoints = part.checkpoints else {
      guard let memory = part.memory else { preconditionFailure("a part is in memory or has checkpoints") }
      reverse(0..<system.plan.steps, with: memory)
      return
    }
    let forward = ForwardRun(system: system, sources: sources, workers: workers)
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
    guard let propagator else { preconditionFailure("the run is over") }
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

  /// By the coefficients on the padded grid, nil where none was wanted. The fields of the run are given back.
  func coefficientGradient() -> [[Double]?] {
    let images = takeImages()
    let medium = system.medium.medium
    func divided(_ group: Int, _ index: Int, _ coefficient: Int, _ sign: Double) -> [Double]? {
      guard !images.blocks[group].isEmpty else { return nil }
      var values = medium.coefficient(coefficient)
      images.forEach { node, product in
        values[node] = values[node] == 0 ? 0 : sign * product(group, index) / values[node]
      }
      return values
    }
    switch medium.system {
    case .acoustic, .sh: return [divided(1, 0, 0, 1), divided(0, 0, 1, -1), divided(0, 1, 2, -1)]
    case .psv:
      return [divided(0, 0, 0, -1), divided(0, 1, 1, -1)] + stiffness(images) + [divided(1, 4, 5, 1)]
    }
  }

  /// The products of the run, which is over.
  private func takeImages() -> Images {
    guard let propagator else { preconditionFailure("the run is over") }
    self.propagator = nil
    return Images(
      blocks: propagator.images, lattice: propagator.lattice,
      factor: Double(part.interval) / (scale * forwardScale))
  }

  /// Sums of products of fields of the adjoint with stored differences.
  private struct Images {
    let blocks: [[Block]]
    let lattice: Lattice
    let factor: Double

    /// Hands out each node of the padded grid with what gives a product there, by group and number.
    func forEach(_ body: (Int, (Int, Int) -> Double) -> Void) {
      for row in 0..<lattice.rows {
        for column in 0..<lattice.grid.columns {
          body(row * lattice.grid.columns + column) { group, index in
            factor * lattice.get(lattice.row(blocks[group][index], row), column)
          }
        }
      }
    }
  }

  /// By c11, c13 and c33 from the products of stresses and strains: C⁻¹ σ̂ εᵀ, in the place of the coefficients.
  private func stiffness(_ images: Images) -> [[Double]?] {
    guard !images.blocks[1].isEmpty else { return [nil, nil, nil] }
    let medium = system.medium.medium
    var c13 = medium.coefficient(3)
    var (c11, c33) = (medium.coefficient(2), medium.coefficient(4))
    images.forEach { node, product in
      let (xx, zz, xz, zx) = (product(1, 0), product(1, 1), product(1, 2), product(1, 3))
      let (a, b, c) = (c11[node], c13[node], c33[node])
      let determinant = a * c - b * b
      c11[node] = (c * xx - b * zx) / determinant
      c13[node] = ((c * xz - b * zz) + (a * zx - b * xx)) / determinant
      c33[node] = (a * zz - b * xz) / determinant
    }
    return [c11, c13, c33]
  }

  func addSourceGradients(to gradients: inout [SourceGradient]) {
    for (channel, adjoint) in zip(system.sources, sampled) {
      let component = channel.part
      let wavelet = system.wavelet(channel)
      var sum = 0.0
      for step in adjoint.indices { sum += adjoint[step] * wavelet[step] }
      gradients[channel.index].amplitudes[component, default: 0] += sum
      let amplitude = sources[channel.index].amplitudes[component, default: 0]
      let values = system.sourceMaps[channel.group].transposed([adjoint])[0].map { amplitude * $0 }
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
