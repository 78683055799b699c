import Datasets

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What an artefact holds. Programs of the user's own may leave files of any kind.
enum ArtefactContent {
  case dataset(Dataset)
  case file(bytes: Int)

  /// - Throws: `DatasetError` for a NetCDF file that can't be read, or no file at all.
  init(path: String) throws {
    do throws(DatasetError) {
      try FileProbe.check(path)
      self = .dataset(try NetCDFFile.read(path))
    } catch {
      guard case .notNetCDF = error else { throw error }
      var status = stat()
      self = .file(bytes: stat(path, &status) == 0 ? Int(status.st_size) : 0)
    }
  }
}
