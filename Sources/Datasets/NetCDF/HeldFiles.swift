internal import Synchronization

/// Artefacts that the stages of many small members hand on to each other without files.
///
/// A file of a few numbers costs the library a quarter of a millisecond to write and as much to read, more than many a formula
/// needs to be computed. On a thread within `perform`, what `NetCDFFile.write` is given for a path in one of the folders of
/// `hold(in:)` stays here, and `NetCDFFile.read` answers with what it would have read back. Whoever opens such a path in another way, be
/// it a reader of bytes, finds the file, which is written then; a program of its own needs `settle` before.
public final class HeldFiles: Sendable {
  @TaskLocal private static var current: HeldFiles?

  private struct State {
    /// By folder and path.
    var files: [String: [String: Dataset]] = [:]
    /// What all members read, by path; nil until somebody has.
    var shared: [String: Dataset?]
  }
  private let state: Mutex<State>

  /// - Parameter shared: files that many read and nobody writes: read once, and kept.
  public init(shared: [String]) {
    var unread: [String: Dataset?] = [:]
    for path in shared { unread.updateValue(nil, forKey: path) }
    state = Mutex(State(shared: unread))
  }

  /// Runs work on this thread with what is held.
  public func perform(_ work: () throws -> Void) rethrows {
    try Self.$current.withValue(self) { try work() }
  }

  /// From now on files of this folder need not be written.
  public func hold(in folder: String) { state.withLock { $0.files[folder] = $0.files[folder] ?? [:] } }

  /// Whether a file is here that has not been written.
  public func has(_ path: String) -> Bool {
    state.withLock { $0.files[Self.folder(of: path)]?[path] != nil }
  }

  /// Nobody needs the files of this folder any more; its later ones are still held.
  public func forget(in folder: String) { state.withLock { $0.files[folder]?.removeAll() } }

  /// Writes a file that is held, for those who read bytes.
  /// - Throws: what writing does.
  public static func settle(_ path: String) throws(DatasetError) {
    guard let held = current?.take(path) else { return }
    try NetCDFFile.writeFile(held, to: path)
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// Forgets a file that somebody writes anew.
  static func discard(_ path: String) { _ = current?.take(path) }

  private func take(_ path: String) -> Dataset? {
    state.withLock { $0.files[Self.folder(of: path)]?.removeValue(forKey: path) }
  }

  // MARK: - for `NetCDFFile`

  /// Keeps a dataset instead of writing it.
  /// - Returns: false where the file has to be written: nobody holds it, or only the library knows what would be read back.
  static func keep(_ dataset: Dataset, at path: String) -> Bool {
    guard let current else { return false }
    let folder = folder(of: path)
    return current.state.withLock { state in
      guard state.files[folder] != nil, dataset.isPlain else { return false }
      state.files[folder]?[path] = dataset.asReadBack(from: path)
      return true
    }
  }

  /// What is held of a path, or has been read of one that many read.
  static func found(_ path: String) -> Dataset? {
    guard let current else { return nil }
    let folder = folder(of: path)
    return current.state.withLock { state in
      state.files[folder]?[path] ?? state.shared[path].flatMap(\.self)
    }
  }

  /// Whether many read a path, so that it is read as a whole the first time.
  static func isShared(_ path: String) -> Bool {
    current?.state.withLock { $0.shared[path] != nil } ?? false
  }

  /// Keeps what has been read of a path that many read.
  static func note(_ dataset: Dataset, of path: String) {
    current?.state.withLock { state in
      if state.shared[path] != nil { state.shared[path] = .some(dataset) }
    }
  }
}

extension Dataset {
  /// Whether what is read back is known without a file: numbers alone, of the shapes that they say they have, and no
  /// attribute that means something to a reader.
  fileprivate var isPlain: Bool {
    guard coordinateSystem == nil else { return false }
    var sizes: [String: Int] = [:]
    for dimension in dimensions where sizes.updateValue(dimension.size, forKey: dimension.name) != nil {
      return false
    }
    var names: Set<String> = []
    for variable in variables {
      guard names.insert(variable.name).inserted, variable.name.utf8.allSatisfy({ $0 < 0x80 }) else {
        return false
      }
      if case .text = variable.values { return false }
      var count = 1
      for dimension in variable.dimensions {
        guard let size = sizes[dimension] else { return false }
        count *= size
      }
      guard count == variable.values.count, variable.attributes.allSatisfy(\.isPlain) else { return false }
    }
    return attributes.allSatisfy(\.isPlain)
  }

  /// With the types that its file would have.
  fileprivate func asReadBack(from path: String) -> Dataset {
    var dataset = self
    dataset.path = path
    for index in variables.indices {
      switch variables[index].values {
      case .double: dataset.variables[index].storedAs = .double
      case .int32: dataset.variables[index].storedAs = .int
      case .int8: dataset.variables[index].storedAs = .byte
      case .text: break
      }
      dataset.variables[index].unwritten = nil
    }
    return dataset
  }

  /// Some variables with their dimensions, as reading them alone gives.
  func only(_ names: [String]) throws(DatasetError) -> Dataset {
    for name in names where self[name] == nil {
      throw .variableMissing(path: path, variable: name, found: variables.map(\.name))
    }
    var dataset = self
    dataset.variables.removeAll { !names.contains($0.name) }
    let used = Set(dataset.variables.flatMap(\.dimensions))
    dataset.dimensions.removeAll { !used.contains($0.name) }
    return dataset
  }
}

extension Dataset.Attribute {
  /// Marks of missing values, of types and of packing, and empty ones, are read in ways of their own.
  fileprivate var isPlain: Bool {
    if name.utf8.first == UInt8(ascii: "_") || name == conventions.name { return false }
    return switch value {
    case .text(let text): !text.isEmpty && !text.utf8.contains(0)
    case .numbers(let numbers): !numbers.isEmpty
    case .integers(let numbers): !numbers.isEmpty && numbers.allSatisfy { Int32(exactly: $0) != nil }
    }
  }
}
