/// The text of everything that decides a node's result, one component a line, sorted, and its hash.
public struct Recipe: Sendable, Equatable {
  public let text: String
  /// SHA-256 of the text, 64 hexadecimal digits.
  public let key: String

  /// - Parameters:
  ///   - scalars: value of every setting of the node that another node gives.
  ///   - inputHashes: content hash of each of `node.inputs`, in order; nil where the member has failed.
  ///   - fileHashes: content hash of every setting that is a file.
  public init(
    node: Node, scalars: [String: Double], inputHashes: [String?], fileHashes: [String: String]
  ) {
    fatalError("to be written")
  }
}
