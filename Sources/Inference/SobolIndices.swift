import NumericCore

/// Parts of a model's variance that its inputs are the cause of, for many outputs (nodes) at once, by members of
/// `SensitivityDesign.sobolBlock`. Inputs must be drawn independently.
///
/// With f(A), f(B) and f(AB⁽ⁱ⁾), V the variance of f over A and B together, and f₀ its mean:
///
///     first order  Sᵢ = mean of (f(B) − f₀)(f(AB⁽ⁱ⁾) − f(A)) / V         [Saltelli2010]
///     total        Tᵢ = ½ · mean of (f(A) − f(AB⁽ⁱ⁾))² / V                [Jansen1999]
///
/// Sᵢ is what fixing the input would take away on average; Tᵢ also counts what it does together with others. Errors
/// fall about as 1/samples for smooth models, so that small indices may come out slightly below 0. NaN where the
/// output does not vary.
public struct SobolIndices: Sendable, Equatable {
  /// Samples used.
  public let samples: Int
  /// Mean and variance (population) over A and B, one an output.
  public let mean, variance: [Double]
  /// [input][output]
  public let firstOrder, total: [[Double]]

  /// - Parameters:
  ///   - samples: blocks of members.
  ///   - output: the outputs of member `row` of block `sample`, in the order of `SensitivityDesign.sobolBlock`. Every
  ///     member is asked for twice at most.
  /// - Precondition: at least one sample; all members have `outputs` outputs.
  public init(
    samples: Int, inputs: Int, outputs: Int, output: (_ sample: Int, _ row: Int) throws -> [Double]
  ) rethrows {
    precondition(samples > 0 && inputs > 0)
    var moments = RunningMoments(quantities: outputs)
    for sample in 0..<samples {
      for row in 0...1 { moments.add(try output(sample, row)) }
    }
    let mean = moments.mean
    let variance = moments.second.map { $0 / Double(2 * samples) }
    let zero = Array(repeating: Array(repeating: 0.0, count: outputs), count: inputs)
    var (first, total) = (zero, zero)
    for sample in 0..<samples {
      let (a, b) = (try output(sample, 0), try output(sample, 1))
      for input in 0..<inputs {
        let mixed = try output(sample, 2 + input)
        for node in 0..<outputs {
          let change = mixed[node] - a[node]
          first[input][node] += (b[node] - mean[node]) * change
          total[input][node] += change * change
        }
      }
    }
    func parts(_ sums: [[Double]], _ factor: Double) -> [[Double]] {
      sums.map { sum in
        sum.indices.map { variance[$0] > 0 ? factor * sum[$0] / Double(samples) / variance[$0] : .nan }
      }
    }
    (self.samples, self.mean, self.variance) = (samples, mean, variance)
    (firstOrder, self.total) = (parts(first, 1), parts(total, 0.5))
  }

  /// One index of all outputs together: Σ V S / Σ V, the part of the summed variance [Gamboa2014]. NaN where nothing
  /// varies.
  public func aggregated(_ indices: [[Double]]) -> [Double] {
    let known = variance.indices.filter { variance[$0] > 0 }
    let whole = Statistics.sum(known.map { variance[$0] })
    return indices.map { index in
      known.isEmpty ? .nan : Statistics.sum(known.map { variance[$0] * index[$0] }) / whole
    }
  }
}
