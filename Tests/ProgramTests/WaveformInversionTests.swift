import Datasets
import Foundation
import TestSupport
import Testing

/// Six shots around a square of three anomalies, as a program of others inverted them: case fwi_t7 of the reference.
@Suite(.serialized) struct WaveformInversionTests {
  private struct Case {
    let events, receivers: [(x: Double, z: Double)]
    let traces: [Double]
    let truth: [Double]

    init?() throws {
      guard let shared = Checkout.shared else { return nil }
      let path = shared.appendingPathComponent("reference/waves/fwi_t7/observed.nc").path
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      let file = try NetCDFFile.read(path)
      events = Array(zip(try file.column("event_x"), try file.column("event_z")))
      receivers = Array(zip(try file.column("receiver_x"), try file.column("receiver_z")))
      (traces, truth) = (try file.doubles("p"), try file.doubles("vp_true"))
    }
  }

  private static func manifest(_ misfit: String, iterations: Int) -> String {
    """
    [pipeline]
    event = "e0"

    [prior : wave_model]
    physics = acoustic2d
    region = 0 m, 1900 m, 0 m, 1900 m
    spacing = 20 m
    vp = 2000 m/s
    rho = 2000 kg/m3

    [events : wave_events]
    file = file("events.csv")
    period = 0.2 s
    delay = 0.24225 s

    [event : table_row]
    table <- events.table
    key = name
    value = $event

    [receivers : wave_receivers]
    file = file("receivers.csv")
    components = p

    [observed : read_waveforms]
    file = file("observed.nc")
    event <- event.row

    [windows : read_table]
    file = file("windows.csv")
    texts = "event", "receiver", "component"

    [shot : wave_simulation]
    model <- prior.model
    event <- event.row
    receivers <- receivers.table
    grid = model
    duration = 1.8 s
    output_step = 4.5 ms
    dt = 4.5 ms
    layer_cells = 16
    dispersion_correction = no
    wavefield_interval = 4
    gradient_parameters = vp

    [misfit : waveform_misfit]
    synthetic <- shot.seismograms
    observed <- observed.waveforms
    windows <- windows.table
    \(misfit)

    [sensitivity : wave_adjoint]
    wavefield <- shot.wavefield
    source <- misfit.adjoint_source

    [inversion : iterative_inversion]
    repeat = sensitivity
    value = misfit.misfit
    gradient = sensitivity.kernel
    moves = shot.model
    each = pipeline.event
    events = "e0", "e1", "e2", "e3", "e4", "e5"
    parameters = vp
    first_step = 1 %
    source_cutout = 150 m
    receiver_cutout = 60 m
    smoothing = 0.25, 0.25
    smoothing_period = 0.2 s
    max_iterations = \(iterations)

    """
  }

  /// Direct waves, receivers nearer than 500 m left out.
  private static func windows(_ reference: Case) -> String {
    var lines = ["easting,northing,upward,event,receiver,component,start,end"]
    for (event, source) in reference.events.enumerated() {
      for (index, receiver) in reference.receivers.enumerated() {
        let (x, z) = (receiver.x - source.x, receiver.z - source.z)
        let distance = (x * x + z * z).squareRoot()
        guard distance >= 500 else { continue }
        let arrival = distance / 2000 + 0.24
        lines.append(
          "\(receiver.x),\(receiver.z),0,e\(event),R\(index),p,\(max(0, arrival - 0.26)),\(min(arrival + 0.34, 1.79))"
        )
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func project(_ reference: Case, _ text: String) throws -> TemporaryProject {
    let project = try TemporaryProject()
    let events = reference.events.enumerated().map { "e\($0),\($1.x),\($1.z),1000" }
    let receivers = reference.receivers.enumerated().map { "R\($0),\($1.x),\($1.z)" }
    try project.write(
      "pipelines/events.csv", (["name,x,z,volume_rate"] + events).joined(separator: "\n") + "\n")
    try project.write("pipelines/receivers.csv", (["name,x,z"] + receivers).joined(separator: "\n") + "\n")
    try project.write("pipelines/windows.csv", windows(reference))
    try project.write("pipelines/t7.manifest", text)
    // Its samples begin one step after the start of the source.
    let count = reference.traces.count / (reference.events.count * reference.receivers.count)
    var padded: [Double] = []
    for start in stride(from: 0, to: reference.traces.count, by: count) {
      padded += [0] + reference.traces[start..<start + count]
    }
    var dataset = Dataset(
      dimensions: [
        .init(name: "event", size: reference.events.count),
        .init(name: "receiver", size: reference.receivers.count), .init(name: "time", size: count + 1),
      ],
      attributes: [
        .init(name: "traces", value: .text("velocity")), .init(name: "step", value: .numbers([0.0045])),
      ])
    try dataset.add(
      .init(
        name: "event_name", dimensions: ["event"],
        values: .text(reference.events.indices.map { "e\($0)" })))
    try dataset.add(
      .init(
        name: "receiver_name", dimensions: ["receiver"],
        values: .text(reference.receivers.indices.map { "R\($0)" })))
    try dataset.add(
      .init(name: "time", dimensions: ["time"], values: .double((0...count).map { Double($0) * 0.0045 })))
    try dataset.add(
      .init(name: "pressure", dimensions: ["event", "receiver", "time"], values: .double(padded)))
    try NetCDFFile.write(dataset, to: project.root.appendingPathComponent("pipelines/observed.nc").path)
    return project
  }

  /// Misfit, its setting, iterations, χ₀ of the reference, and what χ/χ₀ and the error of the model may be.
  static let cases:
    [(name: String, setting: String, iterations: Int, first: Double, end: Double, error: Double)] = [
      ("l2", "kind = l2", 12, 928_593_565_310.2703, 0.003, 0.09),
      (
        "tf", "kind = tf_phase\nmin_period = 0.1 s\nmax_period = 0.4 s\nwindow_width = 1", 8, 8.6573823259321,
        0.005, 0.14
      ),
      ("cc", "kind = cc_traveltime\nsigma = 10 ms\nlargest_lag = 0.1 s", 8, 13.412367968401195, 0.005, 0.23),
    ]

  @Test(.needsReference, arguments: cases.indices) func asTheReferenceInverts(index: Int) throws {
    guard let reference = try Case() else {
      print("skipped: no reference/waves/fwi_t7")
      return
    }
    let item = Self.cases[index]
    let project = try Self.project(reference, Self.manifest(item.setting, iterations: item.iterations))
    defer { project.remove() }
    let outcome = try project.pipe("run", "pipelines/t7.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let history = try NetCDFFile.read(project.result("t7", "inversion.history"))
    let misfit = try history.column("misfit").filter(\.isFinite)
    let first = try #require(misfit.first)
    #expect(abs(first / item.first - 1) <= 0.01, "\(item.name): χ₀ = \(first)")
    #expect(try #require(misfit.last) / first <= item.end, "\(item.name): \(misfit.map { $0 / first })")
    #expect(try history.column("accepted").count { $0 == 0 } <= 1)
    let model = try NetCDFFile.read(project.result("t7", "inversion.model")).doubles("vp")
    let (wrong, all) = zip(model, reference.truth).reduce((0.0, 0.0)) { sums, pair in
      let (found, truth) = pair
      return (sums.0 + (found - truth) * (found - truth), sums.1 + (truth - 2000) * (truth - 2000))
    }
    #expect(
      (wrong / all).squareRoot() <= item.error, "\(item.name): model error \((wrong / all).squareRoot())")
  }
}
