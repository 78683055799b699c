import Testing

@testable import NumericCore

@Suite struct GridFilterTests {
  static let geometry = GridGeometry(
    region: Region(west: 0, east: 40e3, south: -5e3, north: 27e3), columns: 21, rows: 17)

  static let field: Grid = {
    let nodes = geometry.nodes
    return Grid(
      geometry: geometry,
      values: zip(nodes.easting, nodes.northing).map { e, n in
        let square = (e - 2e4) * (e - 2e4) + (n - 1e4) * (n - 1e4)
        let waves = 10 * Elementary.sin(e / 7e3) * Elementary.cos(n / 9e3) + 0.002 * e / 10
        return waves - 30 * Elementary.exp(-square / 5e7)
      })
  }()

  static func filter(_ name: String) -> GridFilter {
    switch name {
    case "lowpass": .lowPass(wavelength: 12e3)
    case "highpass": .highPass(wavelength: 12e3)
    case "up_continue": .upwardContinuation(height: 3e3)
    case "up_deriv": .upwardDerivative
    case "easting_deriv": .eastingDerivative
    case "northing_deriv": .northingDerivative
    default: .totalGradient
    }
  }

  static func mode(_ name: String) -> GridPadding.Mode {
    switch name {
    case "constant": .constant(nil)
    case "edge": .edge
    case "reflect": .reflect
    case "symmetric": .symmetric
    case "wrap": .wrap
    case "maximum": .maximum
    case "minimum": .minimum
    case "mean": .mean
    case "median": .median
    default: .linearRamp(end: nil)
    }
  }

  /// Harmonica 0.7.0 on a grid padded by NumPy: nodes (row, column) (0, 0), (8, 10), (16, 20), (3, 0).
  static let reference: [(filter: String, mode: String, factor: Int, values: [Double])] = [
    (
      "lowpass", "linear_ramp", 3,
      [0.9251311755804471, -20.824391492767347, 12.21401890038475, 1.066008526808447]
    ),
    (
      "highpass", "linear_ramp", 3,
      [-0.9252429751756077, -3.623056508177114, 1.1190919489703566, -1.0680001553380392]
    ),
    (
      "up_continue", "linear_ramp", 3,
      [1.436724136515444, -10.77754707077234, 8.442836292109908, 1.5516270441220745]
    ),
    (
      "up_deriv", "linear_ramp", 3,
      [0.0012073568656521593, 0.007002433592233176, -0.002503776598980905, 0.0013498105872091204]
    ),
    (
      "easting_deriv", "linear_ramp", 3,
      [0.0006948821060689465, -0.00026198681699853666, -0.0009061372950663831, 0.0007947588059585396]
    ),
    (
      "northing_deriv", "linear_ramp", 3,
      [-5.1783487471355904e-06, 0.0007963111385310553, -0.000586847195914312, -7.205472602355167e-07]
    ),
    (
      "total_gradient", "linear_ramp", 3,
      [0.0013930536808278307, 0.007052433958234935, 0.002726604424273367, 0.001566406939520771]
    ),
    (
      "lowpass", "constant", 3,
      [0.7527055026351068, -20.824877391641312, 7.041341903179286, 1.091523400014201]
    ),
    (
      "lowpass", "edge", 3, [0.9787961326885493, -20.824332479207264, 13.766272814477652, 1.0605429911901687]
    ),
    (
      "lowpass", "reflect", 3,
      [2.0161325374074774, -20.824369902162328, 14.165834345048388, 2.1245742044988303]
    ),
    (
      "lowpass", "symmetric", 3,
      [1.1357493899883946, -20.82436433175957, 13.833918628912143, 1.225369671109455]
    ),
    ("lowpass", "wrap", 3, [2.198102319823056, -20.82436433175957, 7.4162595664533635, 1.7365905479294033]),
    (
      "lowpass", "maximum", 3, [4.708082551419252, -20.82384668443814, 14.685623741248536, 4.191739566777964]
    ),
    (
      "lowpass", "minimum", 3,
      [-2.126736708702953, -20.82863163180058, 3.654881407574222, -0.313439540429027]
    ),
    ("lowpass", "mean", 3, [1.6537003243358543, -20.825748172492737, 9.21965952318053, 1.6727384417232103]),
    (
      "lowpass", "median", 3, [1.4994542129137212, -20.825158480655833, 8.36448095162737, 1.3872980396594343]
    ),
    (
      "lowpass", "reflect", 1,
      [2.0150472335690024, -20.82433234602741, 14.163586727347164, 2.1238219995189587]
    ),
    (
      "lowpass", "symmetric", 1,
      [1.1347440634950905, -20.82433292303943, 13.831358423068473, 1.2245599750136222]
    ),
  ]

