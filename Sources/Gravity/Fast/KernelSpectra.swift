import CKernels
import NumericCore

/// A function of the place of a cell relative to an observation.
enum CellKernel: Hashable, Sendable {
  /// F of the face, less its value at a level that all cells share: far away what is left falls off
  /// faster, and a sum over 10⁶ cells keeps its digits.
  case face(base: Double)
  /// z / (a b (a + b)), the annulus without its constants.
  case annulus
}

/// What decides kernels' spectra.
struct KernelDesign: Hashable, Sendable {
  let kernel: CellKernel
  let columns, rows: Int
  let spacingEasting, spacingNorthing: Double
  let places: [ObservationLattice.Place]
  let expansion: HeightExpansion
  /// In the heights of the observations; of one node if all have its middle.
  let observations: HeightExpansion
  let radius: Int
  let lengths: TransformLengths

  /// Places times heights of observations: sheet = place · observations.count + height.
  var sheets: Int { places.count * observations.count }

  /// Numbers that the spectra hold.
  var size: Int {
    places.reduce(0) { $0 + ($1.isCentre ? 8 : 16) }
      * observations.count * expansion.count * RealTransform2D.blocks(columns: lengths.columns) * lengths.rows
  }
}

/// Lengths of the transforms for a grid: of columns, and of rows.
struct TransformLengths: Hashable, Sendable {
  let rows, columns: Int

  /// Those at which no cell meets another from around the grid.
  static func whole(columns: Int, rows: Int) -> Self { atLeast(columns: 2 * columns - 1, rows: 2 * rows - 1) }

  /// Those at which cells far apart, 9/16 of the grid, take each other for cells around it: a quarter of the elements.
  static func wrapped(columns: Int, rows: Int) -> Self {
    // Of a narrow grid, what reaches across the gap would be felt.
    func padded(_ count: Int) -> Int { count + max(count / 8, min(count - 1, 32)) }
    return atLeast(columns: padded(columns), rows: padded(rows))
  }

  private static func atLeast(columns: Int, rows: Int) -> Self {
    Self(rows: FourierLength.good(atLeast: rows), columns: FourierLength.good(atLeast: columns))
  }
}

/// The far field's transforms: for every place of observations in a cell, height of observations and
/// Chebyshev polynomial the spectrum of the coefficient as a function of the offset, zero in the near
/// field.
struct KernelSpectra: Sendable {
  let design: KernelDesign
  let transform: RealTransform2D
  private var spectra: [[Double]]

  var expansion: HeightExpansion { design.expansion }

  init(_ design: KernelDesign, workers: Workers) {
    self.design = design
    let lengths = design.lengths
    let transform = RealTransform2D(
      rows: lengths.rows, columns: lengths.columns, instructions: workers.instructions)
    self.transform = transform
    let heights = design.observations.nodes
    spectra = design.places.flatMap { place in
      heights.map { upward in
        let table = OffsetTable(design, place: place, upward: upward, workers: workers)
        return Self.spectra(
          of: table, count: design.expansion.count, isReal: place.isCentre, transform, workers)
      }
    }
  }

  /// A place at the centre has an even kernel, whose spectrum is real.
  func isReal(sheet: Int) -> Bool { design.places[sheet / design.observations.count].isCentre }

  /// The spectra of all coefficients, one after the other.
  private static func spectra(
    of table: OffsetTable, count: Int, isReal: Bool, _ transform: RealTransform2D, _ workers: Workers
  ) -> [Double] {
    let elements = transform.blocks * transform.rows
    let width = isReal ? 8 : 16
    var circulant = [Double](repeating: 0, count: transform.rows * transform.columns)
    return [Double](unsafeUninitializedCapacity: count * elements * width) { result, filled in
      for k in 0..<count {
        table.fill(
          &circulant, k, rows: transform.rows, columns: transform.columns, workers: workers)
        let half = transform.forward(&circulant, workers: workers)
        half.withUnsafeBufferPointer { half in
          let (from, to) = (SharedPointer(half), SharedPointer(result.start + k * elements * width))
          workers.forEachRange(elements) {
            for element in $0 {
              for lane in 0..<width { to.start[element * width + lane] = from.start[element * 16 + lane] }
            }
          }
        }
      }
      filled = count * elements * width
    }
  }

  /// Calls `body` with the spectrum's block of polynomial `k` of a sheet.
  @inline(__always)
  func withBlock(
    sheet: Int, _ k: Int, block: Int, _ body: (UnsafePointer<Double>) -> Void
  ) {
    let size = transform.rows * (isReal(sheet: sheet) ? 8 : 16)
    spectra[sheet].withUnsafeBufferPointer {
      body($0.baseAddress.unsafelyUnwrapped + (k * transform.blocks + block) * size)
    }
  }
}

/// Chebyshev coefficients of a kernel for all offsets of cells from observations at one place.
private struct OffsetTable {
  /// Distances along an axis, and which of them each offset −(n − 1) … n − 1 takes.
  private struct Axis {
    let distances: [Double]
    let index: [Int]
    let count: Int

