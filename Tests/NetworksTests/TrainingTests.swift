import NumericCore
import Testing

@testable import Networks

@Suite struct TrainingTests {
  /// t = x² and noise, 20 further data that follow x.
  private func samples(_ count: Int, width: Int = 3) -> CommitteeTraining.Samples {
    let random = CounterRandom(seed: 4, stream: "test")
    let targets = random.uniform(count, row: 0).map { 2 * $0 - 1 }
    var data: [Double] = []
    for target in targets {
      for column in 0..<width { data.append(target + 0.3 * Double(column) * target * target) }
    }
    var samples = CommitteeTraining.Samples(
      data: data, dataCount: width, targets: targets, names: ["t"], priors: [.uniform(low: -1, high: 1)])
    samples.noise = .deviations(Array(repeating: 0.1, count: width))
    return samples
  }

  private func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions()
    (options.committee, options.hidden, options.kernels, options.iterations) = (3, 3...5, 1...2, 40)
    change(&options)
    return options
  }

  private func train(
    _ samples: CommitteeTraining.Samples, _ options: TrainingOptions, threads: Int = 1
  ) throws -> NetworkCommittee {
    let split = try DataSplit(count: samples.count, shares: [0.7, 0.1, 0.1, 0.1], seed: 1)
    return try CommitteeTraining(options: options, workers: .upTo(threads)).run(samples, split: split)
  }

  @Test(arguments: TrainingOptions.Optimiser.allCases)
  func `Threads change no bit, and more members keep the first`(
    _ optimiser: TrainingOptions.Optimiser
  ) throws {
    let samples = samples(600)
    let change = { (options: inout TrainingOptions) in (options.optimiser, options.epochs) = (optimiser, 3) }
    let one = try train(samples, options(change))
    #expect(try train(samples, options(change), threads: 3) == one)
    let more = try train(
      samples,
      options {
        change(&$0)
        $0.committee = 5
      })
    #expect(Array(more.members[..<3]) == one.members)
    let alone = try train(
      samples,
      options {
        change(&$0)
        $0.committee = 1
      }, threads: 2)
    #expect(alone.members[0] == one.members[0])
  }

  @Test func `Training starts as the prior and finds what noise leaves`() throws {
    let samples = samples(4000)
    let network = try train(samples, options { $0.iterations = 300 }, threads: 2)
    for member in network.members {
      #expect(member.validationLoss < member.history[0] - 1)
      // ln of the deviation that three data leave of a uniform target of deviation 1 is −2.3 or so.
      #expect(abs(member.history[0] - 1.35) < 0.15)
    }
    #expect(abs(network.weights.reduce(0, +) - 1) < 1e-12)
    let rows = try samples.noisy(Array(0..<500), seed: 9, stream: "apply")
    let truths = Array(samples.targets[..<500])
    let calibration = try NetworkCalibration(network, rows: rows, truths: truths, seed: 1)
    #expect(UniformTests.kolmogorov(calibration.targets[0].places).pValue > 1e-3)
    #expect(UniformTests.kolmogorov(calibration.referenceShares).pValue > 1e-3)
    #expect(abs(NetworkCalibration.coverage(calibration.targets[0].places, 0.68) - 0.68) < 0.08)
    #expect(Statistics.mean(calibration.targets[0].near) > 0.3)
  }

  @Test func `Principal components hold what is asked for, whitened`() throws {
    let samples = samples(500, width: 20)
    let transform = try InputTransform(
      rows: samples.data, data: 20, noise: samples.noise, explained: 0.9999)
    #expect(transform.inputs == 2)
    let inputs = transform(try samples.noisy(Array(0..<500), seed: 1, stream: "white"))
    for column in 0..<2 {
      let values = stride(from: column, to: inputs.count, by: 2).map { inputs[$0] }
      #expect(abs(Statistics.deviation(values) - 1) < 0.1)
      #expect(abs(Statistics.mean(values)) < 0.1)
    }
  }

  /// Two numbers, 40 data along a line and noise that is correlated along it.
  private struct Line {
    static let count = 40
    var pattern = [[Double]](), noise = Matrix(rows: count, columns: count), rows = [Double]()

    init(length: Double, deviation: (Int) -> Double = { _ in 0.3 }) {
      pattern = (0..<Self.count).map { index in
        let x = Double(index) / Double(Self.count - 1)
        return [1 + 0.3 * x, Elementary.exp(-20 * (x - 0.3) * (x - 0.3))]
      }
      for row in 0..<Self.count {
        for column in 0..<Self.count {
          noise[row, column] =
            deviation(row) * deviation(column) * Elementary.exp(-Double(abs(row - column)) / length)
        }
      }
      for row in 0..<4000 {
        let model = CounterRandom(seed: 1, stream: "model").normal(2, row: row)
        rows += pattern.map { $0[0] * model[0] + $0[1] * model[1] }
      }
    }

    /// Deviations of the two after inputs x = F d of a transform: (1 + Gᵀ Fᵀ (F C Fᵀ)⁻¹ F G)⁻¹.
    func posterior(_ transform: InputTransform) throws -> [Double] {
      let origin = transform(Array(repeating: 0, count: Self.count))
      func turned(_ column: [Double]) -> [Double] { zip(transform(column), origin).map { $0 - $1 } }
      let (first, second) = (turned(pattern.map { $0[0] }), turned(pattern.map { $0[1] }))
      let covariance = try #require(try transform.componentNoise(.covariance(noise)))
      let factor = try Cholesky(covariance)
      func product(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, factor.solve(b)).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let (a, b, c) = (1 + product(first, first), product(first, second), 1 + product(second, second))
      return [(c / (a * c - b * b)).squareRoot(), (a / (a * c - b * b)).squareRoot()]
    }

    /// By components of some covariance of noise; all data where `explained` is nil.
    func transform(_ weight: DataNoise, explained: Double? = 0.9999) throws -> InputTransform {
      try InputTransform(rows: rows, data: Self.count, noise: weight, explained: explained)
    }
  }

  @Test(arguments: [0.01, 3, 30])
  func `Components of noise-weighted data say what all data say`(_ length: Double) throws {
    for uneven in [false, true] {
      let line = Line(length: length) { uneven && $0 % 2 == 1 ? 3 : 0.3 }
      let all = try line.posterior(try line.transform(.covariance(line.noise), explained: nil))
      let weighted = try line.transform(.covariance(line.noise))
      #expect(weighted.inputs == 2)
      for (mine, exact) in zip(try line.posterior(weighted), all) { #expect(abs(mine / exact - 1) < 1e-4) }
      // As independent as the noise of them is.
      let noise = try #require(try weighted.componentNoise(.covariance(line.noise)))
      #expect(abs(noise[0, 1]) < 1e-6)
      for index in 0..<2 {
        let signal = weighted.deviations[index] * weighted.deviations[index] * (1 - noise[index, index])
        #expect(
          abs(signal + 1 - weighted.deviations[index] * weighted.deviations[index]) < 1e-5 * (1 + signal))
      }
      // Components that know nothing of the noise forget what it says where it is not alike everywhere.
      let plain = try line.posterior(try line.transform(.none))
      let loss = length > 10 || uneven ? 1.2 : length > 1 ? 1.02 : 0.99
      #expect(zip(plain, all).contains { $0 / $1 > loss }, "\(plain) \(all)")
    }
  }

  @Test func `What noise-weighted components leave is told in standardised data`() throws {
    let line = Line(length: 30)
    let transform = try line.transform(.covariance(line.noise))
    var samples = CommitteeTraining.Samples(
      data: line.rows, dataCount: Line.count, targets: Array(repeating: 0, count: 4000), names: ["t"],
      priors: [nil])
    samples.noise = .covariance(line.noise)
    let range = try TrainingRange(
      training: try samples.noisy(Array(0..<2000), seed: 1, stream: "training"),
      held: try samples.noisy(Array(2000..<3000), seed: 1, stream: "held"), transform: transform)
    let like = range.verdicts(try samples.noisy(Array(3000..<4000), seed: 1, stream: "like"), transform)
    #expect(abs(Statistics.mean(like.map(\.residualShare)) - 0.5) < 0.05)
    #expect(like.count { $0.pValue <= 0.05 } < 80)
    // A field of long waves, which noise that is correlated over as long hides from the components.
    var unlike = line.rows[..<Line.count].map { $0 }
    for index in unlike.indices { unlike[index] += 1.5 * Elementary.cos(Double.pi * Double(index) / 13) }
    let verdict = try #require(range.verdicts(unlike, transform).first)
    #expect(verdict.pValue <= 0.01, "\(verdict)")
    // The patterns undo the components: what they hold leaves no rest.
    #expect(transform.residuals(Array(line.rows[..<400])).allSatisfy { $0 < 1e-3 })
  }

  @Test func `Eigenvectors reproduce their matrix`() {
    let random = CounterRandom(seed: 2, stream: "matrix").normal(49, row: 0)
    var matrix = Matrix(rows: 7, columns: 7)
    for row in 0..<7 {
      for column in 0..<7 { matrix[row, column] = random[row * 7 + column] + random[column * 7 + row] }
    }
    let eigen = SymmetricEigen(matrix)
    #expect(eigen.values == eigen.values.sorted(by: >))
    for row in 0..<7 {
      for column in 0..<7 {
        var sum = 0.0
        for k in 0..<7 { sum += eigen.values[k] * eigen.vectors[k, row] * eigen.vectors[k, column] }
        #expect(abs(sum - matrix[row, column]) < 1e-12)
      }
    }
  }

  @Test func `Data like the samples pass and others are told`() throws {
    let samples = samples(2000)
    let network = try train(samples, options())
    let like = try samples.noisy(Array(0..<100), seed: 3, stream: "like")
    let shares = network.range.verdicts(like, network.transform).map(\.pValue)
    #expect(shares.count { $0 <= 0.01 } <= 5)
    // Far along the curve, and off the curve at a length that is usual.
    let unlike = network.range.verdicts([4, 8, 12, 0.5, -0.5, 0.5], network.transform)
    #expect(unlike.allSatisfy { $0.pValue <= 0.01 })
  }

  @Test func `Empty clusters of the start are filled`() {
    let shape = NetworkShape(inputs: 1, hidden: [1], kernels: 5, targets: 1)
    let start = PriorStart(shape: shape, random: CounterRandom(seed: 1, stream: "start"), member: 0)
    let values = start.parameters(targets: Array(repeating: 0, count: 50) + [1, 2])
    #expect(values.count == shape.parameterCount)
    #expect(values.filter(\.isFinite).count == values.count)
  }

  @Test func `What can't be learnt is told`() throws {
    let good = samples(200)
    var bad = good
    bad.data[7] = .nan
    #expect(throws: NetworkError.nonFinite(what: "a datum", index: 2)) { try train(bad, options()) }
    bad = good
    bad.targets[5] = 3
    #expect(throws: NetworkError.outsidePrior(name: "t", value: 3, low: -1, high: 1)) {
      try train(bad, options())
    }
    bad = good
    bad.targets = Array(repeating: 0.5, count: 200)
    #expect(throws: NetworkError.constantTarget(name: "t", value: 0.5)) { try train(bad, options()) }
    bad = good
    bad.data = Array(repeating: 1, count: 600)
    bad.noise = .none
    #expect(throws: NetworkError.constantData) { try train(bad, options()) }
    #expect(throws: NetworkError.tooFewSamples(part: "training", found: 1, needed: 10)) {
      try DataSplit(count: 1, shares: [0.7, 0.1, 0.1, 0.1], seed: 1)
    }
    let network = try train(good, options())
    #expect(throws: NetworkError.dataLength(found: 2, expected: 3)) { try network.mixtures([1, 2]) }
    bad = good
    bad.noise = .deviations([0.1])
    #expect(throws: NetworkError.noiseLength(found: 1, expected: 3)) { try train(bad, options()) }
  }
}
