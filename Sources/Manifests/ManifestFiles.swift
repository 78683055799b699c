#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How the language reaches files; tests give their own.
public struct ManifestFiles: Sendable {
  /// Bytes of a file. Throws `ManifestFileError`.
  public var read: @Sendable (_ path: String) throws -> [UInt8]
  /// Whether a path names a regular file that can be read: a folder, a device or a pipe has no content to hash.
  public var exists: @Sendable (_ path: String) -> Bool

  /// The two things that are asked of files: their bytes, and whether they are there.
  public init(
    read: @escaping @Sendable (String) throws -> [UInt8], exists: @escaping @Sendable (String) -> Bool
  ) {
    (self.read, self.exists) = (read, exists)
  }

  /// The files of this machine.
  public static let disk = ManifestFiles(read: readFile, exists: { access($0, R_OK) == 0 && isFile($0) })

  /// Texts by path, for tests and editors; `existing` are further paths that `file()` may name.
  public static func texts(_ texts: [String: String], existing: Set<String> = []) -> ManifestFiles {
    ManifestFiles(
      read: { path in
        guard let text = texts[path] else { throw ManifestFileError(reason: "no such file") }
        return Array(text.utf8)
      },
      exists: { existing.contains($0) || texts[$0] != nil })
  }

  /// `relative` as seen from the folder of the file `base`, `.` and `..` folded; absolute paths stay.
  /// A path may leave the project's folder: real data often live elsewhere.
  public static func path(_ relative: String, besides base: String) -> String {
    if relative.hasPrefix("/") { return folded(relative) }
    guard let slash = base.lastIndex(of: "/") else { return folded(relative) }
    return folded(base[...slash] + relative)
  }

  /// Without `.`, `//` and those `..` that follow a folder.
  private static func folded(_ path: some StringProtocol) -> String {
    let isAbsolute = path.hasPrefix("/")
    var parts: [Substring] = []
    for part in String(path).split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !isAbsolute {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    return isAbsolute ? "/" + joined : (joined.isEmpty ? "." : joined)
  }
}

/// Why a manifest could not be read.
public struct ManifestFileError: Error, Equatable {
  /// What the system said.
  public var reason: String
  /// With what the system said.
  public init(reason: String) { self.reason = reason }
}

/// A manifest longer than this is a mistaken path, not a manifest; reading a device must end.
private let maximumManifestBytes = 256 << 20

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

private func isFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}

private func readFile(_ path: String) throws -> [UInt8] {
  if isFolder(path) { throw ManifestFileError(reason: "it is a folder") }
  guard let file = fopen(path, "rb") else {
    throw ManifestFileError(reason: String(cString: strerror(errno)))
  }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { break }
    bytes.append(contentsOf: chunk[..<count])
    if bytes.count > maximumManifestBytes { throw ManifestFileError(reason: "it is too long for a manifest") }
  }
  if ferror(file) != 0 { throw ManifestFileError(reason: String(cString: strerror(errno))) }
  return bytes
}
