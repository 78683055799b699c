import Manifests

/// The text of everything that decides a node's result, one component a line, sorted, and its hash.
///
///     recipe 1
///     kind filter 1
///     setting table = file sha256:9f86d0…
///     setting width = 1e4
///     input data = sha256:60303a…
///
/// A family's node also has the names of what varies, each member's values and each member's artefacts; the line
/// `draws` only a step has:
///
///     variables width
///     draws filter.width log_uniform 1e-3 1
///     member 0 = 1e-3
///     input score[0] = sha256:fcde2b…
///     input score[1] = failed
///
/// It holds no name of a stage, path, time, host or number of threads. Settings that equal their defaults
/// are written like any other, so that a new default changes the key; but one that its kind got later (`.later`) is
/// left out at its default, so that results of before keep theirs. One walk writes the bytes that are
/// hashed and the text that explains (`RecipeDifference`).
public struct Recipe: Sendable, Equatable {
  /// The recipe as text, for people.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
  /// A node that is found in the store needs the key alone: the text is made when somebody asks.
  private let bytes: [UInt8]
  /// SHA-256 of the text, 64 hexadecimal digits.
  public let key: String

  /// Of a node by itself.
  /// - Precondition: as of the other initialiser.
  public init(
    node: Node, scalars: [String: Double], inputHashes: [String?], fileHashes: [String: String]
  ) {
    var lines = MemberLines()
    self.init(
      node: node, scalars: scalars, inputHashes: inputHashes, fileHashes: fileHashes, lines: &lines)
  }

  /// - Parameters:
  ///   - scalars: value of every setting of the node that another node gives.
  ///   - inputHashes: content hash of each of `node.inputs`, in order; nil where the member has failed.
  ///   - fileHashes: content hash of every setting that is a file; those of a list of files are found under
  ///     `setting[0]`, `setting[1]`, … (`Recipe.files(of:)` lists them).
  ///   - lines: of the members of the last recipe.
  /// - Precondition: none of these is missing.
  public init(
    node: Node, scalars: [String: Double], inputHashes: [String?], fileHashes: [String: String],
    lines: inout MemberLines
  ) {
    precondition(inputHashes.count == node.inputs.count, "one content hash for each input")
    var text = TextBuffer()
    text.bytes.reserveCapacity(512 + 96 * node.inputs.count)
    text += "recipe 1\nkind "
    RecipeText.appendName(node.signature.kind, to: &text)
    text += " "
    text += node.signature.version
    text += "\n"
    if let chunk = node.chunk {
      chunk.append(to: &text) { stage, setting, element in
        guard let hash = fileHashes[ChunkPlan.fileEntry(stage, setting, element)] else {
          preconditionFailure("no content hash of file \(setting)")
        }
        return hash
      }
    }
    Self.appendSettings(of: node, scalars: scalars, fileHashes: fileHashes, to: &text)
    Self.appendInputs(of: node, hashes: inputHashes, fileHashes: fileHashes, &lines, to: &text)
    self.key = ContentHash.hex(of: text.bytes)
    bytes = text.bytes
  }

  /// The input files of a node: what `fileHashes` must hold, and the path of each.
  public static func files(of node: Node) -> [String: String] {
    var files: [String: String] = [:]
    for (name, setting) in node.settings {
      switch setting {
      case .value(.file(let path)): files[name] = path
      case .value(.list(let elements)):
        for (index, element) in elements.enumerated() {
          if case .file(let path) = element { files["\(name)[\(index)]"] = path }
        }
      default: break
      }
    }
    if let chunk = node.chunk { files.merge(chunk.files) { $1 } }
    for (index, draw) in (node.members?.draws ?? []).enumerated() {
      for case .file(let path) in draw.variable.distribution.arguments {
        files[fileEntry(ofDraw: index)] = path
      }
    }
    return files
  }

  private static func appendSettings(
    of node: Node, scalars: [String: Double], fileHashes: [String: String], to text: inout TextBuffer
  ) {
    let unkeyed = node.signature.unkeyed
    let later = node.signature.laterDefaults
    for (name, setting) in node.settings where !unkeyed.contains(name) {
      if case .value(let value) = setting, RecipeText.isNameOnly(value) || later[name] == value { continue }
      if case .output = setting, isDefault(scalars[name], later[name]) { continue }
      text += "setting "
      RecipeText.appendName(name, to: &text)
      text += " = "
      switch setting {
      case .value(let value):
        let hash = { (element: Int?) -> String in
          let entry = element.map { "\(name)[\($0)]" } ?? name
          guard let hash = fileHashes[entry] else { preconditionFailure("no content hash of file \(entry)") }
          return hash
        }
        RecipeText.append(value, fileHash: hash, to: &text)
      case .output:
        guard let scalar = scalars[name] else { preconditionFailure("no value of setting \(name)") }
        RecipeText.append(scalar, to: &text)
      }
      text += "\n"
    }
  }

