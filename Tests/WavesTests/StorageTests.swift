import CKernels
import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Waves

/// What is kept of a wavefield, and how, changes the gradient by no bit or by a known amount.
@Suite struct StorageTests {
  private static func gradient(
    _ small: SmallCase, _ change: (inout WavefieldSettings) -> Void, workers: Workers = .serial,
    set: KernelSet = .best
  ) throws -> WaveGradient {
    let simulation = try small.simulation(set: set)
    var wanted = WavefieldSettings(parameters: Set(small.physics.parameters))
    change(&wanted)
    let result = try simulation.run(wavefield: wanted, workers: workers)
    return try simulation.gradient(
      adjointSource: result.seismograms.random(seed: 5), wavefield: #require(result.wavefield),
      workers: workers)
  }

  private static func same(_ a: WaveGradient, _ b: WaveGradient) -> Bool {
    a.parameters == b.parameters && zip(a.sources, b.sources).allSatisfy { $0.amplitudes == $1.amplitudes }
  }

  @Test(arguments: [Physics.acoustic2d, .vti2d], [1, 3])
  func checkpointsAndFilesGiveTheSameBits(physics: Physics, interval: Int) throws {
    let small = SmallCase(physics: physics, isDouble: false)
    let plain = try Self.gradient(small) { $0.interval = interval }
    for states in [1, 2, 5] {
      let remade = try Self.gradient(small) {
        $0.interval = interval
        $0.storage = .checkpoints(states)
      }
      #expect(Self.same(plain, remade))
    }
    let file = try Self.gradient(small) {
      $0.interval = interval
      $0.storage = .disk(folder: FileManager.default.temporaryDirectory.path)
    }
    #expect(Self.same(plain, file))
  }

  private final class Copy: Sendable {
    let bytes: [UInt8]
    init(_ pieces: [UnsafeRawBufferPointer]) { bytes = pieces.flatMap(Array.init) }
  }

  /// Read where somebody keeps them, stored differences are those of the run; and whatever memory a run was given, its
  /// bytes are the same.
  @Test(arguments: [WavefieldPrecision.full, .f16], [false, true])
  func contentsStayWhereTheyAre(precision: WavefieldPrecision, isDouble: Bool) throws {
    let small = SmallCase(physics: .vti2d, isDouble: isDouble)
    let simulation = try small.simulation()
    var wanted = WavefieldSettings(parameters: Set(small.physics.parameters))
    (wanted.interval, wanted.precision) = (2, precision)
    func kept() throws -> (Copy, WaveGradient, Seismograms) {
      let result = try simulation.run(wavefield: wanted)
      let stored = try #require(result.wavefield)
      let source = result.seismograms.random(seed: 5)
      let gradient = try simulation.gradient(adjointSource: source, wavefield: stored)
      return (try #require(stored.withContents { Copy($0) }), gradient, source)
    }
    let (copy, gradient, source) = try kept()
    #expect(try kept().0.bytes == copy.bytes)
    try copy.bytes.withUnsafeBytes { bytes in
      let stored = try StoredWavefield(simulation, settings: wanted, contents: bytes, owner: copy)
      #expect(Self.same(gradient, try simulation.gradient(adjointSource: source, wavefield: stored)))
      #expect(throws: WaveError.self) {
        try StoredWavefield(
          simulation, settings: wanted, contents: UnsafeRawBufferPointer(rebasing: bytes.dropLast(64)),
          owner: copy)
      }
    }
  }

