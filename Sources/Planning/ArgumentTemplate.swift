/// An argument of a program with placeholders: `--out={output.data}`.
///
/// Other braces are text, since programs of awk are full of them.
public struct ArgumentTemplate: Sendable, Equatable {
  /// A piece of the text: as it stands, or to be filled in.
  public enum Part: Sendable, Equatable {
    case literal(String)
    case input(String)
    case output(String)
    case setting(String)
    /// `{member}`
    case member
    /// `{outptu.x}`, braces included.
    case unknown(String)
  }

  /// In their order.
  public let parts: [Part]

  /// Under this name a node holds the number of its member; no line of a manifest can have it.
  public static let memberSetting = "{member}"

  /// The pieces of a text; what stands in braces is to be filled in.
  public init(_ text: String) {
    var parts: [Part] = []
    var literal = ""
    var rest = Substring(text)
    while let open = rest.firstIndex(of: "{") {
      literal += rest[..<open]
      rest = rest[open...]
      guard let close = rest.firstIndex(of: "}"),
        let part = Self.placeholder(rest[rest.index(after: open)..<close])
      else {
        literal += "{"
        rest = rest.dropFirst()
        continue
      }
      if !literal.isEmpty { parts.append(.literal(literal)) }
      literal = ""
      parts.append(part)
      rest = rest[rest.index(after: close)...]
    }
    literal += rest
    if !literal.isEmpty { parts.append(.literal(literal)) }
    self.parts = parts
  }

  /// Nil for what is no placeholder but text in braces.
  private static func placeholder(_ text: Substring) -> Part? {
    if text == "member" { return .member }
    let words = text.split(separator: ".", omittingEmptySubsequences: false)
    guard words.count == 2, words.allSatisfy(isName) else { return nil }
    switch words[0] {
    case "input": return .input(String(words[1]))
    case "output": return .output(String(words[1]))
    case "setting": return .setting(String(words[1]))
    default: return .unknown("{\(text)}")
    }
  }

  private static func isName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  }
}
