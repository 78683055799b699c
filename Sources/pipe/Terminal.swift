import ArgumentParser
import Execution
import Manifests
import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What goes to standard error.
enum Terminal {
  /// Colours only for a person: a terminal that is not told otherwise by NO_COLOR.
  static let hasColour = isatty(2) == 1 && getenv("NO_COLOR") == nil

  static func say(_ line: String) {
    // A closed standard error must not end a run: the result of the write is of no use here.
    var text = line + "\n"
    text.withUTF8 { bytes in _ = write(2, bytes.baseAddress, bytes.count) }
  }

  /// Says what is wrong and what to do; answers the error that ends the program with the status of the cause.
  static func failure(_ text: String, _ code: Execution.ExitCode) -> any Error {
    say("pipe: \(text)")
    return code.thrown
  }

  /// Errors of the store as one line and their exit status; those that end the program already go on.
  static func guarded<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ArgumentParser.ExitCode {
      throw error
    } catch let error as ValidationError {
      throw error
    } catch {
      throw failure("\(error)", Execution.ExitCode(error))
    }
  }

  /// Prints every mistake of a manifest, and how many there are.
  static func report(_ result: ResolutionResult) {
    guard !result.diagnostics.isEmpty else { return }
    let renderer = DiagnosticRenderer(sources: result.sources, isColoured: hasColour)
    say(renderer.render(result.diagnostics))
    let errors = result.diagnostics.count { $0.severity == .error }
    if errors > 0 { say(errors == 1 ? "1 mistake; nothing was run" : "\(errors) mistakes; nothing was run") }
  }
}
