import Foundation
import NumericCore
import TestSupport
import Testing

@testable import ForwardModels

@Suite struct DoubleCoupleTests {
  /// Okada's rectangle of 3 by 2, its lower edge at depth 4, dipping by 70°, seen at (2, 3): the sum of its points. His x is along
  /// strike, here north, and his y to the left, here west.
  private func rectangle(rake: Double) -> (x: Double, y: Double, z: Double) {
    let (sin, cos) = Elementary.sincos(70 * Double.pi / 180)
    let count = 40
    var sum = (x: 0.0, y: 0.0, z: 0.0)
    for i in 0..<count {
      for j in 0..<count {
        let along = (Double(i) + 0.5) * 3 / Double(count)
        let upward = (Double(j) + 0.5) * 2 / Double(count)
        let source = DoubleCouple(
          easting: -upward * cos, northing: along, depth: 4 - upward * sin,
          mechanism: (strike: 0, dip: 70, rake: rake), potency: 6 / Double(count * count))
        let moved = source.displacement(easting: -3, northing: 2)
        sum = (sum.x + moved.north, sum.y - moved.east, sum.z + moved.up)
      }
    }
    return sum
  }

  /// The published numbers of his table 2, case 2.
  @Test func `Points add up to Okada's rectangle`() {
    let slip = rectangle(rake: 0)
    #expect(abs(slip.x + 8.689e-3) < 2e-6 && abs(slip.y + 4.298e-3) < 2e-6 && abs(slip.z + 2.747e-3) < 2e-6)
    let thrust = rectangle(rake: 90)
    #expect(
      abs(thrust.x + 4.682e-3) < 2e-6 && abs(thrust.y + 3.527e-2) < 1e-5 && abs(thrust.z + 3.564e-2) < 1e-5)
  }

  @Test func `A turned source moves turned places alike`() {
    let one = DoubleCouple(
      easting: 0, northing: 0, depth: 3000, mechanism: (strike: 0, dip: 40, rake: 70), potency: 1e6)
    var turned = one
    turned.strike = 90
    // North becomes east, east becomes south.
    let (a, b) = (
      one.displacement(easting: 500, northing: 2000), turned.displacement(easting: 2000, northing: -500)
    )
    #expect(abs(a.north - b.east) < 1e-12 && abs(a.east + b.north) < 1e-12 && abs(a.up - b.up) < 1e-12)
  }

  /// The auxiliary plane is the same double couple.
  @Test func `Both nodal planes are one source`() {
    let vertical = DoubleCouple(
      easting: 0, northing: 0, depth: 2000, mechanism: (strike: 0, dip: 90, rake: 0), potency: 1e6)
    var auxiliary = vertical
    (auxiliary.strike, auxiliary.rake) = (90, 180)
    for place in [(300.0, 700.0), (-2000, 100), (50, -4000)] {
      let (a, b) = (
        vertical.displacement(easting: place.0, northing: place.1),
        auxiliary.displacement(easting: place.0, northing: place.1)
      )
      #expect(abs(a.east - b.east) + abs(a.north - b.north) + abs(a.up - b.up) < 1e-12)
    }
  }
}

@Suite struct RadialRaysTests {
  /// In a sphere of one velocity rays are chords.
  @Test func `Chords of a uniform sphere`() throws {
    let rays = try RadialRays(depths: [0, 3000, 6000], velocities: [10, 10, 10], source: 0)
    for degrees in [1.0, 20, 60, 110] {
      let chord = 2 * 6371 * Elementary.sin(0.5 * degrees * Double.pi / 180)
      let time = try #require(rays.firstArrival(at: degrees))
      #expect(abs(time - chord / 10) < 1e-6)
    }
    let buried = try RadialRays(depths: [0, 3000, 6000], velocities: [10, 10, 10], source: 500)
    for degrees in [0, 0.5, 30] {
      let cos = Elementary.cos(degrees * Double.pi / 180)
      let chord = (6371.0 * 6371 + 5871 * 5871 - 2 * 6371 * 5871 * cos).squareRoot()
      let time = try #require(buried.firstArrival(at: degrees))
      #expect(abs(time - chord / 10) < 1e-6)
    }
  }

  private static func text(_ name: String) throws -> String {
    try String(contentsOfFile: Checkout.sharedPath("data/ak135/\(name)"), encoding: .utf8)
  }

  private static func model(_ column: Int) throws -> (depths: [Double], velocities: [Double]) {
    let lines = try Self.text("ak135.tvel").split(separator: "\n").dropFirst(2)
    let rows = lines.map { $0.split(separator: " ").compactMap { Double($0) } }.filter { $0.count >= 3 }
    let mantle = rows.filter { $0[0] <= 2891.5 }
    // The core's row of the same depth is not the mantle's.
    let last = mantle.firstIndex { $0[0] == 2891.5 } ?? mantle.count - 1
    return (mantle[...last].map { $0[0] }, mantle[...last].map { $0[column] })
  }

  /// Published tables of times to 0.01 s, whose own splines are hardly better: 0.034 s is the largest difference, 0.012 s its root mean
  /// square for P and 0.007 s for S.
  @Test(.needsShared, arguments: [("P", 1), ("S", 2)])
  func `Times of ak135 are those of the published tables`(_ phase: String, _ column: Int) throws {
    let model = try Self.model(column)
    let lines = try Self.text("ak135_\(phase)_shallow.txt").split(separator: "\n")
    let depths = lines[0].split(separator: " ").compactMap { Double($0) }
    var differences: [Double] = []
    for (index, depth) in depths.enumerated() {
      let rays = try RadialRays(depths: model.depths, velocities: model.velocities, source: depth)
      for line in lines.dropFirst() {
        let numbers = line.split(separator: " ").compactMap { Double($0) }
        guard numbers.count > 2 * depths.count else { continue }
        let published = 60 * numbers[1 + 2 * index] + numbers[2 + 2 * index]
        let time = try #require(rays.firstArrival(at: numbers[0]), "\(numbers[0])° from \(depth) km")
        differences.append(time - published)
      }
    }
    let (largest, rms) = (differences.map { abs($0) }.max() ?? 1, Statistics.rms(differences))
    print(phase, "differences from the tables: largest", largest, "rms", rms, "of", differences.count)
    #expect(largest < 0.04 && rms < 0.015)
  }

  @Test func `What is no earth is told`() {
    #expect(throws: RadialRays.Failure.badModel(node: 1)) {
      try RadialRays(depths: [0, 100], velocities: [5, 0], source: 0)
    }
    #expect(throws: RadialRays.Failure.badModel(node: 2)) {
      try RadialRays(depths: [0, 100, 50], velocities: [5, 6, 7], source: 0)
    }
    #expect(throws: RadialRays.Failure.sourceOutside(depth: 700, bottom: 660)) {
      try RadialRays(depths: [0, 660], velocities: [5, 6], source: 700)
    }
  }
}
