import Planning
import Testing

@testable import Reporting

@Suite struct GraphLayoutTests {
  static let edges = [(0, 1), (0, 2), (1, 2), (2, 3), (0, 3), (1, 4), (3, 4), (4, 5), (0, 5)]
  static let layout = GraphLayout(count: 6, widths: Array(repeating: 120, count: 6), edges: edges)

  @Test func arrowsPointDownwards() {
    for (source, target) in Self.edges {
      #expect(Self.layout.items[source].layer < Self.layout.items[target].layer)
    }
  }

  @Test func boxesOfALayerDoNotOverlap() {
    for layer in Self.layout.layers {
      for (left, right) in zip(layer, layer.dropFirst()) {
        let (a, b) = (Self.layout.items[left], Self.layout.items[right])
        #expect(b.x - a.x >= (a.width + b.width) / 2 + 20)
      }
    }
  }

  @Test func longArrowsPassEveryLayer() {
    let route = Self.layout.routes[Self.edges.count - 1]
    #expect(route.count == Self.layout.items[5].layer + 1)
    #expect(route.map { Self.layout.items[$0].layer } == Array(0...Self.layout.items[5].layer))
  }

  @Test func cyclesEnd() {
    let layout = GraphLayout(count: 2, widths: [10, 10], edges: [(0, 1), (1, 0)])
    #expect(layout.items.count >= 2)
  }

  /// `damping` is taken back by the stage it repeats: dashed arrows come from what that stage is made of.
  @Test func repetitionsMakeNoCycle() throws {
    let arrows = ArrowCollector.arrows(of: SampleRecord.pipeline)
    let names = SampleRecord.pipeline.stages.map(\.name)
    let dashed = arrows.filter(\.isRepetition).map { "\(names[$0.from]) → \(names[$0.to])" }
    #expect(dashed == ["start → damping", "regional → damping", "inversion → ensemble"])
    let pairs = arrows.map { ($0.from, $0.to) }
    for (from, to) in pairs { #expect(!pairs.contains { $0 == to && $1 == from }) }
  }
}
