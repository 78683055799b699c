import Foundation
import Testing

@testable import NumericCore

@Suite struct FourierTests {
  @Test(arguments: [
    1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 16, 17, 23, 30, 31, 41, 49, 60, 64, 97, 101, 210, 360,
  ])
  func matchesTheDefinition(length: Int) {
    var noise = Noise(UInt64(length))
    let (real, imaginary) = (noise.values(length), noise.values(length))
    var (re, im) = (real, imaginary)
    let transform = FourierTransform(length: length)
    transform.forward(&re, &im)
    for k in 0..<length {
      var (sumReal, sumImaginary) = (0.0, 0.0)
      for j in 0..<length {
        let angle = -2 * Double.pi * Double(j * k % length) / Double(length)
        sumReal += real[j] * cos(angle) - imaginary[j] * sin(angle)
        sumImaginary += real[j] * sin(angle) + imaginary[j] * cos(angle)
      }
      #expect(abs(re[k] - sumReal) <= 2e-13)
      #expect(abs(im[k] - sumImaginary) <= 2e-13)
    }
    transform.inverse(&re, &im)
    #expect(zip(re, real).allSatisfy { abs($0 - $1) <= 1e-15 * 8 })
    #expect(zip(im, imaginary).allSatisfy { abs($0 - $1) <= 1e-15 * 8 })
  }

  /// Bit for bit, also the sign of a zero.
  @Test(arguments: [1, 2, 12, 60, 210, 864])
  func lanesAreSignals(length: Int) {
    var noise = Noise(UInt64(length))
    let transform = FourierTransform(length: length)
    let signals = (0..<8).map { lane in
      lane == 5 ? [Double](repeating: 0, count: 2 * length) : noise.values(2 * length)
    }
    var real = (0..<length).map { k in SIMD8(signals.map { $0[k] }) }
    var imaginary = (0..<length).map { k in SIMD8(signals.map { $0[length + k] }) }
    transform.forward(&real, &imaginary)
    let (inverseReal, inverseImaginary) = (real, imaginary)
    transform.inverse(&real, &imaginary)
    for (lane, signal) in signals.enumerated() {
      var (re, im) = (Array(signal[..<length]), Array(signal[length...]))
      transform.forward(&re, &im)
      #expect(re.map(\.bitPattern) == inverseReal.map { $0[lane].bitPattern })
      #expect(im.map(\.bitPattern) == inverseImaginary.map { $0[lane].bitPattern })
      transform.inverse(&re, &im)
      #expect(re.map(\.bitPattern) == real.map { $0[lane].bitPattern })
      #expect(im.map(\.bitPattern) == imaginary.map { $0[lane].bitPattern })
    }
  }

  @Test(arguments: [1000, 1999, 2000])
  func pureWave(length: Int) {
    var re = (0..<length).map { cos(2 * Double.pi * Double(7 * $0 % length) / Double(length)) }
    var im = [Double](repeating: 0, count: length)
    FourierTransform(length: length).forward(&re, &im)
    for k in 0..<length {
      let expected = k == 7 || k == length - 7 ? Double(length) / 2 : 0
      #expect(abs(re[k] - expected) <= 1e-13 * Double(length))
      #expect(abs(im[k]) <= 1e-13 * Double(length))
    }
  }

  @Test func twoDimensions() {
    var noise = Noise(2)
    let (rows, columns) = (6, 17)
    let signal = noise.values(rows * columns)
    var (re, im) = (signal, [Double](repeating: 0, count: rows * columns))
    let transform = FourierTransform2D(rows: rows, columns: columns)
    transform.forward(&re, &im)
    for (kr, kc) in [(0, 0), (1, 3), (5, 16), (3, 8)] {
      var (sumReal, sumImaginary) = (0.0, 0.0)
      for row in 0..<rows {
        for column in 0..<columns {
          let turns = Double(kr * row) / Double(rows) + Double(kc * column) / Double(columns)
          sumReal += signal[row * columns + column] * cos(2 * .pi * turns)
          sumImaginary -= signal[row * columns + column] * sin(2 * .pi * turns)
        }
      }
      #expect(abs(re[kr * columns + kc] - sumReal) <= 1e-12)
      #expect(abs(im[kr * columns + kc] - sumImaginary) <= 1e-12)
    }
    transform.inverse(&re, &im)
    #expect(zip(re, signal).allSatisfy { abs($0 - $1) <= 1e-14 })
    #expect(im.allSatisfy { abs($0) <= 1e-14 })
  }

