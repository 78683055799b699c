import ArgumentParser
import Planning
import StandardCatalogue

struct GraphCommand: ParsableCommand {
  enum Language: String, ExpressibleByArgument, CaseIterable { case dot, mermaid }

  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Prints the graph of stages, families folded, for Graphviz or Mermaid.")

  @OptionGroup var manifest: ManifestOptions

  @Option(help: "dot or mermaid.")
  var language: Language = .dot

  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let plan = try manifest.plan(answer: answer.json ? "graph" : nil)
    if answer.json { return try JSONAnswer(command: "graph", body: GraphAnswer(plan)).print() }
    switch language {
    case .dot: print(PlanGraph.dot(plan), terminator: "")
    case .mermaid: print(PlanGraph.mermaid(plan), terminator: "")
    }
  }
}
