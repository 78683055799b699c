#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The scratch folder of one run below `.pipe/tmp` or in memory. It is locked while the run lives, so a later run
/// knows which folders were left by dead processes and removes them.
final class Workspace: Sendable {
  let folder: String
  private let lockPath: String
  private let lock: Descriptor

  /// - Parameter parent: holds such folders only.
  init(in parent: String) throws(StoreError) {
    try Posix.makeFolder(parent)
    Self.removeAbandoned(parent)
    var generator = SystemRandomNumberGenerator()
    while true {
      let name = String(generator.next(), radix: 36)
      let path = "\(parent)/\(name)"
      let descriptor = try Descriptor(path + ".lock", O_RDWR | O_CREAT | O_EXCL)
      // Between creation and this lock a cleaner may have taken the file for abandoned.
      guard flock(descriptor.raw, LOCK_EX | LOCK_NB) == 0,
        FileIdentity(path: path + ".lock")?.inode == FileIdentity(descriptor.status).inode
      else { continue }
      (folder, lockPath, lock) = (path, path + ".lock", descriptor)
      break
    }
    try Posix.makeFolder(folder)
  }

  deinit {
    Posix.removeTree(folder)
    unlink(lockPath)
  }

  /// A folder for one worker, empty at first.
  func scratch(_ worker: Int) throws(StoreError) -> String {
    let path = "\(folder)/\(worker)"
    try Posix.makeFolder(path)
    return path
  }

  private static func removeAbandoned(_ temporary: String) {
    let names = Posix.names(in: temporary)
    for name in names where name.hasSuffix(".lock") {
      let path = temporary + "/" + name
      let raw = open(path, O_RDWR | O_CLOEXEC)
      guard raw >= 0 else { continue }
      if flock(raw, LOCK_EX | LOCK_NB) == 0 {
        Posix.removeTree(String(path.dropLast(5)))
        unlink(path)
      }
      close(raw)
    }
    // A folder's lock is made before the folder and removed after it: one without a lock is nobody's.
    // The list is older than a lock made since, so the lock is looked for again.
    for name in names where !name.hasSuffix(".lock") {
      let path = temporary + "/" + name
      if access(path + ".lock", F_OK) != 0 { Posix.removeTree(path) }
    }
  }
}

/// Says to other processes which keys are being computed, one byte's lock of one file a key: nothing to
/// clean up, and it ends with its holder. A claim saves double work; correctness never hangs on it.
final class Claims: Sendable {
  private let file: Descriptor

  init(layout: ProjectLayout) throws(StoreError) {
    file = try Descriptor(layout.claims, O_RDWR | O_CREAT)
  }

  /// False if another process computes the key now. True as well on file systems without such locks.
  func take(_ key: String) -> Bool {
    set(key, F_WRLCK) || (errno != EAGAIN && errno != EACCES)
  }

  func release(_ key: String) { _ = set(key, F_UNLCK) }

  private func set(_ key: String, _ type: some BinaryInteger) -> Bool {
    // Locks of an open file description: two runs in one process exclude each other as well.
    #if canImport(Glibc)
      let command: Int32 = 37  // F_OFD_SETLK, which the headers hide behind a macro
    #else
      let command: Int32 = 90
    #endif
    var range = flock()
    range.l_type = Int16(type)
    range.l_whence = Int16(SEEK_SET)
    range.l_start = off_t((UInt64(key.prefix(16), radix: 16) ?? 0) >> 2)
    range.l_len = 1
    return withUnsafeMutablePointer(to: &range) { fcntl(file.raw, command, $0) } == 0
  }
}