  /// Neither the instruction set nor the number of threads changes a bit, of seismograms and of gradients. Every pair of them
  /// is tried in the long tier.
  @Test(arguments: AdjointTests.cases, [false, true])
  func bitsAreTheSameEverywhere(_ problem: (Physics, Surface), isDouble: Bool) throws {
    var small = SmallCase(physics: problem.0, surface: problem.1, isDouble: isDouble)
    small.rows = 180
    small.duration = 0.4
    let plain = try Self.gradient(small, { $0.interval = 2 }, set: ck_baseline)
    let record = try small.simulation(set: ck_baseline).run().seismograms
    #expect(record.traces.allSatisfy { $0.values.contains { $0 != 0 } })
    for set in [ck_baseline, ck_avx2, ck_avx512] where set.rawValue <= ck_processor_set().rawValue {
      for threads in Effort.isLong ? [1, 2, 3] : [set == ck_baseline ? 2 : set == ck_avx2 ? 3 : 1] {
        let other = try Self.gradient(small, { $0.interval = 2 }, workers: .upTo(threads), set: set)
        #expect(Self.same(plain, other))
        #expect(try small.simulation(set: set).run(workers: .upTo(threads)).seismograms == record)
      }
    }
  }

  @Test(arguments: AdjointTests.cases)
  func admissibleIntervalIsEnough(_ problem: (Physics, Surface)) throws {
    var small = SmallCase(physics: problem.0, surface: problem.1)
    small.duration = 0.6
    let plain = try smoothGradient(small) { $0.interval = 1 }
    let admissible = try small.simulation().plan.admissibleInterval
    #expect(admissible >= 2)
    let sparse = try smoothGradient(small) { _ in }
    for parameter in problem.0.parameters {
      let error = relativeError(sparse.parameters[parameter]!, plain.parameters[parameter]!)
      print("K = \(admissible) \(problem) \(parameter): \(error)")
      #expect(error <= 1e-3)
    }
    #expect(throws: WaveError.intervalTooLong(interval: admissible + 1, admissible: admissible)) {
      try smoothGradient(small) { $0.interval = admissible + 1 }
    }
  }

  @Test(arguments: [(WavefieldPrecision.f32, 1e-6), (.f16, 1e-3), (.bf16, 1e-2)], [false, true])
  func precisionOfTheWavefield(_ precision: (WavefieldPrecision, Double), isDouble: Bool) throws {
    let small = SmallCase(physics: .vti2d, isDouble: isDouble)
    let plain = try Self.gradient(small) { $0.interval = 2 }
    let packed = try Self.gradient(small) {
      $0.interval = 2
      $0.precision = precision.0
    }
    for parameter in Physics.vti2d.parameters {
      let error = relativeError(packed.parameters[parameter]!, plain.parameters[parameter]!)
      print("\(precision.0) double \(isDouble) \(parameter): \(error)")
      #expect(error <= precision.1)
    }
  }

  /// An adjoint source within the band, as misfits give it.
  private func smoothGradient(
    _ small: SmallCase, _ change: (inout WavefieldSettings) -> Void
  ) throws -> WaveGradient {
    let simulation = try small.simulation()
    var wanted = WavefieldSettings(parameters: Set(small.physics.parameters))
    change(&wanted)
    let result = try simulation.run(wavefield: wanted)
    var source = try SmallCase(
      physics: small.physics, surface: small.surface, seed: 2, duration: small.duration
    )
    .simulation().run().seismograms
    for index in source.traces.indices {
      let norm = source.traces[index].values.reduce(0) { $0 + $1 * $1 }
      let window = Window(
        receiver: source.traces[index].receiver, component: source.traces[index].component, start: 0,
        end: source.last)
      let (_, weights) = try window.weights(count: source.count, step: source.step)
      source.traces[index].values = source.traces[index].values.indices.map {
        weights[$0] * (source.traces[index].values[$0] - result.seismograms.traces[index].values[$0]) / norm
      }
    }
    return try simulation.gradient(adjointSource: source, wavefield: #require(result.wavefield))
  }

  @Test func limitsAreKept() throws {
    let small = SmallCase(physics: .psv2d)
    #expect {
      try Self.gradient(small) {
        $0.interval = 1
        $0.limit = 1
      }
    } throws: { error in
      guard case .tooLarge(_, let megabytes, 1) = error as? WaveError else { return false }
      return megabytes > 1
    }
  }
}
