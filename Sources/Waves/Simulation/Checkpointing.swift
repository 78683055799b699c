/// When to keep states of a long computation that is to be reversed with few of them. [Griewank2000]
struct Checkpointing: Sendable {
  /// Pieces of the computation, and states that may be kept beside the first.
  let pieces, states: Int

  /// C(s + r, s): the pieces that s states, the first among them, reverse with no piece made more than r times.
  static func reach(_ states: Int, _ repeats: Int) -> Int {
    if states < 0 || repeats < 0 { return 0 }
    var value = 1
    for k in 0..<states {
      let (product, overflow) = value.multipliedReportingOverflow(by: repeats + k + 1)
      if overflow { return .max }
      value = product / (k + 1)
    }
    return value
  }

  /// How far to go from the first of `count` pieces before the next of `left` free states is used.
  static func advance(_ count: Int, _ left: Int) -> Int {
    precondition(count > 1 && left > 0)
    let states = left + 1
    var repeats = 1
    while reach(states, repeats) < count { repeats += 1 }
    // The rest is reversed with a state less, the part before it with a repetition less.
    return max(1, reach(states, repeats - 2), count - reach(states - 1, repeats))
  }

  /// Pieces before which the first sweep keeps states.
  var firstSweep: [Int] {
    var (begin, left) = (0, states)
    var kept = [0]
    while pieces - begin > 1, left > 0 {
      begin += Self.advance(pieces - begin, left)
      left -= 1
      kept.append(begin)
    }
    return kept
  }

  enum Action: Equatable {
    /// Goes from the state at hand through these pieces.
    case advance(Range<Int>)
    /// Keeps the state at hand, that before this piece.
    case keep(Int)
    /// Takes back the state before this piece.
    case take(Int)
    /// Forgets the state before this piece.
    case drop(Int)
    /// Reverses a piece from the state at hand, that before it.
    case reverse(Int)
  }

  /// What follows the first sweep, which has gone through all pieces and kept its states.
  func reversal() -> [Action] {
    var actions: [Action] = []
    let kept = firstSweep
    for (index, begin) in kept.enumerated().reversed() {
      let end = index + 1 < kept.count ? kept[index + 1] : pieces
      actions.append(.take(begin))
      reverse(begin..<end, states - index, &actions)
      actions.append(.drop(begin))
    }
    return actions
  }

  /// The state before the first piece is at hand and kept.
  private func reverse(_ range: Range<Int>, _ left: Int, _ actions: inout [Action]) {
    if range.count == 1 {
      actions.append(.reverse(range.lowerBound))
      return
    }
    guard left > 0 else {
      for piece in range.reversed() {
        actions.append(.take(range.lowerBound))
        if piece > range.lowerBound { actions.append(.advance(range.lowerBound..<piece)) }
        actions.append(.reverse(piece))
      }
      return
    }
    let middle = range.lowerBound + Self.advance(range.count, left)
    actions.append(.advance(range.lowerBound..<middle))
    actions.append(.keep(middle))
    reverse(middle..<range.upperBound, left - 1, &actions)
    actions.append(.drop(middle))
    actions.append(.take(range.lowerBound))
    reverse(range.lowerBound..<middle, left, &actions)
  }
}
