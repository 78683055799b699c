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

  /// What the program is about to end with. Used by the main thread alone, while it ends.
  nonisolated(unsafe) static var status: Int32 = 0

  /// An answer that could not be written is no success. Who closed the other end wants no more of it, and
  /// hears nothing.
  static func checkOutputAtExit() {
    atexit {
      let hasFailedNow = fflush(nil) != 0
      let code = hasFailedNow ? errno : Terminal.outputError
      guard code != 0, code != EPIPE, Terminal.status == 0 else { return }
      Terminal.say("pipe: cannot write to standard output: \(String(cString: strerror(code)))")
      _exit(Execution.ExitCode.system.rawValue)
    }
  }

  /// What went wrong with standard output before its last bytes were written; 0 if nothing did.
  private static var outputError: Int32 {
    // The variable `stdout` itself is none that Swift 6 lets a program read.
    #if canImport(Glibc)
      let (everywhere, name) = (UnsafeMutableRawPointer?.none, "stdout")
    #else
      let (everywhere, name) = (UnsafeMutableRawPointer(bitPattern: -2), "__stdoutp")
    #endif
    guard let variable = dlsym(everywhere, name) else { return 0 }
    let output = variable.load(as: UnsafeMutablePointer<FILE>.self)
    guard ferror(output) != 0 else { return 0 }
    // A stream does not keep the cause. One that takes no more has lost its reader.
    var end = pollfd(fd: 1, events: Int16(POLLOUT), revents: 0)
    return poll(&end, 1, 0) == 1 && end.revents & Int16(POLLERR) != 0 ? EPIPE : EIO
  }

  /// Ends the program by way of what is to happen at its end.
  static func end(_ status: Int32) -> Never { exit(status) }

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
