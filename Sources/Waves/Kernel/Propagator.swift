import CKernels
import NumericCore

/// What one step of a propagator takes and gives, by number of the time step; nil: nothing.
struct StepPlan {
  /// Time steps whose sources enter after the first and the second group's update.
  var injectFirst, injectSecond: Int?
  /// Time steps whose samples are taken there.
  var sampleFirst, sampleSecond: Int?
  /// Where the differences of this step go.
  var store: WavefieldSlot?
  /// Stored differences that fields of the groups are multiplied with.
  var imageFirst, imageSecond: WavefieldSlot?
  /// What follows the second group's update is left to `begin`, which takes the next piece of time.
  var defersSecond = false
}

/// The sources and receivers of a propagator.
struct Couplings {
  /// Of each group.
  var injected, sampled: [PointCoupling]
  /// Of each group: amplitude of channel c at time step n at c · steps + n.
  var amplitudes: [[Double]]
  let steps: Int
}

/// The fields of one system and their updates, forward in time or, `turned`, those of the adjoint.
///
/// Every value is made by the same operations whatever the order of rows, so neither the schedule
/// (Propagator+Schedule) nor the number of threads changes a bit.
final class Propagator: @unchecked Sendable {
  let lattice: Lattice
  let layout: SystemLayout
  let turned: Bool
  let set: ck_set
  let reach: Int
  let fields: [Block]
  let images: [[Block]]
  let couplings: Couplings
  /// Whether a row of a group has sources, or samples: a byte a row. Most have none, and what a row asks for each step
  /// costs as much as its arithmetic on narrow grids.
  private let injects, samples: [Block]
  private let shape: UnsafeMutablePointer<cw_shape>
  /// Those of the first group, then those of the second.
  private let operators: UnsafeMutablePointer<cw_operator>
  private let operatorCounts: [Int]
  /// Memory that the operators point to.
  private let owned: [Block]
  /// Memory that with the fields is the whole state: of the convolutions.
  private let memories: [Block]

  /// - Parameter images: whether products of the fields of each group are summed.
  init(
    medium: ScaledMedium, stencil: Stencil, turned: Bool, numbers: Numbers, couplings: Couplings? = nil,
    images: (first: Bool, second: Bool) = (false, false)
  ) {
    let (isDouble, set) = (numbers.isDouble, numbers.set)
    let lattice = Lattice(grid: medium.medium.grid, isDouble: isDouble)
    let layout = SystemLayout.of(medium.medium.system)
    (self.lattice, self.layout, self.turned, self.set) = (lattice, layout, turned, set)
    reach = stencil.order / 2
    fields = layout.fields.map { _ in lattice.field() }
    let c = stencil.coefficients + [0, 0, 0]
    shape = .allocate(capacity: 1)
    shape.initialize(
      to: cw_shape(
        real: isDouble ? 1 : 0, half_order: Int32(reach), stride: lattice.stride,
        width: lattice.width, left: lattice.left, right: lattice.right, stencil: (c[0], c[1], c[2], c[3])))
    let built = OperatorBuilder(
      medium: medium, lattice: lattice, layout: layout, stencil: stencil, turned: turned, fields: fields
    ).built()
    operatorCounts = built.operators.map(\.count)
    operators = .allocate(capacity: operatorCounts[0] + operatorCounts[1])
    for (index, update) in built.operators.flatMap({ $0 }).enumerated() {
      (operators + index).initialize(to: update)
    }
    (owned, memories) = (built.owned, built.memories)
    let none = PointCoupling([], channels: 0, rows: lattice.rows, sampled: false)
    let coupled =
      couplings ?? Couplings(injected: [none, none], sampled: [none, none], amplitudes: [[], []], steps: 0)
    self.couplings = coupled
    (injects, samples) = (coupled.injected.map(\.rowMarks), coupled.sampled.map(\.rowMarks))
    self.images = [images.first, images.second].enumerated().map { group, wanted in
      wanted ? layout.images[group].map { _ in lattice.field() } : []
    }
  }

  /// What a propagator computes with.
  struct Numbers {
    let isDouble: Bool
    let set: ck_set
  }

  deinit {
    operators.deallocate()
    shape.deallocate()
  }

  // MARK: - State

  /// The whole state, for checkpoints.
  var stateBytes: Int { (fields + memories).reduce(0) { $0 + $1.bytes } }

  func save(to pointer: UnsafeMutableRawPointer) {
    var offset = 0
    for part in fields + memories {
      (pointer + offset).copyMemory(from: part.pointer, byteCount: part.bytes)
      offset += part.bytes
    }
  }

  func restore(from pointer: UnsafeRawPointer) {
    var offset = 0
    for part in fields + memories {
      part.pointer.copyMemory(from: pointer + offset, byteCount: part.bytes)
      offset += part.bytes
    }
  }

  func clear() { for part in fields + memories { part.clear() } }

  // MARK: - Rows

