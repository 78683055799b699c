// Where a buffer begins, for kernels that take pointers. That of an array is never nil: an empty one has storage too.

extension UnsafeBufferPointer {
  /// The first element.
  /// - Precondition: the buffer of an array, which may be empty.
  @inlinable @inline(__always)
  public var start: UnsafePointer<Element> {
    guard let baseAddress else { preconditionFailure("a buffer without memory") }
    return baseAddress
  }
}

extension UnsafeMutableBufferPointer {
  /// The first element.
  /// - Precondition: the buffer of an array, which may be empty.
  @inlinable @inline(__always)
  public var start: UnsafeMutablePointer<Element> {
    guard let baseAddress else { preconditionFailure("a buffer without memory") }
    return baseAddress
  }
}
