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
  func read() throws(StoreError) -> [String: [String]] {
    guard exists else { return [:] }
    let bytes = try Posix.readFile(path)
    var sums: [String: [String]] = [:]
    sums.reserveCapacity(bytes.count / 80)
    // By bytes: a list may be as long as the pipeline has copies.
    for line in bytes.split(separator: 10) where line.count > 66 {
      let start = line.startIndex
      let hash = Substring(decoding: line[start..<(start + 64)], as: UTF8.self)
      guard Hashing.isHash(hash), line[start + 64] == 32, line[start + 65] == 32 else { continue }
      let name = String(decoding: line[(start + 66)...], as: UTF8.self)
      if sums[name]?.contains(where: { $0 == hash }) != true { sums[name, default: []].append(String(hash)) }
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
    var lines: [UInt8] = []
    lines.reserveCapacity(copies.count * 100)
    for copy in copies.sorted(by: { $0.name < $1.name }) { lines += Self.line(copy.name, copy.hash) }
    if exists, lines == (try Posix.readFile(path)) { return }
    let text = lines
    try withLock { _ throws(StoreError) in
      try Posix.writeAtomically(text, to: path, temporary: "\(path).\(getpid()).partial")
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
