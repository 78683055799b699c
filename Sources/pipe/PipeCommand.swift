import ArgumentParser
import Datasets

@main
struct PipeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipe",
    abstract: "Runs geophysical inversions, with their uncertainty, from plain-text manifests.",
    version: programVersion,
    subcommands: [
      RunCommand.self, NewCommand.self, CheckCommand.self, FormatCommand.self, StagesCommand.self,
      GraphCommand.self, TreeCommand.self,
      ExplainCommand.self, LogCommand.self, ShowCommand.self, PlotCommand.self, ExportCommand.self,
      HistoryCommand.self, DiffCommand.self, LockCommand.self, GarbageCommand.self, VerifyCommand.self,
      SchemaCommand.self,
      ProbeCommand.self,
    ])

  static func main() {
    Terminal.checkOutputAtExit()
    FileProbe.start(with: [ownPath, ProbeCommand._commandName])
    var command: any ParsableCommand
    do {
      _ = try KernelChoice.read()
      command = try parseAsRoot()
    } catch { end(error) }
    do {
      try command.run()
    } catch let error as ValidationError {
      // Not the usage of `pipe` alone, which is all that the library knows of an error thrown here.
      end(error.message, usageOf: type(of: command))
    } catch {
      end(error)
    }
  }

  private static func end(_ error: any Error) -> Never {
    let names = configuration.subcommands.map { $0._commandName }
    let code = exitCode(for: error)
    if code == .validationFailure,
      let wrong = WrongCommand(Array(CommandLine.arguments.dropFirst()), commands: names)
    {
      end(wrong.message, usageOf: PipeCommand.self)
    }
    Terminal.status = code.rawValue
    exit(withError: error)
  }

  private static func end(_ message: String, usageOf command: any ParsableCommand.Type) -> Never {
    let text = command == PipeCommand.self ? usageString() : usageString(for: command)
    let usage = text.hasPrefix("Usage: ") ? text : "Usage: \(text)"
    let name = command == PipeCommand.self ? "pipe" : "pipe \(command._commandName)"
    Terminal.status = ArgumentParser.ExitCode.validationFailure.rawValue
    Terminal.say("Error: \(message)\n\(usage)\n  See '\(name) --help' for more information.")
    Terminal.end(ArgumentParser.ExitCode.validationFailure.rawValue)
  }
}

/// On Linux the kernel's name for whatever runs, which holds where the file was moved or replaced since.
let ownPath: String = {
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
