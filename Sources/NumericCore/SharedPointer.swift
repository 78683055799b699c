/// A pointer that the chunks of a parallel loop share (`Workers.forEach`).
///
/// The one place where the compiler is told that sharing is safe. It is, as long as the memory outlives the loop, and
/// every chunk writes to a part of its own and reads nothing that another one writes: what every use must see to.
public struct SharedPointer<Pointer>: @unchecked Sendable {
  /// An unsafe pointer, or several as a tuple.
  public let start: Pointer

  /// - Parameter start: an unsafe pointer to plain values.
  @inlinable
  public init(_ start: Pointer) { self.start = start }

  /// The first value of a buffer; that of an empty one may not be touched.
  @inlinable
  public init(_ buffer: UnsafeBufferPointer<Double>) where Pointer == UnsafePointer<Double> {
    start = buffer.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Double>.alignment).unsafelyUnwrapped
  }

  /// The first value of a buffer that is written to; that of an empty one may not be touched.
  @inlinable
  public init(_ buffer: UnsafeMutableBufferPointer<Double>) where Pointer == UnsafeMutablePointer<Double> {
    start =
      buffer.baseAddress ?? UnsafeMutablePointer(bitPattern: MemoryLayout<Double>.alignment).unsafelyUnwrapped
  }
}
