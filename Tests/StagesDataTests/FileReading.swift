import Datasets
import Foundation
import Manifests
import NumericCore
import Planning
import Synchronization
import TestSupport

/// A stage that reads a file of somebody else: what it read and what it told.
struct FileReading {
  /// What a stage warned of.
  final class Told: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
  }

  var dataset: Dataset
  var told: String

  static func run(
    _ kind: any StageKind, _ output: String, _ text: String, _ settings: [String: SettingValue]
  ) throws -> FileReading {
    let folder = try ScratchFolder("reading")
    let told = Told()
    var all = settings
    all["file"] = .file(try folder.write(text, "input"))
    var context = StageContext(settings: Settings(all), inputs: [:], outputs: [output: folder.path("out.nc")])
    context.warn = { told.add($0) }
    try kind.run(context)
    return FileReading(dataset: try NetCDFFile.read(folder.path("out.nc")), told: told.text)
  }

  static func fault(_ body: () throws -> FileReading) -> String {
    do { return "no fault: \(try body().dataset.variables.map(\.name))" } catch { return "\(error)" }
  }

  static func number(_ text: String) -> SettingValue {
    .number(ExactDecimal(text) ?? ExactDecimal(0))
  }
}
