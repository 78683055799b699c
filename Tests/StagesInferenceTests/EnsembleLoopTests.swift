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

/// Members gathered. What is drawn for them: FamilyDesignTests.
@Suite struct EnsembleLoopTests {
  @Test(arguments: [
    ("until = 5 %\nbatch = 4\nsampler = sobol", []),
    ("batch = 4", ["M140: 'batch' has no meaning without 'until'; leave it out or use it with 'until'"]),
  ])
  func batchesBelongToAnEnd(section: String, messages: [String]) {
    let stage = LoneStage(
      EnsembleLoop(), "repeat = repeated\nruns = 8\nrepeated.number ~ uniform(1, 3)\n" + section,
      beside: [Repeated()])
    #expect(stage.mistakes == messages)
  }

  /// Those that failed are counted and take no part.
  @Test func survivorsAreGathered() throws {
    let folder = try ScratchFolder("ensemble")
    let members = try (0..<3).map { index in
      let path = folder.path("\(index).nc")
      try NetCDFFile.write(
        Samples.grid(Samples.nodes(3, 2), ["topography": { _, _ in Double(index) }]), to: path)
      return StageContext.Member(
        index: index, values: [Double(index)], inputs: index == 1 ? [:] : ["topography": path],
        hasFailed: index == 1)
    }
    let outputs = ["members": folder.path("members.nc"), "failed": folder.path("failed.nc")]
    try EnsembleLoop().run(
      StageContext(
        settings: Settings([:]), inputs: [:], outputs: outputs, members: members,
        memberVariables: [MemberVariable(name: "number")]))
    let reader = try NetCDFSeriesReader(folder.path("members.nc"))
    #expect(reader.count == 2)
    #expect(try reader.slice(1, variable: "topography") == Array(repeating: 2, count: 6))
    #expect(try reader.column("param_number") == [0, 2])
    #expect(try NetCDFFile.readScalar(folder.path("failed.nc")) == 1)
  }
}
