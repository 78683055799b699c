import Testing

@testable import Optimisation

/// Maps of unknowns to parameters against differences, and their bounds.
@Suite struct ParameterMapTests {
  private static func map(_ scaling: ParameterMap.Scaling) -> ParameterMap {
    ParameterMap(
      scaling: scaling, unknowns: 2,
      driven: [
        .init(name: "vpv", unknown: 0, prior: [2000, 3000, .nan, 2500]),
        .init(name: "vph", unknown: 0, prior: [2100, 3100, 2600, 2550]),
        .init(name: "vsv", unknown: 1, prior: [1000, 1500, 1200, 1250]),
        .init(name: "rho", unknown: 1, factor: 0.3, prior: [2200, 2300, 2400, 2500]),
      ], weights: [1, 0.5, 1, 0])
  }

  /// Any function of the parameters: Σ c p + ½ Σ d p².
  private static func value(_ fields: [[Double]]) -> Double {
    fields.enumerated().reduce(0) { sum, field in
      field.element.enumerated().reduce(sum) { sum, entry in
        guard entry.element.isFinite else { return sum }
        return sum + Double(field.offset + entry.offset + 1) * entry.element / 1000
          + 0.5 * (entry.element / 1000) * (entry.element / 1000)
      }
    }
  }

  @Test(arguments: ParameterMap.Scaling.allCases) func gradientIsThatOfDifferences(
    scaling: ParameterMap.Scaling
  ) {
    let map = Self.map(scaling)
    let unit = scaling == .absolute ? 100.0 : 0.1
    let m = (0..<map.count).map { unit * (Double($0 % 3) - 1) }
    let derivatives = map.physical(m).enumerated().map { field in
      field.element.enumerated().map { entry -> Double in
        Double(field.offset + entry.offset + 1) / 1000 + entry.element / 1_000_000
      }
    }
    let gradient = map.gradient(derivatives, at: m)
    for index in 0..<map.count {
      var (up, down) = (m, m)
      let step = 1e-4 * unit
      up[index] += step
      down[index] -= step
      let difference = (Self.value(map.physical(up)) - Self.value(map.physical(down))) / (2 * step)
      #expect(abs(difference - gradient[index]) <= 1e-7 * max(abs(difference), 1e-3))
    }
    // Nodes 2 and 3 may not change: a prior is missing, and a weight is 0.
    for index in [2, 3, 6, 7] { #expect(gradient[index] == 0) }
    #expect(map.physical(m)[1][3] == 2550)
  }

  @Test(arguments: ParameterMap.Scaling.allCases) func boundsHold(scaling: ParameterMap.Scaling) {
    let plain = Self.map(scaling)
    var driven = plain.driven
    driven[0].bounds = (1900, 3050)
    driven[3].bounds = (-.infinity, 2310)
    let map = ParameterMap(scaling: scaling, unknowns: 2, driven: driven, weights: plain.weights)
    for sign in [-1.0, 1] {
      let wild = Array(repeating: sign * (scaling == .absolute ? 1e4 : 5), count: map.count)
      let fields = map.physical(map.bounded(wild))
      #expect(fields[0][0] >= 1900 - 1e-9 && fields[0][1] <= 3050 + 1e-9)
      #expect(fields[3][0] <= 2310 + 1e-9)
      let pushed = map.inward(Array(repeating: -sign, count: map.count), at: map.bounded(wild))
      #expect(pushed[0] == 0)
      let back = map.inward(Array(repeating: sign, count: map.count), at: map.bounded(wild))
      #expect(back[0] == sign)
    }
    let inside = [Double](repeating: 0, count: map.count)
    #expect(map.bounded(inside) == inside)
  }

  @Test func cutoutIsHalfACosine() {
    let cutout = Cutout(x: 10, y: 0, radius: 4)
    #expect(cutout.weight(x: 10, y: 4) == 0)
    #expect(cutout.weight(x: 16, y: 0) == 1)
    #expect(abs(cutout.weight(x: 15, y: 0) - 0.5) < 1e-15)
    #expect(Cutout(x: 0, y: 0, radius: 0).weight(x: 0, y: 0) == 1)
  }
}
