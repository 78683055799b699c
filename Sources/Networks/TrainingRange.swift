import NumericCore

/// Whether data are like those that a network has learnt from.
///
/// Three distances, each compared with those of samples that were held back, noise included: the length of the whitened
/// inputs (Mahalanobis), the distance to the nearest of up to 2000 samples for training in whitened inputs, and the part
/// of the data that no principal component holds.
public struct TrainingRange: Sendable, Equatable {
  /// Principal axes of the inputs with their deviations: inputs of a network without components aren't white.
  public var whitening: InputTransform
  /// Whitened samples for training, one after the other.
  public var anchors: [Double]
  /// Distances of held-back samples, ascending.
  public var lengths, neighbours, residuals: [Double]

  /// What a file holds.
  public init(
    whitening: InputTransform, anchors: [Double], lengths: [Double], neighbours: [Double], residuals: [Double]
  ) {
    (self.whitening, self.anchors) = (whitening, anchors)
    (self.lengths, self.neighbours, self.residuals) = (lengths, neighbours, residuals)
  }

  /// How unlike the training samples a data set is.
  public struct Verdict: Sendable, Equatable {
    public var length, neighbour, residual: Double
    /// Share of held-back samples at least as far away, by each distance: at least 1/(held-back + 1).
    public var lengthShare, neighbourShare, residualShare: Double
    /// The smallest of them times their number, at most 1: the p-value of all.
    public var pValue: Double
  }

  /// - Parameters:
  ///   - training, held: data of samples with noise, one after the other.
  public init(training: [Double], held: [Double], transform: InputTransform) throws(NetworkError) {
    let inputs = transform(training)
    let count = transform.inputs
    // Deviations of noise are in the samples already; 1 is all the variance that there is.
    whitening = try InputTransform(
      rows: inputs, data: count, noise: .none, explained: count > 1 ? 1 - 1e-9 : nil)
    let white = whitening(inputs)
    let step = max(1, training.count / transform.data / 2000)
    let width = whitening.inputs
    anchors = stride(from: 0, to: white.count, by: step * width).flatMap { white[$0..<$0 + width] }
    (lengths, neighbours, residuals) = ([], [], [])
    let distances = distances(held, transform)
    lengths = distances.map(\.length).sorted()
    neighbours = distances.map(\.neighbour).sorted()
    residuals = transform.basis == nil ? [] : distances.map(\.residual).sorted()
  }

  /// The least p-value that as many held-back samples can give.
  public var resolution: Double { tests / Double(lengths.count + 1) }

  private var tests: Double { residuals.isEmpty ? 2 : 3 }

  private func distances(
    _ rows: [Double], _ transform: InputTransform
  ) -> [(length: Double, neighbour: Double, residual: Double)] {
    let inputs = transform(rows)
    let white = whitening(inputs)
    let outside = transform.residuals(rows)
    let width = whitening.inputs
    return outside.indices.map { sample in
      let own = Array(white[(sample * width)..<((sample + 1) * width)])
      let length = Statistics.sum(own.map { $0 * $0 }).squareRoot()
      return (length, nearest(own), outside[sample])
    }
  }

  private func nearest(_ point: [Double]) -> Double {
    var least = Double.infinity
    let width = point.count
    for start in stride(from: 0, to: anchors.count, by: width) {
      var sum = 0.0
      for index in 0..<width {
        let difference = anchors[start + index] - point[index]
        sum += difference * difference
        if sum >= least { break }
      }
      least = min(least, sum)
    }
    return least.squareRoot()
  }

  /// Judges data sets, one after the other.
  public func verdicts(_ rows: [Double], _ transform: InputTransform) -> [Verdict] {
    distances(rows, transform).map { own in
      let length = Self.share(own.length, lengths)
      let neighbour = Self.share(own.neighbour, neighbours)
      let residual = residuals.isEmpty ? 1 : Self.share(own.residual, residuals)
      return Verdict(
        length: own.length, neighbour: own.neighbour, residual: own.residual, lengthShare: length,
        neighbourShare: neighbour, residualShare: residual,
        pValue: min(1, tests * min(length, neighbour, residual)))
    }
  }

  private static func share(_ distance: Double, _ sorted: [Double]) -> Double {
    guard distance.isFinite else { return 1 / Double(sorted.count + 1) }
    let atLeast = sorted.count { $0 >= distance }
    return Double(atLeast + 1) / Double(sorted.count + 1)
  }
}
