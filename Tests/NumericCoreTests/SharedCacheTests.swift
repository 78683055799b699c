import Synchronization
import Testing

@testable import NumericCore

@Suite struct SharedCacheTests {
  private final class Counter: Sendable {
    let made = Mutex<[Int]>([])
    func make(_ key: Int) -> String {
      made.withLock { $0.append(key) }
      return "value \(key)"
    }
  }

  @Test func theLongestUnusedGoesFirst() {
    let cache = SharedCache<Int, String>(limit: 30)
    let counter = Counter()
    func ask(_ key: Int, size: Int = 10) {
      #expect(cache.value(for: key, size: size) { counter.make(key) } == "value \(key)")
      #expect(cache.size <= 30)
    }
    for key in [1, 2, 3, 1] { ask(key) }
    #expect(counter.made.withLock { $0 } == [1, 2, 3])
    ask(4)  // 2 goes
    ask(1)
    ask(3)
    #expect(counter.made.withLock { $0 } == [1, 2, 3, 4])
    ask(2)
    ask(9, size: 31)  // never kept
    ask(9, size: 31)
    #expect(counter.made.withLock { $0 } == [1, 2, 3, 4, 2, 9, 9])
    #expect(cache.size == 30)
  }

  @Test func aFailureLeavesNothing() {
    struct Refused: Error, Equatable {}
    let cache = SharedCache<Int, String>(limit: 30)
    #expect(throws: Refused()) {
      try cache.value(for: 1, size: 1) { () throws(Refused) -> String in throw Refused() }
    }
    #expect(cache.size == 0)
  }

  @Test func threadsGetTheSame() {
    let cache = SharedCache<Int, String>(limit: 100)
    let counter = Counter()
    Workers.upTo(4).forEach(1000) { index in
      let key = index * 31 % 17
      #expect(cache.value(for: key, size: 10) { counter.make(key) } == "value \(key)")
    }
    #expect(cache.size <= 100)
  }

  @Test func aPoolLendsAgain() {
    let pool = BufferPool()
    var first: PooledArray? = PooledArray(100, from: pool)
    let start = first?.start
    let second = PooledArray(100, from: pool)
    #expect(second.start != start)
    first = nil
    #expect(PooledArray(100, from: pool).start == start)
    #expect(PooledArray(101, from: pool).count == 101)
  }
}
