import Manifests
import Planning

/// A mistake of a manifest as `--json` tells it.
struct DiagnosticAnswer: Encodable {
  struct Place: Encodable {
    var file: String
    /// Absent where there is no line: `--set name=value`, a file that is missing.
    var line, column, length: Int?

    init(_ place: SourcePlace) {
      file = place.file
      if place.line > 0 { (line, column, length) = (place.line, place.column, place.length) }
    }
  }

  struct Note: Encodable {
    var message: String
    var place: Place
  }

  var severity: String
  /// `M052`; absent for what only the graph of a family shows.
  var code: String?
  var message: String
  var place: Place?
  var note: Note?

  init(_ diagnostic: Diagnostic) {
    severity = diagnostic.severity.rawValue
    code = "\(diagnostic.code)"
    message = diagnostic.message
    place = Place(diagnostic.place)
    note = diagnostic.note.map { Note(message: $0.text, place: Place($0.place)) }
  }

  init(_ error: PlanError) {
    severity = Diagnostic.Severity.error.rawValue
    message = "\(error)"
    place = error.place.map(Place.init)
  }
}

/// What every command answers with `--json` when the manifest has mistakes.
struct MistakesAnswer: Encodable {
  var diagnostics: [DiagnosticAnswer]
}

struct CheckAnswer: Encodable {
  var pipeline: String
  var stages, nodes: Int
  /// Warnings: with errors there is no pipeline.
  var diagnostics: [DiagnosticAnswer]
}
