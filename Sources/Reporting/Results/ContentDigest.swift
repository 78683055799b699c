public import Datasets
import Planning

extension Dataset {
  /// SHA-256 of the content, 64 hexadecimal digits: the same for every file that holds the same dimensions,
  /// variables, attributes and values.
  ///
  /// The hash that names an object of the store is one of bytes, and a file's bytes tell which version of the
  /// NetCDF library wrote them; this one outlives the library.
  public var contentDigest: String {
    var hasher = ContentHash.Hasher()
    forEachContentPiece { hasher.update($0) }
    return hasher.finish()
  }
}
