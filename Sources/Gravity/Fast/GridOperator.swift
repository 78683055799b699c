public import NumericCore

/// A linear map from values of cells to observations on a lattice: Σ over the cells of an entry
/// that depends on the offset and on the cell's height alone. The far field is a sum of one
/// convolution a Chebyshev polynomial, by FFT; the cells about an observation are summed directly.
/// Observations at different heights are interpolated between sheets of observations at Chebyshev heights.
///
/// A product costs, for n cells and K heights, K + S transforms of 4 n values, S the number of sheets: one
/// for each of the places that observations stand at in their cells and each of their heights; the
/// operator and its kernels hold 5 K n values for observations on the nodes, 3 K n + 4 S K n for others.
/// `transposed` is the exact transpose of `product` but for rounding (1e-13). The same bits for any
/// number of workers. Products work in buffers of the operator's own: one at a time.
public final class GridOperator {
  private let spectra: KernelSpectra
  private let near: NearField
  private let columns, rows: Int
  private let lattice: ObservationLattice
  /// Factor times polynomial k at each cell's height: weights[k · cells + cell].
  private let weights: PooledArray
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
    weights = PooledArray(geometry.count * spectra.expansion.count, from: pool)
    spectra.expansion.fill(
      weights.start, levels: cells.levels, factors: cells.factors, basis: cells.basis,
      workers: workers)
    shares = Self.shares(lattice, spectra.design.observations, pool)
    let size = spectra.transform.size(height: geometry.rows)
    halves = PooledArray(size * spectra.expansion.count, from: pool)
    half = PooledArray(size * spectra.design.sheets, from: pool)
    grid = PooledArray(geometry.count, from: pool)
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
  public var observations: Int { lattice.cell.count }

  /// The threads that pay: the loops of a small grid take less time than to wake one (measured).
  private func enough(_ workers: Workers) -> Workers { cells < 8192 ? workers.alone : workers }

  /// One value an observation.
  ///
  /// - Parameter x: one value a cell.
  public func product(_ x: [Double], workers: Workers) -> [Double] {
    var result = [Double](repeating: 0, count: lattice.cell.count)
    product(x, into: &result, workers: workers)
    return result
  }

  /// The same into an array of the caller's.
  public func product(_ x: [Double], into result: inout [Double], workers: Workers) {
    precondition(x.count == cells && result.count == lattice.cell.count)
    let workers = enough(workers)
    let grid = grid.start
    grid.update(from: x, count: cells)
    spreadRows(workers)
    multiply(workers)
    for place in lattice.places.indices {
      collectSheets(of: place, workers)
      x.withUnsafeBufferPointer {
        near.add($0.baseAddress.unsafelyUnwrapped, to: grid, place: place, workers: workers)
      }
      for point in lattice.cell.indices where lattice.place[point] == place {
        result[point] = grid[lattice.cell[point]]
      }
    }
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
    precondition(y.count == lattice.cell.count && result.count == cells)
    let workers = enough(workers)
    let grid = grid.start
    result.withUnsafeMutableBufferPointer { result in
      let out = result.baseAddress.unsafelyUnwrapped
      out.update(repeating: 0, count: cells)
      for place in lattice.places.indices {
        grid.update(repeating: 0, count: cells)
        for point in y.indices where lattice.place[point] == place {
          grid[lattice.cell[point]] += y[point]
        }
        near.addTransposed(grid, to: out, place: place, workers: workers)
        distributeSheets(of: place, workers)
      }
      multiplyTransposed(workers)
      gatherRows(into: out, workers)
    }
  }

  /// grid = what the sheets of a place give its observations.
  private func collectSheets(of place: Int, _ workers: Workers) {
    let count = spectra.design.observations.count
    if shares != nil { grid.start.update(repeating: 0, count: cells) }
    for sheet in place * count..<(place + 1) * count {
      spectra.transform.inverseRows(
        half.start + sheet * halfSize, first: 0, weights: shares.map { $0.start + sheet * cells },
        into: window(grid.start), workers: workers)
    }
  }

  /// The transpose of that.
  private func distributeSheets(of place: Int, _ workers: Workers) {
    let count = spectra.design.observations.count
    for sheet in place * count..<(place + 1) * count {
      spectra.transform.forwardRows(
        window(grid.start), weights: shares.map { $0.start + sheet * cells },
        into: half.start + sheet * halfSize, workers: workers)
    }
  }

  private var halfSize: Int { spectra.transform.size(height: rows) }

  private func window(_ start: UnsafeMutablePointer<Double>) -> RealTransform2D.Window {
    .init(start, stride: columns, rows: rows, columns: columns)
  }

  /// halves[k] = row transforms of weights[k] · grid.
  private func spreadRows(_ workers: Workers) {
    for k in first..<spectra.expansion.count {
      spectra.transform.forwardRows(
        window(grid.start), weights: weights.start + k * cells, into: halves.start + k * halfSize,
        workers: workers)
    }
  }

  /// out += weights[k] · signal of halves[k].
  private func gatherRows(into out: UnsafeMutablePointer<Double>, _ workers: Workers) {
    for k in first..<spectra.expansion.count {
      spectra.transform.inverseRows(
        halves.start + k * halfSize, first: 0, weights: weights.start + k * cells, into: window(out),
        workers: workers)
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
            block: block, into: half + sheet * size, first: 0, height: rows,
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
            block: block, into: halves + k * size, first: 0, height: rows, scratch: sum)
        }
      }
    }
  }
}
