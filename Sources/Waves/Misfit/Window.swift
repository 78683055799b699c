import NumericCore

/// A piece of one trace that is compared.
public struct Window: Equatable, Sendable {
  /// Name of the receiver.
  public var receiver: String
  /// Of its trace.
  public var component: Component
  /// Seconds.
  public var start, end: Double
  /// Factor of what the window gives.
  public var weight: Double
  /// Kept and shown, but contributes nothing.
  public var isFlagged: Bool

  /// A stretch of a trace, seconds.
  public init(
    receiver: String, component: Component, start: Double, end: Double, weight: Double = 1,
    isFlagged: Bool = false
  ) {
    (self.receiver, self.component) = (receiver, component)
    (self.start, self.end, self.weight, self.isFlagged) = (start, end, weight, isFlagged)
  }

  /// Part of its length over which a window rises, and falls.
  public static let taper = 0.15

  /// Weights of samples: a cosine over 15 % at each end, 0 outside.
  ///
  /// - Throws: `.windowOutside` where it does not lie within the record, `.tooShort` for fewer than 8 samples.
  func weights(count: Int, step: Double) throws(WaveError) -> (range: Range<Int>, values: [Double]) {
    let last = Double(count - 1) * step
    guard start >= -1e-9 * step, end > start, end <= last * (1 + 1e-12) + 1e-9 * step else {
      throw .windowOutside(receiver: receiver, start: start, end: end, last: last)
    }
    let first = max(0, Int((start / step - 1e-9).rounded(.up)))
    let final = min(count - 1, Int((end / step + 1e-9).rounded(.down)))
    guard final - first + 1 >= 8 else {
      throw .tooShort(
        what: "the window of \(receiver).\(component.rawValue)", found: final - first + 1, needed: 8)
    }
    let flank = Self.taper * (end - start)
    let values = (first...final).map { index -> Double in
      let time = Double(index) * step
      let edge = min(max(0, min(time - start, end - time)) / flank, 1)
      return 0.5 - 0.5 * Elementary.cos(.pi * edge)
    }
    return (first..<final + 1, values)
  }
}
