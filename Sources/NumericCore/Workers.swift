import Dispatch
import Synchronization

/// The threads that a computation may use, and the instruction set of its inner loops. A loop is cut into chunks that depend on the problem
/// alone, never on the number of threads, so every result has the same bits for any number.
public struct Workers: Sendable {
  private let borrow: @Sendable (Int) -> Int
  private let giveBack: @Sendable (Int) -> Void
  /// Of the inner loops in C; it never changes a bit.
  public let instructions: InstructionSet

  /// - Parameters:
  ///   - borrow: asks for up to n extra threads and answers how many it got.
  ///   - giveBack: returns them.
  ///   - instructions: a set that this processor runs.
  public init(
    borrow: @escaping @Sendable (Int) -> Int, giveBack: @escaping @Sendable (Int) -> Void,
    instructions: InstructionSet = .processor
  ) {
    (self.borrow, self.giveBack, self.instructions) = (borrow, giveBack, instructions)
  }

  /// The calling thread alone.
  public static let serial = Workers(borrow: { _ in 0 }, giveBack: { _ in })

  /// The calling thread alone, with the same instructions.
  public var alone: Workers { Workers(borrow: { _ in 0 }, giveBack: { _ in }, instructions: instructions) }

  /// At most `count` threads, the calling one included, whoever else is running.
  public static func upTo(_ count: Int, on instructions: InstructionSet = .processor) -> Workers {
    Workers(borrow: { min($0, max(0, count - 1)) }, giveBack: { _ in }, instructions: instructions)
  }

  /// Runs `body(0) … body(count − 1)`, each once, in any order; every call must write to a place
  /// of its own.
  public func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    let extra = count > 1 ? borrow(count - 1) : 0
    guard extra > 0 else {
      for index in 0..<max(0, count) { body(index) }
      return
    }
    defer { giveBack(extra) }
    // Whoever is free takes the next chunk, so lanes end together whatever else the machine does.
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: extra + 1) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index)
      }
    }
  }

  /// Length of all ranges of `forEachRange` but the last.
  public static let rangeSize = 65_536

  /// Runs `body` for ranges that make up 0 ..< count: passes over arrays so long that two threads read memory faster
  /// than one.
  public func forEachRange(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let size = Self.rangeSize
    forEach((count + size - 1) / size) { body($0 * size..<min(count, ($0 + 1) * size)) }
  }
}
