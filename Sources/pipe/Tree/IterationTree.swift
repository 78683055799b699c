import ArgumentParser
import Execution
import Planning
import Reporting

/// The iterations of a run, by the sections of the manifest and what each continues.
struct IterationTree {
  /// An iteration of a section.
  struct Iteration {
    var number: Int
    /// The last number of each column that its rounds reported.
    var numbers: [(name: String, value: Double)]
    /// Trials that were rejected before the next one.
    var rejected = 0
  }

  /// A family with iterations.
  struct Section {
    var name: String
    /// The section that it continues, and from which iteration; nil for the last.
    var parent: (name: String, iteration: Int?)?
    /// As the section lists them.
    var events: [String]
    /// Empty where the last run has none of them.
    var iterations: [Iteration] = []
    /// Columns that a node tells, in order.
    var told: [String]
  }

  /// In the order of the manifest.
  private(set) var sections: [Section] = []

  init(_ pipeline: ResolvedPipeline, _ record: RunRecord?, layout: ProjectLayout) throws {
    for stage in pipeline.stages {
      guard let family = stage.signature.family, !family.states.isEmpty else { continue }
      let source = stage.inputs["continues"]
      var section = Section(
        name: stage.name,
        parent: source.map { ($0.stage, pipeline.family($0.stage)?.iterationNamed(by: $0.port)) },
        events: Self.texts(stage.settings[FamilySpec.each.values]), told: family.told)
      section.iterations = try Self.iterations(of: stage.name, record, layout)
      sections.append(section)
    }
  }

  private static func texts(_ source: SettingSource?) -> [String] {
    func text(_ source: SettingSource) -> String? {
      if case .value(.text(let text)) = source { text } else { nil }
    }
    switch source {
    case .value(.list(let values))?:
      return values.compactMap { if case .text(let text) = $0 { text } else { nil } }
    case .list(let elements)?: return elements.compactMap(text)
    default: return []
    }
  }

  private static func iterations(
    of stage: String, _ record: RunRecord?, _ layout: ProjectLayout
  ) throws -> [Iteration] {
    guard let record else { return [] }
    var result: [Iteration] = []
    for step in IterationPort.steps(of: stage, record) {
      if let report = try IterationPort.report(of: step, layout) { take(report, into: &result) }
    }
    return result
  }

  private static func take(_ report: FoldReport, into result: inout [Iteration]) {
    guard let number = report["iteration"].map({ Int($0) }) else { return }
    let isRejected = report["accepted"] == 0
    if result.last?.number != number { result.append(Iteration(number: number, numbers: [])) }
    let last = result.count - 1
    if isRejected { result[last].rejected += 1 }
    for column in report.columns where column.value.isFinite {
      if let known = result[last].numbers.firstIndex(where: { $0.name == column.name }) {
        result[last].numbers[known].value = column.value
      } else {
        result[last].numbers.append(column)
      }
    }
  }

  /// Sections that continue an iteration of another, or the whole of it where the iteration is not there.
  func children(of section: Section, at iteration: Int) -> [Section] {
    sections.filter { child in
      guard let parent = child.parent, parent.name == section.name else { return false }
      let wanted = parent.iteration ?? section.iterations.last?.number
      return wanted == iteration
    }
  }

  /// Those that begin by themselves, or continue what the run has not.
  var roots: [Section] {
    sections.filter { section in
      guard let parent = section.parent else { return true }
      guard let other = sections.first(where: { $0.name == parent.name }) else { return true }
      let wanted = parent.iteration ?? other.iterations.last?.number
      return !other.iterations.contains { $0.number == wanted }
    }
  }
}

extension ResolvedPipeline {
  fileprivate func family(_ name: String) -> FamilySpec? {
    stages.first { $0.name == name }?.signature.family
  }
}

extension IterationTree.Section {
  /// `inversion: crete, iceland`
  var head: String { events.isEmpty ? name : name + ": " + events.joined(separator: ", ") }

  /// What a node of the tree tells, numbers to six digits.
  func line(_ iteration: IterationTree.Iteration) -> String {
    let words = told.compactMap { name in
      iteration.numbers.first { $0.name == name }.map { "\(name) \(NumberText.significant($0.value, 6))" }
    }
    let rejected = iteration.rejected == 0 ? [] : ["\(iteration.rejected) rejected"]
    return (["#\(iteration.number)"] + words + rejected).joined(separator: "  ")
  }
}
