import CKernels
import NumericCore

/// The mean negative log likelihood of samples under a network, −1/N Σ ln p(t|x), and its gradient by back-propagation.
///
/// Each block has sums of its own, which are added in the order of the blocks: the same bits for any number of threads.
struct NetworkLoss: Sendable {
  let shape: NetworkShape
  var workers: Workers

  /// The mean loss; `gradient` gets the derivatives by the parameters.
  func evaluate(_ parameters: [Double], _ samples: LabelledBlocks, gradient: inout [Double]) -> Double {
    let blocks = samples.inputs.blocks
    let size = shape.parameterCount
    var sums = [Double](repeating: 0, count: blocks)
    var slopes = [Double](repeating: 0, count: blocks * size)
    let turned = turned(parameters)
    sums.withUnsafeMutableBufferPointer { sums in
      slopes.withUnsafeMutableBufferPointer { slopes in
        nonisolated(unsafe) let (sums, slopes) = (sums, slopes)
        workers.forEach(blocks) { block in
          guard let base = slopes.baseAddress else { return }
          let pass = BlockPass(shape: shape, set: workers.instructions.code, learns: true)
          sums[block] = pass.run(
            parameters, samples, block, turned: turned, gradient: base + block * size, logs: nil)
        }
      }
    }
    let scale = 1 / Double(samples.count)
    for index in 0..<size { gradient[index] = 0 }
    gradient.withUnsafeMutableBufferPointer { gradient in
      slopes.withUnsafeBufferPointer { slopes in
        for block in 0..<blocks {
          for index in 0..<size { gradient[index] += slopes[block * size + index] }
        }
      }
      for index in 0..<size { gradient[index] *= scale }
    }
    return -sums.reduce(0, +) * scale
  }

  /// ln p of every sample.
  func logDensities(_ parameters: [Double], _ samples: LabelledBlocks) -> [Double] {
    let blocks = samples.inputs.blocks
    var logs = [Double](repeating: 0, count: blocks * SampleBlocks.width)
    logs.withUnsafeMutableBufferPointer { logs in
      nonisolated(unsafe) let logs = logs
      workers.forEach(blocks) { block in
        let pass = BlockPass(shape: shape, set: workers.instructions.code, learns: false)
        _ = pass.run(
          parameters, samples, block, turned: [], gradient: nil,
          logs: logs.baseAddress.map { $0 + block * SampleBlocks.width })
      }
    }
    return Array(logs[..<samples.count])
  }

  /// The mean loss.
  func value(_ parameters: [Double], _ samples: LabelledBlocks) -> Double {
    -Statistics.sum(logDensities(parameters, samples)) / Double(samples.count)
  }

  /// The outputs of every sample, sample by sample.
  func outputs(_ parameters: [Double], _ inputs: SampleBlocks) -> [Double] {
    let (rows, width) = (shape.outputs, SampleBlocks.width)
    var result = [Double](repeating: 0, count: inputs.count * rows)
    result.withUnsafeMutableBufferPointer { result in
      nonisolated(unsafe) let result = result
      workers.forEach(inputs.blocks) { block in
        let pass = BlockPass(shape: shape, set: workers.instructions.code, learns: false)
        pass.forward(parameters, inputs, block)
        let found = pass.outputs
        for sample in 0..<inputs.held(block) {
          for row in 0..<rows {
            result[(block * width + sample) * rows + row] = found[row * SampleBlocks.stride + sample]
          }
        }
      }
    }
    return result
  }

  /// The weights of the layers behind the first, transposed: back-propagation multiplies by them.
  private func turned(_ parameters: [Double]) -> [[Double]] {
    shape.layers.dropFirst().map { layer in
      var result = [Double](repeating: 0, count: layer.inputs * layer.outputs)
      for output in 0..<layer.outputs {
        for input in 0..<layer.inputs {
          result[input * layer.outputs + output] = parameters[layer.weights + output * layer.inputs + input]
        }
      }
      return result
    }
  }
}

