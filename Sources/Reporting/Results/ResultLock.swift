public import Datasets

/// What a pipeline's results are meant to be: for each output a digest of its content and norms of its
/// variables, as text that is kept under version control beside the manifest.
///
///     lock 1
///     damping.best content:9f86d0…
///       best count 1 mean 0.1389495494 rms 0.1389495494 min 0.1389495494 max 0.1389495494
///
/// The digest decides. The norms say how far off a result is that differs.
public struct ResultLock: Sendable, Equatable {
  /// What is kept of a variable.
  public struct Variable: Sendable, Equatable, Encodable {
    /// As the file has it.
    public var name: String
    /// Values in all.
    public var count: Int
    /// Values that are not there.
    public var missing: Int
    /// Name and value of each norm, in order; none for text and where every value is missing.
    public var norms: [Norm]
  }

  /// A number by which a difference can be judged.
  public struct Norm: Sendable, Equatable, Encodable {
    /// `mean`, `rms`, `min` or `max`.
    public var name: String
    /// The shortest decimal that reads back.
    public var value: String
  }

  /// An output of a stage.
  public struct Output: Sendable, Equatable, Encodable {
    public var stage, port: String
    /// SHA-256 of what it holds.
    public var content: String
    /// In the file's order; none of a plain file.
    public var variables: [Variable]

    /// As manifests write it.
    public var name: String { "\(stage).\(port)" }
  }

  /// Sorted by stage and port.
  public let outputs: [Output]

  /// A lock of these outputs, in any order.
  public init(_ outputs: [Output]) {
    self.outputs = outputs.sorted { ($0.stage, $0.port) < ($1.stage, $1.port) }
  }
}

extension ResultLock.Output {
  /// A plain file: its bytes are its content.
  /// - Parameter file: their SHA-256.
  public init(stage: String, port: String, file: String) {
    (self.stage, self.port, content, variables) = (stage, port, file, [])
  }

  /// An output with the digest and the norms of its dataset.
  public init(stage: String, port: String, dataset: Dataset) {
    (self.stage, self.port) = (stage, port)
    content = dataset.contentDigest
    variables = VariableSummary.all(dataset).map(ResultLock.Variable.init)
  }
}

extension ResultLock.Variable {
  init(_ summary: VariableSummary) {
    (name, count, missing) = (summary.name, summary.count, summary.missing)
    let isEmpty = summary.count == summary.missing
    let pairs = summary.norms.map { norms in
      isEmpty
        ? [] : [("mean", norms.mean), ("rms", norms.rms), ("min", norms.minimum), ("max", norms.maximum)]
    }
    norms = (pairs ?? []).map { ResultLock.Norm(name: $0.0, value: String(describing: $0.1)) }
  }
}

// MARK: - Text

extension ResultLock {
  /// What a text can be that is no lock.
  public enum TextError: Error, Equatable, CustomStringConvertible {
    case otherFormat(String)
    case unreadableLine(number: Int, line: String)

    /// What was found, with its line.
    public var description: String {
      switch self {
      case .otherFormat(let first): "it begins with '\(first)', not with 'lock 1'"
      case .unreadableLine(let number, let line): "line \(number) can't be read: \(line)"
      }
    }
  }

  private static let head = "lock 1"

  /// As it is kept.
  public var text: String {
    var text = Self.head + "\n# Written by `pipe lock`; `pipe run --locked` compares results with it.\n"
    for output in outputs {
      text += "\(output.name) content:\(output.content)\n"
      for variable in output.variables {
        text += "  \(Self.escaped(variable.name)) count \(variable.count)"
        if variable.missing > 0 { text += " missing \(variable.missing)" }
        for norm in variable.norms { text += " \(norm.name) \(norm.value)" }
        text += "\n"
      }
    }
    return text
  }

  /// Reads what `text` wrote; comments and empty lines are passed over.
  public init(text: String) throws(TextError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first.map(String.init) == Self.head else {
      throw .otherFormat(String((lines.first ?? "").prefix(40)))
    }
    var outputs: [Output] = []
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty && !line.hasPrefix("#") {
      let failure = TextError.unreadableLine(number: index + 1, line: String(line))
      if line.hasPrefix("  ") {
        guard let variable = Self.variable(line), !outputs.isEmpty else { throw failure }
        outputs[outputs.count - 1].variables.append(variable)
      } else {
        guard let output = Self.output(line) else { throw failure }
        outputs.append(output)
      }
    }
    self.init(outputs)
  }

  private static func output(_ line: Substring) -> Output? {
    let words = line.split(separator: " ")
    guard words.count == 2, let point = words[0].firstIndex(of: "."), words[1].hasPrefix("content:") else {
      return nil
    }
    let content = String(words[1].dropFirst(8))
    guard content.utf8.count == 64 else { return nil }
    return Output(
      stage: String(words[0][..<point]), port: String(words[0][words[0].index(after: point)...]),
      content: content, variables: [])
  }

  private static func variable(_ line: Substring) -> Variable? {
    let words = line.split(separator: " ")
    guard words.count % 2 == 1, words.count >= 3 else { return nil }
    var variable = Variable(name: unescaped(words[0]), count: 0, missing: 0, norms: [])
    for position in stride(from: 1, to: words.count, by: 2) {
      let (name, value) = (words[position], String(words[position + 1]))
      switch name {
      case "count", "missing":
        guard let count = Int(value) else { return nil }
        if name == "count" { variable.count = count } else { variable.missing = count }
      default: variable.norms.append(Norm(name: String(name), value: value))
      }
    }
    return variable
  }

  /// A name as one word: `%` and what would end the word or the line become `%20`.
  private static func escaped(_ name: String) -> String {
    name.utf8.contains { $0 <= 32 || $0 == 37 || $0 == 127 }
      ? name.unicodeScalars.map { scalar in
        let isPlain = scalar.value > 32 && scalar.value != 37 && scalar.value != 127
        let digits = String(scalar.value, radix: 16)
        return isPlain ? String(scalar) : "%" + (digits.count == 1 ? "0" : "") + digits
      }.joined() : name
  }

  private static func unescaped(_ word: Substring) -> String {
    var (text, rest) = ("", word)
    while let character = rest.popFirst() {
      if character == "%", let code = UInt8(rest.prefix(2), radix: 16) {
        text.unicodeScalars.append(Unicode.Scalar(code))
        rest = rest.dropFirst(2)
      } else {
        text.append(character)
      }
    }
    return text
  }
}
