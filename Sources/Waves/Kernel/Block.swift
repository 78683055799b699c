import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Memory aligned for vectors and zero at first, given back with its owner. Rows that threads write at the
/// same time are different ones: see Propagator's schedule.
final class Block: @unchecked Sendable {
  let bytes: Int
  let pointer: UnsafeMutableRawPointer
  private let pages: Pages?

  /// - Parameter isZero: false where everything is written before it is read.
  init(bytes: Int, isZero: Bool = true) {
    self.bytes = max(64, bytes)
    pages = Pages(bytes: self.bytes)
    if let pages {
      pointer = pages.pointer
      if isZero, !pages.isFresh { clear() }
    } else {
      pointer = .allocate(byteCount: self.bytes, alignment: 64)
      clear()
    }
  }

  func clear() { memset(pointer, 0, bytes) }

  deinit { if pages == nil { pointer.deallocate() } }
}

/// Pages straight from the system, which go back to it: what an allocator keeps of the fields of a forward
/// run would stand beside those of the adjoint, 25 MB of a section of 500² nodes.
final class Pages: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  /// Whether they come from the system, and so are zero.
  let isFresh: Bool
  private let bytes: Int

  /// Nil for a few bytes, which an allocator handles better, and where the system has no such pages.
  init?(bytes: Int) {
    guard bytes >= 1 << 16 else { return nil }
    self.bytes = bytes
    if let kept = PageStock.take(bytes) {
      (pointer, isFresh) = (kept, false)
      return
    }
    guard let mapped = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | Self.anonymous, -1, 0),
      mapped != MAP_FAILED
    else { return nil }
    (pointer, isFresh) = (mapped, true)
  }

  #if canImport(Glibc)
    private static let anonymous = MAP_ANONYMOUS
  #else
    private static let anonymous = MAP_ANON
  #endif

  deinit { PageStock.give(pointer, bytes) }
}

/// A little memory of finished simulations for the next ones, which in an inversion are of the same size. The system
/// takes 1 to 2 µs to hand out 4 kB and clear them, an eighth of the time of a simulation of 96² nodes that stores its
/// wavefield; clearing what is at hand takes 0.1 µs.
private enum PageStock {
  private struct Part: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    let bytes: Int
  }

  /// The oldest first.
  private static let parts = Mutex<[Part]>([])
  /// Less than the fields of a section of 500² nodes, whose memory goes back to the system.
  private static let most = 24 << 20

  static func take(_ bytes: Int) -> UnsafeMutableRawPointer? {
    parts.withLock { parts -> Part? in
      guard let index = parts.lastIndex(where: { $0.bytes == bytes }) else { return nil }
      return parts.remove(at: index)
    }?.pointer
  }

  static func give(_ pointer: UnsafeMutableRawPointer, _ bytes: Int) {
    let part = Part(pointer: pointer, bytes: bytes)
    let rest: [Part] =
      bytes > most / 2 ? [part] : parts.withLock { parts in Self.surplus(of: &parts, with: part) }
    for part in rest { munmap(part.pointer, part.bytes) }
  }

  private static func surplus(of parts: inout [Part], with part: Part) -> [Part] {
    parts.append(part)
    var (sum, count) = (parts.reduce(0) { $0 + $1.bytes }, 0)
    while sum > most {
      sum -= parts[count].bytes
      count += 1
    }
    defer { parts.removeFirst(count) }
    return Array(parts.prefix(count))
  }
}

/// How fields lie in memory: rows with halos of zeros, all at multiples of 64 bytes.
struct Lattice: Equatable {
  static let halo = 16
  static let haloRows = 4

  let grid: PaddedGrid
  let isDouble: Bool

  var elementSize: Int { isDouble ? 8 : 4 }
  /// Columns that kernels walk over: those of the grid and further ones where coefficients are 0.
  var width: Int { (grid.columns + 15) / 16 * 16 }
  /// Of rows, elements. Not a multiple of 4096 bytes, which would put the rows of a difference into one set of the cache.
  var stride: Int {
    let plain = width + 2 * Self.halo
    return plain * elementSize % 4096 == 0 ? plain + 16 : plain
  }
  var rows: Int { grid.rows }
  var left: Int { (grid.cells + 15) / 16 * 16 }
  var right: Int { max(left, (grid.cells + grid.section.columns - 1) / 16 * 16) }
  var strips: Int { left + (width - right) }
  var lineBytes: Int { (width + 2 * Self.halo) * elementSize }

  func field() -> Block { Block(bytes: (rows + 2 * Self.haloRows) * stride * elementSize) }

  /// Row 0, column 0.
  func origin(_ block: Block) -> UnsafeMutableRawPointer {
    block.pointer + (Self.haloRows * stride + Self.halo) * elementSize
  }

  func row(_ block: Block, _ row: Int) -> UnsafeMutableRawPointer {
    origin(block) + row * stride * elementSize
  }

  /// Puts values of the grid into a field.
  func fill(_ block: Block, _ values: [Double], scale: Double) {
    for row in 0..<rows {
      let target = self.row(block, row)
      for column in 0..<grid.columns {
        put(values[row * grid.columns + column] * scale, target, column)
      }
    }
  }

  /// The values of a field on the grid.
  func values(_ block: Block) -> [Double] {
    var result = [Double](repeating: 0, count: grid.count)
    for row in 0..<rows {
      let source = self.row(block, row)
      for column in 0..<grid.columns { result[row * grid.columns + column] = get(source, column) }
    }
    return result
  }

  func put(_ value: Double, _ pointer: UnsafeMutableRawPointer, _ index: Int) {
    if isDouble {
      pointer.storeBytes(of: value, toByteOffset: index * 8, as: Double.self)
    } else {
      pointer.storeBytes(of: Float(value), toByteOffset: index * 4, as: Float.self)
    }
  }

  func get(_ pointer: UnsafeRawPointer, _ index: Int) -> Double {
    isDouble
      ? pointer.load(fromByteOffset: index * 8, as: Double.self)
      : Double(pointer.load(fromByteOffset: index * 4, as: Float.self))
  }

  /// An array of numbers of the lattice's type.
  func line(_ values: [Double]) -> Block {
    let block = Block(bytes: max(values.count, width) * elementSize)
    for (index, value) in values.enumerated() { put(value, block.pointer, index) }
    return block
  }
}