  @Test func frequencies() {
    #expect(FourierTransform2D.frequencies(count: 5, spacing: 2) == [0, 0.1, 0.2, -0.2, -0.1])
    #expect(FourierTransform2D.frequencies(count: 4, spacing: 1) == [0, 0.25, -0.5, -0.25])
  }
}

@Suite struct SpectralFilterTests {
  static let geometry = GridGeometry(
    region: Region(west: 0, east: 40_000, south: 0, north: 30_000), columns: 5, rows: 4)

  @Test func publishedRow() throws {
    var misfit = Grid(geometry: Self.geometry, repeating: 0)
    for row in 0..<4 {
      for column in 0..<5 {
        let (e, n) = (Self.geometry.easting(column), Self.geometry.northing(row))
        misfit[row, column] = (e * e + n * n) / 1e7 - 100
      }
    }
    let mean = Statistics.mean(misfit.values)
    for index in misfit.values.indices { misfit.values[index] -= mean }
    let smooth = try GaussianFilter.lowPass(grid: misfit, wavelength: 300_000)
    let expected = [-7.6231678, -7.62287788, -7.61977385, -7.61619311, -7.61483203]
    for column in 0..<5 { #expect(abs(smooth[0, column] + mean - expected[column]) <= 1e-8) }
  }

  /// The real transform where it takes the padded size, the one for any length where not: 41 + 2 · 13 = 67
  /// nodes are a prime that it does not.
  @Test func everySizeIsFiltered() throws {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 38_000, south: 0, north: 30_000), columns: 39, rows: 31)
    var noise = Noise(3)
    let grid = Grid(geometry: geometry, values: noise.values(geometry.count))
    let padded = PaddedGrid(grid, GridPadding(mode: .linearRamp(end: 0.25)))
    #expect(RealTransform2D.takes(rows: padded.rows, columns: padded.columns))
    var (real, complex) = (padded, padded)
    let (rows, columns) = (padded.rows, padded.columns)
    func factor(_ row: Int, _ column: Int) -> Double {
      1 / Double(1 + min(row, rows - row) + 2 * min(column, columns - column))
    }
    real.multiplyReal(.serial, factor)
    complex.multiplyComplex(factor)
    #expect(zip(real.values, complex.values).allSatisfy { abs($0 - $1) <= 1e-14 })
    let prime = GridGeometry(
      region: Region(west: 0, east: 40_000, south: 0, north: 30_000), columns: 41, rows: 31)
    let flat = try GaussianFilter.lowPass(
      grid: Grid(geometry: prime, repeating: 3), wavelength: 20_000)
    #expect(flat.values.allSatisfy { abs($0 - 3) <= 1e-13 })
  }

  @Test func constantStaysAndHasNoHighPass() throws {
    let flat = Grid(geometry: Self.geometry, repeating: 7.25)
    let low = try GaussianFilter.lowPass(grid: flat, wavelength: 20_000)
    let high = try GaussianFilter.highPass(grid: flat, wavelength: 20_000)
    #expect(low.values.allSatisfy { abs($0 - 7.25) <= 1e-14 })
    #expect(high.values.allSatisfy { abs($0) <= 1e-14 })
  }

  @Test func missingNodesStayMissingAndTakeTheNearestValue() throws {
    var noise = Noise(1)
    var grid = Grid(geometry: Self.geometry, values: noise.values(20))
    grid[0, 0] = .nan
    var filled = grid
    filled[0, 0] = grid[0, 1]
    // Rows and columns are equally far apart; the value in the node's own column is taken first.
    filled[0, 0] = grid[1, 0]
    let low = try GaussianFilter.lowPass(grid: grid, wavelength: 30_000)
    let expected = try GaussianFilter.lowPass(grid: filled, wavelength: 30_000)
    #expect(low[0, 0].isNaN)
    #expect(zip(low.values, expected.values).dropFirst().allSatisfy { $0 == $1 })
  }

  @Test func refusals() {
    let grid = Grid(geometry: Self.geometry, repeating: .nan)
    #expect(throws: NumericError.allMissing(count: 20)) {
      try GaussianFilter.lowPass(grid: grid, wavelength: 1000)
    }
    #expect(throws: NumericError.notPositive(what: "wavelength", value: 0)) {
      try GaussianFilter.lowPass(grid: grid, wavelength: 0)
    }
    let line = Grid(
      geometry: GridGeometry(region: Region(west: 0, east: 1, south: 0, north: 0), columns: 2, rows: 1),
      repeating: 0)
    #expect(throws: NumericError.gridTooSmall(columns: 2, rows: 1, needed: 2)) {
      try GaussianFilter.highPass(grid: line, wavelength: 1)
    }
  }
}