    init(count: Int, place: Double, spacing: Double) {
      self.count = count
      if place == 0 {
        distances = (0..<count).map { Double($0) * spacing }
        index = (1 - count..<count).map { abs($0) }
      } else {
        distances = (1 - count..<count).map { abs(Double($0) + place) * spacing }
        index = Array(0..<2 * count - 1)
      }
    }

    /// The distance of each element of a circulant of some length, of observation − cell, the nearer one of two that
    /// share an element; nil where no pair of the grid has that offset.
    func circulant(_ length: Int) -> [Int?] {
      (0..<length).map { element in
        let offset = 2 * element <= length ? element : element - length
        return abs(offset) < count ? index[offset + count - 1] : nil
      }
    }

    /// Whether a distance is one of the near field's.
    func near(_ radius: Int) -> [Bool] {
      var result = [Bool](repeating: false, count: distances.count)
      for offset in -min(radius, count - 1)...min(radius, count - 1) {
        result[index[offset + count - 1]] = true
      }
      return result
    }
  }

  private let across, up: Axis
  /// coefficients[(k · up.distances.count + row) · across.distances.count + column].
  private var coefficients: [Double]

  init(
    _ design: KernelDesign, place: ObservationLattice.Place, upward: Double, workers: Workers
  ) {
    let across = Axis(
      count: design.columns, place: place.easting, spacing: design.spacingEasting)
    let up = Axis(count: design.rows, place: place.northing, spacing: design.spacingNorthing)
    (self.across, self.up) = (across, up)
    let (expansion, radius) = (design.expansion, design.radius)
    let (width, height) = (across.distances.count, up.distances.count)
    let (nearAcross, nearUp) = (across.near(radius), up.near(radius))
    let rows = expansion.coefficientRows
    let nodes = expansion.nodes.map { $0 - upward }
    coefficients = Array(repeating: 0, count: expansion.count * width * height)
    coefficients.withUnsafeMutableBufferPointer { buffer in
      let out = SharedPointer(buffer)
      workers.forEach(height) { row in
        let line = KernelRow(
          design: design, eastings: across.distances, northing: up.distances[row],
          set: workers.instructions.code)
        let values = nodes.map { line.values(z: $0) }
        let common = line.common(upward: upward)
        for k in 0..<nodes.count {
          let target = out.start + (k * height + row) * width
          for (node, factor) in rows[k].enumerated() {
            values[node].withUnsafeBufferPointer {
              for column in 0..<width { target[column] += factor * $0[column] }
            }
          }
          if k == 0, let common {
            for column in 0..<width { target[column] -= common[column] }
          }
          guard nearUp[row] else { continue }
          for column in 0..<width where nearAcross[column] { target[column] = 0 }
        }
      }
    }
  }

  /// Polynomial k's coefficients as an array that a cyclic convolution takes.
  func fill(_ circulant: inout [Double], _ k: Int, rows: Int, columns: Int, workers: Workers) {
    let (width, height) = (across.distances.count, up.distances.count)
    let columnIndex = across.circulant(columns).map { $0 ?? -1 }
    let rowIndex = up.circulant(rows)
    circulant.withUnsafeMutableBufferPointer { circulant in
      coefficients.withUnsafeBufferPointer { coefficients in
        let (shared, table) = (SharedPointer(circulant), SharedPointer(coefficients))
        workers.forEach(rows) { row in
          let out = shared.start
          guard let place = rowIndex[row] else {
            return (out + row * columns).update(repeating: 0, count: columns)
          }
          let source = table.start + (k * height + place) * width
          for (column, index) in columnIndex.enumerated() {
            out[row * columns + column] = index < 0 ? 0 : source[index]
          }
        }
      }
    }
  }
}

/// The kernel for the cells of one row.
private struct KernelRow {
  let design: KernelDesign
  let eastings: [Double]
  let northing: Double
  let set: ck_set

  /// The kernel, but for what all heights share, at one height z above an observation.
  func values(z: Double) -> [Double] {
    switch design.kernel {
    case .face: values(z, ck_face_row)
    case .annulus: values(z, ck_annulus_offsets)
    }
  }

  /// What is subtracted at every height.
  func common(upward: Double) -> [Double]? {
    guard case .face(let base) = design.kernel else { return nil }
    return values(base - upward, ck_face_row)
  }

  private func values(_ z: Double, _ function: OffsetFunction) -> [Double] {
    var result = [Double](repeating: 0, count: eastings.count)
    let heights = [Double](repeating: z, count: eastings.count)
    eastings.withUnsafeBufferPointer { x in
      var offsets = ck_offsets(
        count: eastings.count, half_easting: design.spacingEasting / 2,
        half_northing: design.spacingNorthing / 2, x: x.baseAddress, y: northing)
      function(set, &offsets, heights, &result)
    }
    return result
  }
}

/// A loop over a row of cells at given heights above an observation.
typealias OffsetFunction = (
  ck_set, UnsafePointer<ck_offsets>?, UnsafePointer<Double>?, UnsafeMutablePointer<Double>?
) -> Void
