import Datasets
import Foundation
import NumericCore
import Testing

@testable import Reporting

@Suite struct ResultLockTests {
  private static func dataset(_ change: (inout [Double]) -> Void = { _ in }) throws -> Dataset {
    var values = [1, 2, 3, .nan, 5.5]
    change(&values)
    var dataset = Dataset()
    try dataset.addColumn("height of it", values, units: "m")
    try dataset.addColumn("name", ["a", "b", "c", "d", "e"])
    return dataset
  }

  private static func lock(_ dataset: Dataset) -> ResultLock {
    ResultLock([
      .init(stage: "b", port: "table", dataset: dataset), .init(stage: "a", port: "best", dataset: Dataset()),
    ])
  }

  @Test func textIsSortedAndReadsBack() throws {
    let dataset = try Self.dataset()
    let lock = Self.lock(dataset)
    #expect(
      lock.text == """
        lock 1
        # Written by `pipe lock`; `pipe run --locked` compares results with it.
        a.best content:\(Dataset().contentDigest)
        b.table content:\(dataset.contentDigest)
          height%20of%20it count 5 missing 1 mean 2.875 rms 3.3260336739125176 min 1.0 max 5.5
          name count 5

        """)
    #expect(try ResultLock(text: lock.text) == lock)
    #expect(throws: ResultLock.TextError.otherFormat("lock 2")) { try ResultLock(text: "lock 2\n") }
    #expect(throws: ResultLock.TextError.unreadableLine(number: 2, line: "a.best")) {
      try ResultLock(text: "lock 1\na.best\n")
    }
  }

  @Test func firstStageInOrderOfThePlanStandsFirst() throws {
    let locked = Self.lock(try Self.dataset())
    let changed = try Self.dataset { $0[4] = 6 }
    let found = ResultLock([.init(stage: "b", port: "table", dataset: changed)])
    let comparison = LockComparison(locked: locked, found: found, order: ["b", "a"])
    #expect(comparison.stages.map(\.name) == ["b", "a"])
    let (old, new) = (try Self.dataset().contentDigest.prefix(12), changed.contentDigest.prefix(12))
    #expect(
      comparison.stages[0].lines == [
        "b.table: content \(old)… → \(new)…",
        "  height of it: mean 2.875 → 3.0, rms 3.3260336739125176 → 3.5355339059327378, max 5.5 → 6.0",
      ])
    #expect(comparison.stages[1].lines == ["a.best: locked, but the run gave no such result"])
    #expect(LockComparison(locked: locked, found: locked, order: ["a", "b"]).stages.isEmpty)
    let part = ResultLock([.init(stage: "b", port: "table", dataset: try Self.dataset())])
    #expect(LockComparison(locked: locked, found: part, order: ["b"], isPartial: true).stages.isEmpty)
    #expect(LockComparison(locked: locked, found: part, order: ["b"]).stages.map(\.name) == ["a"])
  }

  @Test func digestSeesEveryPartOfTheContent() throws {
    let base = try Self.dataset()
    var versions = [base, try Self.dataset { $0[0] = -1 }, try Self.dataset { $0.swapAt(0, 1) }]
    var other = base
    other.variables[0].attributes[0].value = .text("km")
    versions.append(other)
    other = base
    other.attributes.append(.init(name: "title", value: .integers([1])))
    versions.append(other)
    other.attributes[0].value = .numbers([1])
    versions.append(other)
    other = base
    other.variables[1].values = .text(["a", "b", "c", "d", "f"])
    versions.append(other)
    other = base
    other.dimensions[0].name = "points"
    versions.append(other)
    #expect(Set(versions.map(\.contentDigest)).count == versions.count)
    #expect(try Self.dataset { $0[3] = -.nan }.contentDigest == base.contentDigest)
    #expect(try Self.dataset { $0[0] = 0 }.contentDigest != Self.dataset { $0[0] = -0.0 }.contentDigest)
  }

  @Test func digestOutlivesTheFile() throws {
    let base = try Self.dataset()
    let path = FileManager.default.temporaryDirectory.path + "/digest-\(UUID().uuidString).nc"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try NetCDFFile.write(base, to: path)
    #expect(try NetCDFFile.read(path).contentDigest == base.contentDigest)
  }

  @Test func differencesByVariable() throws {
    let old = try Self.dataset()
    var new = try Self.dataset {
      $0[0] = 4
      $0[3] = 1
    }
    new.variables[1].values = .text(["a", "b", "c", "x", "y"])
    try new.addScalar("extra", 1)
    let found = VariableDifference.between(old, new)
    #expect(
      found.map { "\($0.variable): \($0.text)" } == [
        "height of it: RMS difference 1.5 m, largest 3 m, 1 values missing on one side",
        "name: 2 entries differ", "extra: is new",
      ])
    #expect(VariableDifference.between(new, old).last?.change == .removed)
    #expect(VariableDifference.between(old, old).isEmpty)
  }
}
