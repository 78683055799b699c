import Datasets
import NumericCore
import Planning
import StageTestSupport
import Testing

@testable import StagesNetworks

@Suite struct ComparePosteriorsTests {
  private func table(_ shift: Double, _ stream: String, names: [String] = ["depth", "volume"]) throws
    -> Dataset
  {
    let random = CounterRandom(seed: 1, stream: stream)
    var table = Dataset()
    for (index, name) in names.enumerated() {
      try table.addColumn(
        name, random.normal(1000, row: index).map { $0 + shift }, units: "m", longName: name,
        dimension: "draw")
    }
    return table
  }

  private let stage = LoneStage(ComparePosteriors(), "", ["samples": .table, "reference": .table])

  @Test func `Equal posteriors can't be told apart and others can`() throws {
    let same = try stage.run(["samples": try table(0, "one"), "reference": try table(0, "two")])
    #expect(abs(try same.scalar("c2st") - 0.5) < 0.06)
    #expect(try same.scalar("overlap") > 0.9 && same.scalar("shift") < 0.15)
    let other = try stage.run(["samples": try table(2, "one"), "reference": try table(0, "two")])
    // Φ(√2) = 0.92 for a shift of 2 in both.
    #expect(abs(try other.scalar("c2st") - 0.92) < 0.04)
    #expect(abs(try other.scalar("shift") - 2) < 0.15)
    let rows = try other.dataset("comparison")
    #expect(try rows.texts("parameter") == ["depth", "volume"])
  }

  @Test func `Tables without a common column are told`() throws {
    do {
      _ = try stage.run(["samples": try table(0, "one"), "reference": try table(0, "two", names: ["width"])])
      Issue.record("taken")
    } catch {
      #expect("\(error)".contains("no column of both: the samples have depth, volume, the reference width"))
    }
  }
}
