import Foundation
public import Planning

/// Bytes that a stage gives on as they are.
public enum GivenFile {
  /// A copy of a file.
  /// - Throws: what reading and writing do.
  public static func copy(_ source: String, to target: String) throws {
    try Data(contentsOf: URL(fileURLWithPath: source), options: .alwaysMapped)
      .write(to: URL(fileURLWithPath: target))
  }
}

extension StageContext {
  /// Makes an output of an input's bytes: without writing them where whoever runs the stage can, else as a copy.
  /// - Throws: as `GivenFile.copy`.
  public func give(_ input: String, at source: String, to output: String, _ target: String) throws {
    if let handOn { return handOn(input, output) }
    try GivenFile.copy(source, to: target)
  }
}
