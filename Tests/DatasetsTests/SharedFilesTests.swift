import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Datasets

/// Files that other programs wrote: reference numbers and measurements.
@Suite(.needsShared)
struct SharedFilesTests {
  private func files(_ folders: [String], ending: String) throws -> [String] {
    try folders.flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: Checkout.sharedPath(folder)).sorted()
        .filter { $0.hasSuffix(ending) }.map { try Checkout.sharedPath("\(folder)/\($0)") }
    }
  }

  private let folders = ["reference/gravity", "data/global", "data/south_america", "data/south_africa"]

  @Test func everyNetCDFFileIsRead() throws {
    for path in try files(folders, ending: ".nc") {
      let dataset = try NetCDFFile.read(path)
      #expect(!dataset.variables.isEmpty)
      for variable in dataset.variables {
        let sizes = variable.dimensions.compactMap { dataset.size(of: $0) }
        #expect(variable.values.count == sizes.reduce(1, *))
      }
      // Comparing millions of values takes seconds without optimisation and shows nothing new.
      guard dataset.variables.allSatisfy({ $0.values.count < 100_000 }) else { continue }
      let folder = try ScratchFolder("datasets")
      try NetCDFFile.write(dataset, to: folder.path("copy.nc"))
      #expect(try NetCDFFile.read(folder.path("copy.nc")) == dataset, "\(path)")
    }
  }

  @Test func everyTableIsRead() throws {
    for path in try files(folders, ending: ".csv") {
      let table = try TableFile.read(path)
      #expect(table.count > 0 && table.columns.count > 2)
      let folder = try ScratchFolder("datasets")
      try TableFile.write(table, to: folder.path("copy.csv"))
      #expect(try TableFile.read(folder.path("copy.csv")) == table, "\(path)")
    }
  }

  @Test func knownNumbers() throws {
    let topography = try GridFile.read(
      Checkout.sharedPath("reference/gravity/a_true_topography.nc"), variable: "topography")
    #expect(topography.units == "m")
    #expect(
      topography.grid.geometry
        == GridGeometry(region: Region(west: 0, east: 40000, south: 0, north: 30000), columns: 41, rows: 31))
    let mean = topography.grid.values.reduce(0, +) / 1271
    #expect(abs(mean - 492.2704164812973) < 1e-10)
    let constraints = try TableFile.read(
      Checkout.sharedPath("data/south_america/brazil_parana_constraints.csv"))
    #expect(constraints.count == 117)
    #expect(try constraints.numbers("upward")[1] == -47000)
    #expect(try constraints.texts("station").first == "AGVB")
    let stations = try TableFile.read(Checkout.sharedPath("data/south_africa/gravity_stations.csv"))
    #expect(stations.count == 14559)
    #expect(try stations.numbers("gravity")[0] == 979724.79)
    let moho = try GridFile.readAll(Checkout.sharedPath("data/south_america/brazil_parana.nc"))
    #expect(
      moho.map(\.name) == ["gravity_disturbance", "topographic_effect", "bouguer_disturbance", "upward"])
    #expect(moho.allSatisfy { $0.kind == .projected && $0.grid.geometry.columns == 33 })
    #expect(moho[3].grid.values.allSatisfy { $0 == 10000 })
    let earth = try GridFile.readVariable(
      Checkout.sharedPath("data/global/gravity-earth-0.5deg.nc"),
      options: GridReadOptions(variable: "gravity"))
    #expect(earth.kind == .geographic)
    #expect(earth.grid.geometry.region == Region(west: -180, east: 180, south: -90, north: 90))
    let forward = try NetCDFFile.read(
      Checkout.sharedPath("reference/gravity/b_prism_forward.nc"),
      variables: [
        "g_z", "data_northing", "data_easting",
      ])
    #expect(try forward.grid("g_z").geometry.columns == 81)
  }
}
