import ArgumentParser
import Planning
import StandardCatalogue

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Reports every mistake of a manifest; runs nothing.",
    discussion: """
      Input files are looked into: whether they hold what the settings name. Of files above 16 MB only NetCDF headers \
      are read.
      """)

  @OptionGroup var manifest: ManifestOptions
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let (plan, warnings, _) = try manifest.changes.planAndWarnings(
      manifest.manifest, answer: answer.json ? "check" : nil, readsFiles: true)
    let (stages, nodes) = (plan.pipeline.asWritten.stages.count, plan.nodes.count)
    guard !answer.json else {
      let body = CheckAnswer(
        pipeline: plan.pipeline.name, stages: stages, nodes: nodes, diagnostics: warnings)
      return try JSONAnswer(command: "check", body: body).print()
    }
    print("\(plan.pipeline.name): \(stages) stages, \(nodes) nodes, no mistakes")
  }
}
