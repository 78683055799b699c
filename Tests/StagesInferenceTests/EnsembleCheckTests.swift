import Artefacts
import Datasets
import Manifests
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import TestSupport
import Testing

@testable import StagesInference

/// How well members tell the deviation, batch by batch.
@Suite struct EnsembleCheckTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder("check") }

  private func member(_ index: Int, of start: Int) throws -> StageContext.Member {
    let path = folder.path("member \(start + index).nc")
    let shift = Double((start + index) * 7 % 11)
    try NetCDFFile.write(
      Samples.grid(Samples.nodes(3, 2), ["topography": { east, _ in east / 1000 + shift }]), to: path)
    return .init(index: index, values: [], inputs: ["topography": path], hasFailed: false)
  }

  /// A table of two rows, or a number, in the place of the grid.
  private func other(_ port: MemberPort, _ index: Int) throws -> StageContext.Member {
    let path = folder.path("\(port.name) \(index).nc")
    let shift = Double(index * 7 % 11)
    var dataset = Dataset()
    if port.type.isScalar {
      try dataset.addScalar("n", shift, units: "1", longName: "a number")
    } else {
      dataset = try Samples.table(["easting": [0, 1], "northing": [0, 1], "observed": [shift, 1 + shift]])
      try dataset.addColumn("name", ["a", "b"], longName: "station")
    }
    try NetCDFFile.write(dataset, to: path)
    return .init(index: index, values: [], inputs: [port.name: path], hasFailed: false)
  }

  private func check(_ settings: [String: SettingValue], _ range: Range<Int>, after state: String? = nil)
    throws -> Double
  {
    let outputs = ["state": folder.path("state \(range).nc"), "value": folder.path("value.nc")]
    var context = StageContext(
      settings: Settings(settings), inputs: state.map { ["state": folder.path($0)] } ?? [:],
      outputs: outputs, members: try range.map { try member($0 - range.lowerBound, of: range.lowerBound) })
    context.memberPorts = [MemberPort("topography", .topography, .surface)]
    try EnsembleCheck().run(context)
    return try NetCDFFile.readScalar(folder.path("value.nc"))
  }

  /// Two batches tell what one of all members tells.
  @Test func batchesGoOn() throws {
    let whole = try check([:], 0..<10)
    _ = try check([:], 0..<6)
    let both = try check([:], 6..<10, after: "state 0..<6.nc")
    #expect(abs(whole - both) < 1e-12 * whole && whole > 0)
  }

  @Test func moreMembersTellBetter() throws {
    #expect(try check([:], 0..<44) < check([:], 0..<11))
    #expect(try check(["sampler": .word("sobol")], 0..<32).isFinite)
  }

  /// All values of a member are shifted alike, so that a table and a number tell what a grid tells.
  @Test(
    arguments: [
      MemberPort("table", .table), MemberPort("chi", .scalar(.dimensionless)),
    ], [false, true])
  func tablesAndNumbers(port: MemberPort, isEven: Bool) throws {
    let settings: [String: SettingValue] = isEven ? ["sampler": .word("sobol")] : [:]
    func look(_ range: Range<Int>, after state: String?) throws -> Double {
      let name = "\(port.name) \(range).nc"
      var context = StageContext(
        settings: Settings(settings), inputs: state.map { ["state": folder.path($0)] } ?? [:],
        outputs: ["state": folder.path(name), "value": folder.path("value.nc")],
        members: try range.map { place in
          var member = try other(port, place)
          member.index = place - range.lowerBound
          return member
        })
      context.memberPorts = [port]
      try EnsembleCheck().run(context)
      return try NetCDFFile.readScalar(folder.path("value.nc"))
    }
    _ = try look(0..<8, after: nil)
    let error = try look(8..<16, after: "\(port.name) 0..<8.nc")
    _ = try check(settings, 0..<8)
    let ofGrid = try check(settings, 8..<16, after: "state 0..<8.nc")
    #expect(abs(error - ofGrid) < 1e-12 && error > 0)
    guard !port.type.isScalar else { return }
    let state = try NetCDFFile.read(folder.path("table 8..<16.nc"))
    #expect(try state.texts("name") == ["a", "b"])
  }
}
