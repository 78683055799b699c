/// The stages of a pipeline and their arrows as text for drawing programs: `pipe graph`.
///
/// A family is one box with the number of its members and a dashed arrow to the stage that it repeats.
public enum PlanGraph {
  /// For Graphviz.
  public static func dot(_ plan: Plan) -> String { dot(Drawing(plan)) }

  /// For Graphviz, without numbers of members.
  public static func dot(_ pipeline: ResolvedPipeline) -> String { dot(Drawing(pipeline)) }

  /// For Mermaid, which renders in Markdown on most forges.
  public static func mermaid(_ plan: Plan) -> String { mermaid(Drawing(plan)) }

  /// For Mermaid, without numbers of members.
  public static func mermaid(_ pipeline: ResolvedPipeline) -> String { mermaid(Drawing(pipeline)) }

  private static func dot(_ drawing: Drawing) -> String {
    var text = "digraph \(dotQuoted([drawing.name])) {\n  rankdir = TB;\n  node [shape = box];\n"
    for box in drawing.boxes {
      let shape = box.isFamily ? ", peripheries = 2" : ""
      text += "  \(box.id) [label = \(dotQuoted(box.lines))\(shape)];\n"
    }
    for arrow in drawing.arrows {
      let style = arrow.isRepetition ? ", style = dashed, constraint = false" : ""
      text += "  \(arrow.from) -> \(arrow.to) [label = \(dotQuoted([arrow.label]))\(style)];\n"
    }
    return text + "}\n"
  }

  private static func mermaid(_ drawing: Drawing) -> String {
    var text = "flowchart TB\n"
    for box in drawing.boxes {
      let label = mermaidQuoted(box.lines)
      text += box.isFamily ? "  \(box.id)[[\(label)]]\n" : "  \(box.id)[\(label)]\n"
    }
    for arrow in drawing.arrows {
      let line = arrow.isRepetition ? "-.->" : "-->"
      text += "  \(arrow.from) \(line)|\(mermaidQuoted([arrow.label]))| \(arrow.to)\n"
    }
    return text
  }

  /// Lines in one pair of quotes; `\n` between them is Graphviz's own.
  private static func dotQuoted(_ lines: [String]) -> String {
    let escaped = lines.map { line in
      var text = ""
      for scalar in line.unicodeScalars {
        switch scalar {
        case "\"", "\\": text += "\\\(scalar)"
        case _ where scalar.value < 32 || scalar.value == 127: text += " "
        default: text.unicodeScalars.append(scalar)
        }
      }
      return text
    }
    return "\"\(escaped.joined(separator: "\\n"))\""
  }

  /// Mermaid takes HTML entities by number, written `#34;`.
  private static func mermaidQuoted(_ lines: [String]) -> String {
    let escaped = lines.map { line in
      var text = ""
      for scalar in line.unicodeScalars {
        switch scalar {
        case "\"", "#", "<", ">", "&", "\\", "`", "|", "[", "]", "{", "}", ";": text += "#\(scalar.value);"
        case _ where scalar.value < 32 || scalar.value == 127: text += " "
        default: text.unicodeScalars.append(scalar)
        }
      }
      return text
    }
    return "\"\(escaped.joined(separator: "<br/>"))\""
  }
}

/// Boxes and arrows before either language writes them.
private struct Drawing {
  struct Box {
    var id: String
    var lines: [String]
    var isFamily: Bool
  }

  struct Arrow {
    var from, to: String
    var label: String
    var isRepetition: Bool
  }

  var name: String
  var boxes: [Box] = []
  var arrows: [Arrow] = []

  init(_ plan: Plan) {
    var members: [String: Int] = [:]
    for family in plan.families where plan.nodes[family.node].name.members.isEmpty {
      members[family.stage] = family.memberNodes.count
    }
    let stages = plan.pipeline.asWritten.stages.filter { plan.node(ofStage: $0.name) != nil }
    self.init(name: plan.pipeline.name, stages: stages, members: members)
  }

  init(_ pipeline: ResolvedPipeline) {
    self.init(name: pipeline.name, stages: pipeline.asWritten.stages, members: [:])
  }

  private init(name: String, stages: [ResolvedStage], members: [String: Int]) {
    self.name = name
    // Names may hold anything and may be words of the language; numbers are safe in both.
    var ids: [String: String] = [:]
    for (index, stage) in stages.enumerated() { ids[stage.name] = "n\(index)" }
    for stage in stages {
      let id = ids[stage.name] ?? ""
      let count = members[stage.name].map { " × \($0)" } ?? ""
      boxes.append(
        Box(
          id: id, lines: [stage.name, stage.signature.kind + count], isFamily: stage.signature.isFamily))
      addArrows(into: stage, id, ids)
    }
  }

  private mutating func addArrows(into stage: ResolvedStage, _ id: String, _ ids: [String: String]) {
    var sources = stage.inputs
    for (setting, source) in stage.settings {
      if case .output(let reference) = source { sources[setting] = reference }
    }
    for (port, reference) in sources.sorted(by: { $0.key < $1.key }) {
      guard let from = ids[reference.stage] else { continue }
      let label = reference.port == port ? port : "\(reference.port) → \(port)"
      arrows.append(Arrow(from: from, to: id, label: label, isRepetition: false))
    }
    if case .value(.stage(let target))? = stage.settings["repeat"], let to = ids[target] {
      arrows.append(Arrow(from: id, to: to, label: "repeats", isRepetition: true))
    }
  }
}
