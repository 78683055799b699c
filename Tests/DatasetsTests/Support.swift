import Foundation
import NumericCore

@testable import Datasets

/// A folder of its own for one test, removed when the test ends.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("datasets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(at: url) } catch { print("not removed: \(error)") }
  }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func write(_ text: String, _ name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }
}

func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

/// The folder `shared` beside the package, or what PIPE_SHARED names; nil where there is none.
let shared: URL? = {
  if let path = ProcessInfo.processInfo.environment["PIPE_SHARED"] { return URL(fileURLWithPath: path) }
  var folder = URL(fileURLWithPath: #filePath)
  while folder.path != "/" {
    folder.deleteLastPathComponent()
    if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) { break }
  }
  let url = folder.deletingLastPathComponent().appendingPathComponent("shared")
  return FileManager.default.fileExists(atPath: url.path) ? url : nil
}()

func sharedPath(_ name: String) throws -> String {
  guard let shared else { throw CocoaError(.fileNoSuchFile) }
  return shared.appendingPathComponent(name).path
}

let smallGeometry = GridGeometry(
  region: Region(west: 0, east: 4000, south: -1000, north: 2000), columns: 5, rows: 4)

func ramp(_ geometry: GridGeometry) -> Grid {
  Grid(geometry: geometry, values: (0..<geometry.count).map { Double($0) * 1.25 - 3 })
}

func error(_ body: () throws -> Void) -> DatasetError? {
  do { try body() } catch let error as DatasetError { return error } catch { print(error) }
  return nil
}
