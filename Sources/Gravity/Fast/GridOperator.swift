public import NumericCore

/// A linear map from values of cells to observations on a lattice: Σ over the cells of an entry
/// that depends on the offset and on the cell's height alone. The far field is a sum of one
/// convolution a Chebyshev polynomial, by FFT; the cells about an observation are summed directly.
/// Observations at different heights are interpolated between sheets of observations at Chebyshev heights.
///
/// A product costs, for n cells and K heights, K + S transforms of 4 n values, S the number of sheets: one
/// for each of the places that observations stand at in their cells and each of their heights; the
/// operator and its kernels hold 4 K n values for observations on the nodes, 2 K n + 4 S K n for others.
/// `transposed` is the exact transpose of `product` but for rounding (1e-13). The same bits for any
/// number of workers. Products work in buffers of the operator's own: one at a time.
public final class GridOperator {
  private let spectra: KernelSpectra
  private let near: NearField
  private let columns, rows: Int
  private let lattice: ObservationLattice
  /// Heights and factors of the cells, whose polynomials weigh the values.
  private let levels, factors: [Double]
  private let basis: HeightExpansion.Basis
  /// What each sheet counts for at the heights of the observations, sheet by sheet, one value a cell; nil
  /// where all have one height.
  private let shares: PooledArray?
  /// The first polynomial that has a weight: a derivative has none for T₀.
  private let first: Int
  /// Row spectra of every polynomial; of every sheet; values of the cells.
  private let halves, half, grid: PooledArray

  /// What an operator is made of.
  struct Cells: Sendable {
    let levels, factors: [Double]
    let response: NearField.Response
    let basis: HeightExpansion.Basis
  }

  init(
    _ cells: Cells, spectra: KernelSpectra, geometry: GridGeometry, lattice: ObservationLattice,
    pool: BufferPool, workers: Workers
  ) {
    (columns, rows) = (geometry.columns, geometry.rows)
    (self.spectra, self.lattice) = (spectra, lattice)
    first = cells.basis == .derivative ? min(1, spectra.expansion.count - 1) : 0
    near = NearField(
      cells, geometry: geometry, lattice: lattice, radius: spectra.design.radius, pool: pool,
      workers: workers)
    (levels, factors, basis) = (cells.levels, cells.factors, cells.basis)
    shares = Self.shares(lattice, spectra.design.observations, pool)
    let size = spectra.transform.size(height: geometry.rows)
    halves = PooledArray(size * spectra.expansion.count, from: pool)
    half = PooledArray(size * spectra.design.sheets, from: pool)
    grid = PooledArray(geometry.count, from: pool)
  }

  /// An operator near another, in its tables and buffers: one of the two at a time.
  ///
  /// - Parameter spectra: of the same kernel, places and observations, with no more heights and no wider near field.
  init(near other: GridOperator, spectra: KernelSpectra) {
    (columns, rows, lattice, first) = (other.columns, other.rows, other.lattice, other.first)
    (levels, factors, basis, shares) = (other.levels, other.factors, other.basis, other.shares)
    (halves, half, grid) = (other.halves, other.half, other.grid)
    near = other.near.within(radius: spectra.design.radius)
    self.spectra = spectra
    precondition(spectra.design.sheets == other.spectra.design.sheets)
    precondition(spectra.transform.size(height: rows) * spectra.expansion.count <= halves.count)
  }

  private static func shares(
    _ lattice: ObservationLattice, _ expansion: HeightExpansion, _ pool: BufferPool
  ) -> PooledArray? {
    guard !lattice.isLevel else { return nil }
    let cells = lattice.heights[0].count
    let result = PooledArray(lattice.places.count * expansion.count * cells, from: pool)
    for (place, heights) in lattice.heights.enumerated() {
      for (cell, height) in heights.enumerated() {
        for (node, share) in expansion.shares(at: height).enumerated() {
          result.start[(place * expansion.count + node) * cells + cell] = share
        }
      }
    }
    return result
  }

  private var cells: Int { columns * rows }

  /// Cells.
  public var length: Int { cells }

  /// Observations.
  public var observations: Int { lattice.count }

  /// The threads that pay: the loops of a small grid take less time than to wake one (measured).
  private func enough(_ workers: Workers) -> Workers { cells < 8192 ? workers.alone : workers }

  /// One value an observation.
  ///
  /// - Parameter x: one value a cell.
  public func product(_ x: [Double], workers: Workers) -> [Double] {
    var result = [Double](repeating: 0, count: lattice.count)
    product(x, into: &result, workers: workers)
    return result
  }

