import Execution
import Planning

/// What a run would do as `run -n --json` and `explain --json` tell it: every node, members too.
struct ForecastAnswer: Encodable {
  struct NodeAnswer: Encodable {
    var node, stage: String
    var members: [MemberAnswer]
    var kind: String
    /// `cached`, `will_run`, `may_run` (decided when what it uses has run), `will_restore`.
    var state: String
    var key: String?
    var reason: String?
    /// Everything that differs from the recipe of the last run; the first one is the reason.
    var differences: [String]
  }

  var pipeline: String
  var nodes: [NodeAnswer]

  init(pipeline: String, _ forecasts: [NodeForecast]) {
    self.pipeline = pipeline
    nodes = forecasts.map { forecast in
      NodeAnswer(
        node: "\(forecast.name)", stage: forecast.name.stage,
        members: MemberAnswer.all(forecast.name),
        kind: forecast.kind, state: forecast.state.code, key: forecast.key.isEmpty ? nil : forecast.key,
        reason: forecast.reason.isEmpty ? nil : forecast.reason, differences: forecast.words)
    }
  }
}

struct MemberAnswer: Encodable {
  var family: String
  var index: Int

  static func all(_ node: NodeName) -> [MemberAnswer] {
    node.members.map { MemberAnswer(family: $0.family, index: $0.index) }
  }
}
