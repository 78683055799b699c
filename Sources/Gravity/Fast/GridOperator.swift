public import NumericCore

/// A linear map from values of cells to observations on a lattice: Σ over the cells of an entry
/// that depends on the offset and on the cell's height alone. The far field is a sum of one
/// convolution a Chebyshev polynomial, by FFT; the cells about an observation are summed directly.
///
/// A product costs, for n cells and K heights, K + 1 transforms of 4 n values (and P more where the
/// observations stand at P places in their cells); the operator and its kernels hold 5 K n values
/// for observations on the nodes, 3 K n + 4 P K n for others.
/// `transposed` is the exact transpose of `product` but for rounding (1e-13). The same bits for any
/// number of workers. Products work in buffers of the operator's own: one at a time.
public final class GridOperator {
  private let spectra: KernelSpectra
  private let near: NearField
  private let columns, rows: Int
  private let lattice: ObservationLattice
  /// Factor times polynomial k at each cell's height: weights[k · cells + cell].
  private let weights: [Double]
  /// The first polynomial that has a weight: a derivative has none for T₀.
  private let first: Int
  /// Row spectra of every polynomial; of every place; values of the cells.
  private let halves, half, grid: UnsafeMutablePointer<Double>

  /// What an operator is made of.
  struct Cells {
    let levels, factors: [Double]
    let response: NearField.Response
    let basis: HeightExpansion.Basis
  }

  init(
    _ cells: Cells, spectra: KernelSpectra, geometry: GridGeometry, lattice: ObservationLattice,
    workers: Workers
  ) {
    (columns, rows) = (geometry.columns, geometry.rows)
    (self.spectra, self.lattice) = (spectra, lattice)
    first = cells.basis == .derivative ? min(1, spectra.expansion.count - 1) : 0
    near = NearField(
      cells.response, geometry: geometry, lattice: lattice, radius: spectra.radius,
      levels: cells.levels, factors: cells.factors, workers: workers)
    var weights = [Double](repeating: 0, count: geometry.count * spectra.expansion.count)
    spectra.expansion.fill(
      &weights, levels: cells.levels, factors: cells.factors, basis: cells.basis, workers: workers)
    self.weights = weights
    let size = spectra.transform.size(height: geometry.rows)
    halves = .allocate(capacity: size * spectra.expansion.count)
    half = .allocate(capacity: size * lattice.places.count)
    grid = .allocate(capacity: geometry.count)
  }

  deinit {
    halves.deallocate()
    half.deallocate()
    grid.deallocate()
  }

  private var cells: Int { columns * rows }

  /// One value an observation.
  ///
  /// - Parameter x: one value a cell.
  public func product(_ x: [Double], workers: Workers) -> [Double] {
    precondition(x.count == cells)
    grid.update(from: x, count: cells)
    spreadRows(workers)
    multiply(workers)
    var result = [Double](repeating: 0, count: lattice.cell.count)
    for place in lattice.places.indices {
      spectra.transform.inverseRows(
        half + place * halfSize, first: 0, into: window(grid), workers: workers)
      x.withUnsafeBufferPointer {
        near.add($0.baseAddress.unsafelyUnwrapped, to: grid, place: place, workers: workers)
      }
      for point in lattice.cell.indices where lattice.place[point] == place {
        result[point] = grid[lattice.cell[point]]
      }
    }
    return result
  }

  /// One value a cell.
  ///
  /// - Parameter y: one value an observation.
  public func transposed(_ y: [Double], workers: Workers) -> [Double] {
    precondition(y.count == lattice.cell.count)
    var result = [Double](repeating: 0, count: cells)
    result.withUnsafeMutableBufferPointer { result in
      let out = result.baseAddress.unsafelyUnwrapped
      for place in lattice.places.indices {
        grid.update(repeating: 0, count: cells)
        for point in y.indices where lattice.place[point] == place {
          grid[lattice.cell[point]] += y[point]
        }
        near.addTransposed(grid, to: out, place: place, workers: workers)
        spectra.transform.forwardRows(
          window(grid), into: half + place * halfSize, workers: workers)
      }
      multiplyTransposed(workers)
      gatherRows(into: out, workers)
    }
    return result
  }