  /// The same into an array of the caller's.
  public func product(_ x: [Double], into result: inout [Double], workers: Workers) {
    precondition(x.count == cells && result.count == lattice.count)
    let workers = enough(workers)
    x.withUnsafeBufferPointer { x in
      spreadRows(x.start, workers)
      multiply(workers)
      for place in lattice.places.indices {
        if lattice.isWhole {
          result.withUnsafeMutableBufferPointer { collect(x.start, into: $0.start, place: place, workers) }
          continue
        }
        collect(x.start, into: grid.start, place: place, workers)
        for point in lattice.cell.indices where lattice.place[point] == place {
          result[point] = grid.start[lattice.cell[point]]
        }
      }
    }
  }

  /// out = what far and near cells give the observations at a place.
  private func collect(
    _ x: UnsafePointer<Double>, into out: UnsafeMutablePointer<Double>, place: Int, _ workers: Workers
  ) {
    collectSheets(of: place, into: out, workers)
    near.add(x, to: out, place: place, workers: workers)
  }

  /// One value a cell.
  ///
  /// - Parameter y: one value an observation.
  public func transposed(_ y: [Double], workers: Workers) -> [Double] {
    var result = [Double](repeating: 0, count: cells)
    transposed(y, into: &result, workers: workers)
    return result
  }

  /// The same into an array of the caller's.
  public func transposed(_ y: [Double], into result: inout [Double], workers: Workers) {
    precondition(y.count == lattice.count && result.count == cells)
    let workers = enough(workers)
    result.withUnsafeMutableBufferPointer { result in
      Self.clear(result.start, cells, workers)
      for place in lattice.places.indices {
        if lattice.isWhole {
          y.withUnsafeBufferPointer { distribute($0.start, to: result.start, place: place, workers) }
          continue
        }
        Self.clear(grid.start, cells, workers)
        for point in y.indices where lattice.place[point] == place {
          grid.start[lattice.cell[point]] += y[point]
        }
        distribute(grid.start, to: result.start, place: place, workers)
      }
      multiplyTransposed(workers)
      gatherRows(into: result.start, workers)
    }
  }

  private static func clear(_ values: UnsafeMutablePointer<Double>, _ count: Int, _ workers: Workers) {
    let shared = SharedPointer(values)
    workers.forEachRange(count) { (shared.start + $0.lowerBound).update(repeating: 0, count: $0.count) }
  }

  /// The transpose of `collect`: adds to the near cells, and fills the sheets of a place.
  private func distribute(
    _ y: UnsafePointer<Double>, to out: UnsafeMutablePointer<Double>, place: Int, _ workers: Workers
  ) {
    near.addTransposed(y, to: out, place: place, workers: workers)
    distributeSheets(of: place, from: y, workers)
  }

  /// out = what the sheets of a place give its observations.
  private func collectSheets(of place: Int, into out: UnsafeMutablePointer<Double>, _ workers: Workers) {
    let count = spectra.design.observations.count
    if shares != nil { Self.clear(out, cells, workers) }
    for sheet in place * count..<(place + 1) * count {
      spectra.transform.inverseRows(
        half.start + sheet * halfSize, weights: shares.map { $0.start + sheet * cells }, into: window(out),
        workers: workers)
    }
  }

  /// The transpose of that.
  private func distributeSheets(of place: Int, from y: UnsafePointer<Double>, _ workers: Workers) {
    let count = spectra.design.observations.count
    for sheet in place * count..<(place + 1) * count {
      spectra.transform.forwardRows(
        input(y), weights: shares.map { $0.start + sheet * cells },
        into: half.start + sheet * halfSize, workers: workers)
    }
  }

  private var halfSize: Int { spectra.transform.size(height: rows) }

  private func window(_ start: UnsafeMutablePointer<Double>) -> RealTransform2D.Window {
    .init(start, stride: columns, rows: rows, columns: columns)
  }

  /// What is only read.
  private func input(_ start: UnsafePointer<Double>) -> RealTransform2D.Window {
    window(UnsafeMutablePointer(mutating: start))
  }

  /// halves[k] = row transforms of polynomial k's weights times x.
  private func spreadRows(_ x: UnsafePointer<Double>, _ workers: Workers) {
    let (transform, size, input) = (spectra.transform, halfSize, input(x))
    let shared = SharedPointer(halves.start)
    overRows(workers) { group, k, weights, scratch in
      transform.forwardRows(
        group: group, of: input, weights: weights, into: shared.start + k * size, scratch: scratch)
    }
  }

