import Datasets
import Foundation
import TestSupport
import Testing

/// An explosion located by its seismograms, small: by a network, and by chains that simulate anew.
@Suite struct WaveformNetworkTests {
  @Test func anExplosionIsLocated() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("waveform_network")
    let records = Checkout.root.appendingPathComponent("data/explosion_records.csv")
    try project.write("data/explosion_records.csv", String(contentsOf: records, encoding: .utf8))
    let run = try project.pipe(
      "run", "pipelines/waveform_network.manifest", "--profile", "ci", "--no-report")
    // 2: what is expected of the whole does not hold of the small one.
    #expect([0, 2].contains(run.status), "\(run.errors)")
    let table = try NetCDFFile.read(project.result("waveform_network", "located.posterior"))
    let names = try table.texts("parameter")
    func value(_ column: String, _ name: String) throws -> Double {
      try table.column(column)[#require(names.firstIndex { $0.hasSuffix(name) })]
    }
    // Made with 2350 m and 1.6 s. Linearised about that, the deviations are 180 m and 40 ms; the prior's are 750 m and 200 ms.
    let depth = (mean: try value("mean", "z"), deviation: try value("deviation", "z"))
    let time = (mean: try value("mean", "delay"), deviation: try value("deviation", "delay"))
    #expect((80...500).contains(depth.deviation) && abs(depth.mean - 2350) < 3 * depth.deviation, "\(depth)")
    #expect((0.02...0.11).contains(time.deviation) && abs(time.mean - 1.6) < 3 * time.deviation, "\(time)")
    // Chains of six iterations have found nothing yet; their rows are there.
    let chains = try NetCDFFile.read(project.result("waveform_network", "chains.summary"))
    #expect(try chains.column("mean").allSatisfy { $0.isFinite })
  }
}
