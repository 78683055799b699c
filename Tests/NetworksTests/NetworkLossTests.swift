import NumericCore
import Testing

@testable import Networks

@Suite struct NetworkLossTests {
  private func samples(_ count: Int, inputs: Int, targets: Int) -> LabelledBlocks {
    let random = CounterRandom(seed: 3, stream: "test")
    return LabelledBlocks(
      inputs: SampleBlocks(rows: random.normal(count * inputs, row: 0), features: inputs),
      targets: SampleBlocks(rows: random.normal(count * targets, row: 1), features: targets))
  }

  private static let shapes = [
    NetworkShape(inputs: 3, hidden: [5], kernels: 3, targets: 1),
    NetworkShape(inputs: 2, hidden: [7, 6], kernels: 2, targets: 1),
    NetworkShape(inputs: 4, hidden: [9], kernels: 5, targets: 3),
    NetworkShape(inputs: 1, hidden: [1], kernels: 1, targets: 1),
  ]

  @Test(arguments: shapes) func `The gradient is that of finite differences`(_ shape: NetworkShape) {
    let samples = samples(301, inputs: shape.inputs, targets: shape.targets)
    let loss = NetworkLoss(shape: shape, workers: .serial)
    let point = CounterRandom(seed: 5, stream: "point").normal(shape.parameterCount, row: 0).map { 0.4 * $0 }
    var (gradient, ignored) = (point, point)
    let value = loss.evaluate(point, samples, gradient: &gradient)
    #expect(abs(value - loss.value(point, samples)) < 1e-13)
    let length = gradient.map { $0 * $0 }.reduce(0, +).squareRoot()
    let step = 1e-4
    func at(_ index: Int, _ by: Double) -> Double {
      var moved = point
      moved[index] += by
      return loss.evaluate(moved, samples, gradient: &ignored)
    }
    for index in point.indices {
      let near = (at(index, step) - at(index, -step)) / (2 * step)
      let far = (at(index, 2 * step) - at(index, -2 * step)) / (4 * step)
      let slope = (4 * near - far) / 3
      #expect(abs(slope - gradient[index]) <= 1e-7 * max(1, length), "parameter \(index)")
    }
  }

  @Test func `The loss is that of the mixture written out`() {
    let shape = NetworkShape(inputs: 2, hidden: [3], kernels: 2, targets: 2)
    let point = CounterRandom(seed: 6, stream: "point").normal(shape.parameterCount, row: 0)
    let (x, t) = ([0.3, -1.2], [0.5, 0.1])
    let samples = LabelledBlocks(
      inputs: SampleBlocks(rows: x, features: 2), targets: SampleBlocks(rows: t, features: 2))
    let loss = NetworkLoss(shape: shape, workers: .serial)
    var hidden: [Double] = []
    for unit in 0..<3 {
      let sum: Double = point[unit * 2] * x[0] + point[unit * 2 + 1] * x[1] + point[6 + unit]
      let e: Double = Elementary.exp(2 * sum)
      hidden.append((e - 1) / (e + 1))
    }
    var outputs: [Double] = []
    for row in 0..<12 {
      var sum: Double = point[9 + 36 + row]
      for unit in 0..<3 { sum += point[9 + row * 3 + unit] * hidden[unit] }
      outputs.append(sum)
    }
    let shares: [Double] = [Elementary.exp(outputs[0]), Elementary.exp(outputs[6])]
    var sum = 0.0
    for kernel in 0..<2 {
      let o: [Double] = Array(outputs[(kernel * 6)..<(kernel * 6 + 6)])
      let (d0, d1): (Double, Double) = (t[0] - o[1], t[1] - o[2])
      let (u0, u1): (Double, Double) = (Elementary.exp(o[3]), Elementary.exp(o[5]))
      let (z0, z1): (Double, Double) = (u0 * d0 + o[4] * d1, u1 * d1)
      let share: Double = shares[kernel] / (shares[0] + shares[1])
      let level: Double = Elementary.exp(-0.5 * (z0 * z0 + z1 * z1))
      sum += share * u0 * u1 * level / (2 * Double.pi)
    }
    let difference: Double = loss.value(point, samples) + Elementary.log(sum)
    #expect(abs(difference) < 1e-12)
  }

  @Test func `Far from every kernel the loss is finite`() {
    let shape = NetworkShape(inputs: 1, hidden: [1], kernels: 2, targets: 1)
    let samples = LabelledBlocks(
      inputs: SampleBlocks(rows: [0], features: 1), targets: SampleBlocks(rows: [1e6], features: 1))
    let loss = NetworkLoss(shape: shape, workers: .serial)
    var gradient = Array(repeating: 0.0, count: shape.parameterCount)
    let value = loss.evaluate(gradient, samples, gradient: &gradient)
    #expect(abs(value / 5e11 - 1) < 1e-9)
    let finite = gradient.filter(\.isFinite).count
    #expect(finite == gradient.count)
  }

  @Test func `Threads and instruction sets change no bit`() {
    let shape = NetworkShape(inputs: 4, hidden: [13, 6], kernels: 5, targets: 2)
    let samples = samples(1000, inputs: 4, targets: 2)
    let point = CounterRandom(seed: 7, stream: "point").normal(shape.parameterCount, row: 0)
    var gradients: [[Double]] = []
    for set in InstructionSet.available {
      for threads in 1...3 {
        var gradient = point
        let loss = NetworkLoss(shape: shape, workers: .upTo(threads, on: set))
        gradient.append(loss.evaluate(point, samples, gradient: &gradient))
        gradients.append(gradient)
      }
    }
    #expect(gradients.dropFirst().allSatisfy { $0 == gradients[0] })
  }
}
