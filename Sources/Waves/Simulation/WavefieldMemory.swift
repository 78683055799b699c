import NumericCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How the wavefield of a simulation is kept for its gradient.
public struct WavefieldSettings: Equatable, Sendable {
  /// Where a wavefield is kept.
  public enum Storage: Equatable, Sendable {
    case memory
    /// In a file of this folder that has no name: it is gone with the process.
    case disk(folder: String)
    /// This number of states, from which steps are made again when the gradient needs them.
    case checkpoints(Int)
  }

  /// Steps between stored differences; nil: as many as the band of the sources admits.
  public var interval: Int?
  /// Of its numbers.
  public var precision = WavefieldPrecision.full
  /// Where it is kept.
  public var storage = Storage.memory
  /// Takes an interval beyond the admissible one.
  public var isForced = false
  /// Of memory or file, megabytes of 10⁶ bytes; nil: any.
  public var limit: Int?
  /// The parameters whose gradient is wanted.
  public var parameters: Set<Parameter>

  /// The usual way to keep what the gradients of these parameters need.
  public init(parameters: Set<Parameter>) { self.parameters = parameters }

  /// Steps between stored differences.
  ///
  /// - Throws: `.intervalTooLong` for one that would alias, `.outOfRange`.
  public func resolvedInterval(_ plan: SimulationPlan) throws(WaveError) -> Int {
    guard let interval else { return plan.admissibleInterval }
    guard interval >= 1 else {
      throw .outOfRange(
        what: "the interval of the wavefield", value: Double(interval), low: 1, high: .infinity)
    }
    guard isForced || interval <= plan.admissibleInterval else {
      throw .intervalTooLong(interval: interval, admissible: plan.admissibleInterval)
    }
    return interval
  }

  /// Which groups' differences the gradient of a system needs.
  func groups(of system: WaveSystem) -> (first: Bool, second: Bool) {
    let density = parameters.contains(.rho)
    func any(_ list: [Parameter]) -> Bool { list.contains { parameters.contains($0) } }
    switch system {
    case .acoustic: return (density, density || any([.vp]))
    case .sh: return (density || any([.vsh, .vsv]), density)
    case .psv: return (density, density || any([.vsv, .vpv, .vph, .eta]))
    }
  }
}

/// Memory, or a file mapped into it.
final class Region: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  let bytes: Int
  private let isMapped: Bool
  private let owner: (any AnyObject & Sendable)?

  /// - Parameter isZero: whether it has to be zero at first.
  init(bytes: Int, isZero: Bool = true) {
    let block = Block(bytes: bytes, isZero: isZero)
    (owner, self.bytes, pointer, isMapped) = (block, block.bytes, block.pointer, false)
  }

  /// What an owner keeps, only to be read.
  init(contents: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
    guard let start = contents.baseAddress else { preconditionFailure("contents without a place") }
    (self.owner, bytes, isMapped) = (owner, contents.count, false)
    pointer = UnsafeMutableRawPointer(mutating: start)
  }

  /// - Throws: `.scratch` where the file can't be made or the disk has no room for it.
  init(bytes: Int, folder: String) throws(WaveError) {
    self.bytes = max(4096, bytes)
    var name = Array("\(folder)/wavefield.XXXXXX".utf8CString)
    let file = mkstemp(&name)
    guard file >= 0 else { throw .scratch("\(folder): \(String(cString: strerror(errno)))") }
    unlink(name)
    defer { close(file) }
    // The room is taken now: a mapped page that finds none later would kill the process.
    #if canImport(Glibc)
      let code = posix_fallocate(file, 0, off_t(self.bytes))
    #else
      let code = ftruncate(file, off_t(self.bytes))
    #endif
    guard code == 0 else {
      throw .scratch("\(self.bytes) bytes in \(folder): \(String(cString: strerror(code)))")
    }
    guard let mapped = mmap(nil, self.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
      mapped != MAP_FAILED
    else {
      throw .scratch("\(folder): \(String(cString: strerror(errno)))")
    }
    (pointer, isMapped, owner) = (mapped, true, nil)
  }

  deinit { if isMapped { munmap(pointer, bytes) } }
}

/// Differences of time steps first ..< first + count that are multiples of the interval.
final class WavefieldMemory: Sendable {
  let format: WavefieldFormat
  let interval: Int
  private let region: Region
  let steps: Range<Int>

  init(format: WavefieldFormat, interval: Int, steps: Range<Int>, folder: String?) throws(WaveError) {
    (self.format, self.interval, self.steps) = (format, interval, steps)
    let bytes = Self.bytes(format, interval, steps)
    // Every row of a step is written; what lies behind the last one is written to files too.
    let isZero = format.spareBytes > 0
    region =
      if let folder { try Region(bytes: bytes, folder: folder) } else { Region(bytes: bytes, isZero: isZero) }
  }

  init(
    format: WavefieldFormat, interval: Int, steps: Range<Int>, contents: UnsafeRawBufferPointer,
    owner: any AnyObject & Sendable
  ) {
    precondition(contents.count == Self.bytes(format, interval, steps))
    (self.format, self.interval, self.steps) = (format, interval, steps)
    region = Region(contents: contents, owner: owner)
  }

  static func bytes(_ format: WavefieldFormat, _ interval: Int, _ steps: Range<Int>) -> Int {
    (steps.count + interval - 1) / interval * format.bytes
  }

  func slot(_ step: Int) -> WavefieldSlot? {
    guard steps.contains(step), step % interval == 0 else { return nil }
    let first = (steps.lowerBound + interval - 1) / interval
    return WavefieldSlot(format: format, pointer: region.pointer + (step / interval - first) * format.bytes)
  }

  /// The bytes of all slots.
  var contents: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: region.pointer, count: Self.bytes(format, interval, steps))
  }

  /// Where they are written to.
  var room: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: region.pointer, count: Self.bytes(format, interval, steps))
  }
}
