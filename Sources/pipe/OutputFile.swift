import Execution

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that the user asked for by name.
enum OutputFile {
  /// Replaces the file in one step.
  /// - Throws: ends the program where it can't be written.
  static func write(_ content: [UInt8], to path: String) throws {
    do {
      try Data(content).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch let error as CocoaError {
      let cause = (error.underlying as? POSIXError)?.code.rawValue
      let missing =
        error.code == .fileNoSuchFile ? "its folder does not exist" : "error \(error.code.rawValue)"
      let reason = cause.map { String(cString: strerror($0)) } ?? missing
      throw Terminal.failure("cannot write \(path): \(reason)", .cannotCreate)
    }
  }
}
