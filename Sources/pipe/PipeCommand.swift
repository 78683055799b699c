import ArgumentParser
import Datasets

@main
struct PipeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipe",
    abstract: "Runs geophysical inversions, with their uncertainty, from plain-text manifests.",
    version: programVersion,
    subcommands: [
      RunCommand.self, CheckCommand.self, FormatCommand.self, StagesCommand.self, GraphCommand.self,
      ExplainCommand.self, LogCommand.self, ShowCommand.self, PlotCommand.self, HistoryCommand.self,
      DiffCommand.self, LockCommand.self, GarbageCommand.self, VerifyCommand.self, SchemaCommand.self,
      ProbeCommand.self,
    ])

  static func main() {
    Terminal.checkOutputAtExit()
    FileProbe.start(with: [ownPath, ProbeCommand._commandName])
    do {
      _ = try KernelChoice.read()
      var command = try parseAsRoot()
      try command.run()
    } catch {
      Terminal.status = exitCode(for: error).rawValue
      exit(withError: error)
    }
  }
}

/// On Linux the kernel's name for whatever runs, which holds where the file was moved or replaced since.
private let ownPath: String = {
  #if os(Linux)
    "/proc/self/exe"
  #else
    CommandLine.arguments[0]
  #endif
}()

/// The child of `FileProbe.check`.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Reads a file that may be damaged.", shouldDisplay: false)

  @Argument var path: String
  @Argument var variable: String?

  func run() { FileProbe.read(path, variable: variable) }
}

/// Version of the program; not part of any result.
let programVersion = "0.1.0"