  private var halfSize: Int { spectra.transform.size(height: rows) }

  private func window(_ start: UnsafeMutablePointer<Double>) -> RealTransform2D.Window {
    .init(start, stride: columns, rows: rows, columns: columns)
  }

  /// halves[k] = row transforms of weights[k] · grid.
  private func spreadRows(_ workers: Workers) {
    weights.withUnsafeBufferPointer { weights in
      for k in first..<spectra.expansion.count {
        spectra.transform.forwardRows(
          window(grid), weights: weights.baseAddress.unsafelyUnwrapped + k * cells,
          into: halves + k * halfSize, workers: workers)
      }
    }
  }

  /// out += weights[k] · signal of halves[k].
  private func gatherRows(into out: UnsafeMutablePointer<Double>, _ workers: Workers) {
    weights.withUnsafeBufferPointer { weights in
      for k in first..<spectra.expansion.count {
        spectra.transform.inverseRows(
          halves + k * halfSize, first: 0,
          weights: weights.baseAddress.unsafelyUnwrapped + k * cells, into: window(out),
          workers: workers)
      }
    }
  }

  /// half[place] = Σ over k of kernel(place, k) · columns' transforms of halves[k], back in rows.
  private func multiply(_ workers: Workers) {
    let (spectra, rows, first, size) = (spectra, rows, first, halfSize)
    let (transform, places) = (spectra.transform, lattice.places.count)
    let scratchSize = transform.columnScratch
    nonisolated(unsafe) let (halves, half) = (halves, half)
    workers.forEach(transform.blocks) { block in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: (places + 1) * scratchSize) {
        // One sum a place, each followed by room for its transform; then the scratch.
        let sums = $0.baseAddress.unsafelyUnwrapped
        let scratch = sums + places * scratchSize
        for place in 0..<places {
          (sums + place * scratchSize).update(repeating: 0, count: transform.rows * 16)
        }
        for k in first..<spectra.expansion.count {
          let x = transform.forwardColumns(
            block: block, of: halves + k * size, height: rows, scratch: scratch)
          for place in 0..<places {
            spectra.withBlock(place: place, k, block: block) {
              transform.multiplyAdd(
                $0, spectra.isReal[place] ? .real : .complex, x, to: sums + place * scratchSize)
            }
          }
        }
        for place in 0..<places {
          transform.inverseColumns(
            block: block, into: half + place * size, first: 0, height: rows,
            scratch: sums + place * scratchSize)
        }
      }
    }
  }

  /// halves[k] = Σ over places of conj(kernel(place, k)) · columns' transforms of half[place].
  private func multiplyTransposed(_ workers: Workers) {
    let (spectra, rows, first, size) = (spectra, rows, first, halfSize)
    let (transform, places) = (spectra.transform, lattice.places.count)
    let scratchSize = transform.columnScratch
    nonisolated(unsafe) let (halves, half) = (halves, half)
    workers.forEach(transform.blocks) { block in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: (places + 1) * scratchSize) {
        let start = $0.baseAddress.unsafelyUnwrapped
        let sum = start + places * scratchSize
        let signals = (0..<places).map { place in
          transform.forwardColumns(
            block: block, of: half + place * size, height: rows,
            scratch: start + place * scratchSize)
        }
        for k in first..<spectra.expansion.count {
          sum.update(repeating: 0, count: transform.rows * 16)
          for place in 0..<places {
            spectra.withBlock(place: place, k, block: block) {
              transform.multiplyAdd(
                $0, spectra.isReal[place] ? .real : .conjugate, signals[place], to: sum)
            }
          }
          transform.inverseColumns(
            block: block, into: halves + k * size, first: 0, height: rows, scratch: sum)
        }
      }
    }
  }
}
