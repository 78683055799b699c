import Artefacts
import Planning

/// The numbers at the top of the page.
struct KeyNumbers {
  struct Card: Equatable {
    var value, label: String
  }

  let artefacts: RunArtefacts
  let summaries: [StageSummary]

  func cards() -> [Card] {
    let found = summaries.flatMap { summary in
      let numbers = artefacts.views.report(for: summary.stage.signature).numbers
      let fields = FieldReader(artefacts, summary.stage.name, isQuiet: true)
      return numbers.flatMap { cards($0, fields, summary) }.map { (card: $0, stage: summary.stage.name) }
    }
    // Kinds of stage that are related name their numbers alike.
    let stages = Dictionary(grouping: found, by: \.card.label).mapValues { Set($0.map(\.stage)).count }
    return found.map { card, stage in
      guard stages[card.label, default: 1] > 1 else { return card }
      return Card(value: card.value, label: "\(card.label) (\(stage))")
    } + run()
  }

  private func cards(_ number: KeyNumber, _ fields: FieldReader, _ summary: StageSummary) -> [Card] {
    switch number {
    case .number(let number, let text):
      guard let found = fields.number(number), found.value.isFinite else { return [] }
      return [card(found.value, found.unit, label(text, summary.stage))]
    case .judged(let judgement, let text):
      guard let verdict = fields.verdict(judgement) else { return [] }
      let label = label(text, summary.stage) + (verdict.words.isEmpty ? "" : "; " + verdict.words)
      return [card(verdict.value, verdict.unit, label)]
    case .bestValues: return best(summary.stage)
    case .members: return members(summary)
    }
  }

  private func card(_ value: Double, _ unit: String, _ label: String) -> Card {
    Card(value: NumberText.significant(value, 3) + (unit.isEmpty ? "" : " " + unit), label: label)
  }

  /// `label`, with the stage's name where several stages are of its kind.
  private func label(_ text: String, _ stage: ResolvedStage) -> String {
    let twins = summaries.count { $0.stage.signature.kind == stage.signature.kind }
    return twins > 1 ? "\(text) (\(stage.name))" : text
  }

  private func best(_ stage: ResolvedStage) -> [Card] {
    artefacts.inputs.pipeline.outputs(of: stage).compactMap { output in
      // `best` is one of the others under a shorter name.
      guard let setting = output.bestSetting, let scalar = artefacts.scalar(stage.name, output.name) else {
        return nil
      }
      let isScore = output.name == OutputSpec.bestScore
      let text = isScore ? output.summary : "best \(artefacts.labels(stage.name).label(setting))"
      return card(scalar.value, scalar.unit, label(text, stage))
    }
  }

  private func members(_ summary: StageSummary) -> [Card] {
    guard summary.memberCount > 0 else { return [] }
    let failed = Set(
      summary.memberNodes.filter { $0.outcome == .failed }.compactMap { $0.members.first?.index }
    ).count
    let text = failed > 0 ? "members, \(failed) of them failed" : "members of the ensemble"
    return [Card(value: "\(summary.memberCount)", label: label(text, summary.stage))]
  }

  private func run() -> [Card] {
    let nodes = artefacts.inputs.record.nodes
    func count(_ outcome: NodeRecord.Outcome) -> Int { nodes.count { $0.outcome == outcome } }
    var cards = [
      Card(value: "\(count(.executed)) + \(count(.cached))", label: "nodes executed + cached"),
      Card(
        value: NumberText.duration(artefacts.inputs.record.seconds),
        label: "on \(artefacts.inputs.record.threads) threads"),
    ]
    if count(.failed) > 0 { cards.append(Card(value: "\(count(.failed))", label: "nodes failed")) }
    if artefacts.inputs.record.peakMemoryBytes > 0 {
      cards.append(
        Card(value: NumberText.bytes(artefacts.inputs.record.peakMemoryBytes), label: "peak memory"))
    }
    return cards
  }
}
