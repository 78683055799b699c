import CKernels
import NumericCore

/// Rows of several time steps are advanced in one front, so that a row's values are used again while they
/// are in the cache. Bands of rows are trapezoids in (row, time) that need nothing of each other; the gaps
/// between them are filled in a second round.
///
/// With M the reach of the differences, a row of the first group at step t needs the second group's rows up
/// to M away at t − 1, and one of the second group the first group's at t. So the trapezoid of step t
/// shrinks by 2M a step on each inner side, and the front of step t runs 2M rows behind that of t − 1.
extension Propagator {
  /// Time steps of one front.
  static let depth = 4

  /// Bands depend on the grid alone, never on the number of threads.
  private var bands: [Int] {
    let least = 2 * (2 * reach * Self.depth) + 32
    let count = max(1, min(4, lattice.rows / least))
    return (0...count).map { $0 * lattice.rows / count }
  }

  /// Runs the plans in their order. `samples`, if any, takes the channels' sums: by group, plan and channel.
  func run(_ plans: [StepPlan], workers: Workers, samples: (Int, Int, [Double]) -> Void) {
    let edges = bands
    let slots = couplings.sampled.map { max(1, $0.slots.count) }
    let partial = [0, 1].map { Block(bytes: Self.depth * slots[$0] * 8) }
    let pointers = partial.enumerated().map {
      UnsafeSums($1.pointer.bindMemory(to: Double.self, capacity: Self.depth * slots[$0]))
    }
    var start = 0
    while start < plans.count {
      let front = Array(plans[start..<min(start + Self.depth, plans.count)])
      let sums = front.indices.map { index in
        Samples(first: pointers[0].pointer + index * slots[0], second: pointers[1].pointer + index * slots[1])
      }
      for block in partial { block.clear() }
      let job = Front(plans: front, samples: sums)
      workers.forEach(edges.count - 1) { self.trapezoid(edges[$0], edges[$0 + 1], job) }
      if edges.count > 2 { workers.forEach(edges.count - 2) { self.gap(edges[$0 + 1], job) } }
      for (index, plan) in front.enumerated() {
        if plan.sampleFirst != nil {
          samples(0, start + index, couplings.sampled[0].channelSums(sums[index].first))
        }
        if plan.sampleSecond != nil {
          samples(1, start + index, couplings.sampled[1].channelSums(sums[index].second))
        }
      }
      start += Self.depth
    }
  }

  /// What precedes the first step of an adjoint run: the second group takes what it is given at the last time.
  func begin(_ plan: StepPlan, samples: (Int, Int, [Double]) -> Void) {
    let slots = max(1, couplings.sampled[1].slots.count)
    let block = Block(bytes: slots * 8)
    let sums = block.pointer.bindMemory(to: Double.self, capacity: slots)
    let scratch = Scratch(lattice)
    withUnsafePointer(to: plan) { plan in
      for row in 0..<lattice.rows { finish(1, row, plan, Samples(first: sums, second: sums), scratch) }
    }
    if plan.sampleSecond != nil { samples(1, 0, couplings.sampled[1].channelSums(sums)) }
  }

  /// Steps that are run together, with where their samples go: rows write to slots of their own.
  private struct Front: @unchecked Sendable {
    let plans: [StepPlan]
    let samples: [Samples]

    func withPlans(_ body: (UnsafePointer<StepPlan>, UnsafePointer<Samples>) -> Void) {
      plans.withUnsafeBufferPointer { plans in
        samples.withUnsafeBufferPointer { samples in body(plans.start, samples.start) }
      }
    }
  }

  private struct UnsafeSums: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Double>
    init(_ pointer: UnsafeMutablePointer<Double>) { self.pointer = pointer }
  }

  private func trapezoid(_ low: Int, _ high: Int, _ front: Front) {
    let state = cw_flush_subnormals()
    defer { cw_restore_subnormals(state) }
    let scratch = Scratch(lattice)
    let lag = 2 * reach
    let (left, right) = (low > 0 ? 1 : 0, high < lattice.rows ? 1 : 0)
    let count = front.plans.count
    front.withPlans { plans, samples in
      for line in low..<high + lag * count {
        for t in 0..<count {
          let row = line - lag * t
          if row >= low + left * lag * t, row < high - right * lag * t {
            advance(0, row, plans + t, samples[t], scratch)
          }
          let behind = row - reach
          if behind >= low + left * (lag * t + reach), behind < high - right * (lag * t + reach) {
            advance(1, behind, plans + t, samples[t], scratch)
          }
        }
      }
    }
  }

  private func gap(_ edge: Int, _ front: Front) {
    let state = cw_flush_subnormals()
    defer { cw_restore_subnormals(state) }
    let scratch = Scratch(lattice)
    let count = front.plans.count
    front.withPlans { plans, samples in
      for t in 0..<count {
        let half = 2 * reach * t
        for row in edge - half..<edge + half { advance(0, row, plans + t, samples[t], scratch) }
        for row in edge - half - reach..<edge + half + reach {
          advance(1, row, plans + t, samples[t], scratch)
        }
      }
    }
  }
}
