/// Samples in blocks of 256, feature by feature within a block, as the loops take them.
///
/// Sums run block by block in their order whatever the number of threads. The last block is filled with samples of
/// weight 0.
struct SampleBlocks: Sendable {
  static let width = 256
  /// Of two rows; no power of two, so that rows do not share their places in the cache.
  static let stride = 264

  let count, features: Int
  var values: [Double]

  var blocks: Int { (count + Self.width - 1) / Self.width }

  /// - Parameter rows: sample by sample.
  init(rows: [Double], features: Int) {
    precondition(features > 0 && rows.count % features == 0)
    (count, self.features) = (rows.count / features, features)
    values = Array(repeating: 0, count: (count + Self.width - 1) / Self.width * features * Self.stride)
    for sample in 0..<count {
      let (block, place) = sample.quotientAndRemainder(dividingBy: Self.width)
      for feature in 0..<features {
        values[(block * features + feature) * Self.stride + place] = rows[sample * features + feature]
      }
    }
  }

  /// Samples of a block.
  func held(_ block: Int) -> Int { min(Self.width, count - block * Self.width) }

  /// What of a block is computed: a multiple of 16 that holds its samples.
  func width(_ block: Int) -> Int { (held(block) + 15) / 16 * 16 }

  /// Place of a block's first number.
  func start(_ block: Int) -> Int { block * features * Self.stride }
}

/// Blocks of inputs with those of the targets.
struct LabelledBlocks: Sendable {
  var inputs, targets: SampleBlocks

  init(inputs: SampleBlocks, targets: SampleBlocks) {
    precondition(inputs.count == targets.count)
    (self.inputs, self.targets) = (inputs, targets)
  }

  var count: Int { inputs.count }
}
