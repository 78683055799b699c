#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// What steps and families' own nodes read and write beside artefacts.

extension StageContext {
  /// Writes what a step has planned and reports.
  /// - Throws: `FoldFileError`.
  public func write(_ plan: RoundPlan, _ report: FoldReport) throws {
    for (port, text) in [(Fold.plan, plan.text), (Fold.report, report.text)] {
      guard let path = outputs[port] else { preconditionFailure("a step has an output '\(port)'") }
      try FoldFile.write(text, to: path)
    }
  }

  /// What the family's steps reported, in order.
  /// - Throws: `FoldFileError`, `FoldTextError`.
  public func readReports() throws -> [FoldReport] {
    try reports.map { try FoldReport(text: try FoldFile.read($0)) }
  }
}

/// A plan or report that can't be read or written.
public struct FoldFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Of the file.
  public var path: String
  /// Of the system, or what was found in the text.
  public var reason: String
  /// The file and the reason.
  public var description: String { "cannot read or write \(path): \(reason)" }
}

enum FoldFile {
  static func write(_ text: String, to path: String) throws(FoldFileError) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let put = rest.withUnsafeBytes { Self.put(file, $0) }
      if put < 0, errno == EINTR { continue }
      guard put > 0 else { throw failure(path) }
      rest = rest.dropFirst(put)
    }
  }

  static func read(_ path: String) throws(FoldFileError) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = buffer.withUnsafeMutableBytes { get(file, $0) }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw failure(path) }
      if got == 0 { break }
      bytes += buffer[..<got]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // The names of the system's calls mean methods in here.
  private static func put(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(file, bytes.baseAddress, bytes.count)
    #endif
  }

  private static func get(_ file: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.read(file, bytes.baseAddress, bytes.count)
    #else
      Darwin.read(file, bytes.baseAddress, bytes.count)
    #endif
  }

  private static func failure(_ path: String) -> FoldFileError {
    FoldFileError(path: path, reason: String(cString: strerror(errno)))
  }
}
