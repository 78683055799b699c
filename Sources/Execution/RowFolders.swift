import Planning
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a member of each family needs of the memory, as far as a run knows it: the chunks of later rounds need not find it out
/// again by a member that writes to the disk.
final class RowSizes: Sendable {
  /// Bytes that the family reads of a row, and that the row leaves to no one.
  struct Size: Sendable {
    var kept, own: Int
  }

  private let known = Mutex<[String: Size]>([:])

  subscript(_ family: String) -> Size? {
    get { known.withLock { $0[family] } }
    set { known.withLock { $0[family] = newValue } }
  }
}

/// Where the members of a chunk write: in memory where that has room for all of them, else on the disk, where a file
/// system needs longer to make and forget a small file than many a member needs to compute.
final class RowFolders: Sendable {
  private struct State {
    /// Rows before this one lie on the disk.
    var begun = 0
    var memory: Workspace?
  }

  private let disk: String
  private let state = Mutex(State())
  /// What is not even a file, of members that are small.
  let memory: any MemberMemory

  /// - Parameter disk: empty, and emptied by its owner.
  init(disk: String, memory: any MemberMemory) throws(StoreError) {
    (self.disk, self.memory) = (disk, memory)
    try Posix.makeFolder(disk + "/rows")
  }

  /// How many rows were computed before it was decided.
  var begun: Int { state.withLock { $0.begun } }

  /// Makes the folder of what nobody but one member reads.
  func own(_ name: String) throws(StoreError) -> String {
    let folder = state.withLock { $0.memory?.folder }
    let path = "\(folder ?? disk)/\(name)"
    try Posix.makeFolder(path)
    if folder != nil { memory.hold(in: path) }
    return path
  }

  /// Removes what a member has left in a folder of its own.
  func empty(_ own: String) {
    memory.forget(in: own)
    for name in Posix.names(in: own) { Posix.removeTree(own + "/" + name) }
  }

  /// What the family reads of a row.
  func file(_ role: Int, of row: Int) -> String {
    let memory = state.withLock { row < $0.begun ? nil : $0.memory?.folder }
    return "\(memory ?? disk + "/rows")/row-\(role)-\(row)"
  }

  /// Decides by the first row that ended well.
  /// - Returns: what it needed.
  func measured(_ row: Int, own: String, roles: Int, of count: Int) -> RowSizes.Size {
    let size = RowSizes.Size(
      kept: (0..<roles).reduce(0) { $0 + Self.bytes(file($1, of: row)) }, own: Self.bytes(own))
    decide(size, of: count, begun: row + 1)
    return size
  }

  /// Decides by what a row needs.
  func decide(_ size: RowSizes.Size, of count: Int, begun: Int = 0) {
    // What a member leaves to no one is there once a thread; it has removed some of it by now, too.
    let memory = Self.memory(for: size.kept * count + 64 * size.own)
    if let memory { self.memory.hold(in: memory.folder) }
    state.withLock { $0 = State(begun: begun, memory: memory) }
  }

  /// Whether a member may have failed for want of memory, which is no fault of its own.
  var isFull: Bool {
    guard let folder = state.withLock({ $0.memory?.folder }) else { return false }
    return (Self.free(folder) ?? 0) < 1 << 20
  }

  /// The bytes of a file, or of all files in a folder.
  private static func bytes(_ path: String) -> Int {
    guard let identity = FileIdentity(path: path) else { return 0 }
    return Posix.names(in: path).reduce(Int(identity.size)) { $0 + bytes(path + "/" + $1) }
  }

  /// More than this of a machine's memory is the stages'.
  private static let most = 1 << 28

  /// A folder in memory that has room for four times `bytes`; nil where there is none, or none of the user's own.
  private static func memory(for bytes: Int) -> Workspace? {
    let parent = "/dev/shm/pipe-\(getuid())"
    guard bytes < most, let free = free("/dev/shm"), bytes < free / 4 else { return nil }
    guard mkdir(parent, 0o700) == 0 || errno == EEXIST else { return nil }
    var status = stat()
    guard lstat(parent, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(),
      status.st_mode & 0o077 == 0
    else { return nil }
    // Where it can't be had the disk will do: nothing but time depends on it.
    return try? Workspace(in: parent)
  }

  private static func free(_ path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}
