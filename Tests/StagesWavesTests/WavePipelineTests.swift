import Datasets
import Foundation
import Manifests
import Planning
import StageSupport
import TestSupport
import Testing
import Waves

@testable import StagesWaves

/// The stages of waves one after the other, as a pipeline runs them.
@Suite struct WavePipelineTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder("waves") }

  private func number(_ text: String) -> SettingValue { .number(ExactDecimal(text) ?? ExactDecimal(0)) }
  private func list(_ texts: String...) -> SettingValue { .list(texts.map(number)) }
  private func words(_ texts: String...) -> SettingValue { .list(texts.map { .word($0) }) }

  /// Paths by port.
  private struct Outputs {
    var paths: [String: String]

    subscript(_ port: String) -> String { paths[port] ?? "no output \(port)" }
  }

  /// Runs a stage; answers its outputs by port.
  @discardableResult private func run(
    _ kind: any StageKind, _ name: String, _ settings: [String: SettingValue],
    _ inputs: [String: String] = [:]
  ) throws -> Outputs {
    let ports = kind.signature.outputs.map { ($0.name, folder.path("\(name).\($0.name).nc")) }
    let outputs = Dictionary(uniqueKeysWithValues: ports)
    try kind.run(StageContext(settings: Settings(settings), inputs: inputs, outputs: outputs))
    return Outputs(paths: outputs)
  }

  private func model(_ name: String, speed: String, anomaly: Bool) throws -> String {
    var settings: [String: SettingValue] = [
      "physics": .word("acoustic2d"), "region": list("0", "600", "0", "500"), "spacing": number("10"),
      "vp": .list([number(speed)]), "ties": .list([.text("rho: 310 vp^0.25")]),
    ]
    if anomaly {
      settings["anomaly_x"] = list("300")
      settings["anomaly_z"] = list("250")
      settings["anomaly_width"] = list("60")
      settings["anomaly_amplitude"] = list("0.05")
    }
    return try run(WaveModelStage(), name, settings)["model"]
  }

  private func acquisition() throws -> (events: String, receivers: String) {
    let events = try run(
      WaveEvents(), "events",
      [
        "x": number("100"), "z": number("250"), "volume_rate": number("1000"), "wavelet": .word("ricker"),
        "period": number("0.1"),
      ])["table"]
    let receivers = try run(
      WaveReceivers(), "receivers",
      [
        "layout": .word("line"), "start": list("500", "50"), "end": list("500", "450"), "count": number("5"),
        "components": words("p"),
      ])["table"]
    return (events, receivers)
  }

  private func simulated(
    _ name: String, _ model: String, _ table: (events: String, receivers: String),
    _ more: [String: SettingValue] = [:]
  ) throws -> Outputs {
    var settings: [String: SettingValue] = [
      "duration": number("0.6"), "output_step": number("0.002"), "receiver_field": .word("velocity"),
      "surface": .word("absorbing"), "order": number("8"), "grid": .word("model"),
      "layer_cells": number("12"),
      "dispersion_correction": .boolean(true), "precision": .word("double"),
    ]
    settings.merge(more) { $1 }
    return try run(
      WaveSimulation(), name, settings, ["model": model, "event": table.events, "receivers": table.receivers])
  }

  @Test func gradientOfAMisfit() throws {
    let table = try acquisition()
    let observed = try simulated("observed", try model("true", speed: "2000", anomaly: true), table)
    let prior = try model("prior", speed: "2000", anomaly: false)
    let shot = try simulated(
      "shot", prior, table, ["snapshots": list("0.3"), "wavefield_interval": .word("auto")])
    let misfit = try run(
      WaveformMisfitStage(), "misfit", ["kind": .word("normalised_l2")],
      ["synthetic": shot["seismograms"], "observed": observed["seismograms"]])
    let value = try NetCDFFile.readScalar(misfit["misfit"])
    #expect(value > 1e-4)
    let gradient = try run(
      WaveAdjoint(), "adjoint", [:],
      ["wavefield": shot["wavefield"], "source": misfit["adjoint_source"]])
    // The anomaly is fast, so that a faster prior fits better.
    let kernel = try NetCDFFile.read(gradient["kernel"])
    #expect(try kernel.doubles("vp").reduce(0, +) < 0)
    // A wavefield that is made again has the same bytes; one that is not kept gives the same gradient.
    let remade = try simulated("remade", prior, table, ["wavefield_interval": .word("auto")])
    func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
    #expect(try bytes(shot["wavefield"]) == bytes(remade["wavefield"]))
    let unkept = try simulated("unkept", prior, table)
    let again = try run(
      WaveAdjoint(), "again", [:],
      ["wavefield": unkept["wavefield"], "source": misfit["adjoint_source"]])
    for port in ["kernel", "source_gradient"] { #expect(try bytes(gradient[port]) == bytes(again[port])) }
    let test = try run(
      GradientTest(), "test", ["steps": list("0.01", "0.001", "0.0001"), "seed": number("1")],
      ["wavefield": shot["wavefield"], "observed": observed["seismograms"]])
    #expect(try NetCDFFile.readScalar(test["error"]) <= 1e-6)
    #expect(abs(try NetCDFFile.readScalar(test["slope"]) - 2) <= 0.1)
    let pictures = try NetCDFFile.read(shot["snapshots"])
    #expect(try pictures.doubles("pressure_1").contains { $0 != 0 })
  }

  @Test func windowsOfArrivals() throws {
    let table = try acquisition()
    let shot = try simulated("shot", try model("prior", speed: "2000", anomaly: false), table)
    let processed = try run(
      ProcessWaveforms(), "processed",
      [
        "min_period": number("0.05"), "max_period": number("0.4"), "detrend": .boolean(true),
        "taper": number("0.05"),
        "calculus": .word("none"), "longest_gap": number("0"),
      ], ["waveforms": shot["seismograms"]])
    let windows = try run(
      PickWindows(), "windows",
      [
        "method": .word("arrivals"),
        "min_period": number("0.05"), "max_period": number("0.2"), "before": number("0.5"),
        "after": number("1"),
        "level": number("0.05"), "correlation": number("0.7"),
      ], ["observed": processed["waveforms"], "synthetic": shot["seismograms"]])
    let rows = try NetCDFFile.read(windows["table"])
    #expect(try rows.texts("receiver").count == 5)
    for kind in ["tf_phase", "envelope", "cc_traveltime"] {
      var settings: [String: SettingValue] = ["kind": .word(kind)]
      if kind == "tf_phase" {
        settings["min_period"] = number("0.05")
        settings["max_period"] = number("0.2")
      }
      if kind == "cc_traveltime" {
        settings["sigma"] = number("0.01")
        settings["largest_lag"] = number("0.05")
      }
      let misfit = try run(
        WaveformMisfitStage(), kind, settings,
        ["synthetic": shot["seismograms"], "observed": shot["seismograms"], "windows": windows["table"]])
      #expect(try NetCDFFile.readScalar(misfit["misfit"]) <= 1e-20)
      #expect(try NetCDFFile.read(misfit["table"]).texts("reason").count == 5)
    }
  }
}
