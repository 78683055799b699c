import Datasets
import Foundation
import Gravity
import NumericCore

/// Reference numbers beside the package, or in the folder that PIPE_SHARED names.
enum Reference {
  static let folder: URL? = {
    let named = ProcessInfo.processInfo.environment["PIPE_SHARED"].map { URL(fileURLWithPath: $0) }
    var package = URL(fileURLWithPath: #filePath)
    while package.path != "/",
      !FileManager.default.fileExists(atPath: package.appendingPathComponent("Package.swift").path)
    {
      package.deleteLastPathComponent()
    }
    let shared = named ?? package.deletingLastPathComponent().appendingPathComponent("shared")
    let folder = shared.appendingPathComponent("reference/gravity")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  static var isPresent: Bool { folder != nil }

  static func path(_ name: String) throws -> String {
    guard let folder else { throw CocoaError(.fileNoSuchFile) }
    return folder.appendingPathComponent(name).path
  }

  static func dataset(_ name: String) throws -> Dataset { try NetCDFFile.read(path(name)) }
}
