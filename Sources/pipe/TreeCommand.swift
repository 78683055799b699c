import ArgumentParser
import Execution
import Planning
import StandardCatalogue

struct TreeCommand: ParsableCommand {
  enum Language: String, ExpressibleByArgument, CaseIterable { case text, svg }

  static let configuration = CommandConfiguration(
    commandName: "tree",
    abstract:
      "Shows the iterations of a pipeline's last run as a tree: what each section continues, events, values.")

  @OptionGroup var manifest: ManifestOptions

  @Option(help: "text, or svg, whose nodes have titles with all numbers.")
  var language: Language = .text

  @Option(help: "Folder of .pipe and results (default: found from the manifest's place).")
  var root: String?

  @OptionGroup var answer: AnswerOptions

  func run() throws { try Terminal.guarded(answerQuestion) }

  private func answerQuestion() throws {
    let plan = try manifest.plan(answer: answer.json ? "tree" : nil)
    let layout = ProjectLayout.locate(manifestPath: manifest.manifest, explicitRoot: root)
    let record = try RunHistory(layout: layout).newest(pipeline: plan.pipeline.name)
    let tree = try IterationTree(plan.pipeline, record, layout: layout)
    guard !tree.sections.isEmpty else {
      throw Terminal.failure("\(manifest.manifest) has no stage whose iterations make a tree", .noInput)
    }
    if answer.json {
      return try JSONAnswer(command: "tree", body: TreeAnswer(tree, pipeline: plan.pipeline.name)).print()
    }
    switch language {
    case .text: print(TreeText(tree).text, terminator: "")
    case .svg: print(TreeDrawing(tree).svg, terminator: "")
    }
  }
}
