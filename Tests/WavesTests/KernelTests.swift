import NumericCore
import Testing

@testable import Waves

/// The parts of the solver one by one.
@Suite struct KernelTests {
  @Test func coefficientsAreThoseOfTaylor() throws {
    let expected: [Int: [Double]] = [
      2: [1], 4: [9.0 / 8, -1.0 / 24], 6: [75.0 / 64, -25.0 / 384, 3.0 / 640],
      8: [1225.0 / 1024, -245.0 / 3072, 49.0 / 5120, -5.0 / 7168],
    ]
    for (order, values) in expected {
      let found = try Stencil(order: order).coefficients
      #expect(zip(found, values).allSatisfy { abs($0 - $1) <= 1e-15 })
    }
    let limits = try [2, 4, 6, 8].map { try Stencil(order: $0).courantLimit }
    #expect(zip(limits, [0.707, 0.606, 0.569, 0.550]).allSatisfy { abs($0 - $1) <= 6e-4 })
    #expect(throws: WaveError.unknownOrder(5)) { try Stencil(order: 5) }
  }

  /// The largest error over wavenumbers up to the sampling, against the table of the specification.
  @Test(arguments: [(4.0, 1.4e-3), (5, 4.2e-4), (6, 2.1e-4), (8, 5e-5)])
  func windowedSincIsMinimax(points: Double, error: Double) {
    let spread = PointSpread(points: points)
    var worst = 0.0
    for place in stride(from: 0.02, to: 1, by: 0.02) {
      let (first, weights) = spread.weights(at: place)
      for part in stride(from: 0.01, through: 1, by: 0.01) {
        let k = 2 * Double.pi / points * part
        var (re, im) = (-1.0, 0.0)
        for (index, weight) in weights.enumerated() {
          let (s, c) = Elementary.sincos(k * (Double(first + index) - place))
          (re, im) = (re + weight * c, im + weight * s)
        }
        worst = max(worst, (re * re + im * im).squareRoot())
      }
    }
    print("sinc \(points): \(worst)")
    #expect(worst <= 1.1 * error)
    #expect(spread.weights(at: 3) == (3, [1]))
  }

  /// Tables of a free surface are those of a mirrored line, and the transposed ones their transposes.
  @Test(arguments: [2, 4, 6, 8], [SurfaceTable.Parity.odd, .even])
  func surfaceTables(order: Int, parity: SurfaceTable.Parity) throws {
    let c = try Stencil(order: order).coefficients
    var random = NumPyRandom(seed: 3)
    let size = 3 * c.count
    var nodes = noise(size + 10, &random)
    if parity == .odd { nodes[0] = 0 }
    let half = noise(size + 10, &random)
    func node(_ k: Int) -> Double { k >= 0 ? nodes[k] : parity.rawValue * nodes[-k] }
    func halfNode(_ k: Int) -> Double { k >= 0 ? half[k] : -parity.rawValue * half[-1 - k] }
    let table = try SurfaceTable(stencil: Stencil(order: order), nodes: parity)
    for row in 0..<table.rows {
      let direct = c.indices.reduce(0.0) { $0 + c[$1] * (node(row + 1 + $1) - node(row - $1)) }
      let other = c.indices.reduce(0.0) { $0 + c[$1] * (halfNode(row + $1) - halfNode(row - 1 - $1)) }
      let up = (0..<table.columns).reduce(0.0) { $0 + table.toHalf[row * table.columns + $1] * nodes[$1] }
      let down = (0..<table.columns).reduce(0.0) { $0 + table.toNode[row * table.columns + $1] * half[$1] }
      #expect(abs(up - direct) <= 1e-13)
      let still = parity == .odd && row == 0
      #expect(abs(down - (still ? 0 : other)) <= 1e-13)
    }
    let turned = try SurfaceTable.turned(stencil: Stencil(order: order), nodes: parity)
    let (whole, wholeDown) = SurfaceTable.matrices(c, nodes: parity, size: size)
    for row in 0..<turned.rows {
      for column in 0..<turned.columns {
        #expect(turned.toHalf[row * turned.columns + column] == -wholeDown[column * size + row])
        #expect(turned.toNode[row * turned.columns + column] == -whole[column * size + row])
      }
      // Beyond the table nothing is left out.
      for column in turned.columns..<size {
        #expect(wholeDown[column * size + row] == 0 && whole[column * size + row] == 0)
      }
    }
  }

