public import Datasets
public import Foundation

/// Reference numbers: the folder `reference` of `Checkout.shared`.
public enum Reference {
  /// nil where there is none.
  public static let folder: URL? = {
    guard let folder = Checkout.shared?.appendingPathComponent("reference") else { return nil }
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  public static var isPresent: Bool { folder != nil }

  /// The path of one of the reference files about gravity, or of another chapter.
  /// - Throws: where the folder is absent; a test that needs it carries the trait `needsReference`.
  public static func path(_ name: String, of chapter: String = "gravity") throws -> String {
    guard let folder else { throw CocoaError(.fileNoSuchFile) }
    return folder.appendingPathComponent(chapter).appendingPathComponent(name).path
  }

  /// A NetCDF file of the reference numbers about gravity, or of another chapter.
  public static func dataset(_ name: String, of chapter: String = "gravity") throws -> Dataset {
    try NetCDFFile.read(path(name, of: chapter))
  }

  /// The text of a reference file.
  public static func text(_ name: String, of chapter: String = "gravity") throws -> String {
    try String(contentsOf: URL(fileURLWithPath: path(name, of: chapter)), encoding: .utf8)
  }
}
