import Datasets
import NumericCore
import Planning

/// The numbers at the top of the page.
struct KeyNumbers {
  struct Card: Equatable {
    var value, label: String
  }

  let artefacts: Artefacts
  let summaries: [StageSummary]

  func cards() -> [Card] {
    summaries.flatMap { summary in
      switch summary.stage.signature.kind {
      case "topography_inversion": inversion(summary.stage)
      case "merged_stats": statistics(summary.stage)
      case "score_at_points": points(summary.stage)
      default:
        switch summary.stage.signature.family?.purpose {
        case .search?: search(summary.stage)
        case .ensemble?: ensemble(summary)
        case nil: [Card]()
        }
      }
    } + run()
  }

  private func card(_ value: Double, _ unit: String, _ label: String) -> Card {
    Card(value: NumberText.significant(value, 3) + (unit.isEmpty ? "" : " " + unit), label: label)
  }

  /// `label`, with the stage's name where several stages are of its kind.
  private func label(_ text: String, _ stage: ResolvedStage) -> String {
    let twins = summaries.count { $0.stage.signature.kind == stage.signature.kind }
    return twins > 1 ? "\(text) (\(stage.name))" : text
  }

  private func inversion(_ stage: ResolvedStage) -> [Card] {
    var cards: [Card] = []
    if let rmse = artefacts.scalar(stage.name, "rmse") {
      cards.append(card(rmse.value, rmse.unit, label("RMSE of the final residual gravity", stage)))
    } else if let field = available(stage.name, "gravity", "res") {
      let value = PlotMath.rootMeanSquare(field.grid.values)
      cards.append(card(value, field.unit, label("RMSE of the final residual gravity", stage)))
    }
    if let truth = artefacts.truth, let found = available(stage.name, "topography", "topography") {
      let error = PlotMath.rootMeanSquare(Figures.difference(found.grid, truth.grid).values)
      cards.append(card(error, truth.unit, label("RMS error of the inverted topography", stage)))
    }
    return cards
  }

  private func statistics(_ stage: ResolvedStage) -> [Card] {
    let port = stage.signature.outputs.first { $0.type == .statistics }?.name ?? "statistics"
    guard let spread = available(stage.name, port, "z_stdev") else { return [] }
    var cards = [
      card(
        PlotMath.mean(spread.grid.values), spread.unit,
        label("mean standard deviation of the ensemble", stage))
    ]
    if let truth = artefacts.truth, let mean = available(stage.name, port, "z_mean") {
      let error = Figures.difference(truth.grid, mean.grid)
      cards.append(
        card(
          PlotMath.rootMeanSquare(error.values), truth.unit, label("RMS error of the ensemble mean", stage)))
      let deviation = spread.grid.sampled(at: error.geometry)
      let ratios = zip(error.values, deviation.values).map { $0 / $1 }.filter(\.isFinite)
      if let share = SectionMaker.coverage(ratios) {
        cards.append(card(share, "%", label("of nodes within 2 standard deviations of the truth", stage)))
      }
    }
    return cards
  }

  private func points(_ stage: ResolvedStage) -> [Card] {
    [("rmse", "RMS error at the points"), ("coverage", "of points covered by ±2 standard deviations")]
      .compactMap {
        port, text in
        guard var scalar = artefacts.scalar(stage.name, port), scalar.value.isFinite else { return nil }
        if port == "coverage", scalar.unit.isEmpty { scalar = (scalar.value * 100, "%") }
        return card(scalar.value, scalar.unit, label(text, stage))
      }
  }

  private func search(_ stage: ResolvedStage) -> [Card] {
    stage.signature.outputs.compactMap { output in
      guard output.name.hasPrefix("best"), let scalar = artefacts.scalar(stage.name, output.name) else {
        return nil
      }
      let fixed = stage.signature.family?.fixedSetting ?? "setting"
      let setting = output.name == "best" ? fixed : String(output.name.dropFirst("best_".count))
      return card(scalar.value, scalar.unit, label("best \(setting)", stage))
    }
  }

  private func ensemble(_ summary: StageSummary) -> [Card] {
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

  /// A grid if its file is there; quiet where it is not, since the stage's own section says so.
  private func available(_ stage: String, _ port: String, _ variable: String) -> Artefacts.Field? {
    guard artefacts.inputs.artefact(stage, port) != nil else { return nil }
    return artefacts.field(stage, port, variable)
  }
}
