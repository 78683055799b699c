import ArgumentParser
import Planning
import Stages

struct GraphCommand: ParsableCommand {
  enum Language: String, ExpressibleByArgument, CaseIterable { case dot, mermaid }

  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Prints the graph of stages, families folded, for Graphviz or Mermaid.")

  @OptionGroup var manifest: ManifestOptions

  @Option(help: "dot or mermaid.")
  var language: Language = .dot

  func run() throws {
    let plan = try manifest.plan()
    switch language {
    case .dot: print(PlanGraph.dot(plan), terminator: "")
    case .mermaid: print(PlanGraph.mermaid(plan), terminator: "")
    }
  }
}
