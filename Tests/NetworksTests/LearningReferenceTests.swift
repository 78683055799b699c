import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Networks

/// The stored problems with exact posterior distributions. KL is the mean over their 2000 test data of ln p of the exact
/// posterior minus that of the network at the true targets.
@Suite struct LearningReferenceTests {
  private struct Problem {
    var (data, targets, exact) = ([Double](), [Double](), [Double]())
    var names: [String] = []
    var width = 0
    var split = DataSplit(training: [], validation: [], weights: [], test: [])

    init(_ name: String) throws {
      var sizes: [Int] = []
      for file in ["train", "monitor", "test"] {
        let lines = try Reference.text("mdn/\(name)/\(file).csv", of: "inference").split(separator: "\n")
        let heads = lines[0].split(separator: ",")
        width = heads.count { $0.hasPrefix("d") }
        names = heads.dropFirst(width).map(String.init)
        for line in lines.dropFirst() {
          let numbers = line.split(separator: ",").compactMap { Double($0) }
          data += numbers[..<width]
          targets += numbers[width...]
        }
        sizes.append(lines.count - 1)
      }
      exact = try Self.column("exact_test", 0, of: name)
      let (first, second) = (sizes[0], sizes[0] + sizes[1])
      split = DataSplit(
        training: Array(0..<first), validation: Array(first..<second - 400),
        weights: Array(second - 400..<second),
        test: Array(second..<second + sizes[2]))
    }

    static func column(_ file: String, _ column: Int, of name: String) throws -> [Double] {
      let lines = try Reference.text("mdn/\(name)/\(file).csv", of: "inference").split(separator: "\n")
      return lines.dropFirst().compactMap { Double($0.split(separator: ",")[column]) }
    }

    /// True targets of the test, one of them or all.
    func truth(_ sample: Int) -> [Double] {
      Array(targets[(sample * names.count)..<((sample + 1) * names.count)])
    }
  }

  private struct Divergence: CustomStringConvertible {
    var mean, error: Double
    init(_ exact: [Double], _ found: [Double]) {
      let differences = zip(exact, found).map { $0 - $1 }
      mean = Statistics.mean(differences)
      error = Statistics.deviation(differences, lostDegrees: 1) / Double(differences.count).squareRoot()
    }
    var description: String { "\(mean) ± \(error)" }
  }

  private func train(
    _ problem: Problem, prior: TargetPrior?, _ change: (inout TrainingOptions) -> Void
  ) throws -> (network: NetworkCommittee, mixtures: [JointMixture]) {
    var options = TrainingOptions()
    change(&options)
    let samples = CommitteeTraining.Samples(
      data: problem.data, dataCount: problem.width, targets: problem.targets, names: problem.names,
      priors: problem.names.map { _ in prior })
    let start = Date()
    let network = try CommitteeTraining(options: options, workers: .upTo(2)).run(
      samples, split: problem.split)
    let seconds = Date().timeIntervalSince(start)
    print("trained in", (seconds * 10).rounded() / 10, "s, iterations", network.members.map(\.iterations))
    let rows = samples.rows(samples.data, samples.dataCount, problem.split.test)
    return (network, try network.mixtures(rows, workers: .upTo(2)))
  }

  private var seeds: [UInt64] { Array([1, 2, 3][..<Effort.count(1, long: 3)]) }

  @Test(.needsReference) func `A linear problem with one target`() throws {
    let problem = try Problem("lg1")
    for seed in seeds {
      let (_, mixtures) = try train(problem, prior: nil) {
        ($0.seed, $0.committee, $0.hidden, $0.kernels) = (seed, 20, 4...8, 1...4)
      }
      let found = zip(problem.split.test, mixtures).map { $1.logDensity(problem.truth($0)) }
      let divergence = Divergence(problem.exact, found)
      print("lg1", seed, "KL", divergence)
      #expect(divergence.mean <= 0.002)
    }
  }

  @Test(.needsReference, arguments: [("square", 0.02, 0.0215), ("kaufl_c2", 0.018, 0.0214)])
  func `Posteriors of several parts within bounds`(_ name: String, _ aim: Double, _ stored: Double) throws {
    let problem = try Problem(name)
    for seed in seeds {
      let (network, mixtures) = try train(problem, prior: .uniform(low: -1, high: 1)) {
        ($0.seed, $0.committee, $0.hidden) = (seed, 5, 6...12)
      }
      let found = zip(problem.split.test, mixtures).map { sample, mixture in
        mixture.marginal(0, support: network.supports[0]).logDensity(problem.truth(sample)[0])
      }
      let divergence = Divergence(problem.exact, found)
      print(name, seed, "KL", divergence)
      #expect(divergence.mean <= aim)
      #expect(divergence.mean < stored)
    }
  }

  @Test(.needsReference) func `A linear problem with three targets`() throws {
    let problem = try Problem("lg3_joint")
    for seed in seeds {
      let (_, mixtures) = try train(problem, prior: nil) {
        ($0.seed, $0.committee, $0.hidden, $0.kernels) = (seed, Effort.count(5, long: 10), 4...8, 1...4)
      }
      let found = zip(problem.split.test, mixtures).map { $1.logDensity(problem.truth($0)) }
      let divergence = Divergence(problem.exact, found)
      print("lg3_joint", seed, "KL", divergence)
      #expect(divergence.mean <= 0.01)
      for target in 0..<3 {
        let exact = try Problem.column("exact_marginal_logp", target, of: "lg3_joint")
        let own = zip(problem.split.test, mixtures).map {
          $1.marginal(target, support: nil).logDensity(problem.truth($0)[target])
        }
        let marginal = Divergence(exact, own)
        print("lg3_joint m\(target)", seed, "KL", marginal)
        #expect(marginal.mean <= 0.002 + (Effort.isLong ? 0 : marginal.error))
      }
    }
  }
}
