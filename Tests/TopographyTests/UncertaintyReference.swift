import Datasets
import Foundation

/// Reference numbers beside the package, or in the folder that PIPE_SHARED names.
enum UncertaintyReference {
  static let folder: URL? = {
    let named = ProcessInfo.processInfo.environment["PIPE_SHARED"].map { URL(fileURLWithPath: $0) }
    var package = URL(fileURLWithPath: #filePath)
    while package.path != "/",
      !FileManager.default.fileExists(atPath: package.appendingPathComponent("Package.swift").path)
    {
      package.deleteLastPathComponent()
    }
    let shared = named ?? package.deletingLastPathComponent().appendingPathComponent("shared")
    let folder = shared.appendingPathComponent("reference/uncertainty")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()
  static var isPresent: Bool { folder != nil }
  static func dataset(_ name: String) throws -> Dataset {
    guard let folder else { throw CocoaError(.fileNoSuchFile) }
    return try NetCDFFile.read(folder.appendingPathComponent(name).path)
  }
}
