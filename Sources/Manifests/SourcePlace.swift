import Synchronization

/// A stretch of a manifest's text: the file it stands in and where.
///
/// Plain numbers, since every word of a manifest has one and a large manifest is copied around a lot: the
/// file is its number in a table of all paths met by the process.
public struct SourcePlace: Equatable, Hashable, Sendable {
  private let path: PathNumber
  private var storedLine, storedColumn, storedLength: Int32

  /// Path of the file as the user named it (for an include: relative to the same folder).
  public var file: String { path.text }

  /// Line and column, both from 1; the column counts characters.
  public var line: Int { Int(storedLine) }
  /// From 1; counts characters.
  public var column: Int { Int(storedColumn) }

  /// Characters covered, at least 1.
  public var length: Int {
    get { Int(storedLength) }
    set { storedLength = Int32(clamping: newValue) }
  }

  /// - Parameters:
  ///   - line, column: from 1; the column counts characters.
  ///   - length: characters covered.
  public init(file: String, line: Int, column: Int, length: Int = 1) {
    self.init(path: PathNumber(file), line: line, column: column, length: length)
  }

  init(path: PathNumber, line: Int, column: Int, length: Int) {
    self.path = path
    (storedLine, storedColumn) = (Int32(clamping: line), Int32(clamping: column))
    storedLength = Int32(clamping: length)
  }
}

/// A path by its number; equal numbers are equal paths.
struct PathNumber: Equatable, Hashable, Sendable {
  private static let known = Mutex<(numbers: [String: UInt32], texts: [String])>(([:], []))
  private let number: UInt32

  init(_ text: String) {
    number = Self.known.withLock { known in
      if let number = known.numbers[text] { return number }
      let number = UInt32(known.texts.count)
      known.numbers[text] = number
      known.texts.append(text)
      return number
    }
  }

  var text: String { Self.known.withLock { $0.texts[Int(number)] } }
}
