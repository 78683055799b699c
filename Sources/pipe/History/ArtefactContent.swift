import Datasets
import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What an artefact holds. Programs of the user's own may leave files of any kind.
enum ArtefactContent {
  case dataset(Dataset)
  case file(bytes: Int)

  /// - Parameter isOurs: whether this program wrote it and its hash was checked. Any other file is read in a process of
  ///   its own first, which takes longer than all the rest (`FileProbe`).
  /// - Throws: `DatasetError` for a NetCDF file that can't be read, or no file at all.
  init(path: String, isOurs: Bool) throws {
    do throws(DatasetError) {
      if !isOurs { try FileProbe.check(path) }
      self = .dataset(try NetCDFFile.read(path))
    } catch {
      guard case .notNetCDF = error else { throw error }
      var status = stat()
      self = .file(bytes: stat(path, &status) == 0 ? Int(status.st_size) : 0)
    }
  }
}

extension NodeRecord {
  /// Whether this program wrote the outputs itself, rather than a program of the user's.
  var isOurs: Bool { kind != "command" }
}
