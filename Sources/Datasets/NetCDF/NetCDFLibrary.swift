internal import CNetCDF
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// `H5Eset_auto2(error stack, printing function, its argument)`.
private typealias H5SetAuto =
  @convention(c) (Int64, UnsafeRawPointer?, UnsafeRawPointer?) -> Int32

/// The one owner of the NetCDF library, which is not thread-safe: every call of it passes here.
enum NetCDFLibrary {
  private static let lock = Mutex<Void>(())

  static func call(_ body: () -> Int32) -> Int32 {
    lock.withLock { _ in
      leaveUnlocked
      _ = silence?(0, nil, nil)
      return body()
    }
  }

  /// HDF5 below the library locks the files that it has open. A process that another thread starts meanwhile
  /// inherits file and lock, and holds the lock while it lives: who opens the finished file for reading is then
  /// refused. Nothing here hangs on these locks: a file is written once, under a name that nobody reads.
  private static let leaveUnlocked: Void = {
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0)
  }()

  /// HDF5 below the library prints its errors, also the expected ones, to standard error, and keeps the
  /// switch for that per thread; the library sets it for the first thread alone. The function is looked
  /// up by name because its library has another name on each system.
  private static let silence: H5SetAuto? = {
    // The function is there once the library is; a library that is missing is told by the call that follows.
    _ = cnetcdf_load()
    #if canImport(Glibc)
      let everywhere: UnsafeMutableRawPointer? = nil
    #else
      let everywhere = UnsafeMutableRawPointer(bitPattern: -2)
    #endif
    return dlsym(everywhere, "H5Eset_auto2").map { unsafeBitCast($0, to: H5SetAuto.self) }
  }()

  static func message(_ code: Int32) -> String {
    lock.withLock { _ in nc_strerror(code).map { String(cString: $0) } ?? "unknown error" }
  }
}

/// An open NetCDF file; closed by `close`, or without looking at errors when it is let go.
final class NetCDFHandle {
  let path: String
  private var id: Int32?

  private init(path: String, id: Int32) { (self.path, self.id) = (path, id) }

  deinit {
    if let id { _ = NetCDFLibrary.call { nc_close(id) } }
  }

  /// Opens an existing local file for reading, after checks that the library does not make.
  static func open(_ path: String) throws(DatasetError) -> NetCDFHandle {
    try LocalFile.checkIsLocal(path)
    var piece = piece(of: try FileFormat.check(path), most: 1 << 16)
    var id: Int32 = 0
    let code = NetCDFLibrary.call { nc__open(local(path), NC_NOWRITE, &piece, &id) }
    guard code == NC_NOERR else {
      throw .damaged(path: path, reason: NetCDFLibrary.message(code))
    }
    return NetCDFHandle(path: path, id: id)
  }

  /// Opens a file that this program wrote, for more definitions.
  static func openForWriting(_ path: String) throws(DatasetError) -> NetCDFHandle {
    try LocalFile.checkIsLocal(path)
    var piece = piece(of: try FileFormat.check(path), most: 1 << 16)
    var id: Int32 = 0
    let code = NetCDFLibrary.call { nc__open(local(path), NC_WRITE, &piece, &id) }
    guard code == NC_NOERR else {
      throw .unwritable(path: path, reason: NetCDFLibrary.message(code))
    }
    return NetCDFHandle(path: path, id: id)
  }

  /// What the library reads or writes of a classic file at once: left to itself 8 kB, which for a grid of a million
  /// numbers are four thousand calls of the system, and with a file's header for every one of a few values no more than
  /// that.
  private static func piece(of size: Int, most: Int) -> Int {
    min(most, max(8192, (size + 4095) / 4096 * 4096))
  }

  /// Creates a file in place of an older one.
  ///
  /// HDF5 crashes at the end of a process in which the disk was full while it had a file open, so room is
  /// looked for beforehand, and for large files taken.
  /// - Parameter size: bytes that the file will have at most.
  static func create(
    _ path: String, size: Int, layout: FileLayout
  ) throws(DatasetError) -> NetCDFHandle {
    try LocalFile.checkIsLocal(path)
    HeldFiles.discard(path)
    try LocalFile.makeRoom(size, path)
    var piece = piece(of: size, most: 1 << 18)
    var id: Int32 = 0
    let code = NetCDFLibrary.call { nc__create(local(path), layout.mode | NC_CLOBBER, 0, &piece, &id) }
    guard code == NC_NOERR else {
      throw LocalFile.refusal(path) ?? .unwritable(path: path, reason: NetCDFLibrary.message(code))
    }
    let handle = NetCDFHandle(path: path, id: id)
    try LocalFile.hold(size, path)
    return handle
  }

  /// Runs one call of the library on the open file.
  /// - Parameter operation: what it does, to follow "could not".
  func call(
    _ operation: @autoclosure () -> String, _ body: (Int32) -> Int32
  ) throws(DatasetError) {
    try check(status(body), operation())
  }

  /// What a call of the library on the open file answers.
  func status(_ body: (Int32) -> Int32) -> Int32 {
    guard let id else { preconditionFailure("\(path) is closed") }
    return NetCDFLibrary.call { body(id) }
  }

  func check(_ code: Int32, _ operation: @autoclosure () -> String) throws(DatasetError) {
    guard code == NC_NOERR else { throw failure(operation(), code) }
  }

  /// - Throws: what the last writes could not bring to disk.
  func close() throws(DatasetError) {
    guard let id else { return }
    self.id = nil
    let code = NetCDFLibrary.call { nc_close(id) }
    guard code == NC_NOERR else { throw failure("close the file", code) }
  }

  private func failure(_ operation: String, _ code: Int32) -> DatasetError {
    .library(path: path, operation: operation, code: Int(code), reason: NetCDFLibrary.message(code))
  }
}

/// A relative path with a mark that it is one: the library looks for addresses in bare names.
private func local(_ path: String) -> String { path.hasPrefix("/") ? path : "./" + path }
