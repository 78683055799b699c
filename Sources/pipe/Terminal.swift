import Manifests

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

  static func report(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics { say(diagnostic.rendered(colour: hasColour)) }
  }
}
