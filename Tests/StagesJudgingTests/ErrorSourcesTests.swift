import Artefacts
import Datasets
import NumericCore
import Planning
import StageTestSupport
import Testing

@testable import StagesJudging

/// Where the variance of an ensemble comes from.
@Suite struct ErrorSourcesTests {
  /// Members 3 a + b + noise of variances 9, 1 and 2, and a number c that nothing depends on.
  private static func members(_ count: Int) throws -> Dataset {
    var random = NumPyRandom(seed: 5)
    let geometry = Samples.nodes(4, 3)
    func normal() -> [Double] { (0..<count).map { _ in random.normal(0, 1) } }
    let (a, b, c) = (normal(), normal(), normal())
    var ensemble = try Samples.grid(geometry, ["base": { _, _ in 0 }])
    ensemble.variables.removeAll { $0.name == "base" }
    ensemble.dimensions.append(.init(name: "run", size: count))
    let values = (0..<count).flatMap { index in
      (0..<geometry.count).map { node in
        500 + 10 * Double(node) + 3 * a[index] + b[index] + random.normal(0, 2.0.squareRoot())
      }
    }
    try ensemble.add(
      .init(
        name: "topography", dimensions: ["run", "northing", "easting"], values: .double(values),
        attributes: [.init(name: "units", value: .text("m"))]))
    for (name, column) in [("param_a", a), ("param_b", b), ("param_c", c)] {
      try ensemble.addColumn(name, column, units: "1", dimension: "run")
    }
    return ensemble
  }

  @Test func sharesAreThoseOfTheVariances() throws {
    let stage = LoneStage(MergedStatistics(), "percentiles = 0.5", ["members": .ensemble])
    let table = try stage.run(["members": try Self.members(4000)]).dataset("sources")
    #expect(try table.texts("source") == ["a", "b", "c", "everything else"])
    let found = try table.column("share")
    for (share, expected) in zip(found, [9.0 / 12, 1.0 / 12, 0, 2.0 / 12]) {
      #expect(abs(share - expected) < 0.02, "\(found)")
    }
    #expect(try table.column("share_error")[0] < 0.02)
  }

  /// Few members explain nothing by chance on average.
  @Test func chanceIsTakenOff() throws {
    let stage = LoneStage(MergedStatistics(), "percentiles = 0.5", ["members": .ensemble])
    let shares = try [6, 7, 8, 9, 10, 11, 12, 13].map { count in
      try stage.run(["members": try Self.members(count)]).dataset("sources").column("share")[2]
    }
    #expect(abs(Statistics.mean(shares)) < 0.15, "\(shares)")
  }

  /// Nothing was drawn by number: no rows.
  @Test func withoutNumbersThereAreNoRows() throws {
    let stage = LoneStage(MergedStatistics(), "", ["members": .ensemble])
    let table = try stage.run(["members": try Ensembles.shifted(by: [0, 1, 3])]).dataset("sources")
    #expect(try table.column("share").isEmpty)
  }
}
