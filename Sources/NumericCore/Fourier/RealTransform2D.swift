internal import CKernels

/// The two-dimensional Fourier transform of real arrays, zero-padded to the lengths given, in parts: the
/// rows of an array (sixteen at a time, as eight complex signals), and the columns of what they
/// give (eight at a time).
///
/// A *half spectrum* holds columns 0 … columns/2 in blocks of eight: element (row, column) stands
/// at ((column / 8) · height + row) · 16 + column % 8, its imaginary part 8 further; `height` is the
/// number of rows kept. One block of full height is what a column transform works on.
/// Forward: e^(−i…), unnormalised. The calls fill the caller's buffers.
public struct RealTransform2D: Sendable {
  /// Lengths of the transforms: of columns, and of rows.
  public let rows, columns: Int
  let alongRow, alongColumn: LaneTransform
  private let set: ck_set

  /// Lengths of `FourierLength.good` are the quick ones.
  ///
  /// - Parameter instructions: of the inner loops.
  /// - Precondition: neither has a prime factor above 61.
  public init(rows: Int, columns: Int, instructions: InstructionSet) {
    (self.rows, self.columns, set) = (rows, columns, instructions.code)
    alongRow = LaneTransform(length: columns)
    alongColumn = LaneTransform(length: rows)
  }

  /// Blocks of eight columns.
  public var blocks: Int { Self.blocks(columns: columns) }

  /// The same of a transform of that many columns.
  public static func blocks(columns: Int) -> Int { (columns / 2 + 8) / 8 }

  /// Values of a half spectrum of some rows.
  public func size(height: Int) -> Int { blocks * height * 16 }

  /// Values of the scratch that the calls for columns need.
  public var columnScratch: Int { 2 * alongColumn.bufferSize }

  /// A rectangle of an array in memory: its first value, the distance of rows, its size.
  public struct Window: @unchecked Sendable {
    /// The value of row 0, column 0.
    public let start: UnsafeMutablePointer<Double>
    /// Values from one row to the next; size of the rectangle.
    public let stride, rows, columns: Int

    /// A rectangle whose memory the caller keeps.
    public init(_ start: UnsafeMutablePointer<Double>, stride: Int, rows: Int, columns: Int) {
      (self.start, self.stride, self.rows, self.columns) = (start, stride, rows, columns)
    }
  }

  private static let group = 16

  /// The rows' transforms of `input`, times `weights` value for value, into a half spectrum of
  /// height `input.rows`.
  public func forwardRows(
    _ input: Window, weights: UnsafePointer<Double>? = nil,
    into half: UnsafeMutablePointer<Double>, workers: Workers
  ) {
    precondition(input.columns <= columns)
    let shared = SharedPointer((half: half, weights: weights))
    workers.forEach((input.rows + Self.group - 1) / Self.group) { group in
      let first = group * Self.group
      let count = min(Self.group, input.rows - first)
      withScratch(alongRow) { data, scratch in
        ck_pack_rows(
          set, input.start + first * input.stride, shared.start.weights.map { $0 + first * input.stride },
          input.stride, count, input.columns, columns, data)
        let result = alongRow.transform(inverse: false, data, scratch, on: set)
        ck_split_rows(set, result, columns, count, shared.start.half + first * 16, input.rows)
      }
    }
  }

  /// Signals of the rows of a half spectrum of height `output.rows`, divided by rows · columns, from
  /// column `first` on: added to `output` times `weights`, or without weights stored there.
  public func inverseRows(
    _ half: UnsafePointer<Double>, first column: Int, weights: UnsafePointer<Double>? = nil,
    into output: Window, workers: Workers
  ) {
    precondition(column >= 0 && column + output.columns <= columns)
    let scale = 1 / Double(rows * columns)
    let shared = SharedPointer((half: half, weights: weights))
    workers.forEach((output.rows + Self.group - 1) / Self.group) { group in
      let first = group * Self.group
      let count = min(Self.group, output.rows - first)
      withScratch(alongRow) { data, scratch in
        ck_join_rows(set, shared.start.half + first * 16, output.rows, count, columns, data)
        let result = alongRow.transform(inverse: true, data, scratch, on: set)
        ck_unpack_rows(
          set, result, column, output.columns, count, scale,
          shared.start.weights.map { $0 + first * output.stride }, output.start + first * output.stride,
          output.stride)
      }
    }
  }