  private static func isDefault(_ scalar: Double?, _ standard: SettingValue?) -> Bool {
    guard let scalar, scalar.isFinite, let standard else { return false }
    return standard == .number(ExactDecimal(shortest: scalar))
  }

  private static func appendInputs(
    of node: Node, hashes: [String?], fileHashes: [String: String], _ lines: inout MemberLines,
    to text: inout TextBuffer
  ) {
    func precedes(_ a: NodeInput, _ b: NodeInput) -> Bool {
      a.port == b.port ? (a.index ?? -1) < (b.index ?? -1) : a.port < b.port
    }
    // The planner gives the inputs of ordinary nodes in this order.
    let isSorted = zip(node.inputs, node.inputs.dropFirst()).allSatisfy { !precedes($1, $0) }
    guard node.members != nil || !isSorted else {
      for (input, hash) in zip(node.inputs, hashes) { appendInput(input, hash, to: &text) }
      return
    }
    let order = node.inputs.indices.sorted { precedes(node.inputs[$0], node.inputs[$1]) }
    for index in order where node.inputs[index].member == nil {
      appendInput(node.inputs[index], hashes[index], to: &text)
    }
    guard let members = node.members else { return }
    append(members, fileHashes: fileHashes, to: &text)
    text.bytes += lines.bytes(of: members.values)
    for index in order where node.inputs[index].member != nil {
      appendInput(node.inputs[index], hashes[index], to: &text)
    }
  }

  private static func append(
    _ members: NodeMembers, fileHashes: [String: String], to text: inout TextBuffer
  ) {
    text += "variables"
    for variable in members.variables {
      text += " "
      RecipeText.appendName(variable.name, to: &text)
      if variable.dimension != .dimensionless { text += "(" + variable.dimension.name + ")" }
    }
    text += "\n"
    for (index, draw) in members.draws.enumerated() {
      text += "draws "
      RecipeText.appendName(draw.label, to: &text)
      text += draw.variable.isInteger ? " whole " as StaticString : " "
      RecipeText.append(draw.variable.distribution, fileHash: fileHashes[fileEntry(ofDraw: index)], to: &text)
      if let start = draw.variable.start {
        text += " from "
        RecipeText.append(start, fileHash: nil, to: &text)
      }
      text += "\n"
    }
    if !members.perturbations.isEmpty {
      text += "perturbations"
      for stream in members.perturbations {
        text += " "
        RecipeText.appendName(stream, to: &text)
      }
      text += "\n"
    }
  }

  /// Under this name `files(of:)` and `fileHashes` hold the file that a member's value is drawn from.
  private static func fileEntry(ofDraw index: Int) -> String { "~[\(index)]" }

  private static func appendInput(_ input: NodeInput, _ hash: String?, to text: inout TextBuffer) {
    text += "input "
    RecipeText.appendName(input.port, to: &text)
    if let index = input.index {
      text += "["
      text += index
      text += "]"
    }
    text += " = "
    if let hash {
      text += "sha256:"
      text += hash
    } else {
      text += "failed"
    }
    text += "\n"
  }
}

/// The lines of members' values as recipes hold them. A round's rows stand in the recipe of their chunk and in that of its
/// step, which follow each other, so the last ones are kept.
public struct MemberLines {
  private var values: [[Double]] = []
  private var bytes: [UInt8] = []

  /// Of no members.
  public init() {}

  mutating func bytes(of values: [[Double]]) -> [UInt8] {
    guard !isKept(values) else { return bytes }
    var text = TextBuffer()
    text.bytes.reserveCapacity(40 * values.count)
    for (index, values) in values.enumerated() {
      text += "member "
      text += index
      text += " ="
      for value in values {
        text += " "
        RecipeText.append(value, to: &text)
      }
      text += "\n"
    }
    (self.values, bytes) = (values, text.bytes)
    return bytes
  }

  /// The very array, which nobody can have changed while it is held here.
  private func isKept(_ others: [[Double]]) -> Bool {
    values.withUnsafeBufferPointer { own in
      others.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress && own.count == $0.count }
    }
  }
}