  @Test func transformOfAnyAnglesAgreesWithTheSum() {
    var random = NumPyRandom(seed: 4)
    for count in [17, 300, 1001] {
      let x = noise(count, &random)
      let angles = (0..<count).map { _ in random.uniform(0, .pi) }
      let transform = NonuniformTransform(count: count, angles: angles, offset: 0.5)
      // In a lane among others, which have no part in it.
      func lanes(_ values: [Double]) -> [SIMD8<Double>] { values.map { [1, 0, -$0, $0, 2, 0, 0, 3] } }
      let found = transform.forward(lanes(x))
      let (real, imaginary) = (found.real.map { $0[3] }, found.imaginary.map { $0[3] })
      var worst = 0.0
      for k in stride(from: 0, to: count, by: 7) {
        var (re, im) = (0.0, 0.0)
        for n in x.indices {
          let (s, c) = Elementary.sincos(angles[k] * (Double(n) + 0.5))
          (re, im) = (re + x[n] * c, im - x[n] * s)
        }
        worst = max(worst, abs(re - real[k]), abs(im - imaginary[k]))
      }
      print("nonuniform \(count): \(worst)")
      #expect(worst <= 2e-11 * Double(count).squareRoot())
      let (a, b) = (noise(count, &random), noise(count, &random))
      let left =
        zip(a, real).reduce(0) { $0 + $1.0 * $1.1 } + zip(b, imaginary).reduce(0) { $0 + $1.0 * $1.1 }
      let turned = transform.transposed(real: lanes(a), imaginary: lanes(b)).map { $0[3] }
      let right = zip(turned, x).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(left - right) <= 1e-12 * Double(count))
    }
  }

  /// A sum of steps of a corrected source is, corrected, its integral.
  @Test func dispersionIsTakenOut() {
    let (count, step) = (600, 0.01)
    let wavelet = Wavelet.ricker(frequency: 8, delay: 0.3)
    let times = TimeDispersion.Times(count: count, offset: 0.5)
    let source = TimeDispersion(.source, from: times, to: times)
    let corrected = source.applied(to: [wavelet.sampled(count: count, step: step, offset: 0.5)])[0]
    var (y, sums) = (0.0, [Double]())
    for value in corrected {
      y += step * value
      sums.append(y)
    }
    let record = TimeDispersion(.record, from: .init(count: count, offset: 1), to: .init(count: count))
    let found = record.applied(to: [sums])[0]
    // ∫ (1 − 2a) e^(−a) dt = (t − t₀) e^(−a).
    let errors = (0..<count).map { index -> Double in
      let t = Double(index) * step - 0.3
      return abs(found[index] - t * Elementary.exp(-(Double.pi * 8 * t) * (Double.pi * 8 * t)))
    }
    // What is left is the wavelet's part above the highest frequency of the steps.
    #expect(errors.max()! <= 2e-8)
  }

  @Test func mapsOfSectionsAreTransposed() {
    let source = Section(x0: 0, z0: 10, spacing: 12, columns: 19, rows: 14)
    let target = source.resampled(spacing: 7)
    let map = SectionMap(from: source, to: target)
    var random = NumPyRandom(seed: 5)
    let (a, b) = (noise(source.count, &random), noise(target.count, &random))
    let left = zip(map.applied(to: a), b).reduce(0) { $0 + $1.0 * $1.1 }
    let right = zip(a, map.transposed(b)).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(left - right) <= 1e-13 * abs(left).squareRoot() + 1e-13)
    let plane = (0..<source.count).map { source.x($0 % source.columns) + 2 * source.z($0 / source.columns) }
    let mapped = map.applied(to: plane)
    for index in mapped.indices {
      let x = min(target.x(index % target.columns), source.x(source.columns - 1))
      let z = min(target.z(index / target.columns), source.z(source.rows - 1))
      #expect(abs(mapped[index] - x - 2 * z) <= 1e-11)
    }
  }

  /// Binomial checkpoints reverse every piece once, with the fewest steps that theory allows.
  @Test(arguments: [(1, 3), (2, 1), (10, 3), (56, 3), (57, 3), (100, 5), (1000, 10)])
  func checkpointsAreOptimal(pieces: Int, states: Int) {
    let schedule = Checkpointing(pieces: pieces, states: states)
    var kept = Set(schedule.firstSweep)
    var (at, advanced): (Int?, Int) = (nil, pieces)
    var reversed: [Int] = []
    for action in schedule.reversal() {
      switch action {
      case .advance(let range):
        #expect(at == range.lowerBound)
        (at, advanced) = (range.upperBound, advanced + range.count)
      case .keep(let piece):
        #expect(at == piece)
        kept.insert(piece)
        #expect(kept.count <= states + 1)
      case .take(let piece):
        #expect(kept.contains(piece))
        at = piece
      case .drop(let piece): kept.remove(piece)
      case .reverse(let piece):
        #expect(at == piece)
        reversed.append(piece)
        at = piece + 1
      }
    }
    #expect(reversed == Array((0..<pieces).reversed()))
    // With s states, the first among them: r N − C(s + r, r − 1). The first sweep goes on to the end, for the
    // seismograms.
    var repeats = 0
    while Checkpointing.reach(states + 1, repeats) < pieces { repeats += 1 }
    let optimum = repeats * pieces - Checkpointing.reach(states + 2, repeats - 1)
    #expect(advanced == optimum + pieces - schedule.firstSweep.last!)
  }
}
