import TestSupport
import Testing

@testable import StagesJudging

@Suite struct EnsembleMomentsTests {
  @Test func equalWeightsChangeNothing() {
    let members = [[1.0, 2], [3, 4], [8, 0]]
    let plain = EnsembleMoments(count: 3, nodes: 2, weights: nil) { members[$0] }
    let weighted = EnsembleMoments(count: 3, nodes: 2, weights: [5, 5, 5]) { members[$0] }
    #expect(plain.mean == [4, 2])
    #expect(largestDifference(plain.deviation, weighted.weighted?.deviation ?? []) < 1e-15)
    #expect(plain.minimum == [1, 0] && plain.maximum == [8, 4])
  }

  @Test func allWeightOnOneMemberIsThatMember() {
    let members = [[1.0, 2], [3, 4]]
    let moments = EnsembleMoments(count: 2, nodes: 2, weights: [0, 7]) { members[$0] }
    #expect(moments.weighted?.mean == [3, 4])
    #expect(moments.weighted?.deviation == [0, 0])
  }
}
