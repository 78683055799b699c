import Artefacts
import NumericCore
import Planning

/// What the page shows of one stage: figures, numbers, and what is missing.
struct StageSection {
  var figures: [CaptionedFigure] = []
  /// Figures as wide as the page.
  var wide: [CaptionedFigure] = []
  /// Numbers with what they are of; the note may be empty.
  var facts: [(label: String, value: String, note: String)] = []
  /// Tables, ready for the page.
  var tables = ""
  /// Scalar outputs that have a line.
  var told: Set<String> = []

  mutating func add(_ drawing: Figure, _ caption: String) {
    if drawing.width > 500 {
      wide.append(CaptionedFigure(drawing: drawing, caption: caption))
    } else {
      figures.append(CaptionedFigure(drawing: drawing, caption: caption))
    }
  }

  /// A number that is none is not told.
  mutating func fact(_ label: String, _ value: Double?, _ unit: String = "", note: String = "") {
    guard let value, !value.isNaN else { return }
    facts.append((label, NumberText.significant(value) + (unit.isEmpty ? "" : " " + unit), note))
  }

  /// Whether a number with at least three digits that mean something is told already.
  func tells(_ value: Double, _ unit: String) -> Bool {
    let text = NumberText.significant(value) + (unit.isEmpty ? "" : " " + unit)
    let digits = text.prefix { $0 != " " && $0 != "×" }.filter(\.isNumber).drop { $0 == "0" }
    return digits.count >= 3 && facts.contains { $0.value == text }
  }
}

/// Makes the section of one stage from its artefacts, as its kind declares it.
struct SectionMaker {
  let artefacts: RunArtefacts
  let stage: ResolvedStage
  let fields: FieldReader

  init(artefacts: RunArtefacts, stage: ResolvedStage) {
    (self.artefacts, self.stage) = (artefacts, stage)
    fields = FieldReader(artefacts, stage.name)
  }

  /// Longest side of the maps, chosen so that three of them stand side by side.
  static let extent = 216.0
  static let sequential = MapStyle(.sequential, extent: extent)
  static let diverging = MapStyle(.diverging, extent: extent)
  /// Of deviations, in colours that no one takes for those of the thing itself.
  static let spread: MapStyle = {
    var style = MapStyle(.sequential, extent: extent)
    style.palette = .warm
    return style
  }()

  var name: String { stage.name }

  func make() -> StageSection {
    var section = StageSection()
    for item in artefacts.views.report(for: stage.signature).items { add(item, to: &section) }
    addScalars(to: &section)
    return section
  }

  private func add(_ item: ReportItem, to section: inout StageSection) {
    switch item {
    case .map(let map): add(map, to: &section)
    case .maps(let maps): add(maps, to: &section)
    case .series(let maps): add(maps, to: &section)
    case .comparison(let comparison): add(comparison, to: &section)
    case .histogram(let histogram): add(histogram, to: &section)
    case .agreement(let agreement): add(agreement, to: &section)
    case .profiles(let profiles): add(profiles, to: &section)
    case .pointGroups(let groups): add(groups, to: &section)
    case .curve(let curve): add(curve, to: &section)
    case .plot(let plot): add(plot, to: &section)
    case .fact(let label, let number):
      let found = fields.number(number)
      section.fact(label, found?.value, found?.unit ?? "")
      if case .scalar(let output) = number { section.told.insert(output) }
    case .judged(let label, let judgement):
      guard let verdict = fields.verdict(judgement) else { return }
      section.fact(label, verdict.value, verdict.unit, note: verdict.words)
    case .trials(let port): addTrials(port, to: &section)
    case .members(let port): addMembers(port, to: &section)
    case .windows(let port, let points): addWindows(port, points: points, to: &section)
    case .iterations(let port): addIterations(port, to: &section)
    case .outputs: addOutputs(to: &section)
    case .group(let needs, let items, let others):
      let isThere = needs.allSatisfy { fields[$0] != nil }
      for item in isThere ? items : others { add(item, to: &section) }
    }
  }

  /// Scalar outputs that were not shown yet, such as a misfit.
  private func addScalars(to section: inout StageSection) {
    for output in stage.signature.outputs {
      // A search has told its best values with their names.
      let isTold = stage.signature.family?.best != nil && output.isBest
      guard output.type.isScalar, !isTold, let scalar = artefacts.scalar(name, output.name) else {
        continue
      }
      if section.told.contains(output.name) || section.tells(scalar.value, scalar.unit) { continue }
      let label = output.name.split(separator: "_").joined(separator: " ")
      section.fact(label, scalar.value, scalar.unit, note: output.summary)
    }
  }
}
