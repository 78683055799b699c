import Artefacts
import Datasets
import Networks
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesNetworks

/// What a section of a network is refused for, and what it answers.
@Suite struct MixtureNetworkTests {
  /// Samples of a depth in 0 … 1 and an angle in 0 … 360 with three times each.
  private static func samples(
    _ count: Int = 200, _ change: (inout [Double], inout [Double]) -> Void = { _, _ in }
  ) throws -> Dataset {
    let random = CounterRandom(seed: 1, stream: "samples")
    var depths = random.uniform(count, row: 0)
    let angles = random.uniform(count, row: 1).map { 360 * $0 }
    var times = zip(depths, angles).flatMap { depth, angle -> [Double] in
      let (sin, cos) = Elementary.sincos(angle * Double.pi / 180)
      return [depth, depth + cos, depth + sin]
    }
    change(&depths, &times)
    var file = Dataset(dimensions: [.init(name: "row", size: 3)])
    file.setAttribute(SampleVariables.data, text: "time")
    file.setAttribute("prior_depth", text: "uniform")
    file.attributes.append(.init(name: "prior_depth_numbers", value: .numbers([0, 1])))
    file.setAttribute("prior_strike", text: "uniform")
    file.attributes.append(.init(name: "prior_strike_numbers", value: .numbers([0, 360])))
    try file.add(
      Dataset.Variable(
        name: "time", dimensions: [SampleVariables.dimension, "row"], values: .double(times),
        attributes: [.init(name: "units", value: .text("s"))]))
    try file.addColumn(
      "param_depth", depths, units: "m", longName: "drawn depth", dimension: SampleVariables.dimension)
    try file.addColumn(
      "param_strike", angles, units: "degree", longName: "drawn strike",
      dimension: SampleVariables.dimension)
    return file
  }

  private func stage(_ section: String, files: [String: String] = [:]) -> LoneStage {
    LoneStage(
      MixtureNetwork(), "committee = 1\nmax_iterations = 3\n" + section, ["training": .samples],
      files: files)
  }

  private func refusal(_ section: String, _ samples: Dataset, files: [String: String] = [:]) -> String {
    do {
      _ = try stage(section, files: files).run(["training": samples])
      return "taken"
    } catch {
      return "\(error)"
    }
  }

