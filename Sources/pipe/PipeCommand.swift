import ArgumentParser

@main
struct PipeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipe",
    abstract: "Runs geophysical inversions, with their uncertainty, from plain-text manifests.",
    version: programVersion,
    subcommands: [
      RunCommand.self, CheckCommand.self, FormatCommand.self, StagesCommand.self, GraphCommand.self,
      ExplainCommand.self, LogCommand.self, ShowCommand.self, HistoryCommand.self, DiffCommand.self,
      LockCommand.self, GarbageCommand.self, VerifyCommand.self,
    ])
}

/// Version of the program; not part of any result.
let programVersion = "0.1.0"
