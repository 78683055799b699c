import Synchronization

/// Arrays of numbers that are used again: a loop that takes and returns the same sizes allocates in its
/// first round only.
public final class BufferPool: Sendable {
  private struct Free: @unchecked Sendable {
    var buffers: [Int: [UnsafeMutablePointer<Double>]] = [:]
  }

  private let free = Mutex(Free())

  /// A pool that holds nothing yet.
  public init() {}

  deinit { drain() }

  /// Frees what nobody uses, before other sizes are asked for.
  public func drain() {
    free.withLock {
      for buffer in $0.buffers.values.joined() { buffer.deallocate() }
      $0.buffers = [:]
    }
  }

  /// Room for some numbers, of any value; to be given back with the same count.
  func take(_ count: Int) -> UnsafeMutablePointer<Double> {
    let kept = free.withLock { Free(buffers: [0: [$0.buffers[count]?.popLast()].compactMap(\.self)]) }
    return kept.buffers[0]?.first ?? .allocate(capacity: max(1, count))
  }

  func giveBack(_ buffer: UnsafeMutablePointer<Double>, _ count: Int) {
    let given = Free(buffers: [count: [buffer]])
    free.withLock { $0.buffers[count, default: []] += given.buffers[count] ?? [] }
  }
}

/// Numbers in memory that a pool lends; they go back when the last owner lets go.
public final class PooledArray: @unchecked Sendable {
  /// The first number; valid as long as the array lives.
  public let start: UnsafeMutablePointer<Double>
  /// Numbers lent.
  public let count: Int
  private let pool: BufferPool

  /// Numbers of any value.
  public init(_ count: Int, from pool: BufferPool) {
    (self.count, self.pool) = (count, pool)
    start = pool.take(count)
  }

  deinit { pool.giveBack(start, count) }
}