  /// out += polynomial k's weights times the signal of halves[k], for all k.
  private func gatherRows(into out: UnsafeMutablePointer<Double>, _ workers: Workers) {
    let (transform, size, output) = (spectra.transform, halfSize, window(out))
    let shared = SharedPointer(halves.start)
    overRows(workers) { group, k, weights, scratch in
      transform.inverseRows(
        group: group, of: shared.start + k * size, weights: weights, into: output, scratch: scratch)
    }
  }

  /// Calls `body(group of rows, k, weights of its cells, scratch for transforms)` for every group and polynomial.
  private func overRows(
    _ workers: Workers,
    _ body: @Sendable (Int, Int, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) {
    let (spectra, levels, factors, basis, first) = (spectra, levels, factors, basis, first)
    let (transform, rows, columns, set) = (spectra.transform, rows, columns, workers.instructions.code)
    workers.forEach(transform.rowGroups(rows)) { group in
      let taken = transform.rows(ofGroup: group, of: rows)
      let (start, count) = (taken.lowerBound * columns, taken.count * columns)
      let size = transform.rowScratch
      withUnsafeTemporaryAllocation(of: Double.self, capacity: size + HeightWeights.size * count) { memory in
        levels.withUnsafeBufferPointer { levels in
          factors.withUnsafeBufferPointer { factors in
            var weights = HeightWeights(
              spectra.expansion, basis,
              of: .init(levels: levels.start + start, factors: factors.start + start, count: count),
              memory: memory.start + size, on: set)
            for k in 0..<spectra.expansion.count {
              let values = weights.next()
              if k >= first { body(group, k, values, memory.start) }
            }
          }
        }
      }
    }
  }

  /// half[sheet] = Σ over k of kernel(sheet, k) · columns' transforms of halves[k], back in rows.
  private func multiply(_ workers: Workers) {
    let (spectra, rows, first, size) = (spectra, rows, first, halfSize)
    let (transform, sheets) = (spectra.transform, spectra.design.sheets)
    let scratchSize = transform.columnScratch
    let shared = SharedPointer((halves: halves.start, half: half.start))
    workers.forEach(transform.blocks) { block in
      let (halves, half) = shared.start
      withUnsafeTemporaryAllocation(of: Double.self, capacity: (sheets + 1) * scratchSize) {
        // One sum a sheet, each followed by room for its transform; then the scratch.
        let sums = $0.baseAddress.unsafelyUnwrapped
        let scratch = sums + sheets * scratchSize
        for sheet in 0..<sheets {
          (sums + sheet * scratchSize).update(repeating: 0, count: transform.rows * 16)
        }
        for k in first..<spectra.expansion.count {
          let x = transform.forwardColumns(
            block: block, of: halves + k * size, height: rows, scratch: scratch)
          for sheet in 0..<sheets {
            spectra.withBlock(sheet: sheet, k, block: block) {
              transform.multiplyAdd(
                $0, spectra.isReal(sheet: sheet) ? .real : .complex, x, to: sums + sheet * scratchSize)
            }
          }
        }
        for sheet in 0..<sheets {
          transform.inverseColumns(
            block: block, into: half + sheet * size, height: rows,
            scratch: sums + sheet * scratchSize)
        }
      }
    }
  }

  /// halves[k] = Σ over sheets of conj(kernel(sheet, k)) · columns' transforms of half[sheet].
  private func multiplyTransposed(_ workers: Workers) {
    let (spectra, rows, first, size) = (spectra, rows, first, halfSize)
    let (transform, sheets) = (spectra.transform, spectra.design.sheets)
    let scratchSize = transform.columnScratch
    let shared = SharedPointer((halves: halves.start, half: half.start))
    workers.forEach(transform.blocks) { block in
      let (halves, half) = shared.start
      withUnsafeTemporaryAllocation(of: Double.self, capacity: (sheets + 1) * scratchSize) {
        let start = $0.baseAddress.unsafelyUnwrapped
        let sum = start + sheets * scratchSize
        let signals = (0..<sheets).map { sheet in
          transform.forwardColumns(
            block: block, of: half + sheet * size, height: rows,
            scratch: start + sheet * scratchSize)
        }
        for k in first..<spectra.expansion.count {
          sum.update(repeating: 0, count: transform.rows * 16)
          for sheet in 0..<sheets {
            spectra.withBlock(sheet: sheet, k, block: block) {
              transform.multiplyAdd(
                $0, spectra.isReal(sheet: sheet) ? .real : .conjugate, signals[sheet], to: sum)
            }
          }
          transform.inverseColumns(
            block: block, into: halves + k * size, height: rows, scratch: sum)
        }
      }
    }
  }
}
