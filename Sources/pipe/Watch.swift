import ArgumentParser
import Execution
import Manifests
import Planning

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `pipe run --watch`: the same run again in a process of its own, each time that the manifest, a file that it includes or an
/// input file has changed.
struct Watch {
  let manifest: String
  let changes: ManifestChanges
  /// Of the command line, without `--watch`.
  let arguments: [String]

  /// Ends by Ctrl-C alone, with the status of the run that it ended, or 130.
  func run() throws -> Never {
    // The child ends by itself at its next safe point; a handler, unlike an ignored signal, is not handed on to it.
    signal(SIGINT) { _ in Watch.wasInterrupted = 1 }
    var status: Int32 = 0
    while Watch.wasInterrupted == 0 {
      let files = try files()
      let before = files.map(Self.identity)
      status = try Self.child(arguments)
      guard Watch.wasInterrupted == 0 else { break }
      Terminal.say("watching \(files.count) \(files.count == 1 ? "file" : "files"); Ctrl-C ends")
      while Watch.wasInterrupted == 0, files.map(Self.identity) == before { usleep(300_000) }
      // Editors write a file in several steps.
      usleep(100_000)
    }
    Terminal.end(status == 0 ? 130 : status)
  }

  nonisolated(unsafe) private static var wasInterrupted: sig_atomic_t = 0

  /// The manifest, what it includes, and the files that its stages read, as far as it can be understood now.
  private func files() throws -> [String] {
    let result = try changes.resolve(manifest)
    var files = Set(result.sources.keys.map { String($0) } + [manifest])
    for stage in result.pipeline?.stages ?? [] { files.formUnion(stage.files) }
    return files.sorted()
  }

  private static func identity(_ path: String) -> [Int64] {
    var status = stat()
    guard stat(path, &status) == 0 else { return [] }
    #if canImport(Glibc)
      let time = status.st_mtim
    #else
      let time = status.st_mtimespec
    #endif
    return [Int64(status.st_ino), Int64(status.st_size), Int64(time.tv_sec), Int64(time.tv_nsec)]
  }

  private static func child(_ arguments: [String]) throws -> Int32 {
    var words: [UnsafeMutablePointer<CChar>?] = (["pipe"] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var process = pid_t()
    let code = posix_spawn(&process, ownPath, nil, nil, words, environ)
    guard code == 0 else {
      throw Terminal.failure("cannot start a run: \(String(cString: strerror(code)))", .system)
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { break }
    }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }
}
