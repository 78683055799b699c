import Artefacts
import Datasets
import Foundation
import Manifests
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import TestSupport
import Testing
import Waves

@testable import StagesWaves

/// One shot.
@Suite struct WaveSimulationTests {
  /// Receivers at mirrored places of an even medium write down the same.
  @Test func mirroredReceiversAgree() throws {
    let record = try WaveformArtefact(try WaveSamples.simulated().dataset("seismograms")).seismograms
    let (left, right) = (try #require(record.trace("R1", .p)), try #require(record.trace("R2", .p)))
    let largest = left.values.reduce(0) { max($0, abs($1)) }
    #expect(largest > 0)
    for (one, other) in zip(left.values, right.values) { #expect(abs(one - other) <= 1e-9 * largest) }
  }

  /// Waves are linear in the source, and twice as much is exact.
  @Test func twiceTheSourceIsTwiceTheRecord() throws {
    let one = try WaveSamples.simulated().dataset("seismograms").doubles("pressure")
    let event = try WaveSamples.event("x = 150 m\nz = 120 m\nvolume_rate = 2000")
    let two = try WaveSamples.simulated(event: event).dataset("seismograms").doubles("pressure")
    #expect(one.map { 2 * $0 } == two)
  }

  @Test func picturesAtTheirTimes() throws {
    let pictures = try WaveSamples.simulated("snapshots = 0 ms, 100 ms").dataset("snapshots")
    #expect(pictures.has(Variable("pressure_2", nil, "")))
    let early = try pictures.doubles("pressure_1").reduce(0) { max($0, abs($1)) }
    let late = try pictures.doubles("pressure_2").reduce(0) { max($0, abs($1)) }
    #expect(early < late)
  }

  @Test(arguments: [
    (
      "order = 5", ["M144: 'order' is 2, 4, 6 or 8, not 5"]
    ),
    (
      "points = 5",
      ["M140: 'points' has no meaning with grid = model; leave it out or use it with grid = auto"]
    ),
    (
      "dt = 0.7 ms",
      ["M144: 'dt' and 'output_step' don't fit: 0.002 s are not a whole number of steps of 0.0007 s"]
    ),
    (
      "snapshots = 0.3 s",
      ["M144: 'snapshots' and 'duration' don't fit: a picture at 0.3 s comes after the end, 0.2 s"]
    ),
    (
      "wavefield_interval = 0", ["M144: 'wavefield_interval' is auto or 1 and above, not 0"]
    ),
    (
      "force = yes",
      [
        "M140: 'force' has no meaning without 'wavefield_interval'; leave it out or use it with 'wavefield_interval'"
      ]
    ),
  ])
  func whatCannotWork(section: String, messages: [String]) {
    let stage = LoneStage(WaveSimulation(), WaveSamples.shot + section, WaveSamples.ports)
    #expect(stage.mistakes == messages)
  }

  @Test func fewPointsAreTold() {
    let section = "duration = 1 s\noutput_step = 2 ms\norder = 2\npoints = 4"
    #expect(
      LoneStage(WaveSimulation(), section, WaveSamples.ports).mistakes == [
        "M144: 'order' and 'points' don't fit: differences of order 2 need 8.0 points, not 4.0"
      ])
  }

  /// What only places and the medium show, with numbers: a source in the absorbing layer or above the surface, a band that
  /// the grid can't hold, a step that is not stable.
  @Test(arguments: [
    (
      "x = 310 m\nz = 120 m\nvolume_rate = 1", "",
      WaveError.outside(what: "source 1", x: 310, z: 120)
    ),
    ("x = 150 m\nz = -5 m\nvolume_rate = 1", "", WaveError.outside(what: "source 1", x: 150, z: -5)),
    (
      "x = 150 m\nz = 120 m\nforce_y = 1", "",
      WaveError.noSuchComponent(what: "source 1", component: "force_y", .acoustic2d)
    ),
    (
      "x = 150 m\nz = 120 m\nvolume_rate = 1", "order = 2",
      WaveError.undersampled(points: 8, needed: 8, spacing: 10, shortest: 80)
    ),
  ]) func placesAndBands(event: String, more: String, expected: WaveError) throws {
    let made = try WaveSamples.event(event)
    // 8 points are enough of order 2; a slower medium has fewer.
    let model = try more.isEmpty ? nil : WaveSamples.even(speed: 1000)
    let error = #expect(throws: WaveError.self) { try WaveSamples.simulated(more, event: made, model: model) }
    if case .undersampled(let points, let needed, _, _)? = error {
      #expect(points < needed && "\(expected)".contains("points a wavelength"))
    } else {
      #expect(error == expected)
    }
  }

  /// More than the run may keep is not kept: the gradient runs the simulation again, and no bit of it changes.
  @Test func wavefieldsBeyondTheLimit() throws {
    let folder = try ScratchFolder("limit")
    var inputs: [String: String] = [:]
    for (port, dataset) in [
      "model": try WaveSamples.model(), "event": try WaveSamples.event(),
      "receivers": try WaveSamples.receivers(),
    ] {
      inputs[port] = folder.path(port + ".nc")
      try NetCDFFile.write(dataset, to: folder.path(port + ".nc"))
    }
    var values: [String: SettingValue] = [
      "wavefield_interval": .number(ExactDecimal(2)), "grid": .word("model"), "precision": .word("single"),
      "receiver_field": .word("velocity"), "surface": .word("absorbing"), "order": .number(ExactDecimal(8)),
      "layer_cells": .number(ExactDecimal(8)), "dispersion_correction": .boolean(true),
    ]
    for (name, text) in [("duration", "0.2"), ("output_step", "0.002")] {
      values[name] = .number(try #require(ExactDecimal(text)))
    }
    func wavefield(_ name: String, limit: Int) throws -> (wavefield: String, seismograms: String) {
      var outputs: [String: String] = [:]
      for output in WaveSimulation().signature.outputs {
        outputs[output.name] = folder.path("\(name).\(output.name).nc")
      }
      var context = StageContext(settings: Settings(values), inputs: inputs, outputs: outputs)
      context.scratchLimit = limit
      try WaveSimulation().run(context)
      return (try #require(outputs["wavefield"]), try #require(outputs["seismograms"]))
    }
    func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
    let kept = try wavefield("kept", limit: 100_000_000)
    let again = try wavefield("again", limit: 100_000_000)
    let small = try wavefield("small", limit: 100_000)
    // Made again it has the same bytes; beyond the limit it is a hundredth.
    #expect(try bytes(kept.wavefield) == bytes(again.wavefield))
    #expect(try bytes(small.wavefield).count * 10 < bytes(kept.wavefield).count)
    #expect(try bytes(kept.seismograms) == bytes(small.seismograms))
    var source = try WaveformArtefact(path: kept.seismograms)
    source.meaning = .adjointSource
    try source.write(to: folder.path("source.nc"), title: "adjoint source")
    func kernel(_ path: String) throws -> Data {
      let outputs = ["kernel": path + ".kernel", "source_gradient": path + ".source"]
      try WaveAdjoint().run(
        StageContext(
          settings: Settings([:]), inputs: ["wavefield": path, "source": folder.path("source.nc")],
          outputs: outputs))
      return try bytes(path + ".kernel")
    }
    let whole = try kernel(kept.wavefield)
    #expect(try whole == kernel(small.wavefield))
    #expect(try NetCDFFile.read(kept.wavefield + ".kernel").doubles("vp").contains { $0 != 0 })
  }

  @Test func stepsAreStable() {
    let error = #expect(throws: WaveError.self) {
      try WaveSamples.simulated("dt = 2 ms\n", model: WaveSamples.even(speed: 4000))
    }
    guard case .unstableStep(let step, let limit)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(step == 0.002 && step > limit)
  }

  /// What can't work is told before anything runs.
  @Test func foresight() {
    let medium = WaveModelStage().foresee(
      ForesightRequest(stage: "earth", settings: Settings(["physics": .word("psv2d")]))
    ).outputs["model"]
    let table = WaveReceivers().foresee(
      ForesightRequest(
        stage: "stations", settings: Settings(["components": .list([.word("y"), .word("z")])]))
    ).outputs["table"]
    let told = WaveSimulation().foresee(
      ForesightRequest(
        stage: "shot",
        settings: Settings([
          "surface": .word("free"), "gradient_parameters": .list([.word("vp"), .word("vpv")]),
        ]),
        inputs: [
          "model": .init(
            source: PortReference(stage: "earth", port: "model"), facts: medium ?? OutputFacts()),
          "receivers": .init(
            source: PortReference(stage: "stations", port: "table"), facts: table ?? OutputFacts()),
        ])
    ).mistakes
    #expect(told.map(\.subject) == ["model", "surface", "receivers"])
    #expect(
      told.map(\.fact) == [
        .inputLacks(
          input: "model", variable: "vp", source: "earth.model",
          reason: "stage 'earth' makes a medium for psv2d"),
        .unfit(reason: "psv2d has no free surface yet; take an absorbing one"),
        .unfit(
          reason: WaveError.noSuchComponent(what: "a receiver", component: "y", .psv2d).description),
      ])
  }
}

extension WaveSamples {
  /// Of another speed: half of it has wavelengths of half as many nodes.
  static func even(speed: Int) throws -> Dataset {
    let section =
      "physics = acoustic2d\nregion = 0 m, 300 m, 0 m, 250 m\nspacing = 10 m\nvp = \(speed) m/s\nrho = 2100 kg/m3"
    return try LoneStage(WaveModelStage(), section).run().dataset("model")
  }
}