  @Test func agreesWithHarmonica() throws {
    for row in Self.reference {
      let padding = GridPadding(mode: Self.mode(row.mode), widthFactor: row.factor)
      let found = try Self.filter(row.filter).apply(to: Self.field, padding: padding)
      for (place, value) in zip([(0, 0), (8, 10), (16, 20), (3, 0)], row.values) {
        let error = abs(found[place.0, place.1] - value)
        #expect(
          error < 1e-11 * max(1, abs(value)), "\(row.filter) \(row.mode) \(place): \(found[place.0, place.1])"
        )
      }
    }
  }

  /// Spec vector R13: (e² + n²)/1e7 − 100 on 5 × 4 nodes of 10 km, 300 km filter.
  @Test func publishedVector() throws {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 40e3, south: 0, north: 30e3), columns: 5, rows: 4)
    let nodes = geometry.nodes
    let misfit = zip(nodes.easting, nodes.northing).map { ($0 * $0 + $1 * $1) / 1e7 - 100 }
    let found = try GridFilter.lowPass(wavelength: 300e3).apply(to: Grid(geometry: geometry, values: misfit))
    for (column, value) in [-7.6231678, -7.62287788, -7.61977385, -7.61619311, -7.61483203].enumerated() {
      #expect(abs(found[0, column] - value) < 1e-8)
    }
  }

  /// A periodic grid and wrapping without padding: a wave is damped by exactly the response.
  @Test func wavesAreMultipliedByTheResponse() throws {
    let n = 32
    let geometry = GridGeometry(
      region: Region(west: 0, east: 31e3, south: 0, north: 31e3), columns: n, rows: n)
    let wavenumber = 2 * Double.pi * 3 / 32e3
    let wave = Grid(
      geometry: geometry, values: geometry.nodes.easting.map { Elementary.cos(wavenumber * $0) })
    let none = GridPadding(mode: .wrap, widthFactor: nil)
    let up = try GridFilter.upwardContinuation(height: 2e3).apply(to: wave, padding: none)
    let steep = try GridFilter.upwardDerivative.apply(to: wave, padding: none)
    let factor = Elementary.exp(-wavenumber * 2e3)
    for index in wave.values.indices {
      #expect(abs(up.values[index] - factor * wave.values[index]) < 1e-13)
      #expect(abs(steep.values[index] + wavenumber * wave.values[index]) < 1e-15)
    }
    let down = try GridFilter.upwardContinuation(height: -2e3).apply(to: up, padding: none)
    for index in wave.values.indices { #expect(abs(down.values[index] - wave.values[index]) < 1e-12) }
  }

  @Test func planesHaveTheirSlopes() throws {
    let nodes = Self.geometry.nodes
    let plane = Grid(
      geometry: Self.geometry, values: zip(nodes.easting, nodes.northing).map { 2e-3 * $0 - 5e-4 * $1 })
    let none = GridPadding(mode: .edge, widthFactor: nil)
    let east = try GridFilter.eastingDerivative.apply(to: plane, padding: none)
    let north = try GridFilter.northingDerivative.apply(to: plane, padding: none)
    #expect(east.values.allSatisfy { abs($0 - 2e-3) < 1e-15 })
    #expect(north.values.allSatisfy { abs($0 + 5e-4) < 1e-15 })
  }

  @Test func missingValuesStayMissing() throws {
    var grid = Self.field
    grid[3, 4] = .nan
    for name in ["lowpass", "easting_deriv", "total_gradient"] {
      let found = try Self.filter(name).apply(to: grid)
      #expect(found[3, 4].isNaN && found.values.count { $0.isNaN } == 1, "\(name)")
    }
    #expect(throws: NumericError.self) {
      try GridFilter.lowPass(wavelength: 0).apply(to: grid)
    }
  }

  @Test func defaultIsTheRegionalFilter() throws {
    let direct = try GaussianFilter.lowPass(grid: Self.field, wavelength: 12e3)
    #expect(try GridFilter.lowPass(wavelength: 12e3).apply(to: Self.field) == direct)
  }
}
