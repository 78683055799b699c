import Planning

/// Stages and arrows as `pipe graph --json` tells them.
struct GraphAnswer: Encodable {
  struct Stage: Encodable {
    var stage, kind: String
    /// Of families: the stage that is repeated, and how many members are known before anything has run.
    var `repeat`: String?
    var members: Int?
    /// Input port, or setting, → the output that feeds it.
    var inputs: [String: String]
  }

  var pipeline: String
  var stages: [Stage]

  init(_ plan: Plan) {
    pipeline = plan.pipeline.name
    stages = plan.pipeline.asWritten.stages.map { stage in
      var inputs = stage.inputs.mapValues(\.description)
      for (name, source) in stage.settings {
        if case .output(let port) = source { inputs[name] = port.description }
      }
      var repeated: String?
      if case .value(.stage(let name))? = stage.settings["repeat"] { repeated = name }
      let members = plan.families.first { $0.stage == stage.name }?.memberNodes.count
      return Stage(
        stage: stage.name, kind: stage.signature.kind, repeat: repeated, members: members,
        inputs: inputs.dictionary)
    }
  }
}