  /// Everything that one thread needs of its own: lines for the kernel and for differences to be packed.
  final class Scratch {
    let lines: Block
    private let store: Block
    private let lineBytes: Int

    init(_ lattice: Lattice) {
      lineBytes = lattice.lineBytes
      lines = Block(bytes: 3 * lineBytes)
      store = Block(bytes: 3 * lineBytes)
    }

    func line(_ difference: Int) -> UnsafeMutableRawPointer { store.pointer + difference * lineBytes }
  }

  /// Slots of the sampled channels of one step, by group.
  struct Samples {
    let first, second: UnsafeMutablePointer<Double>
  }

  @inline(__always)
  private func stored(_ group: Int, _ place: UnsafePointer<StepPlan>) -> WavefieldSlot? {
    guard let slot = place.pointee.store, slot.holds(group) else { return nil }
    return slot
  }

  /// One row of one group in one step, whose plan is read where it lies: a copy for each row would take as long as a
  /// tenth of its arithmetic.
  func advance(
    _ group: Int, _ row: Int, _ place: UnsafePointer<StepPlan>, _ samples: Samples, _ scratch: Scratch
  ) {
    let storing = stored(group, place)
    var difference = 0
    let start = group == 0 ? 0 : operatorCounts[0]
    for index in start..<start + operatorCounts[group] {
      let double = operators[index].kind != cw_sum
      var (store0, store1): (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?)
      if let storing {
        store0 = storing.target(group, difference, row, scratch.line(difference))
        if double { store1 = storing.target(group, difference + 1, row, scratch.line(difference + 1)) }
      }
      cw_row(set, shape, operators + index, row, turned ? 1 : 0, store0, store1, scratch.lines.pointer)
      difference += double ? 2 : 1
    }
    if group == 0 || !place.pointee.defersSecond { finish(group, row, place, samples, scratch) }
  }

  /// What follows the update of a row: sources, storing, samples, images, convolutions of the adjoint.
  func finish(
    _ group: Int, _ row: Int, _ place: UnsafePointer<StepPlan>, _ samples: Samples, _ scratch: Scratch
  ) {
    let storing = stored(group, place)
    if let step = group == 0 ? place.pointee.injectFirst : place.pointee.injectSecond {
      inject(group, row, step, storing, scratch)
    }
    if let storing, storing.format.isPacked {
      for difference in 0..<layout.differences(of: group) {
        storing.pack(group, difference, row, scratch.line(difference))
      }
    }
    if (group == 0 ? place.pointee.sampleFirst : place.pointee.sampleSecond) != nil {
      sample(group, row, group == 0 ? samples.first : samples.second)
    }
    if let slot = group == 0 ? place.pointee.imageFirst : place.pointee.imageSecond, slot.holds(group) {
      for (index, product) in layout.images[group].enumerated() {
        let stored = slot.source(group, product.difference, row, scratch.line(0))
        cw_image(
          set, shape, lattice.row(fields[product.field], row), stored, lattice.row(images[group][index], row))
      }
    }
    if turned {
      // The other group's differences along z read these rows with their convolutions.
      let other = group == 0 ? operatorCounts[0] : 0
      for index in other..<other + operatorCounts[1 - group] { cw_turn(set, shape, operators + index, row) }
    }
  }

  private func inject(_ group: Int, _ row: Int, _ step: Int, _ storing: WavefieldSlot?, _ scratch: Scratch) {
    guard injects[group].pointer.load(fromByteOffset: row, as: Bool.self) else { return }
    let coupling = couplings.injected[group]
    let runs = coupling.rowRuns[row]..<coupling.rowRuns[row + 1]
    coupling.entries.withUnsafeBufferPointer { entries in
      couplings.amplitudes[group].withUnsafeBufferPointer { amplitudes in
        for run in runs {
          let part = coupling.runs[run]
          // Sources inside a difference act on the fields of one that has its number.
          let difference = part.field - (group == 0 ? 0 : layout.split)
          let store =
            coupling.hasInside
            ? storing.map { $0.target(group, difference, row, scratch.line(difference)) } : nil
          cw_inject(
            shape.pointee.real, entries.start + part.entries.lowerBound, part.entries.count,
            amplitudes.start + step, couplings.steps, lattice.row(fields[part.field], row), store)
        }
      }
    }
  }

  private func sample(_ group: Int, _ row: Int, _ sums: UnsafeMutablePointer<Double>) {
    guard samples[group].pointer.load(fromByteOffset: row, as: Bool.self) else { return }
    let coupling = couplings.sampled[group]
    let runs = coupling.rowRuns[row]..<coupling.rowRuns[row + 1]
    coupling.entries.withUnsafeBufferPointer { entries in
      for run in runs {
        let part = coupling.runs[run]
        cw_sample(
          shape.pointee.real, entries.start + part.entries.lowerBound, part.entries.count,
          lattice.row(fields[part.field], row), sums)
      }
    }
  }
}
