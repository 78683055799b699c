public import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What can go wrong with the store itself, as opposed to a stage. The run stops; nothing that was
/// committed is lost.
public enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No space (or quota) left while writing `path`.
  case diskFull(path: String)
  /// The file system that holds `path` can't be written.
  case readOnly(path: String)
  /// A call of the operating system failed: what was tried, on what, and `errno`.
  case system(operation: String, path: String, code: Int32)
  /// A file stands where a result belongs, and this program did not write it.
  case foreignResult(path: String)
  /// A result was changed after this program wrote it, and the store that could restore it is gone.
  case editedResult(path: String)
  /// An object's bytes don't have the hash that names it, and it could not be made again.
  case damagedObject(hash: String)

  /// What went wrong with which file, and what to do.
  public var description: String {
    switch self {
    case .diskFull(let path):
      "no space left on the disk while writing \(path); finished stages are kept: free some space and run again"
    case .readOnly(let path):
      "cannot write \(path): the file system or folder is read-only"
    case .system(let operation, let path, let code):
      "cannot \(operation) \(path): \(Posix.text(code))"
    case .foreignResult(let path):
      "\(path) was not written by pipe, so it is not overwritten; move it away and run again"
    case .editedResult(let path):
      "\(path) was changed since pipe wrote it, so it is not overwritten; move it away and run again"
    case .damagedObject(let hash):
      "object \(hash) of the store is damaged or missing"
    }
  }
}

extension StoreError {
  /// Whether something of the user's stands in the way of a result.
  var isInTheWay: Bool {
    switch self {
    case .foreignResult, .editedResult: true
    default: false
    }
  }

  /// Whether nothing can be written there, now or later.
  var isReadOnly: Bool {
    switch self {
    case .readOnly: true
    case .system(_, _, let code): code == EACCES || code == EPERM
    default: false
    }
  }
}

/// One stage that failed: which, by what recipe, why, and where its log is.
public struct StageFailure: Error, Sendable, CustomStringConvertible {
  /// The node that failed.
  public let node: NodeName
  /// Kind of the stage.
  public let stage: String
  /// Key of the recipe; empty when it was not known yet (an input file was missing).
  public let recipe: String
  /// What it threw.
  public let underlying: any Error
  /// Path of the node's log; empty when it has none.
  public let log: String

  /// The node and why.
  public var description: String { "\(node): \(underlying)" }
}

/// Errors that the engine itself finds in what a stage did or was given.
public enum NodeError: Error, Equatable, Sendable, CustomStringConvertible {
  case missingOutput(port: String)
  case unexpectedFile(name: String)
  case notAFile(port: String)
  case inputChanged(path: String)
  case inputUnreadable(path: String, place: String, reason: String)
  case scalarNotFinite(setting: String, source: String)
  case tooManyFailures(failed: Int, allowed: Int, of: Int, first: String)
  case familyStuck(family: String)
  /// An iteration that a family ended before.
  case notReached(name: String, last: Int?)
  /// A stage that ran again gave another result for outputs that it had made before.
  case notReproducible(ports: [String])

  /// What was found, what was expected and what to do.
  public var description: String {
    switch self {
    case .missingOutput(let port): "the stage ended without writing its output '\(port)'"
    case .unexpectedFile(let name): "the stage left a file that is no output of it: \(name)"
    case .notAFile(let port): "the output '\(port)' is not a regular file"
    case .inputChanged(let path): "the input \(path) was changed while the stage ran; run again"
    case .inputUnreadable(let path, let place, let reason):
      "cannot read the input file \(path) (\(place)): \(reason)"
    case .scalarNotFinite(let setting, let source):
      "the setting '\(setting)' is taken from \(source), which is not a finite number"
    case .tooManyFailures(let failed, let allowed, let count, let first):
      "\(failed) of \(count) members failed, more than max_failures = \(allowed); first: \(first)"
    case .notReached(let name, let last):
      "\(name) is not reached: the iterations ended before" + (last.map { ", the last is \($0)" } ?? "")
    case .notReproducible(let ports):
      "run again, the stage made other bytes of \(ports.joined(separator: ", ")) than before: it is not reproducible"
    case .familyStuck(let family): "\(family) asks for no further members but is not complete"
    }
  }
}
