import ArgumentParser
import Execution
import Planning

/// The newest record of the project around the working directory.
enum LastRun {
  /// Path of its manifest.
  /// - Parameter command: who asks, for the hint where there is no run.
  static func manifest(root: String?, command: String) throws -> String {
    let history = RunHistory(layout: .of(manifest: nil, root: root))
    guard let record = try history.newest() else {
      throw ValidationError("no run here yet: name the manifest, `pipe \(command) MANIFEST`")
    }
    return record.manifest.hasPrefix("/") ? record.manifest : history.layout.root + "/" + record.manifest
  }
}