  /// Transforms one block of columns. `half` has `height` rows, the others are zero.
  ///
  /// - Returns: the full block, 16 · rows values in `scratch`, which holds `columnScratch`.
  public func forwardColumns(
    block: Int, of half: UnsafePointer<Double>, height: Int, scratch: UnsafeMutablePointer<Double>
  ) -> UnsafeMutablePointer<Double> {
    precondition(height <= rows)
    scratch.update(from: half + block * height * 16, count: height * 16)
    (scratch + height * 16).update(repeating: 0, count: (rows - height) * 16)
    return alongColumn.transform(
      inverse: false, scratch, scratch + alongColumn.bufferSize, on: set)
  }

  /// Transforms back the full block at the start of `scratch` and stores its rows from `first` on
  /// in a half spectrum of `height` rows.
  public func inverseColumns(
    block: Int, into half: UnsafeMutablePointer<Double>, first row: Int, height: Int,
    scratch: UnsafeMutablePointer<Double>
  ) {
    precondition(row >= 0 && row + height <= rows)
    let result = alongColumn.transform(
      inverse: true, scratch, scratch + alongColumn.bufferSize, on: set)
    (half + block * height * 16).update(from: result + row * 16, count: height * 16)
  }

  /// The spectrum that a block of another is multiplied by: 8 real values an element, or 8 reals
  /// and 8 imaginaries.
  public enum Factor: Int32, Sendable {
    case conjugate = -1
    case real, complex
  }

  /// sum += kernel · x over one full block.
  public func multiplyAdd(
    _ kernel: UnsafePointer<Double>, _ factor: Factor, _ x: UnsafePointer<Double>,
    to sum: UnsafeMutablePointer<Double>
  ) {
    ck_multiply_add(set, kernel, factor.rawValue, x, sum, rows)
  }

  /// Whether a size has no prime factor above 61.
  public static func takes(rows: Int, columns: Int) -> Bool {
    FourierLength.factors(of: rows) != nil && FourierLength.factors(of: columns) != nil
  }

  /// The transform of a whole array, rows · columns values, as a half spectrum of full height.
  public func forward(_ values: inout [Double], workers: Workers) -> [Double] {
    precondition(values.count == rows * columns)
    var half = [Double](repeating: 0, count: size(height: rows))
    values.withUnsafeMutableBufferPointer { values in
      half.withUnsafeMutableBufferPointer { half in
        let (values, shared) = (SharedPointer(values), SharedPointer(half))
        forwardRows(
          Window(values.start, stride: columns, rows: rows, columns: columns), into: shared.start,
          workers: workers)
        workers.forEach(blocks) { block in
          withScratch(alongColumn) { scratch, _ in
            let half = shared.start
            let result = forwardColumns(block: block, of: half, height: rows, scratch: scratch)
            (half + block * rows * 16).update(from: result, count: rows * 16)
          }
        }
      }
    }
    return half
  }

  /// The signal of a half spectrum of full height.
  public func inverse(_ half: inout [Double], workers: Workers) -> [Double] {
    precondition(half.count == size(height: rows))
    var values = [Double](repeating: 0, count: rows * columns)
    values.withUnsafeMutableBufferPointer { values in
      half.withUnsafeMutableBufferPointer { half in
        let (values, shared) = (SharedPointer(values), SharedPointer(half))
        workers.forEach(blocks) { block in
          withScratch(alongColumn) { scratch, _ in
            let half = shared.start
            scratch.update(from: half + block * rows * 16, count: rows * 16)
            inverseColumns(block: block, into: half, first: 0, height: rows, scratch: scratch)
          }
        }
        inverseRows(
          shared.start, first: 0, into: Window(values.start, stride: columns, rows: rows, columns: columns),
          workers: workers)
      }
    }
    return values
  }

  /// Two lane buffers, one after the other.
  private func withScratch(
    _ transform: LaneTransform,
    _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * transform.bufferSize) {
      let start = $0.baseAddress.unsafelyUnwrapped
      body(start, start + transform.bufferSize)
    }
  }
}
