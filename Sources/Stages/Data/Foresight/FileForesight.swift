import Datasets
import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How files are looked into before anything runs: by the very functions that the stage will call, so that nothing is
/// refused that would be read.
enum FileForesight {
  /// Larger files would keep a user of `pipe check` waiting.
  static let greatestBytes = 16 << 20

  static func isSmall(_ path: String) -> Bool {
    var found = stat()
    return stat(path, &found) == 0 && Int(found.st_size) <= greatestBytes
  }

  /// Whether what a stage reads, and how, is known before it runs.
  static func isKnown(_ request: ForesightRequest) -> Bool { request.readsFiles && request.open.isEmpty }

  /// Of a large NetCDF file the names of its variables.
  static func checkHeader(
    _ path: String, _ variable: String?, at setting: String, in foresight: inout Foresight
  ) {
    // A file of another format, or one that can't be read, is the stage's to tell of.
    guard let variable, let names = try? NetCDFFile.variableNames(path), !names.contains(variable) else {
      return
    }
    let error = DatasetError.variableMissing(path: path, variable: variable, found: names)
    foresight.refuse(file: "\(error)", at: setting)
  }
}
