import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Content hash → bytes, one read-only file an object.
public final class ObjectStore: Sendable {
  /// Where it is.
  public let layout: ProjectLayout
  /// What was compared with its hash by this process, as the file was then.
  private let verified = Mutex<[String: FileIdentity]>([:])
  private let damage = Mutex<[String]>([])

  /// Of one project.
  public init(layout: ProjectLayout) { self.layout = layout }

  /// Where the object of a hash is, or would be.
  public func path(_ hash: String) -> String { "\(layout.objects)/\(hash.prefix(2))/\(hash).nc" }

  /// Whether the object is there and can be read; its bytes are not looked at.
  public func exists(_ hash: String) -> Bool { access(path(hash), R_OK) == 0 }

  /// Whether the object is there with the bytes its hash says. Reads it unless this process did so and
  /// nothing has touched it since. A damaged object is set aside, so that it is a miss for everybody.
  public func isIntact(_ hash: String) throws -> Bool {
    let path = path(hash)
    guard let identity = FileIdentity(path: path) else { return false }
    if verified.withLock({ $0[hash] }) == identity { return true }
    let found: (hash: String, identity: FileIdentity)
    do throws(StoreError) {
      found = try Hashing.file(path)
    } catch {
      guard case .system(_, _, let code) = error, code == ENOENT || code == EIO else { throw error }
      // Sectors that can't be read are damage like any other.
      if code == EIO { try setAside(hash, identity) }
      return false
    }
    if found.hash == hash {
      verified.withLock { $0[hash] = found.identity }
      return true
    }
    try setAside(hash, found.identity)
    return false
  }

  /// Moves what was found damaged out of the way, unless another process has replaced it meanwhile.
  func setAside(_ hash: String, _ identity: FileIdentity) throws(StoreError) {
    let path = path(hash)
    guard FileIdentity(path: path) == identity else { return }
    try Posix.makeFolder(layout.quarantine)
    let target = "\(layout.quarantine)/\(hash).\(identity.inode)"
    if rename(path, target) != 0, errno != ENOENT { throw Posix.failure("set aside", path) }
    damage.withLock { $0.append(hash) }
  }

  /// Hashes of objects that were set aside since the last call.
  func takeDamage() -> [String] {
    damage.withLock { list in
      defer { list = [] }
      return list
    }
  }

  /// Takes a finished file into the store: hashes it, makes it read-only and renames it into place.
  /// The file must be on the store's file system; it is gone from where it was.
  /// - Returns: its content hash.
  public func adopt(_ file: String) throws -> String {
    let descriptor = try Descriptor(file, O_RDONLY | O_NOFOLLOW)
    let hash = try Hashing.content(of: descriptor, path: file)
    fchmod(descriptor.raw, 0o444)
    let target = path(hash)
    if rename(file, target) != 0 {
      guard errno == ENOENT else { throw Posix.failure("move an artefact to", target) }
      try Posix.makeFolder("\(layout.objects)/\(hash.prefix(2))")
      try Posix.move(file, to: target)
    }
    // The descriptor still is the file that was hashed, whatever now stands under the name.
    let identity = FileIdentity(descriptor.status)
    verified.withLock { $0[hash] = identity }
    return hash
  }
}
