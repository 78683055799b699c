import ArgumentParser
import Planning
import Stages

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Reports every mistake of a manifest; runs nothing.")

  @OptionGroup var manifest: ManifestOptions

  func run() throws {
    let plan = try manifest.plan()
    print(
      "\(plan.pipeline.name): \(plan.pipeline.stages.count) stages, \(plan.nodes.count) nodes, no mistakes")
  }
}
