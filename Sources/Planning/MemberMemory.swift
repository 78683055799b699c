/// Where stages of small members leave artefacts for each other.
public protocol MemberMemory: Sendable {
  typealias Work = () throws -> Void

  /// Runs work of this thread whose stages need not write files in the folders that are held.
  func perform(_ work: Work) throws
  /// From now on files in this folder, not those in folders below it, need not be written.
  func hold(in folder: String)
  /// Whether a file is there that has not been written.
  func has(_ path: String) -> Bool
  /// Nobody needs what is held of this folder any more.
  func forget(in folder: String)
}
