import NumericCore
import Testing

@testable import Topography

/// Windows over a region, and grids out of their values.
@Suite struct WindowTests {
  /// At 60° of latitude a degree of longitude is half as long as one of latitude, and an area far off is as in metres.
  @Test func degreesOfLongitudeAreShort() throws {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 8, south: 58, north: 62), spacing: 0.5, isGeographic: true)
    let centres = Points(easting: [1.1, 6.7, 0.9, 6.2], northing: [59.05, 59.2, 60.9, 61.4])
    let values = [1.0, 4, 2, 3]
    // The same on a plane of metres.
    let degree = 6_371_008.771415 * Double.pi / 180
    let plane = GridGeometry(
      region: Region(west: 0, east: 4 * degree, south: 58 * degree, north: 62 * degree),
      columns: geometry.columns, rows: geometry.rows)
    let narrow = Points(
      easting: centres.easting.map { $0 * degree / 2 }, northing: centres.northing.map { $0 * degree })
    for merge in [WindowMerge.spline(damping: nil), .nearest] {
      let found = try merge.grid(of: values, centres: centres, on: geometry)
      let expected = try merge.grid(of: values, centres: narrow, on: plane)
      #expect(found.geometry == geometry)
      for (one, other) in zip(found.values, expected.values) { #expect(abs(one - other) < 1e-6) }
    }
  }

  private static let region = Region(west: 0, east: 40000, south: 0, north: 30000)

  private static func starts(_ width: Double, overlap: Double = 0, spacing: Double = 1000) throws
    -> [[Double]]
  {
    let windows = try WindowTiling(region: region, width: width, overlap: overlap, spacing: spacing).windows
    return windows.map { [$0.region.west, $0.region.south, $0.region.east, $0.region.north] }
  }

  /// Expected numbers follow Invert4Geom's rule by hand: (40 − 15)/15 → 2 steps of 12.5 km, moved to nodes.
  @Test func tiles() throws {
    #expect(
      try Self.starts(15000) == [
        [0, 0, 15000, 15000], [12000, 0, 27000, 15000], [25000, 0, 40000, 15000],
        [0, 15000, 15000, 30000], [12000, 15000, 27000, 30000], [25000, 15000, 40000, 30000],
      ])
    #expect(
      try Self.starts(20000) == [
        [0, 0, 20000, 20000], [20000, 0, 40000, 20000], [0, 10000, 20000, 30000],
        [20000, 10000, 40000, 30000],
      ])
    // Half overlapping: (40 − 20)/10 = 2 steps, and (30 − 20)/10 = 1.
    #expect(try Self.starts(20000, overlap: 0.5).map { $0[0] } == [0, 10000, 20000, 0, 10000, 20000])
    // A window as large as the region, or larger, is the region.
    #expect(try Self.starts(50000) == [[0, 0, 40000, 30000]])
    #expect(try Self.starts(30000).map { $0[1] } == [0, 0])
  }

  @Test func coverAndBuffer() throws {
    let windows = try WindowTiling(
      region: Self.region, width: 7000, overlap: 0.2, spacing: 500, buffer: 1500
    ).windows
    for (east, north) in [(0.0, 0.0), (40000, 30000), (20250, 14750), (39999, 1)] {
      #expect(windows.contains { $0.region.contains(easting: east, northing: north) })
    }
    for window in windows {
      #expect(window.padded.west == max(0, window.region.west - 1500))
      #expect(window.padded.north == min(30000, window.region.north + 1500))
      #expect(window.region.width == 7000 && window.region.height == 7000)
      #expect(window.centre.easting == window.region.west + 3500)
    }
  }

  @Test func impossibleSettings() {
    func error(_ width: Double, _ overlap: Double, _ buffer: Double) -> InversionError? {
      do throws(InversionError) {
        _ = try WindowTiling(
          region: Self.region, width: width, overlap: overlap, spacing: 1000, buffer: buffer)
        return nil
      } catch { return error }
    }
    #expect(error(500, 0, 0) == .settingOutOfRange(name: "window_width", value: 500))
    #expect(error(5000, 1, 0) == .settingOutOfRange(name: "window_overlap", value: 1))
    #expect(error(5000, 0, -1) == .settingOutOfRange(name: "window_buffer", value: -1))
  }

  // MARK: - grids

  private static let geometry = GridGeometry(region: region, spacing: 5000)
  private static let centres = Points(
    easting: [5000, 20000, 35000, 5000, 20000, 35000], northing: [5000, 5000, 5000, 25000, 25000, 25000])

  @Test func fewWindowsGiveTheirMean() throws {
    let two = try WindowMerge.spline(damping: nil).grid(
      of: [1, 4], centres: Self.centres.subset([0, 1]), on: Self.geometry)
    #expect(two.values.allSatisfy { $0 == 2.5 })
    let equal = try WindowMerge.nearest.grid(
      of: Array(repeating: 0.1, count: 6), centres: Self.centres, on: Self.geometry)
    #expect(equal.values.allSatisfy { $0 == 0.1 })
    #expect(throws: NumericError.tooFewPoints(found: 0, needed: 1)) {
      try WindowMerge.nearest.grid(of: [], centres: Self.centres.subset([]), on: Self.geometry)
    }
  }

  @Test func nearest() throws {
    let values = [1.0, 2, 3, 4, 5, 6]
    let grid = try WindowMerge.nearest.grid(of: values, centres: Self.centres, on: Self.geometry)
    #expect(grid[0, 0] == 1 && grid[0, 8] == 3 && grid[6, 4] == 5)
    // Midway between the south and the north the first of them.
    #expect(grid[3, 4] == 2)
  }

  /// The spline passes the values at the centres, which are nodes here, and leaves their range nowhere.
  @Test func spline() throws {
    let values = [2853.0, 2917, 2988, 2131, 1844, 1814]
    let grid = try WindowMerge.spline(damping: nil).grid(
      of: values, centres: Self.centres, on: Self.geometry)
    for window in values.indices {
      let column = Int(Self.centres.easting[window] / 5000)
      let row = Int(Self.centres.northing[window] / 5000)
      #expect(abs(grid[row, column] - values[window]) < 1e-6)
    }
    #expect(grid.values.min() == 1814 && grid.values.max() == 2988)
    // The level of the values does not bend it.
    let higher = try WindowMerge.spline(damping: nil).grid(
      of: values.map { $0 + 1e4 }, centres: Self.centres, on: Self.geometry)
    for (one, other) in zip(grid.values, higher.values) { #expect(abs(other - one - 1e4) < 1e-6) }
    // Halfway between two that lie a little above and two that lie as much below: the mean.
    let four = Points(easting: [0, 40000, 0, 40000], northing: [0, 0, 30000, 30000])
    let middle = try WindowMerge.spline(damping: nil).grid(
      of: [351, 349, 349, 351], centres: four, on: GridGeometry(region: Self.region, columns: 3, rows: 3))
    #expect(abs(middle[1, 1] - 350) < 1e-6)
    let smooth = try WindowMerge.spline(damping: 1).grid(of: values, centres: Self.centres, on: Self.geometry)
    #expect(abs(smooth[1, 1] - 2853) > 1)
  }
}
