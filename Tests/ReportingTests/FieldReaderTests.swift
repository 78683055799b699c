import Artefacts
import Datasets
import NumericCore
import Planning
import StandardCatalogue
import Testing

@testable import Reporting

/// What reports compute from artefacts, by what it must be whatever the numbers are.
@Suite struct FieldReaderTests {
  private static let geometry = GridGeometry(
    region: Region(west: 0, east: 3000, south: 0, north: 2000), spacing: 1000)
  private static let one = Field.own("gravity", GravityVariables.anomaly)
  private static let other = Field.own("gravity", GravityVariables.forward)
  private static let height = Field.own("gravity", GravityVariables.height)
  private static let test = Field.own("gravity", GravityVariables.isTest)

  private func reader(_ body: (FieldReader) throws -> Void) throws {
    let run = try SampleRun(runs: 1)
    defer { run.remove() }
    let count = Self.geometry.count
    func grid(_ value: (Int) -> Double) -> Grid {
      Grid(geometry: Self.geometry, values: (0..<count).map(value))
    }
    var data = Dataset()
    try data.add(GravityVariables.anomaly, grid { 3 * Double($0) })
    try data.add(GravityVariables.forward, grid { $0 == 5 ? .nan : Double($0) + 2 })
    try data.add(GravityVariables.height, grid { _ in 1000 })
    try data.add(GravityVariables.isTest, grid { $0 % 2 == 0 ? 1 : 0 })
    try NetCDFFile.write(data, to: run.path("regional-gravity"))
    try body(FieldReader(RunArtefacts(run.inputs()), "regional"))
  }

  @Test func differencesAndSums() throws {
    try reader { fields in
      let (one, other) = (Self.one, Self.other)
      let forth = try #require(fields[.difference(one, other)])
      let back = try #require(fields[.difference(other, one)])
      let over = try #require(fields[.excess(of: one, over: other)])
      for index in forth.values.indices where index != 5 {
        #expect(forth.values[index] == -back.values[index] && forth.values[index] == over.values[index])
      }
      #expect(forth.values[5].isNaN && forth.unit == "mGal")
      #expect(fields[.difference(one, one)]?.values.allSatisfy { $0 == 0 } == true)
      #expect(fields[.sum(.difference(one, other), other)]?.values[3] == 9)
      #expect(
        fields[.magnitude(.difference(other, one))]?.values.min { $0.isNaN ? false : $0 < $1 } ?? 0 >= 0)
    }
  }

  /// Heights are nothing that gravity could be compared with.
  @Test func unitsMustAgree() throws {
    try reader { fields in
      #expect(fields[.difference(Self.one, Self.height)] == nil)
      #expect(fields[.sum(Self.height, Self.one)] == nil)
      #expect(fields[.ratio(Self.one, Self.height)]?.unit == "")
      #expect(fields[.truth(SurfaceVariables.density)] == nil)
      #expect(fields[.own("gravity", GravityVariables.residual)] == nil)
    }
  }

  @Test func partsAndHeldOutNodes() throws {
    try reader { fields in
      let percent = try #require(fields[.percent(Self.one, ofGreatest: Self.one)])
      #expect(percent.values.max() == 100 && percent.unit == "%")
      let held = try #require(fields[.held(Self.other, where: Self.test, with: Self.other)])
      #expect(held.values == [2, 4, 6, 8, 10, 12] && held.grid == nil)
      // The node without a value is no test node; with another flag it would be left out.
      #expect(fields[.held(Self.one, where: Self.one, with: Self.other)] == nil)
    }
  }

  @Test func numbers() throws {
    try reader { fields in
      #expect(fields.number(.greatest(Self.one))?.value == 33)
      #expect(fields.number(.mean(Self.one))?.value == 16.5)
      #expect(fields.number(.rootMeanSquare(.difference(Self.one, Self.one)))?.value == 0)
      #expect(fields.number(.share(Self.one, within: 9))?.value == 100 * 4 / 12.0)
      #expect(fields.number(.first([.scalar("nothing"), .greatest(Self.height)]))?.unit == "m")
      #expect(fields.number(.scalar("nothing")) == nil)
    }
  }
}
