public import Foundation
public import Testing

/// The checkout that the tests belong to, and what lies beside it.
public enum Checkout {
  /// The folder of Package.swift.
  public static let root: URL = {
    var url = URL(fileURLWithPath: #filePath)
    repeat {
      url.deleteLastPathComponent()
    } while url.path != "/"
      && !FileManager.default.fileExists(atPath: url.appendingPathComponent("Package.swift").path)
    return url
  }()

  /// Measurements and reference numbers: the folder `shared` beside the checkout, or the one that PIPE_SHARED names;
  /// nil where there is none.
  public static let shared: URL? = {
    let named = ProcessInfo.processInfo.environment["PIPE_SHARED"].map { URL(fileURLWithPath: $0) }
    let folder = named ?? root.deletingLastPathComponent().appendingPathComponent("shared")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// The path of a file of `shared`.
  /// - Throws: where the folder is absent; a test that needs it carries the trait `needsShared`.
  public static func sharedPath(_ name: String) throws -> String {
    guard let shared else { throw CocoaError(.fileNoSuchFile) }
    return shared.appendingPathComponent(name).path
  }
}

extension Trait where Self == ConditionTrait {
  /// The test is skipped, and says so, where measurements and reference numbers are not beside the checkout.
  public static var needsShared: Self {
    .enabled(if: Checkout.shared != nil, "measurements and reference numbers are not beside the checkout")
  }

  /// The test is skipped, and says so, where the reference numbers are not beside the checkout.
  public static var needsReference: Self {
    .enabled(if: Reference.isPresent, "the reference numbers are not beside the checkout")
  }
}
