import Datasets
import Foundation
import Manifests
import Planning
import StageSupport
import Testing

@testable import StagesInference

@Suite struct PerturbationTests {
  /// A table of gravity stations: its deviations are those of gravity, and heights must not be drawn with them.
  @Test func deviationsOfGravityAreNotThoseOfHeights() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "perturbation-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var table = Observations(rows: 2, title: "stations")
    for name in ["upward", "gravity_anomaly", "uncert"] {
      table.set(name, [1, 2], units: nil, longName: nil)
    }
    table.setAttribute("uncertainty_of", text: "gravity")
    let (input, output) = (folder.path + "/in.nc", folder.path + "/out.nc")
    try table.write(to: input)
    func draw(_ variable: String) throws -> [Double] {
      let settings = Settings([
        "variable": .word(variable), "uncertainty": .word("uncert"), "distribution": .word("normal"),
        "seed": .number(ExactDecimal(1)), "member": .number(ExactDecimal(0)),
        "stream": .word("read_table.table"),
        "compatible": .word("none"),
      ])
      try Perturbation().run(
        StageContext(settings: settings, inputs: ["data": input], outputs: ["data": output]))
      return try NetCDFFile.read(output).column(variable)
    }
    #expect(throws: StageError.self) { try draw("upward") }
    #expect(try draw("gravity_anomaly") != [1, 2])
  }
}
