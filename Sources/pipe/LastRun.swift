import ArgumentParser
import Execution
import Planning

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The newest record of the project around the working directory.
enum LastRun {
  /// Path of its manifest.
  /// - Parameter command: who asks, for the hint where there is no run.
  static func manifest(root: String?, command: String) throws -> String {
    let layout = ProjectLayout.locate(manifestPath: "./-", explicitRoot: root)
    let records = RunRecords(layout: layout)
    guard let id = records.ids.last else {
      throw ValidationError("no run here yet: name the manifest, `pipe \(command) MANIFEST`")
    }
    let record = try JSONDecoder().decode(RunRecord.self, from: Data(records.data(id)))
    return record.manifest.hasPrefix("/") ? record.manifest : layout.root + "/" + record.manifest
  }
}
