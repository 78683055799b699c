#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `results/PIPELINE/SHA256SUMS`: which copies this program wrote there, in the form that `sha256sum -c` reads.
///
/// The memory in `.pipe` tells the same, but may be deleted with all the rest of the store. This list stays with the
/// copies, so that the next run knows which of them are its own and as it left them. A line is added before a copy
/// takes its name, and a run that ends leaves one line a copy: whatever is killed in between, a copy of ours has a line.
struct ResultSums {
  static let fileName = "SHA256SUMS"

  private let folder: String
  private var path: String { folder + "/" + Self.fileName }

  /// - Parameter folder: `results/PIPELINE`.
  init(folder: String) { self.folder = folder }

  var exists: Bool { access(path, F_OK) == 0 }

  /// Every hash that a line gives a name: the last is that of the copy, or of one that was about to come.
  func read() throws(StoreError) -> [String: Set<String>] {
    guard exists else { return [:] }
    var sums: [String: Set<String>] = [:]
    for line in try Posix.readFile(path).split(separator: 10) {
      let text = String(decoding: line, as: UTF8.self)
      guard text.utf8.count > 66, Hashing.isHash(text.prefix(64)), text.dropFirst(64).hasPrefix("  ") else {
        continue
      }
      sums[String(text.dropFirst(66)), default: []].insert(String(text.prefix(64)))
    }
    return sums
  }

  /// Says that a copy is about to be written.
  func add(_ name: String, hash: String) throws(StoreError) {
    try withLock { file throws(StoreError) in
      try file.writeAll(Self.line(name, hash), path: path)
    }
  }

  /// Leaves just these lines, in the order of the names.
  func replace(by copies: [(name: String, hash: String)]) throws(StoreError) {
    let lines = copies.sorted { $0.name < $1.name }.map { Self.line($0.name, $0.hash) }.joined()
    if exists, Array(lines) == (try Posix.readFile(path)) { return }
    try withLock { _ throws(StoreError) in
      try Posix.writeAtomically(Array(lines), to: path, temporary: "\(path).\(getpid()).partial")
    }
  }

  private static func line(_ name: String, _ hash: String) -> [UInt8] { Array("\(hash)  \(name)\n".utf8) }

  /// Another run may be putting the lines in order: the lock is that of the file which has the name.
  private func withLock(_ body: (Descriptor) throws(StoreError) -> Void) throws(StoreError) {
    while true {
      let file = try Descriptor(path, O_RDWR | O_CREAT | O_APPEND)
      while flock(file.raw, LOCK_EX) != 0 {
        if errno != EINTR { throw Posix.failure("lock", path) }
      }
      defer { flock(file.raw, LOCK_UN) }
      guard FileIdentity(path: path)?.inode == FileIdentity(file.status).inode else { continue }
      return try body(file)
    }
  }
}

extension Descriptor {
  fileprivate func writeAll(_ bytes: [UInt8], path: String) throws(StoreError) {
    var problem: StoreError?
    bytes.withUnsafeBytes { buffer in
      do throws(StoreError) { try writeAll(buffer, path: path) } catch { problem = error }
    }
    if let problem { throw problem }
  }
}
