import Artefacts
import Datasets
import NumericCore
import Planning
import StageTestSupport
import TestSupport
import Waves

@testable import StagesWaves

/// Small media, acquisitions and traces to feed stages of waves with.
enum WaveSamples {
  /// 31 × 26 nodes of one speed.
  static func model(_ more: String = "") throws -> Dataset {
    let section = """
      physics = acoustic2d
      region = 0 m, 300 m, 0 m, 250 m
      spacing = 10 m
      vp = 2000 m/s
      rho = 2100 kg/m3
      \(more)
      """
    return try LoneStage(WaveModelStage(), section).run().dataset("model")
  }

  /// A source in the middle.
  static func event(_ section: String = "x = 150 m\nz = 120 m\nvolume_rate = 1000") throws -> Dataset {
    try LoneStage(WaveEvents(), "period = 0.1 s\n" + section).run().dataset("table")
  }

  /// One to the left, one to the right of the source.
  static func receivers() throws -> Dataset {
    let section = "layout = line\nstart = 50 m, 120 m\nend = 250 m, 120 m\ncount = 2\ncomponents = p"
    return try LoneStage(WaveReceivers(), section).run().dataset("table")
  }

  static let shot =
    "duration = 0.2 s\noutput_step = 2 ms\ngrid = model\nlayer_cells = 8\nprecision = double\n"
  static let ports: [String: PortType] = ["model": .grid, "event": .table, "receivers": .table]

  /// Pressures at two receivers.
  static func simulated(
    _ more: String = "", event: Dataset? = nil, model: Dataset? = nil
  ) throws -> LoneStage.Outcome {
    try LoneStage(WaveSimulation(), shot + more, ports).run([
      "model": try model ?? self.model(), "event": try event ?? self.event(), "receivers": try receivers(),
    ])
  }

  /// Traces of pressure by receiver.
  static func traces(_ traces: [(String, [Double])], step: Double = 0.01) throws -> Dataset {
    let folder = try ScratchFolder("traces")
    let seismograms = try Seismograms(
      step: step, count: traces.first?.1.count ?? 0,
      traces: traces.map { Trace(receiver: $0.0, component: .p, values: $0.1) })
    try WaveformArtefact(seismograms: seismograms, meaning: .velocity).write(
      to: folder.path("traces.nc"), title: "traces")
    return try NetCDFFile.read(folder.path("traces.nc"))
  }

  /// A smooth pulse about a time, samples 0.01 s apart.
  static func pulse(at centre: Double, count: Int = 200) -> [Double] {
    (0..<count).map { index in
      let u = (Double(index) * 0.01 - centre) / 0.05
      return (1 - 2 * u * u) * Elementary.exp(-u * u)
    }
  }
}
