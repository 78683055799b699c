import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A queue between threads.
final class Mailbox<Letter: Sendable>: @unchecked Sendable {
  // Guarded by `mutex`. A condition variable is needed, which `Mutex` doesn't have.
  private var letters: [Letter] = []
  private var isClosed = false
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func post(_ letter: Letter) {
    pthread_mutex_lock(mutex)
    letters.append(letter)
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Wakes all who wait; letters that are in the box are still delivered.
  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  /// The next letter; waits for it. Nil when the box is closed and empty.
  func take() -> Letter? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while letters.isEmpty, !isClosed { pthread_cond_wait(condition, mutex) }
    return letters.isEmpty ? nil : letters.removeFirst()
  }

  /// All letters, waiting at most so long for the first.
  func takeAll(milliseconds: Int) -> [Letter] {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if letters.isEmpty, !isClosed {
      var deadline = timespec()
      clock_gettime(CLOCK_REALTIME, &deadline)
      let nanoseconds = Int(deadline.tv_nsec) + milliseconds % 1000 * 1_000_000
      deadline.tv_sec += milliseconds / 1000 + nanoseconds / 1_000_000_000
      deadline.tv_nsec = nanoseconds % 1_000_000_000
      pthread_cond_timedwait(condition, mutex, &deadline)
    }
    defer { letters.removeAll(keepingCapacity: true) }
    return letters
  }
}

/// The processor tokens of a run: every running node holds one, and may borrow what nobody waits for.
final class ThreadBudget: Sendable {
  private struct State { var free: Int, demand = 0 }
  private let state: Mutex<State>
  private let onReturn: @Sendable () -> Void

  /// - Parameter onReturn: called when borrowed threads come back, so that waiting nodes may start.
  init(_ count: Int, onReturn: @escaping @Sendable () -> Void) {
    state = Mutex(State(free: count))
    self.onReturn = onReturn
  }

  var free: Int { state.withLock { $0.free } }

  /// Nodes that wait for a token; so many are not lent.
  func setDemand(_ count: Int) { state.withLock { $0.demand = count } }

  func take() { state.withLock { $0.free -= 1 } }
  func release() { state.withLock { $0.free += 1 } }

  func borrow(_ wanted: Int) -> Int {
    state.withLock { state in
      let lent = max(0, min(wanted, state.free - state.demand))
      state.free -= lent
      return lent
    }
  }

  func giveBack(_ count: Int) {
    guard count > 0 else { return }
    let isWanted = state.withLock { state in
      state.free += count
      return state.demand > 0
    }
    if isWanted { onReturn() }
  }
}

/// Threads with a large stack: numerics keep buffers there, and the default of other threads than the
/// first is small on some systems.
final class WorkerPool {
  private final class Start {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  private var threads: [pthread_t] = []

  /// Starts one thread that runs `body`.
  func start(_ body: @escaping @Sendable () -> Void) throws(StoreError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 16 << 20)
    let argument = Unmanaged.passRetained(Start(body)).toOpaque()
    #if canImport(Glibc)
      var thread = pthread_t()
      let code = pthread_create(
        &thread, &attributes,
        { pointer in
          if let pointer { Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue().body() }
          return nil
        }, argument)
      if code == 0 { threads.append(thread) }
    #else
      var thread: pthread_t?
      let code = pthread_create(
        &thread, &attributes,
        { pointer in
          Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue().body()
          return nil
        }, argument)
      if let thread, code == 0 { threads.append(thread) }
    #endif
    if code != 0 {
      Unmanaged<Start>.fromOpaque(argument).release()
      throw .system(operation: "start a thread for", path: "a worker", code: code)
    }
  }

  var count: Int { threads.count }

  func join() {
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }
}

/// The parts that `body` makes of the two halves of a range, the second on a thread of its own; of the whole
/// range at once where it is shorter than `worthwhile`. In order, and the same parts joined however many.
func inHalves<Part: Sendable>(
  _ range: Range<Int>, worthwhile: Int = 512, _ body: @escaping @Sendable (Range<Int>) -> Part
) -> [Part] {
  guard range.count >= worthwhile else { return [body(range)] }
  let middle = range.lowerBound + range.count / 2
  let second = Mutex<Part?>(nil)
  let pool = WorkerPool()
  do throws(StoreError) {
    try pool.start {
      let part = body(middle..<range.upperBound)
      second.withLock { $0 = part }
    }
  } catch {
    return [body(range)]
  }
  let first = body(range.lowerBound..<middle)
  pool.join()
  guard let second = second.withLock({ $0 }) else { preconditionFailure("the thread was waited for") }
  return [first, second]
}

/// Nodes that wait for a thread, the one with the longest way to the end of the run first, then those of the lowest
/// rank, then the one that stands first in the plan.
struct ReadyQueue {
  private struct Entry {
    var height, rank, node: Int

    func precedes(_ other: Entry) -> Bool {
      height != other.height
        ? height > other.height : rank != other.rank ? rank < other.rank : node < other.node
    }
  }

  private var heap: [Entry] = []

  var isEmpty: Bool { heap.isEmpty }
  var count: Int { heap.count }

  mutating func push(_ node: Int, height: Int, rank: Int = 0) {
    heap.append(Entry(height: height, rank: rank, node: node))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> Int? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first.node }
    heap[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child].precedes(heap[best]) { best = child }
      }
      if best == parent { return first.node }
      heap.swapAt(best, parent)
      parent = best
    }
  }

  mutating func removeAll() -> [Int] {
    defer { heap = [] }
    return heap.map(\.node).sorted()
  }
}
