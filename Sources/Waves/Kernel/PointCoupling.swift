import CKernels

/// A weight of a channel (a source's component, a receiver's component) at one node of one field.
struct PointWeight {
  var field, row, column, channel: Int
  var weight: Double
  /// What a source adds to the difference that the wavefield stores.
  var inside: Double = 0
}

/// The weights of a group of fields, sorted so that a row is handled when it is advanced.
///
/// A channel's samples are summed by row, then over rows in their order, so that neither the schedule nor the
/// number of threads changes a bit.
struct PointCoupling: Sendable {
  struct Run: Sendable {
    let field: Int
    let entries: Range<Int>
  }

  let channels: Int
  private(set) var entries: [cw_entry] = []
  private(set) var runs: [Run] = []
  /// Runs of row r are rowRuns[r] ..< rowRuns[r + 1].
  private(set) var rowRuns: [Int]
  /// Of every slot of sampled entries, its channel.
  private(set) var slots: [Int] = []
  /// Whether any entry changes a stored difference.
  let hasInside: Bool

  /// - Parameter sampled: entries count slots of (row, field, channel) instead of channels.
  init(_ weights: [PointWeight], channels: Int, rows: Int, sampled: Bool) {
    self.channels = channels
    hasInside = weights.contains { $0.inside != 0 }
    rowRuns = [0]
    let sorted = weights.enumerated().sorted { a, b in
      let (x, y) = (a.element, b.element)
      return (x.row, x.field, x.channel, x.column, a.offset) < (y.row, y.field, y.channel, y.column, b.offset)
    }.map(\.element)
    var index = 0
    for row in 0..<rows {
      while index < sorted.count, sorted[index].row == row {
        let start = index
        let field = sorted[index].field
        while index < sorted.count, sorted[index].row == row, sorted[index].field == field {
          let weight = sorted[index]
          if sampled, index == start || weight.channel != sorted[index - 1].channel {
            slots.append(weight.channel)
          }
          entries.append(
            cw_entry(
              column: Int32(weight.column), channel: Int32(sampled ? slots.count - 1 : weight.channel),
              weight: weight.weight, inside: weight.inside))
          index += 1
        }
        runs.append(Run(field: field, entries: start..<index))
      }
      rowRuns.append(runs.count)
    }
  }

  /// Of every row whether it has a weight.
  var rowMarks: Block {
    let marks = Block(bytes: rowRuns.count)
    for row in 0..<rowRuns.count - 1 {
      marks.pointer.storeBytes(of: rowRuns[row] < rowRuns[row + 1], toByteOffset: row, as: Bool.self)
    }
    return marks
  }

  /// Sums of the channels from those of the slots.
  func channelSums(_ partial: UnsafePointer<Double>) -> [Double] {
    var sums = [Double](repeating: 0, count: channels)
    for (slot, channel) in slots.enumerated() { sums[channel] += partial[slot] }
    return sums
  }
}
