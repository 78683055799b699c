/// The components of a recipe's text by name: what `Recipe` has written, read back.
public struct RecipeComponents: Sendable, Equatable {
  /// An input port; for a family's node also the member, or the step, that it belongs to.
  public struct Input: Hashable, Comparable, Sendable {
    /// Name of the input.
    public var port: String
    /// Whose it is, for a family's own node.
    public var member: Int?

    /// By port, then by member.
    public static func < (left: Input, right: Input) -> Bool {
      (left.port, left.member ?? -1) < (right.port, right.member ?? -1)
    }
  }

  /// Of the recipe's text.
  public internal(set) var format = ""
  /// Of the stage.
  public internal(set) var kind = ""
  /// Of the kind.
  public internal(set) var version = ""
  /// Values as the recipe writes them: `1e-1`, `file sha256:9f86…`.
  public internal(set) var settings: [String: String] = [:]
  /// `sha256:` and the content hash, or `failed`.
  public internal(set) var inputs: [Input: String] = [:]
  /// Names of what a family varies, and the values of each member.
  public internal(set) var variables: String?
  /// What a step knows of the distributions that values are drawn from.
  public internal(set) var draws: [String] = []
  /// A line a member.
  public internal(set) var members: [String] = []

  /// Lines that are no component are left out.
  public init(_ text: String) {
    for line in text.split(separator: "\n") {
      let word = line.prefix { $0 != " " }
      let rest = String(line.dropFirst(word.count + 1))
      switch word {
      case "recipe": format = rest
      case "kind":
        let parts = rest.split(separator: " ")
        (kind, version) = (parts.dropLast().joined(separator: " "), parts.last.map(String.init) ?? "")
      case "variables": variables = rest
      case "draws": draws.append(rest)
      case "member":
        guard let sign = rest.firstIndex(of: "=") else { continue }
        members.append(String(rest[rest.index(after: sign)...].drop { $0 == " " }))
      case "setting": addSetting(rest)
      case "input": addInput(rest)
      default: continue
      }
    }
  }

  private mutating func addSetting(_ rest: String) {
    guard let (name, value) = Self.split(rest) else { return }
    settings[name] = value
  }

  private mutating func addInput(_ rest: String) {
    guard let (name, value) = Self.split(rest) else { return }
    if name.hasSuffix("]"), let open = name.lastIndex(of: "["),
      let member = Int(name[name.index(after: open)...].dropLast())
    {
      inputs[Input(port: String(name[..<open]), member: member)] = value
    } else {
      inputs[Input(port: name, member: nil)] = value
    }
  }

  /// `name = value`; a quoted name may hold ` = ` itself.
  private static func split(_ rest: String) -> (name: String, value: String)? {
    var (index, isQuoted, isEscaped) = (rest.startIndex, false, false)
    while index < rest.endIndex {
      let character = rest[index]
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else if !isQuoted, rest[index...].hasPrefix(" = ") {
        return (String(rest[..<index]), String(rest[rest.index(index, offsetBy: 3)...]))
      }
      index = rest.index(after: index)
    }
    return nil
  }
}

extension RecipeComponents {
  /// Content hashes of the inputs; those of failed members are absent.
  public var inputHashes: [(input: Input, hash: String)] {
    inputs.keys.sorted().compactMap { input in
      guard let value = inputs[input], value.hasPrefix("sha256:") else { return nil }
      return (input, String(value.dropFirst(7)))
    }
  }

  /// Content hashes of the input files, by setting.
  public var fileHashes: [(setting: String, hash: String)] {
    settings.keys.sorted().flatMap { name -> [(setting: String, hash: String)] in
      let parts = settings[name]?.components(after: "file sha256:") ?? []
      return parts.map { (name, String($0.prefix(64))) }
    }
  }
}

extension String {
  /// What follows each occurrence of `mark`, up to the next.
  fileprivate func components(after mark: String) -> [Substring] {
    var (parts, rest): ([Substring], Substring) = ([], self[...])
    while let range = rest.firstRange(of: mark) {
      rest = rest[range.upperBound...]
      parts.append(rest)
    }
    return parts
  }
}
