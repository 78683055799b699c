import CKernels

/// How numbers of a stored wavefield are kept.
public enum WavefieldPrecision: String, CaseIterable, Hashable, Sendable {
  /// As the simulation has them.
  case full
  case f32
  /// 8 bits of mantissa: errors of 2⁻⁹.
  case bf16
  /// 11 bits of mantissa and an exponent a row: errors of 2⁻¹².
  case f16
}

/// What one stored time step holds: the differences of the groups that the gradient needs, row by row.
struct WavefieldFormat: Equatable, Sendable {
  let rows, width, elementSize: Int
  /// Differences of the first and the second group; 0 where not wanted.
  let first, second: Int
  let precision: WavefieldPrecision

  var isPacked: Bool { storedSize < elementSize }
  private var storedSize: Int {
    switch precision {
    case .full: elementSize
    case .f32: 4
    case .bf16, .f16: 2
    }
  }

  private var rowBytes: Int { width * storedSize }
  private var exponentBytes: Int { precision == .f16 ? (first + second) * rows * 2 : 0 }
  private var usedBytes: Int { (first + second) * rows * rowBytes + exponentBytes }
  /// Of one step, a multiple of 64.
  var bytes: Int { (usedBytes + 63) / 64 * 64 }
  /// Those of a step that nothing is written to.
  var spareBytes: Int { bytes - usedBytes }

  func offset(_ group: Int, _ difference: Int, _ row: Int) -> Int {
    (((group == 0 ? 0 : first) + difference) * rows + row) * rowBytes
  }

  func exponentOffset(_ group: Int, _ difference: Int, _ row: Int) -> Int {
    (first + second) * rows * rowBytes + (((group == 0 ? 0 : first) + difference) * rows + row) * 2
  }
}

/// The memory of one stored step.
struct WavefieldSlot: @unchecked Sendable {
  let format: WavefieldFormat
  let pointer: UnsafeMutableRawPointer

  func holds(_ group: Int) -> Bool { (group == 0 ? format.first : format.second) > 0 }

  /// Where a kernel writes the differences of a row: their place itself, or a line that `pack` takes them from.
  @inline(__always)
  func target(
    _ group: Int, _ difference: Int, _ row: Int, _ line: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    format.isPacked ? line : pointer + format.offset(group, difference, row)
  }

  func pack(_ group: Int, _ difference: Int, _ row: Int, _ line: UnsafeRawPointer) {
    guard format.isPacked else { return }
    let place = pointer + format.offset(group, difference, row)
    if format.precision == .f32 {
      let target = place.assumingMemoryBound(to: Float.self)
      let source = line.assumingMemoryBound(to: Double.self)
      for column in 0..<format.width { target[column] = Float(source[column]) }
      return
    }
    let exponent = withFloats(line) {
      cw_pack(
        format.precision == .f16 ? 1 : 0, $0, format.width, place.assumingMemoryBound(to: UInt16.self))
    }
    if format.precision == .f16 {
      pointer.storeBytes(
        of: Int16(exponent), toByteOffset: format.exponentOffset(group, difference, row), as: Int16.self)
    }
  }

  /// Differences of a row in the numbers of the simulation: in place, or unpacked into a line.
  func source(
    _ group: Int, _ difference: Int, _ row: Int, _ line: UnsafeMutableRawPointer
  ) -> UnsafeRawPointer {
    let place = pointer + format.offset(group, difference, row)
    guard format.isPacked else { return UnsafeRawPointer(place) }
    if format.precision == .f32 {
      let source = place.assumingMemoryBound(to: Float.self)
      let target = line.assumingMemoryBound(to: Double.self)
      for column in 0..<format.width { target[column] = Double(source[column]) }
      return UnsafeRawPointer(line)
    }
    let half: Int32 = format.precision == .f16 ? 1 : 0
    let exponent =
      half == 1
      ? Int32(pointer.load(fromByteOffset: format.exponentOffset(group, difference, row), as: Int16.self)) : 0
    let packed = place.assumingMemoryBound(to: UInt16.self)
    if format.elementSize == 4 {
      cw_unpack(half, exponent, packed, format.width, line.assumingMemoryBound(to: Float.self))
    } else {
      let floats = UnsafeMutablePointer<Float>.allocate(capacity: format.width)
      defer { floats.deallocate() }
      cw_unpack(half, exponent, packed, format.width, floats)
      let target = line.assumingMemoryBound(to: Double.self)
      for column in 0..<format.width { target[column] = Double(floats[column]) }
    }
    return UnsafeRawPointer(line)
  }

  /// The line as floats.
  private func withFloats(_ line: UnsafeRawPointer, _ body: (UnsafePointer<Float>) -> Int32) -> Int32 {
    if format.elementSize == 4 { return body(line.assumingMemoryBound(to: Float.self)) }
    let source = line.assumingMemoryBound(to: Double.self)
    let floats = UnsafeMutablePointer<Float>.allocate(capacity: format.width)
    defer { floats.deallocate() }
    for column in 0..<format.width { floats[column] = Float(source[column]) }
    return body(UnsafePointer(floats))
  }
}