/// A block's way through the layers and back.
private struct BlockPass {
  let shape: NetworkShape
  let layers: [NetworkShape.Layer]
  let set: ck_set
  /// What each layer gives, and the derivatives by it.
  private let values, slopes: [Rows]
  private let weights, scratch: Rows

  /// Rows of numbers that live as long as the pass.
  private final class Rows {
    let start: UnsafeMutablePointer<Double>
    init(_ count: Int) {
      start = .allocate(capacity: count)
      start.initialize(repeating: 0, count: count)
    }
    deinit { start.deallocate() }
  }

  init(shape: NetworkShape, set: ck_set, learns: Bool) {
    (self.shape, layers, self.set) = (shape, shape.layers, set)
    let stride = SampleBlocks.stride
    values = layers.map { Rows($0.outputs * stride) }
    slopes = learns ? layers.map { Rows($0.outputs * stride) } : []
    weights = Rows(stride)
    scratch = Rows(cn_mixture_scratch(shape.mixture))
  }

  var outputs: UnsafeMutablePointer<Double> { values[values.count - 1].start }

  func forward(_ parameters: [Double], _ inputs: SampleBlocks, _ block: Int) {
    let (stride, width) = (SampleBlocks.stride, inputs.width(block))
    parameters.withUnsafeBufferPointer { parameters in
      inputs.values.withUnsafeBufferPointer { source in
        guard let base = parameters.baseAddress, let source = source.baseAddress else { return }
        var below = source + inputs.start(block)
        for (index, layer) in layers.enumerated() {
          let own = values[index].start
          cn_dense(
            set, base + layer.weights, base + layer.biases, layer.outputs, layer.inputs, below, own, stride,
            width)
          if index + 1 < layers.count { cn_tanh(set, own, layer.outputs, stride, width) }
          below = UnsafePointer(own)
        }
      }
    }
  }

  /// Σ ln p of the block.
  func run(
    _ parameters: [Double], _ samples: LabelledBlocks, _ block: Int, turned: [[Double]],
    gradient: UnsafeMutablePointer<Double>?, logs: UnsafeMutablePointer<Double>?
  ) -> Double {
    forward(parameters, samples.inputs, block)
    let held = samples.inputs.held(block)
    for sample in 0..<SampleBlocks.width { weights.start[sample] = sample < held ? 1 : 0 }
    let sum = samples.targets.values.withUnsafeBufferPointer { targets in
      targets.baseAddress.map {
        cn_mixture_loss(
          set, shape.mixture, outputs, $0 + samples.targets.start(block), weights.start,
          gradient == nil ? nil : slopes[slopes.count - 1].start, logs, scratch.start, SampleBlocks.stride,
          samples.inputs.width(block))
      }
    }
    if let gradient { backward(samples.inputs, block, turned: turned, gradient: gradient) }
    return sum ?? .nan
  }

  private func backward(
    _ inputs: SampleBlocks, _ block: Int, turned: [[Double]], gradient: UnsafeMutablePointer<Double>
  ) {
    let (stride, width) = (SampleBlocks.stride, inputs.width(block))
    inputs.values.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      for index in layers.indices.reversed() {
        let layer = layers[index]
        let below = index == 0 ? source + inputs.start(block) : UnsafePointer(values[index - 1].start)
        cn_outer(
          set, slopes[index].start, layer.outputs, below, layer.inputs, gradient + layer.weights,
          gradient + layer.biases, stride, width)
        guard index > 0 else { continue }
        let lower = slopes[index - 1].start
        turned[index - 1].withUnsafeBufferPointer {
          cn_dense(
            set, $0.baseAddress, nil, layer.inputs, layer.outputs, slopes[index].start, lower, stride, width)
        }
        cn_tanh_slope(set, below, lower, layer.inputs, stride, width)
      }
    }
  }
}
