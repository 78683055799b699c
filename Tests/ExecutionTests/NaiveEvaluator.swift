import Planning

/// What a pipeline of toys must come to, worked out by plain recursion: no keys, no store, no threads. It
/// remembers what ran before only as a table of what was asked for, in words, and what it gave.
struct NaiveEvaluator {
  enum Outcome: Equatable {
    case value(Double, asked: String)
    case failed(asked: String)
    case skipped
  }

  /// Request → value, of all rounds.
  private(set) var known: [String: Double] = [:]
  /// By the node's name: stages and members.
  private(set) var outcomes: [String: Outcome] = [:]
  /// Requests that are not known, and so must run.
  private(set) var needed: Set<String> = []

  /// One run. Each stage comes after what it uses.
  /// - Parameter failing: a stage that adds one of these fails if it has to run.
  mutating func run(_ stages: [ToyStage], failing: Set<Double>) {
    (outcomes, needed) = ([:], [])
    for stage in stages {
      if let target = stages.first(where: { $0.name == stage.repeats }) {
        outcomes[stage.name] = family(stage, target, failing)
      } else {
        outcomes[stage.name] = evaluate(stage, failing)
      }
    }
  }

  private mutating func evaluate(_ stage: ToyStage, _ failing: Set<Double>) -> Outcome {
    var inputs: [Double] = []
    for use in stage.uses {
      guard case .value(let value, _)? = outcomes[use.split(separator: ".").first.map(String.init) ?? use]
      else { return .skipped }
      inputs.append(value)
    }
    let add = stage.kind == "mix" ? stage.add ?? 0 : 0
    let asked = "\(stage.kind) \(add) of \(inputs)"
    if let value = known[asked] { return .value(value, asked: asked) }
    needed.insert(asked)
    if stage.kind == "mix", failing.contains(add) { return .failed(asked: asked) }
    let value = stage.kind == "sign" ? (inputs[0] < 0 ? -1 : 1) : inputs.reduce(add, +)
    known[asked] = value
    return .value(value, asked: asked)
  }

  /// Members add 10, 11, … 14; the family is their sum.
  private mutating func family(
    _ family: ToyStage, _ target: ToyStage, _ failing: Set<Double>
  ) -> Outcome {
    var values: [Double?] = []
    for index in 0..<5 {
      var member = target
      member.add = Double(10 + index)
      let outcome = evaluate(member, failing)
      outcomes["\(target.name)[\(family.name) \(index)]"] = outcome
      if case .value(let value, _) = outcome { values.append(value) } else { values.append(nil) }
    }
    let asked = "ensemble of \(values.map { $0.map { "\($0)" } ?? "none" })"
    guard values.count(where: { $0 == nil }) <= family.maximumFailures ?? 0 else {
      return .failed(asked: asked)
    }
    let total = values.reduce(0.0) { $0 + ($1 ?? 0) }
    if known[asked] == nil { needed.insert(asked) }
    known[asked] = total
    return .value(total, asked: asked)
  }
}
