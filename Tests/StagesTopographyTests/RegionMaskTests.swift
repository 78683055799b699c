import Datasets
import Manifests
import NumericCore
import Planning
import StageSupport
import TestSupport
import Testing

@testable import StagesTopography

/// Which nodes a mask frees and freezes.
@Suite struct RegionMaskTests {
  private static let geometry = GridGeometry(
    region: Region(west: 0, east: 3000, south: 0, north: 1000), spacing: 1000)
  /// Heights from south-west to north-east; one is missing.
  private static let heights = [0.0, 100, 200, 300, .nan, 500, 600, 700]

  /// 1 where a node may move, 0 where it is frozen.
  private func mask(_ settings: [String: SettingValue]) throws -> [Int] {
    let folder = try ScratchFolder("mask")
    var like = Dataset(title: "heights")
    try like.addGrid(
      "topography", Grid(geometry: Self.geometry, values: Self.heights), units: "m", longName: "height")
    try NetCDFFile.write(like, to: folder.path("like.nc"))
    var all: [String: SettingValue] = ["reverse": .boolean(false)]
    all.merge(settings) { $1 }
    try RegionMask().run(
      StageContext(
        settings: Settings(all), inputs: ["like": folder.path("like.nc")],
        outputs: ["mask": folder.path("mask.nc")]))
    return try NetCDFFile.read(folder.path("mask.nc")).doubles("mask").map { $0 == 1 ? 1 : 0 }
  }

  private func number(_ value: Int) -> SettingValue { .number(ExactDecimal(value)) }

  @Test func aRegionFreesItsNodes() throws {
    let region = SettingValue.list([1000, 2000, 0, 1000].map(number))
    #expect(try mask(["region": region]) == [0, 1, 1, 0, 0, 1, 1, 0])
  }

  @Test func boundsFreezeWhatIsBeyondThem() throws {
    #expect(try mask(["above": number(500)]) == [1, 1, 1, 1, 0, 1, 0, 0])
    #expect(try mask(["above": number(500), "below": number(200)]) == [0, 0, 1, 1, 0, 1, 0, 0])
  }

  /// A missing node is frozen either way.
  @Test func reverseFreezesTheOthers() throws {
    #expect(try mask(["above": number(500), "reverse": .boolean(true)]) == [0, 0, 0, 0, 0, 0, 1, 1])
  }

  @Test func aMaskThatFreezesAllIsRefused() {
    #expect(throws: StageError.outOfPlace("the mask would freeze every node")) {
      try mask(["below": number(900)])
    }
  }

  /// In longitude and latitude the region is in degrees, by whole turns; in metres it is refused.
  @Test func regionsOfTheGlobe() throws {
    let folder = try ScratchFolder("mask")
    let geometry = GridGeometry(
      region: Region(west: 178, east: 183, south: -10, north: -9), spacing: 1, isGeographic: true)
    var like = Dataset(title: "heights")
    try like.addGrid("topography", Grid(geometry: geometry, repeating: 1), units: "m", longName: "height")
    try NetCDFFile.write(like, to: folder.path("like.nc"))
    func free(_ name: String, _ edges: [Int]) throws -> [Int] {
      try RegionMask().run(
        StageContext(
          settings: Settings(["reverse": .boolean(false), name: .list(edges.map(number))]),
          inputs: ["like": folder.path("like.nc")], outputs: ["mask": folder.path("mask.nc")]))
      let mask = try NetCDFFile.read(folder.path("mask.nc")).doubles("mask")
      return mask.indices.filter { mask[$0] == 1 }
    }
    #expect(try free("geographic_region", [-180, -178, -10, -10]) == [2, 3, 4])
    #expect(try free("geographic_region", [180, 182, -10, -10]) == [2, 3, 4])
    #expect(
      throws: StageError.outOfPlace(
        "'region' does not fit data in longitude and latitude; give 'geographic_region'")
    ) { try free("region", [0, 1000, 0, 1000]) }
  }
}
