import Manifests
import Testing

@testable import Planning

@Suite("Graphs for people")
struct PlanGraphTests {
  private let stages = [
    Toy.stage("mod\"el", "source"),
    Toy.stage(
      "inversion", "filter", ["damping": .output(Toy.port("damping.best"))], ["data": "mod\"el.data"]),
    Toy.stage("damping", "cv", Toy.repeating("inversion", ["list": Toy.list("1", "2")])),
  ]

  @Test("Graphviz")
  func dot() throws {
    #expect(
      PlanGraph.dot(try Toy.plan(stages)) == """
        digraph "toy" {
          rankdir = TB;
          node [shape = box];
          n0 [label = "mod\\"el\\nsource"];
          n1 [label = "inversion\\nfilter"];
          n2 [label = "damping\\ncv × 2", peripheries = 2];
          n2 -> n1 [label = "best → damping"];
          n0 -> n1 [label = "data"];
          n2 -> n1 [label = "repeats", style = dashed, constraint = false];
        }

        """)
  }

  @Test("Mermaid, without a plan")
  func mermaid() {
    #expect(
      PlanGraph.mermaid(ResolvedPipeline(name: "toy", stages: stages)) == """
        flowchart TB
          n0["mod#34;el<br/>source"]
          n1["inversion<br/>filter"]
          n2[["damping<br/>cv"]]
          n2 -->|"best → damping"| n1
          n0 -->|"data"| n1
          n2 -.->|"repeats"| n1

        """)
  }

  @Test("a part of a plan shows its own stages only")
  func selection() throws {
    let text = PlanGraph.dot(try Toy.plan(stages).selecting(targets: ["damping"]))
    #expect(text.contains("damping\\ncv × 2") && !text.contains("inversion\\nfilter"))
  }
}
