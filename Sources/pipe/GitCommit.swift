#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The commit that a folder's repository stands at, read from its files: git itself need not be there.
enum GitCommit {
  /// Nil outside a repository, or where there is no commit yet.
  static func of(_ folder: String) -> String? {
    var folder = folder
    while true {
      if let git = repository(folder + "/.git") { return commit(git) }
      guard let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { return nil }
      folder = String(folder[..<slash])
    }
  }

  /// A work tree of its own has a file that says where its part of the repository is.
  private static func repository(_ path: String) -> String? {
    if FileManager.default.fileExists(atPath: path + "/HEAD") { return path }
    guard let text = text(path), text.hasPrefix("gitdir: ") else { return nil }
    let target = String(text.dropFirst("gitdir: ".count))
    return target.hasPrefix("/") ? target : path.dropLast(".git".count) + target
  }

  private static func commit(_ git: String) -> String? {
    guard let head = text(git + "/HEAD") else { return nil }
    guard head.hasPrefix("ref: ") else { return hash(head) }
    let name = String(head.dropFirst("ref: ".count))
    let common = text(git + "/commondir").map { $0.hasPrefix("/") ? $0 : git + "/" + $0 } ?? git
    for folder in [git, common] { if let found = text(folder + "/" + name).flatMap(hash) { return found } }
    let packed = text(common + "/packed-refs")?.split(separator: "\n") ?? []
    return packed.first { $0.hasSuffix(" " + name) }.flatMap { hash(String($0.prefix { $0 != " " })) }
  }

  private static func hash(_ text: String) -> String? {
    text.utf8.count >= 40 && text.allSatisfy(\.isHexDigit) ? text : nil
  }

  /// Without the end of its last line.
  private static func text(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let text = String(decoding: data, as: UTF8.self)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
