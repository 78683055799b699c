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

  /// Groups of rows that are transformed together, sixteen each but for the last.
  public func rowGroups(_ rows: Int) -> Int { (rows + Self.group - 1) / Self.group }

  /// The rows of a group.
  public func rows(ofGroup group: Int, of rows: Int) -> Range<Int> {
    group * Self.group..<min(rows, (group + 1) * Self.group)
  }

  /// Values of the scratch that the calls for a group of rows need.
  public var rowScratch: Int { 2 * alongRow.bufferSize }

  /// The rows' transforms of `input`, times `weights` value for value, into a half spectrum of
  /// height `input.rows`.
  public func forwardRows(
    _ input: Window, weights: UnsafePointer<Double>? = nil,
    into half: UnsafeMutablePointer<Double>, workers: Workers
  ) {
    let shared = SharedPointer((half: half, weights: weights))
    workers.forEach(rowGroups(input.rows)) { group in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: rowScratch) {
        let first = rows(ofGroup: group, of: input.rows).lowerBound
        forwardRows(
          group: group, of: input, weights: shared.start.weights.map { $0 + first * input.stride },
          into: shared.start.half, scratch: $0.start)
      }
    }
  }

  /// The same of one group; `weights` are those of its own rows.
  public func forwardRows(
    group: Int, of input: Window, weights: UnsafePointer<Double>?, into half: UnsafeMutablePointer<Double>,
    scratch: UnsafeMutablePointer<Double>
  ) {
    precondition(input.columns <= columns)
    let taken = rows(ofGroup: group, of: input.rows)
    ck_pack_rows(
      set, input.start + taken.lowerBound * input.stride, weights, input.stride, taken.count, input.columns,
      input.columns, scratch)
    let result = alongRow.transform(
      inverse: false, .init(start: scratch, used: input.columns, kept: columns), scratch,
      scratch + alongRow.bufferSize, on: set)
    ck_split_rows(set, result, columns, taken.count, half + taken.lowerBound * 16, input.rows)
  }

  /// Signals of the rows of a half spectrum of height `output.rows`, divided by rows · columns: added to `output` times
  /// `weights`, or without weights stored there.
  public func inverseRows(
    _ half: UnsafePointer<Double>, weights: UnsafePointer<Double>? = nil, into output: Window,
    workers: Workers
  ) {
    let shared = SharedPointer((half: half, weights: weights))
    workers.forEach(rowGroups(output.rows)) { group in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: rowScratch) {
        let first = rows(ofGroup: group, of: output.rows).lowerBound
        inverseRows(
          group: group, of: shared.start.half,
          weights: shared.start.weights.map { $0 + first * output.stride }, into: output, scratch: $0.start)
      }
    }
  }

  /// The same of one group; `weights` are those of its own rows.
  public func inverseRows(
    group: Int, of half: UnsafePointer<Double>, weights: UnsafePointer<Double>?, into output: Window,
    scratch: UnsafeMutablePointer<Double>
  ) {
    precondition(output.columns <= columns)
    let taken = rows(ofGroup: group, of: output.rows)
    ck_join_rows(set, half + taken.lowerBound * 16, output.rows, taken.count, columns, scratch)
    let result = alongRow.transform(
      inverse: true, .init(start: scratch, used: columns, kept: output.columns), scratch,
      scratch + alongRow.bufferSize, on: set)
    ck_unpack_rows(
      set, result, 0, output.columns, taken.count, 1 / Double(rows * columns), weights,
      output.start + taken.lowerBound * output.stride, output.stride)
  }

  /// Transforms one block of columns. `half` has `height` rows, the others are zero.
  ///
  /// - Returns: the full block, 16 · rows values in `scratch`, which holds `columnScratch`.
  public func forwardColumns(
    block: Int, of half: UnsafePointer<Double>, height: Int, scratch: UnsafeMutablePointer<Double>
  ) -> UnsafeMutablePointer<Double> {
    precondition(height <= rows)
    return alongColumn.transform(
      inverse: false, .init(start: half + block * height * 16, used: height, kept: rows), scratch,
      scratch + alongColumn.bufferSize, on: set)
  }

  /// Transforms back the full block at the start of `scratch` and stores its first rows in a half spectrum of
  /// `height` rows.
  public func inverseColumns(
    block: Int, into half: UnsafeMutablePointer<Double>, height: Int, scratch: UnsafeMutablePointer<Double>
  ) {
    precondition(height <= rows)
    let result = alongColumn.transform(
      inverse: true, .init(start: scratch, used: rows, kept: height), scratch,
      scratch + alongColumn.bufferSize, on: set)
    (half + block * height * 16).update(from: result, count: height * 16)
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
          withUnsafeTemporaryAllocation(of: Double.self, capacity: columnScratch) {
            let (half, scratch) = (shared.start, $0.start)
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
          withUnsafeTemporaryAllocation(of: Double.self, capacity: columnScratch) {
            let (half, scratch) = (shared.start, $0.start)
            scratch.update(from: half + block * rows * 16, count: rows * 16)
            inverseColumns(block: block, into: half, height: rows, scratch: scratch)
          }
        }
        inverseRows(
          shared.start, into: Window(values.start, stride: columns, rows: rows, columns: columns),
          workers: workers)
      }
    }
    return values
  }
}
