import Planning
import StageTestSupport
import Testing

@testable import StagesIteration

/// What `check` tells of a section, and lines about parameters.
@Suite struct IterationSettingsTests {
  @Test func linesOfParameters() {
    #expect(ParameterLine.drive("vpv: vp").map { [$0.parameter, $0.unknown] } == ["vpv", "vp"])
    #expect(ParameterLine.drive("vpv vp") == nil)
    #expect(ParameterLine.tie("rho: 0.3 vsv").map { $0.factor } == 0.3)
    #expect(ParameterLine.tie("rho: vsv") == nil)
    #expect(ParameterLine.bounds("vp: 1500 6000").map { [$0.lower, $0.upper] } == [1500, 6000])
    #expect(ParameterLine.bounds("vp: 6000 1500") == nil)
  }
}
