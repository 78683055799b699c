import ArgumentParser

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Whether a command answers with JSON.
struct AnswerOptions: ParsableArguments {
  @Flag(help: "Answers with one JSON object on standard output.")
  var json = false
}

/// What a command answers with `--json`: its own fields beside the `format` of all answers and the command's
/// name. Names are in snake case, a number that does not exist is null, a field without a value is absent.
struct JSONAnswer<Body: Encodable>: Encodable {
  let command: String
  let body: Body

  private enum Key: String, CodingKey { case format, command }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    // Raised when a field changes its meaning or goes; new fields may come at any time.
    try container.encode(1, forKey: .format)
    try container.encode(command, forKey: .command)
    try body.encode(to: encoder)
  }

  func print() throws { Swift.print(String(decoding: try Self.encoded(self), as: UTF8.self)) }

  /// A file that holds the body alone.
  static func bytes(_ body: Body) throws -> [UInt8] { try encoded(body) + [0x0A] }

  private static func encoded(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return [UInt8](try encoder.encode(value))
  }
}