  @Test func `Bad samples are told`() throws {
    let missing = try Self.samples { _, times in times[3 * 7 + 1] = .nan }
    #expect(refusal("", missing).contains("a datum of sample 7 is not a finite number"))
    #expect(
      refusal("", try Self.samples(1)).contains("the part for training has 1 samples and needs 10"))
    let constant = try Self.samples { depths, _ in depths = depths.map { _ in 0.5 } }
    #expect(
      refusal("targets = depth", constant).contains(
        "depth is 0.5 in all samples for training: there is nothing to learn"))
    let outside = try Self.samples { depths, _ in depths[3] = 1.5 }
    #expect(
      refusal("targets = depth", outside).contains(
        "a sample has depth = 1.5, outside of its prior from 0.0 to 1.0"))
    #expect(
      refusal("targets = width", try Self.samples()).contains(
        "the samples have no 'width' to learn of; they have 'depth', 'strike'"))
  }

  @Test func `Angles and covariances are checked against the samples`() throws {
    let samples = try Self.samples()
    #expect(
      refusal("targets = depth\ncircular = strike", samples).contains(
        "'circular' names 'strike', and what the network learns of is 'depth'"))
    #expect(
      refusal("circular = strike\nperiod = 180", samples).contains("which is more than its period of 180"))
    let two = ["c.txt": "1 0\n0 1\n"]
    #expect(
      refusal("noise_covariance = file(\"c.txt\")", samples, files: two).contains(
        "2 rows and 2 columns, and the data vector has 3 data"))
    let negative = ["c.txt": "1 2 0\n2 1 0\n0 0 1\n"]
    #expect(
      refusal("noise_covariance = file(\"c.txt\")", samples, files: negative).contains(
        "the covariance of the noise is not symmetric and positive"))
    #expect(
      refusal("noise = 0.1 s\ncorrelation_length = 1 km", samples).contains(
        "correlation_length needs data with places in metres"))
  }

  @Test func `A section that contradicts itself is refused`() {
    let both = stage("noise = 1\nnoise_covariance = file(\"c.txt\")", files: ["c.txt": "1\n"]).mistakes
    #expect(both.count == 1, "\(both)")
    #expect(!stage("correlation_length = 1 km").mistakes.isEmpty)
    #expect(!stage("period = 180").mistakes.isEmpty)
  }

  /// A network of the samples, as its file.
  private static func network() throws -> Dataset {
    let path = try ScratchNetwork(try samples(400))
    return try path.file.dataset()
  }

  /// Trains a network as the stages do.
  private struct ScratchNetwork {
    let file: NetworkFile

    init(_ samples: Dataset) throws {
      let data = try samples.doubles("time")
      let targets = zip(try samples.column("param_depth"), try samples.column("param_strike")).flatMap {
        [$0, $1]
      }
      var learnt = CommitteeTraining.Samples(
        data: data, dataCount: 3, targets: targets, names: ["depth", "strike"],
        priors: [.uniform(low: 0, high: 1), .uniform(low: 0, high: 360)])
      learnt.periods = [nil, 360]
      learnt.noise = .deviations([0.05, 0.05, 0.05])
      var options = TrainingOptions()
      (options.committee, options.hidden, options.kernels, options.iterations) = (1, 6...6, 2...2, 60)
      let split = try DataSplit(count: targets.count / 2, shares: [0.7, 0.1, 0.1, 0.1], seed: 1)
      let committee = try CommitteeTraining(options: options).run(learnt, split: split)
      file = NetworkFile(
        committee: committee, units: ["m", "degree"],
        blocks: [SamplesArtefact.Block(name: "time", units: "s", count: 3)], places: [],
        training: .init(noise: learnt.noise, test: split.test, seed: 0, fingerprint: 0))
    }
  }

  private static func data(_ times: [Double], units: String = "s") throws -> Dataset {
    var table = Dataset()
    try table.addColumn("time", times, units: units, longName: "time", dimension: "row")
    return table
  }

  @Test func `A network answers with an angle that goes around the turn`() throws {
    let stage = LoneStage(
      NetworkPosterior(), "outside = warn\ndraws = 400", ["network": .network, "data": .table])
    // Depth 0.4 and an angle of 2° or 358°: cosine 1, sine 0.
    let found = try stage.run(["network": try Self.network(), "data": try Self.data([0.4, 1.4, 0.4])])
    let table = try found.dataset("posterior")
    #expect(try table.texts("parameter") == ["depth", "strike"])
    let (means, deviations) = (try table.column("mean"), try table.column("deviation"))
    #expect(abs(means[0] - 0.4) < 0.2)
    #expect(min(means[1], 360 - means[1]) < 30 && deviations[1] < 45, "\(means) \(deviations)")
    let draws = try found.dataset("draws").column("strike")
    #expect(draws.allSatisfy { $0 >= 0 && $0 <= 360 })
    #expect(draws.count { $0 < 90 } > 40 && draws.count { $0 > 270 } > 40)
  }

  @Test func `Data of another length or unit are told`() throws {
    let stage = LoneStage(NetworkPosterior(), "", ["network": .network, "data": .table])
    let network = try Self.network()
    func refusal(_ data: Dataset) -> String {
      do {
        _ = try stage.run(["network": network, "data": data])
        return "taken"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      refusal(try Self.data([0.4, 1.4])).contains("has 2 values and the network has learnt from 3"))
    #expect(
      refusal(try Self.data([0.4, 1.4, 0.4], units: "m")).contains(
        "'time' is in m and the network has learnt from 'time' in s"))
    #expect(
      refusal(try Self.data([0.4, .nan, 0.4])).contains("'time' 2 is missing"))
  }
}
