import Artefacts
import Manifests
import Planning

/// Signatures, stages and record of the sample run.
enum SampleRecord {
  static let place = SourcePlace(file: "ensemble.manifest", line: 1, column: 1)

  static let pipeline = ResolvedPipeline(
    name: "ensemble",
    stages: [
      stage(
        "model", "synthetic_model", "A synthetic basin with noisy gravity and constraint points.",
        settings: [
          ("spacing", .number(.length), .number(ExactDecimal(1000.0))),
          ("gravity_noise", .number(.acceleration), .number(ExactDecimal(0.000002))),
          ("testing_data", .boolean, .boolean(true)),
        ],
        outputs: [("topography", .topography), ("gravity", .gravity), ("constraints", .constraints)]),
      stage(
        "start", "starting_topography", "The topography the inversion starts from.",
        inputs: [("constraints", "model"), ("like", "model")], outputs: [("topography", .topography)]),
      stage(
        "predicted", "forward_gravity", "Gravity of a layer of prisms and its misfit to the data.",
        settings: [("zref", .number(.length), .number(ExactDecimal(492.0)))],
        inputs: [("topography", "start"), ("gravity", "model")], outputs: [("gravity", .gravity)]),
      stage(
        "regional", "regional_separation", "Splits the misfit into a regional and a residual part.",
        inputs: [("gravity", "predicted"), ("constraints", "model")], outputs: [("gravity", .gravity)]),
      damping,
      stage(
        "inversion", "topography_inversion", "Finds the topography whose gravity fits the residual.",
        settings: [
          ("max_iterations", .integer, .number(ExactDecimal(200))),
          ("damping", .number(.dimensionless), .output(PortReference(stage: "damping", port: "best"))),
        ],
        inputs: [("gravity", "regional"), ("topography", "start")],
        outputs: [
          ("topography", .topography), ("gravity", .gravity), ("history", .history),
          ("rmse", .scalar(.acceleration)), ("constraints_rmse", .scalar(.length)),
        ]),
      ensemble,
      stage(
        "statistics", "merged_stats", "Mean and spread of the members.", inputs: [("members", "ensemble")],
        outputs: [("statistics", .statistics)]),
      stage(
        "score", "score_at_points", "Compares a topography with points held out.",
        inputs: [("topography", "statistics"), ("points", "model")],
        outputs: [("table", .table), ("rmse", .scalar(.length)), ("coverage", .scalar(.dimensionless))]),
    ])

  private static var damping: ResolvedStage {
    var stage = stage(
      "damping", "damping_cv", "Chooses the damping whose inversion predicts the test points best.",
      settings: [("repeat", .stage, .stage("inversion"))],
      outputs: [("scores", .table), ("best", .scalar(.dimensionless))])
    stage.signature.family = FamilySpec(
      fixedSetting: "damping", roles: [.scores(["score"], standard: "test_rmse")], best: .numbers)
    return stage
  }

  private static var ensemble: ResolvedStage {
    var stage = stage(
      "ensemble", "ensemble_loop", "Repeats an inversion with data and settings drawn anew.",
      settings: [("repeat", .stage, .stage("inversion"))], outputs: [("members", .ensemble)])
    stage.signature.family = FamilySpec(roles: [.collected])
    stage.variations = [
      Variation(
        target: .output(PortReference(stage: "model", port: "gravity")),
        distribution: Distribution(name: "normal", usesDataUncertainty: true), place: place),
      Variation(
        target: .setting(stage: "inversion", setting: "zref"),
        distribution: Distribution(
          name: "uniform", arguments: [480, 505].map { .number(ExactDecimal($0)) }), place: place),
    ]
    return stage
  }

  static func stage(
    _ name: String, _ kind: String, _ summary: String, settings: [(String, SettingType, SettingValue)] = [],
    inputs: [(String, String)] = [], outputs: [(String, PortType)]
  ) -> ResolvedStage {
    let signature = StageSignature(
      kind: kind, version: 1, summary: summary,
      settings: settings.map { SettingSpec($0.0, $0.1, .optional, "What \($0.0) means.") },
      outputs: outputs.map { OutputSpec($0.0, $0.1, "") })
    var resolved = ResolvedStage(name: name, signature: signature, place: place)
    for (setting, _, value) in settings {
      if case .output(let reference) = value {
        resolved.settings[setting] = .output(reference)
      } else {
        resolved.settings[setting] = .value(value)
      }
      resolved.settingPlaces[setting] = place
    }
    for (port, source) in inputs { resolved.inputs[port] = PortReference(stage: source, port: port) }
    return resolved
  }

  static func record(_ pipeline: ResolvedPipeline, outcome: RunRecord.Outcome, runs: Int) -> RunRecord {
    let hash = String(repeating: "3f9a0c", count: 11).prefix(64)
    func node(_ stage: ResolvedStage, _ members: [NodeRecord.Member], _ state: NodeRecord.Outcome)
      -> NodeRecord
    {
      let outputs = stage.signature.outputs.map { ($0.name, String(hash)) }
      var record = NodeRecord(
        stage: stage.name, members: members, kind: stage.signature.kind, outcome: state,
        key: state == .skipped ? "" : String(hash))
      record.seconds = state == .executed ? 0.31 : 0
      if state == .executed || state == .cached { record.outputs = NameTable(outputs) }
      if state == .failed { record.message = "no number <left> & \"right\"" }
      return record
    }
    var nodes: [NodeRecord] = []
    for (position, stage) in pipeline.stages.enumerated() {
      let count = stage.name == "damping" ? 8 : stage.name == "ensemble" ? runs : 0
      for index in 0..<count {
        let member = NodeRecord.Member(family: stage.name, index: index)
        if let inversion = pipeline["inversion"] {
          nodes.append(node(inversion, [member], index % 3 == 0 ? .cached : .executed))
        }
      }
      let isBroken = outcome == .failed && position >= 5
      nodes.append(
        node(stage, [], isBroken ? (position == 5 ? .failed : .skipped) : position < 3 ? .cached : .executed))
    }
    var record = RunRecord(
      id: "20261121T091533-7af3",
      of: .init(
        pipeline: pipeline.name, manifest: "pipelines/ensemble.manifest", started: "2026-11-21T09:15:33Z"),
      on: .init(programVersion: "0.1.0", host: "node-7", threads: 2), outcome: outcome, nodes: nodes)
    (record.seconds, record.peakMemoryBytes) = (12.4, 84_000_000)
    return record
  }
}
