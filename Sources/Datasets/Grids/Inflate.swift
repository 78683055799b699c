internal import CZlib

/// Decompression of zlib streams. The library comes with libnetcdf-dev, by way of HDF5.
enum Inflate {
  /// Exactly `count` bytes of a stream.
  /// - Throws: `.damaged` for a stream that is broken or holds another number of bytes.
  static func bytes(
    _ packed: ArraySlice<UInt8>, count: Int, path: String, what: String
  ) throws(DatasetError) -> [UInt8] {
    var size = uLongf(count)
    var status = Z_OK
    let result = [UInt8](unsafeUninitializedCapacity: max(count, 1)) { buffer, initialized in
      packed.withUnsafeBufferPointer { source in
        status = uncompress(buffer.baseAddress, &size, source.baseAddress, uLong(source.count))
      }
      initialized = status == Z_OK ? min(Int(size), count) : 0
    }
    guard status == Z_OK, result.count == count else {
      let reason =
        status == Z_OK
        ? "\(what) unpacks to \(result.count) bytes, expected \(count)"
        : status == Z_BUF_ERROR
          ? "\(what) is cut off or unpacks to more than \(count) bytes" : "\(what) is no valid zlib stream"
      throw .damaged(path: path, reason: reason)
    }
    return result
  }
}
