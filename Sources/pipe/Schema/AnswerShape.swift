/// What a value of an answer looks like; written out as JSON Schema.
indirect enum AnswerShape: Sendable {
  case text, integer, number, boolean
  /// A number, or null where there is none (JSON has neither NaN nor infinity).
  case numberOrNull
  /// Text, a number, null, or a list of numbers: an attribute of a file.
  case attribute
  /// One word of several.
  case word([String])
  case list(AnswerShape)
  /// An object whose names are data: ports, settings, attributes.
  case table(AnswerShape)
  case object([AnswerField])
}

struct AnswerField: Sendable {
  let name: String
  let shape: AnswerShape
  let summary: String
  /// Absent where it has no value.
  let isOptional: Bool

  init(_ name: String, _ shape: AnswerShape, _ summary: String) {
    (self.name, self.shape, self.summary, isOptional) = (name, shape, summary, false)
  }

  init(optional name: String, _ shape: AnswerShape, _ summary: String) {
    (self.name, self.shape, self.summary, isOptional) = (name, shape, summary, true)
  }
}

/// One kind of answer, or of line in an event stream.
struct AnswerKind: Sendable {
  /// Name in the schema: the command, with what makes it answer so.
  let name: String
  let summary: String
  /// The answer's `command`; nil where any command may answer so.
  let command: String?
  let fields: [AnswerField]
}

/// JSON Schema (draft 2020-12) of answers, with two blanks a level.
struct SchemaText {
  private(set) var text = ""

  /// Of all kinds: an answer is one of them.
  init(_ kinds: [AnswerKind]) {
    let references = kinds.map { "    { \"$ref\": \"#/$defs/\($0.name)\" }" }.joined(separator: ",\n")
    text = """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Answers of pipe with --json, and lines of pipe run --events",
        "description": \(Self.quoted(AnswerKind.rules)),
        "oneOf": [
      \(references)
        ],
        "$defs": {

      """
    for (index, kind) in kinds.enumerated() {
      text += "    \(Self.quoted(kind.name)): "
      append(kind, margin: "    ")
      text += index + 1 < kinds.count ? ",\n" : "\n"
    }
    text += "  }\n}\n"
  }

  private mutating func append(_ kind: AnswerKind, margin: String) {
    let head = [AnswerField("format", .integer, "1; raised when a field changes its meaning or goes")]
    let shape = AnswerShape.object(head + kind.fields)
    append(shape, summary: kind.summary, margin: margin, constants: Self.constants(kind))
  }

  private static func constants(_ kind: AnswerKind) -> [String: String] {
    var constants = ["format": "1"]
    constants["command"] = kind.command.map(quoted)
    return constants
  }

  private mutating func append(
    _ shape: AnswerShape, summary: String, margin: String, constants: [String: String] = [:]
  ) {
    let description = summary.isEmpty ? "" : ", \"description\": \(Self.quoted(summary))"
    switch shape {
    case .text: text += "{ \"type\": \"string\"\(description) }"
    case .integer: text += "{ \"type\": \"integer\"\(description) }"
    case .number: text += "{ \"type\": \"number\"\(description) }"
    case .boolean: text += "{ \"type\": \"boolean\"\(description) }"
    case .numberOrNull: text += "{ \"type\": [\"number\", \"null\"]\(description) }"
    case .attribute: text += "{ \"type\": [\"string\", \"number\", \"array\", \"null\"]\(description) }"
    case .word(let words):
      text += "{ \"enum\": [\(words.map(Self.quoted).joined(separator: ", "))]\(description) }"
    case .list(let element):
      text += "{ \"type\": \"array\"\(description), \"items\": "
      append(element, summary: "", margin: margin)
      text += " }"
    case .table(let element):
      text += "{ \"type\": \"object\"\(description), \"additionalProperties\": "
      append(element, summary: "", margin: margin)
      text += " }"
    case .object(let fields): append(fields, description, margin, constants)
    }
  }

  private mutating func append(
    _ fields: [AnswerField], _ description: String, _ margin: String, _ constants: [String: String]
  ) {
    let inner = margin + "  "
    text += "{\n\(inner)\"type\": \"object\"\(description),\n\(inner)\"properties\": {\n"
    for (index, field) in fields.enumerated() {
      text += "\(inner)  \(Self.quoted(field.name)): "
      if let constant = constants[field.name] {
        text += "{ \"const\": \(constant), \"description\": \(Self.quoted(field.summary)) }"
      } else {
        append(field.shape, summary: field.summary, margin: inner + "  ")
      }
      text += index + 1 < fields.count ? ",\n" : "\n"
    }
    let required = fields.filter { !$0.isOptional }.map { Self.quoted($0.name) }.joined(separator: ", ")
    text += "\(inner)},\n\(inner)\"required\": [\(required)]\n\(margin)}"
  }

  /// The texts of the tables hold no control bytes.
  private static func quoted(_ text: String) -> String {
    let escaped = text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
    return "\"" + escaped.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
      + "\""
  }
}
