import Gravity
import NumericCore
import Optimisation

/// The inverse of the normal equations of a flat surface on a periodic grid of the model's size, rounded up
/// to a good length: the derivative of gravity is a convolution there, so that JᵀJ + d² multiplies every
/// wavenumber by the square of its spectrum, times the observations a cell, plus d².
///
/// Columns of J that are negative (by density, where the derivative is by thickness) change sign before
/// and after. Frozen cells are set to zero before and after. Both keep it symmetric and positive.
struct FlatPreconditioner: Preconditioner {
  private let geometry: GridGeometry
  private let free: [Bool]
  private let transform: RealTransform2D
  private let symbol: [Double]
  /// Rows' spectra; made where it is first applied, and used again.
  private var half: [Double] = []
  /// 1 or −1 for each cell's column, 0 for frozen cells.
  private var factors: [Double]

  struct Medium {
    /// Root mean square of Δρ, kg/m³; mean height of the observations above the surface, metres.
    var densityContrast, clearance: Double
    var observationsPerCell: Double
    var regularisation = Regularisation()
  }

  init(
    _ derivative: LayerJacobian, _ medium: Medium, damping: Double, geometry: GridGeometry,
    free: [Bool], workers: Workers
  ) {
    (self.geometry, self.free) = (geometry, free)
    let transform = RealTransform2D(
      rows: FourierLength.good(atLeast: geometry.rows),
      columns: FourierLength.good(atLeast: geometry.columns), instructions: workers.instructions)
    self.transform = transform
    var kernel = derivative.flatCirculant(
      geometry, z: -max(medium.clearance, 0), rows: transform.rows, columns: transform.columns,
      workers: workers)
    for index in kernel.indices { kernel[index] *= medium.densityContrast }
    let spectrum = transform.forward(&kernel, workers: workers)
    let penalty = medium.regularisation.symbols(transform)
    symbol = (0..<spectrum.count / 2).map { index in
      let value = spectrum[index / 8 * 16 + index % 8]
      let misfit = medium.observationsPerCell * value * value + damping * damping
      return 1 / (penalty.isEmpty ? misfit : misfit + penalty[index])
    }
    factors = free.map { $0 ? 1 : 0 }
  }

  /// Takes the signs of the columns of the derivative at a surface.
  mutating func adapt(to derivative: LayerJacobian, of layer: PrismLayer) {
    for cell in free.indices where free[cell] {
      let turned = derivative.isByHeight && layer.surfaceIsBottom[cell]
      factors[cell] = (layer.density[cell] < 0) != turned ? -1 : 1
    }
  }

  /// result = the inverse times x.
  mutating func apply(to x: [Double], into result: inout [Double], workers: Workers) {
    let (transform, geometry, factors) = (transform, geometry, factors)
    if half.isEmpty { half = Array(repeating: 0, count: transform.size(height: geometry.rows)) }
    result.withUnsafeMutableBufferPointer { result in
      half.withUnsafeMutableBufferPointer { half in
        let output = Self.window(result.start, of: geometry)
        x.withUnsafeBufferPointer { x in
          factors.withUnsafeBufferPointer {
            transform.forwardRows(
              Self.window(UnsafeMutablePointer(mutating: x.start), of: geometry), weights: $0.start,
              into: half.start, workers: workers)
          }
        }
        symbol.withUnsafeBufferPointer {
          Self.multiplyColumns(half.start, $0, rows: geometry.rows, transform, workers)
        }
        transform.inverseRows(half.start, into: output, workers: workers)
        let shared = SharedPointer(output.start)
        workers.forEachRange(result.count) { for cell in $0 { shared.start[cell] *= factors[cell] } }
      }
    }
  }

  private static func window(
    _ start: UnsafeMutablePointer<Double>, of geometry: GridGeometry
  ) -> RealTransform2D.Window {
    .init(start, stride: geometry.columns, rows: geometry.rows, columns: geometry.columns)
  }

  private static func multiplyColumns(
    _ half: UnsafeMutablePointer<Double>, _ symbol: UnsafeBufferPointer<Double>, rows: Int,
    _ transform: RealTransform2D, _ workers: Workers
  ) {
    let shared = SharedPointer((half: half, symbol: symbol))
    workers.forEach(transform.blocks) { block in
      let (half, symbol) = shared.start
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * transform.columnScratch) {
        guard let scratch = $0.baseAddress else { return }
        let spectrum = transform.forwardColumns(block: block, of: half, height: rows, scratch: scratch)
        let target = scratch + transform.columnScratch
        for row in 0..<transform.rows {
          for lane in 0..<8 {
            let factor = symbol[(block * transform.rows + row) * 8 + lane]
            target[row * 16 + lane] = spectrum[row * 16 + lane] * factor
            target[row * 16 + 8 + lane] = spectrum[row * 16 + 8 + lane] * factor
          }
        }
        transform.inverseColumns(block: block, into: half, height: rows, scratch: target)
      }
    }
  }
}
