internal import CNetCDF

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Plain file operations with errors that name the path.
enum LocalFile {
  /// Refuses what the NetCDF library would take for an address and fetch.
  static func checkIsLocal(_ path: String) throws(DatasetError) {
    let trimmed = path.drop { $0 == " " || $0 == "\t" }
    if path.contains("://") || trimmed.hasPrefix("[") || path.isEmpty {
      throw .remotePath(path: path)
    }
  }

  /// Opens a regular file for reading.
  /// - Returns: the descriptor, which the caller closes, and the size in bytes.
  static func open(_ path: String) throws(DatasetError) -> (descriptor: Int32, size: Int) {
    try HeldFiles.settle(path)
    var found = stat()
    guard stat(path, &found) == 0 else {
      throw errno == ENOENT || errno == ENOTDIR
        ? .fileMissing(path: path) : .unreadable(path: path, reason: reason(errno))
    }
    // A FIFO would block for ever, so the kind is checked before opening.
    guard found.st_mode & S_IFMT == S_IFREG else {
      let isFolder = found.st_mode & S_IFMT == S_IFDIR
      throw .unreadable(path: path, reason: isFolder ? "it is a folder" : "it is not a regular file")
    }
    let descriptor = descriptor(path, O_RDONLY)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: reason(errno)) }
    return (descriptor, Int(found.st_size))
  }

  /// What the system's call of that name answers: below 0 where the file can't be opened. A new file may be read by all.
  private static func descriptor(_ path: String, _ flags: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.open(path, flags | O_CLOEXEC, 0o666)
    #else
      Darwin.open(path, flags | O_CLOEXEC, 0o666)
    #endif
  }

  /// Up to `count` bytes from `offset`; fewer only at the end of the file.
  static func bytes(
    of descriptor: Int32, path: String, from offset: Int, count: Int
  ) throws(DatasetError) -> [UInt8] {
    var done = 0
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while done < count, let start = buffer.baseAddress {
        let got = pread(descriptor, start + done, count - done, off_t(offset + done))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { break }
        done += got
      }
      initialized = done
    }
    guard failure == 0 else { throw .unreadable(path: path, reason: reason(failure)) }
    return bytes
  }

  static func read(_ path: String) throws(DatasetError) -> [UInt8] {
    let (descriptor, size) = try open(path)
    defer { close(descriptor) }
    return try bytes(of: descriptor, path: path, from: 0, count: size)
  }

  /// The first bytes of a file, enough to tell its format.
  static func head(_ path: String) throws(DatasetError) -> [UInt8] {
    let (descriptor, size) = try open(path)
    defer { close(descriptor) }
    return try bytes(of: descriptor, path: path, from: 0, count: min(size, 1 << 16))
  }

  /// Writes a whole file, replacing an older one.
  private static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(DatasetError) {
    let descriptor = descriptor(path, O_WRONLY | O_CREAT | O_TRUNC)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: reason(errno)) }
    var failure: Int32 = 0
    var done = 0
    while done < bytes.count, failure == 0, let start = bytes.baseAddress {
      #if canImport(Glibc)
        let written = Glibc.write(descriptor, start + done, bytes.count - done)
      #else
        let written = Darwin.write(descriptor, start + done, bytes.count - done)
      #endif
      if written >= 0 { done += written } else if errno != EINTR { failure = errno }
    }
    // A full disk on a network file system shows only when closing.
    if close(descriptor) != 0 && failure == 0 { failure = errno }
    guard failure == 0 else { throw .unwritable(path: path, reason: reason(failure)) }
  }

  static func write(_ bytes: [UInt8], to path: String) throws(DatasetError) {
    var failure: DatasetError?
    bytes.withUnsafeBytes { buffer in
      do throws(DatasetError) {
        try write(buffer, to: path)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Puts bytes, piece behind piece, in the place of those that a file has there.
  static func overwrite(
    _ path: String, from offset: Int, with pieces: [UnsafeRawBufferPointer]
  ) throws(DatasetError) {
    let descriptor = descriptor(path, O_WRONLY)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: reason(errno)) }
    var failure: Int32 = 0
    var place = offset
    for piece in pieces {
      var done = 0
      while done < piece.count, failure == 0, let start = piece.baseAddress {
        let written = pwrite(descriptor, start + done, piece.count - done, off_t(place + done))
        if written >= 0 { done += written } else if errno != EINTR { failure = errno }
      }
      place += piece.count
    }
    if close(descriptor) != 0 && failure == 0 { failure = errno }
    guard failure == 0 else { throw .unwritable(path: path, reason: reason(failure)) }
  }

  /// Removes an older file and makes sure that the disk has room for a new one.
  static func makeRoom(_ size: Int, _ path: String) throws(DatasetError) {
    var found = stat()
    guard stat(path, &found) != 0 || found.st_mode & S_IFMT == S_IFREG else {
      throw .unwritable(path: path, reason: "it exists and is not a regular file")
    }
    // Emptying an older file in place costs milliseconds: some file systems then write to disk at once.
    remove(path)
    var disk = statvfs()
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    // A folder that is not there is the business of whoever makes the file.
    guard statvfs(folder.isEmpty ? "/" : folder, &disk) == 0 else { return }
    let free = Int(clamping: UInt64(disk.f_bavail) &* UInt64(disk.f_frsize))
    // A megabyte more, for what others write at the same time.
    guard free >= size + 1 << 20 else {
      throw .unwritable(
        path: path, reason: "\(reason(ENOSPC)): it needs \(size) bytes, \(free) are free")
    }
  }

  /// Why the system makes no file here; nil where it does. Asked after the fact: making one to try and removing it would
  /// cost more than a small artefact.
  static func refusal(_ path: String) -> DatasetError? {
    do {
      try write([], to: path)
      remove(path)
      return nil
    } catch {
      return error
    }
  }

  /// From this size on, blocks are taken beforehand; for a small file that would cost more (5 ms on ext4)
  /// than all the rest.
  private static let largeFile = 16 << 20

  /// Takes blocks of the disk for a large file without changing its size; what lies behind its end is
  /// given back by `trim`. File systems that can't do this are let pass.
  static func hold(_ size: Int, _ path: String) throws(DatasetError) {
    #if canImport(Glibc)
      guard size >= largeFile else { return }
      let descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .unwritable(path: path, reason: reason(errno)) }
      defer { close(descriptor) }
      let keepSize: Int32 = 1
      guard fallocate(descriptor, keepSize, 0, off_t(size)) != 0 else { return }
      let failure = errno
      if [ENOSPC, EDQUOT, EFBIG].contains(failure) {
        throw .unwritable(path: path, reason: "\(reason(failure)) (it needs \(size) bytes)")
      }
    #endif
  }

  /// Gives back what `hold` took behind the end of a file.
  static func trim(_ size: Int, _ path: String) throws(DatasetError) {
    guard size >= largeFile else { return }
    var found = stat()
    guard stat(path, &found) == 0, truncate(path, found.st_size) == 0 else {
      throw .unwritable(path: path, reason: reason(errno))
    }
  }

  /// Removes what a failed write left behind; the failure is the news, so this one's is not reported.
  static func remove(_ path: String) { _ = unlink(path) }

  static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
