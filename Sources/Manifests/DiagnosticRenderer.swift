/// The one place where diagnostics become text.
///
/// ```
/// x.manifest:12:1: error M052: unknown setting 'widht' of stage kind …; did you mean 'width'?
///    12 | widht = 0.1
///       | ^~~~~
/// ```
public struct DiagnosticRenderer: Sendable {
  /// Characters of a long line that are shown around the mistake.
  static let window = 150

  private let lines: [String: LineTable]
  /// Whether the text carries a terminal's colours.
  public var isColoured: Bool

  /// - Parameter sources: bytes of the files that places refer to; lines of others are not quoted.
  public init(sources: [String: [UInt8]], isColoured: Bool = false) {
    lines = sources.mapValues(LineTable.init)
    self.isColoured = isColoured
  }

  /// All diagnostics, and a line that counts them.
  public func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { render($0) }.joined()
  }

  /// One diagnostic with the line it stands in, ending in a line feed.
  public func render(_ diagnostic: Diagnostic) -> String {
    let isError = diagnostic.severity == .error
    let label = paint("\(diagnostic.severity.rawValue) \(diagnostic.code)", isError ? "1;31" : "1;35")
    var text = paint(Self.position(diagnostic.place), "1") + ": \(label): "
    text += paint(Self.printable(diagnostic.message), "1") + "\n" + quote(diagnostic.place)
    if let note = diagnostic.note {
      text += paint(Self.position(note.place), "1") + ": " + paint("note", "1;36") + ": "
      text += Self.printable(note.text) + "\n" + quote(note.place)
    }
    return text
  }

  /// `file:line:column`, or the file alone where there is no line (`--set name=value`, a missing file).
  static func position(_ place: SourcePlace) -> String {
    let file = printable(place.file)
    return place.line > 0 ? "\(file):\(place.line):\(place.column)" : file
  }

  private func paint(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// The line and the caret below what is meant.
  private func quote(_ place: SourcePlace) -> String {
    guard place.line > 0, let line = lines[place.file]?.line(place.line) else { return "" }
    let characters = Array(line)
    let column = min(max(0, place.column - 1), characters.count)
    let first = column > Self.window * 2 / 3 ? column - Self.window / 2 : 0
    let last = min(characters.count, first + Self.window)
    let shown = characters[first..<last]
    // A tab stays a tab in both lines, so that the caret stands right whatever its width.
    let indent = characters[first..<column].map { $0 == "\t" ? "\t" : " " }.joined()
    let (before, after) = (first > 0 ? "…" : "", last < characters.count ? "…" : "")
    let length = max(1, min(place.length, last - column))
    let number = String(place.line)
    let margin = String(repeating: " ", count: max(0, 5 - number.count)) + number
    let blank = String(repeating: " ", count: margin.count)
    let caret = paint("^" + String(repeating: "~", count: length - 1), "1;32")
    return "\(margin) | \(before)\(Self.printable(String(shown), tabs: true))\(after)\n"
      + "\(blank) | \(before.isEmpty ? "" : " ")\(indent)\(caret)\n"
  }

  /// Without control characters: text of a file must not steer a terminal.
  static func printable(_ text: String, tabs: Bool = false) -> String {
    let isClean = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    if isClean { return text }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isControl =
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
      scalars.append(isControl && !(tabs && scalar == "\t") ? "\u{FFFD}" : scalar)
    }
    return String(scalars)
  }
}

/// Where the lines of a text begin.
private struct LineTable: Sendable {
  let bytes: [UInt8]
  let starts: [Int]

  init(_ source: [UInt8]) {
    bytes = source.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(source.dropFirst(3)) : source
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == Bytes.newline { starts.append(index + 1) }
    self.starts = starts
  }

  /// A line from 1 without its end; nil beyond the last.
  func line(_ number: Int) -> String? {
    guard number <= starts.count else { return nil }
    let start = starts[number - 1]
    var end = number < starts.count ? starts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
