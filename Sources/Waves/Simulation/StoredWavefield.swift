import NumericCore

/// What a simulation keeps for its gradient: differences of the fields, or states to make them again from.
public final class StoredWavefield: Sendable {
  /// How it was kept.
  public let settings: WavefieldSettings
  /// Steps between stored differences.
  public let interval: Int
  let parts: [StoredPart]

  /// - Throws: `.intervalTooLong`, `.tooLarge`, `.scratch`.
  init(_ simulation: Simulation, settings: WavefieldSettings) throws(WaveError) {
    self.settings = settings
    let interval = try settings.resolvedInterval(simulation.plan)
    self.interval = interval
    let bytes = simulation.systems.reduce(0) {
      $0 + StoredPart.bytes($1, settings: settings, interval: interval)
    }
    if let limit = settings.limit, bytes > limit * 1_000_000 {
      throw .tooLarge(what: "the wavefield", megabytes: (bytes + 999_999) / 1_000_000, limit: limit)
    }
    var parts: [StoredPart] = []
    for system in simulation.systems {
      parts.append(try StoredPart(system, settings: settings, interval: interval))
    }
    self.parts = parts
  }

  /// Bytes of all parts.
  public var bytes: Int { parts.reduce(0) { $0 + $1.bytes } }

  /// Bytes that the stored differences of a simulation would take; of checkpoints their states.
  public static func bytes(_ simulation: Simulation, settings: WavefieldSettings) throws(WaveError) -> Int {
    let interval = try settings.resolvedInterval(simulation.plan)
    return simulation.systems.reduce(0) {
      $0 + StoredPart.bytes($1, settings: settings, interval: interval)
    }
  }

  /// Hands out the bytes of all stored differences, a piece for each system, to be kept in a file: they are not copied.
  /// - Returns: nil where states are kept instead.
  public func withContents<Result>(
    _ body: ([UnsafeRawBufferPointer]) throws -> Result
  ) rethrows -> Result? {
    let pieces = parts.compactMap { $0.memory?.contents }
    guard pieces.count == parts.count else { return nil }
    defer { withExtendedLifetime(parts) {} }
    return try body(pieces)
  }

  /// Filled with what `withContents` gave of the same simulation with the same settings.
  /// - Parameter fill: brings the bytes to their places, a piece for each system.
  /// - Throws: as storing does, and what `fill` throws.
  public convenience init(
    _ simulation: Simulation, settings: WavefieldSettings,
    filledBy fill: ([UnsafeMutableRawBufferPointer]) throws -> Void
  ) throws {
    try self.init(simulation, settings: settings)
    try fill(parts.compactMap { $0.memory?.room })
  }

  /// What `withContents` gave of the same simulation with the same settings, read where it is.
  /// - Parameters:
  ///   - contents: all pieces, one behind the other. Nothing is written there.
  ///   - owner: as long as it is there, the contents are.
  /// - Throws: `.wrongCount` where the simulation would store another number of bytes, `.intervalTooLong`.
  public init(
    _ simulation: Simulation, settings: WavefieldSettings, contents: UnsafeRawBufferPointer,
    owner: any AnyObject & Sendable
  ) throws(WaveError) {
    var settings = settings
    settings.storage = .memory
    self.settings = settings
    interval = try settings.resolvedInterval(simulation.plan)
    var parts: [StoredPart] = []
    var start = 0
    for system in simulation.systems {
      let bytes = StoredPart.bytes(system, settings: settings, interval: interval)
      guard start + bytes <= contents.count else { break }
      let piece = UnsafeRawBufferPointer(rebasing: contents[start..<start + bytes])
      parts.append(StoredPart(system, settings: settings, interval: interval, contents: piece, owner: owner))
      start += bytes
    }
    guard parts.count == simulation.systems.count, start == contents.count else {
      throw .wrongCount(
        what: "the stored wavefield", found: contents.count,
        expected: try Self.bytes(simulation, settings: settings))
    }
    self.parts = parts
  }
}

extension Simulation {
  /// Of one state of all systems: fields and what the absorbing layers remember.
  public var stateBytes: Int {
    systems.reduce(0) { sum, system in
      sum + system.propagator().stateBytes
    }
  }
}

