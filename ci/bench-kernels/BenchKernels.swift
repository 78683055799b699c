import Foundation
import Gravity
import Optimisation
import Topography
import NumericCore

/// Prints how fast the direct kernels, the dense inversion and the Cholesky factor run: medians of the
/// time by the clock and of the processor time of all threads, which says more on a busy machine.
@main
struct BenchKernels {
  static func main() throws {
    Swift.print("by the clock, processor time; M pairs a second by the clock, a processor second")
    kernels()
    otherFields()
    wholeForward()
    try inversions()
    try directSolutions()
    try cholesky()
  }

  struct Seconds {
    var clock = 0.0
    var processor = 0.0
  }

  static func print(_ name: String, _ seconds: Seconds, pairs: Int? = nil) {
    func tenths(_ value: Double) -> String { String((value * 10).rounded() / 10) }
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(1, width - text.count)) + text
    }
    var line = name + padded(tenths(seconds.clock * 1e3) + " ms", 72 - name.count)
    line += padded(tenths(seconds.processor * 1e3) + " ms", 12)
    if let pairs {
      line += padded(tenths(Double(pairs) / seconds.clock / 1e6), 10)
      line += padded(tenths(Double(pairs) / seconds.processor / 1e6), 10)
    }
    Swift.print(line)
  }

  /// Medians of `count` calls.
  static func median(_ count: Int, _ body: () throws -> Void) rethrows -> Seconds {
    let watch = ContinuousClock()
    var (clock, processor) = ([Double](), [Double]())
    for _ in 0..<count {
      let start = Foundation.clock()
      clock.append(try watch.measure { try body() } / .seconds(1))
      processor.append(Double(Foundation.clock() - start) / Double(CLOCKS_PER_SEC))
    }
    return Seconds(clock: clock.sorted()[count / 2], processor: processor.sorted()[count / 2])
  }

  /// A grid of nodes 1 km apart.
  static func grid(_ columns: Int, _ rows: Int, northSpacing: Double = 1000) -> GridGeometry {
    GridGeometry(
      region: Region(
        west: 0, east: Double(columns - 1) * 1000, south: 0, north: Double(rows - 1) * northSpacing),
      columns: columns, rows: rows)
  }

  static func layer(_ geometry: GridGeometry) -> PrismLayer {
    PrismLayer(
      topography: (0..<geometry.count).map { 250 + 7 * Double($0 * 37 % 101) }, geometry: geometry,
      reference: Array(repeating: 500, count: geometry.count),
      densityContrast: Array(repeating: 2670, count: geometry.count))
  }

  static let threads = [1, 2]

  /// Cells that are not square have no far-field series: all their pairs are exact.
  static func kernels() {
    for (kind, spacing) in [("exact", 1001.0), ("far field", 1000.0)] {
      let geometry = grid(161, 121, northSpacing: spacing)
      let layer = layer(geometry)
      let nodes = ObservationPoints(grid: grid(41, 31), upward: 1000)
      let pairs = nodes.count * geometry.count
      let surface = SurfaceGravity(
        geometry: geometry, reference: Array(repeating: 500, count: geometry.count),
        densityContrast: Array(repeating: 2670, count: geometry.count),
        isPresent: Array(repeating: true, count: geometry.count), points: nodes, workers: .serial)
      for set in InstructionSet.available {
        for count in threads {
          let two = median(3) {
            _ = PrismGravity.gz(of: layer, at: nodes, workers: .upTo(count, on: set))
          }
          print("prisms, both faces, \(kind), \(set), \(count) thread(s)", two, pairs: pairs)
          let one = median(3) {
            _ = surface.gz(ofSurface: layer.top, workers: .upTo(count, on: set))
          }
          print("prisms to a reference, \(kind), \(set), \(count) thread(s)", one, pairs: pairs)
        }
      }
    }
  }

  /// Potential, attraction and tensor of square cells; cells that are not square have no series either.
  static func otherFields() {
    for (kind, spacing) in [("exact", 1001.0), ("square cells", 1000.0)] {
      let geometry = grid(100, 100, northSpacing: spacing)
      let layer = layer(geometry)
      let nodes = ObservationPoints(grid: grid(40, 25), upward: 1000)
      for field in PrismField.allCases where field != .down {
        for set in InstructionSet.available {
          let seconds = median(3) {
            _ = PrismGravity.values(of: field, layer: layer, at: nodes, workers: .upTo(1, on: set))
          }
          print("\(field.rawValue), \(kind), \(set), 1 thread", seconds, pairs: nodes.count * geometry.count)
        }
      }
    }
  }

  static func wholeForward() {
    let geometry = grid(161, 121)
    let layer = layer(geometry)
    let nodes = ObservationPoints(grid: geometry, upward: 1000)
    let seconds = median(3) { _ = PrismGravity.gz(of: layer, at: nodes, workers: .upTo(2)) }
    print("forward, 161 × 121 onto the same nodes", seconds, pairs: nodes.count * geometry.count)
  }

  /// The published example of a damping cross-validation.
  static func inversions() throws {
    let model = grid(41, 31)
    let topography = SyntheticTopography.simple(geometry: model).values
    let reference = Array(repeating: Statistics.mean(topography), count: model.count)
    let contrast = Array(repeating: 2669.0, count: model.count)
    let layer = PrismLayer(
      topography: topography, geometry: model, reference: reference, densityContrast: contrast)
    let half = model.refined(by: 2)
    let clean = PrismGravity.gz(
      of: layer, at: ObservationPoints(grid: half, upward: 1000), workers: .upTo(2))
    let anomaly = contaminate(clean, .absolute(0.2), seed: 0)
    let training = anomaly.indices.filter {
      $0 % half.columns % 2 == 0 && $0 / half.columns % 2 == 0
    }
    let problem = InversionProblem(
      model: model, startingTopography: reference, reference: reference, densityContrast: contrast,
      points: ObservationPoints(grid: model, upward: 1000), anomaly: training.map { anomaly[$0] })
    let dampings = [
      0.001, 0.0026826957952797246, 0.0071968567300115215, 0.019306977288832496,
      0.0517947467923121, 0.13894954943731375, 0.3727593720314938, 1,
    ]
    var (total, iterations) = (Seconds(), 0)
    for damping in dampings {
      var (count, sweeps) = (0, 0)
      let seconds = try median(3) {
        let result = try invert(problem, settings: settings(damping), workers: .upTo(2))
        count = result.history.count - 1
        sweeps = result.history.reduce(0) { $0 + $1.solverIterations }
      }
      print("inversion, damping \(damping), \(count) iterations, \(sweeps) sweeps", seconds)
      total.clock += seconds.clock
      total.processor += seconds.processor
      iterations += count
    }
    print("damping table, \(iterations) iterations", total)
  }

  static func settings(_ damping: Double) -> InversionSettings {
    InversionSettings(
      derivative: .annulus, damping: damping,
      stopping: StoppingRule(maximumIterations: 200, l2NormTolerance: 0.04, deltaL2NormTolerance: 1.01),
      returnedIteration: .last)
  }

  /// One step of a small inversion on the dense path, conjugate gradients, beside forming and factoring its
  /// normal equations.
  static func directSolutions() throws {
    for size in [6, 8, 12, 16, 20] {
      let model = grid(size, size)
      let problem = InversionProblem(
        model: model, startingTopography: Array(repeating: 0, count: model.count),
        reference: Array(repeating: 0, count: model.count),
        densityContrast: Array(repeating: 2669, count: model.count),
        points: ObservationPoints(grid: model, upward: 1000),
        anomaly: contaminate(Array(repeating: 10, count: model.count), .absolute(0.2), seed: 1))
      for damping in [0.1, 0.001] {
        let settings = InversionSettings(
          derivative: .annulus, damping: damping, stopping: StoppingRule(maximumIterations: 1), path: .dense)
        var sweeps = 0
        let step = try median(9) {
          sweeps =
            try invert(problem, settings: settings, workers: .serial).history.last?.solverIterations ?? 0
        }
        print("\(model.count) cells, damping \(damping), \(sweeps) sweeps", step)
      }
      var matrix = Matrix(rows: model.count, columns: model.count)
      for index in matrix.values.indices { matrix.values[index] = 1 / Double(1 + index % 97) }
      let direct = try median(9) {
        var normal = matrix.gramOfRows()
        for row in 0..<model.count { normal[row, row] += 1 }
        _ = try Cholesky(normal).solve(problem.anomaly)
      }
      print("\(model.count) cells, normal equations by Cholesky", direct)
    }
  }

  static func cholesky() throws {
    let order = 4000
    var matrix = Matrix(rows: order, columns: order)
    for row in 0..<order {
      for column in 0...row { matrix[row, column] = 1 / Double(1 + row - column) }
      matrix[row, row] = 16
    }
    for count in threads {
      let seconds = try median(3) { _ = try Cholesky(matrix, workers: .upTo(count)) }
      print("Cholesky factor, \(order) × \(order), \(count) thread(s)", seconds)
    }
  }
}
