import CKernels

/// The layers of a mixture density network: inputs, one or two hidden layers of tanh, and linear outputs that are the
/// parameters of a mixture of normal distributions.
///
/// Outputs of a kernel, kernels one after the other: a (weights are the softmax of them), the mean μ, and the upper
/// triangle U row by row with the logarithms c of its diagonal; ln N = −½|U(t − μ)|² + Σc − ½ d ln 2π. With one target
/// that is the deviation e^(−c). [Bishop1994]
public struct NetworkShape: Sendable, Equatable {
  /// Numbers that it takes.
  public let inputs: Int
  /// Units of the hidden layers; one or two.
  public let hidden: [Int]
  /// Normal distributions of a mixture.
  public let kernels: Int
  /// Numbers that it tells of.
  public let targets: Int

  /// - Precondition: every count is positive, and there are one or two hidden layers.
  public init(inputs: Int, hidden: [Int], kernels: Int, targets: Int) {
    precondition(inputs > 0 && kernels > 0 && targets > 0, "a layer without units")
    precondition((1...2).contains(hidden.count) && hidden.allSatisfy { $0 > 0 }, "one or two hidden layers")
    (self.inputs, self.hidden, self.kernels, self.targets) = (inputs, hidden, kernels, targets)
  }

  /// Outputs of one kernel.
  public var rows: Int { 1 + targets + targets * (targets + 1) / 2 }
  /// Outputs of all kernels.
  public var outputs: Int { kernels * rows }

  /// A layer's place among the parameters: weights, a row an output, then biases.
  struct Layer: Sendable {
    var inputs, outputs, weights: Int
    var biases: Int { weights + inputs * outputs }
    var end: Int { biases + outputs }
  }

  var layers: [Layer] {
    var result: [Layer] = []
    var (start, below) = (0, inputs)
    for units in hidden + [outputs] {
      result.append(Layer(inputs: below, outputs: units, weights: start))
      (start, below) = (start + (below + 1) * units, units)
    }
    return result
  }

  /// Numbers that training finds.
  public var parameterCount: Int { layers.last?.end ?? 0 }

  var mixture: cn_mixture { cn_mixture(kernels: kernels, targets: targets) }
}