/// The part of one system.
final class StoredPart: @unchecked Sendable {
  let format: WavefieldFormat
  /// All stored differences, unless states are kept.
  let memory: WavefieldMemory?
  let checkpoints: Checkpointing?
  let interval: Int
  /// Steps of a piece between states.
  let pieceSteps: Int
  private let totalSteps: Int
  private var states: [Int: Region] = [:]

  init(_ system: SystemSimulation, settings: WavefieldSettings, interval: Int) throws(WaveError) {
    format = Self.format(system, settings)
    self.interval = interval
    totalSteps = system.plan.steps
    pieceSteps = Self.pieceSteps(interval)
    switch settings.storage {
    case .memory:
      memory = try WavefieldMemory(format: format, interval: interval, steps: 0..<totalSteps, folder: nil)
      checkpoints = nil
    case .disk(let folder):
      memory = try WavefieldMemory(format: format, interval: interval, steps: 0..<totalSteps, folder: folder)
      checkpoints = nil
    case .checkpoints(let count):
      guard count >= 1 else {
        throw .outOfRange(what: "the number of checkpoints", value: Double(count), low: 1, high: .infinity)
      }
      memory = nil
      checkpoints = Checkpointing(pieces: (totalSteps + pieceSteps - 1) / pieceSteps, states: count)
    }
  }

  /// - Parameter contents: of `memory`, not to be written to, kept by their owner.
  init(
    _ system: SystemSimulation, settings: WavefieldSettings, interval: Int, contents: UnsafeRawBufferPointer,
    owner: any AnyObject & Sendable
  ) {
    format = Self.format(system, settings)
    self.interval = interval
    totalSteps = system.plan.steps
    pieceSteps = Self.pieceSteps(interval)
    memory = WavefieldMemory(
      format: format, interval: interval, steps: 0..<totalSteps, contents: contents, owner: owner)
    checkpoints = nil
  }

  /// Whole fronts and whole intervals.
  private static func pieceSteps(_ interval: Int) -> Int {
    (Propagator.depth + interval - 1) / interval * interval * 2
  }

  static func format(_ system: SystemSimulation, _ settings: WavefieldSettings) -> WavefieldFormat {
    let lattice = Lattice(grid: system.medium.medium.grid, isDouble: system.isDouble)
    let layout = SystemLayout.of(system.medium.medium.system)
    let groups = settings.groups(of: system.medium.medium.system)
    return WavefieldFormat(
      rows: lattice.rows, width: lattice.width, elementSize: lattice.elementSize,
      first: groups.first ? layout.differences(of: 0) : 0,
      second: groups.second ? layout.differences(of: 1) : 0,
      precision: settings.precision)
  }

  static func bytes(_ system: SystemSimulation, settings: WavefieldSettings, interval: Int) -> Int {
    let format = format(system, settings)
    guard case .checkpoints(let count) = settings.storage else {
      return WavefieldMemory.bytes(format, interval, 0..<system.plan.steps)
    }
    return (count + 1) * system.propagator().stateBytes
      + WavefieldMemory.bytes(format, interval, 0..<pieceSteps(interval))
  }

  var bytes: Int { memory?.contents.count ?? states.values.reduce(0) { $0 + $1.bytes } }

  func steps(ofPiece piece: Int) -> Range<Int> {
    piece * pieceSteps..<min(totalSteps, (piece + 1) * pieceSteps)
  }

  /// Steps before which the first sweep keeps a state.
  var stops: [Int] { checkpoints?.firstSweep.map { $0 * pieceSteps } ?? [] }

  /// Keeps the state before a step, if it is one of those.
  func keep(_ propagator: Propagator, before step: Int) {
    guard let checkpoints, checkpoints.firstSweep.contains(where: { $0 * pieceSteps == step }) else { return }
    keep(propagator, piece: step / pieceSteps)
  }

  func keep(_ propagator: Propagator, piece: Int) {
    let region = states[piece] ?? Region(bytes: propagator.stateBytes)
    propagator.save(to: region.pointer)
    states[piece] = region
  }

  func take(_ propagator: Propagator, piece: Int) {
    guard let region = states[piece] else {
      preconditionFailure("the state before piece \(piece) was not kept")
    }
    propagator.restore(from: region.pointer)
  }

  func drop(_ piece: Int) { states[piece] = nil }
}
