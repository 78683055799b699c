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
}
