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

  /// Prints every mistake of a manifest, and how many there are.
  static func report(_ result: ResolutionResult) {
    guard !result.diagnostics.isEmpty else { return }
    let renderer = DiagnosticRenderer(sources: result.sources, isColoured: hasColour)
    say(renderer.render(result.diagnostics))
    let errors = result.diagnostics.count { $0.severity == .error }
    if errors > 0 { say(errors == 1 ? "1 mistake; nothing was run" : "\(errors) mistakes; nothing was run") }
  }
}

/// Says errors of the store and the engine in one line and ends with their exit status.
func guardingStore<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch {
    Terminal.say("pipe: \(error)")
    throw Execution.ExitCode(error).thrown
  }
}
