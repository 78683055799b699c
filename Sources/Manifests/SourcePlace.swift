/// A stretch of a manifest's text: the file it stands in and where.
public struct SourcePlace: Equatable, Hashable, Sendable {
  /// Path of the file as the user named it (for an include: relative to the same folder).
  public var file: String
  /// Line and column, both from 1; the column counts characters.
  public var line, column: Int
  /// Characters covered, at least 1.
  public var length: Int

  public init(file: String, line: Int, column: Int, length: Int = 1) {
    (self.file, self.line, self.column, self.length) = (file, line, column, length)
  }
}
