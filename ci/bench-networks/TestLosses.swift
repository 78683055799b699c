import Foundation
import Networks
import NumericCore

/// What a test says after a time of training, and of many samples.
extension ReferenceProblems {
  /// Test losses of committees of one and of five by processor seconds of one thread: what stands beside `sbi_peer.py losses`. The
  /// last part of a committee's training, its check of what data it knows, counts.
  func losses(seed: UInt64) throws {
    for name in ["lg1", "square", "kaufl_c2"] {
      let problem = try Problem(name, folder)
      let split = problem.split
      for committee in [1, 5] {
        for iterations in [12, 25, 50, 100, 200, 400, 1000] {
          let effort = Effort(
            hidden: Self.chosen[name] ?? 6...12, committee: committee, iterations: iterations,
            workers: .serial)
          let start = clock()
          let network = try train(problem, name, split, seed: seed, effort)
          let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
          let logs = try self.logs(network, problem, split.test)
          print(
            name, "committee", committee, "iterations", iterations, "seconds", seconds, "test loss",
            -Statistics.mean(logs))
          if network.members.allSatisfy({ $0.iterations < iterations }) { break }
        }
      }
    }
  }

  /// The problem of three targets by more samples than are stored, drawn from what `exact.json` says: KL of all targets and of each.
  func joint(count: Int, seed: UInt64) throws {
    let name = "lg3_joint"
    var problem = try Problem(name, folder)
    try draw(count, &problem, Generator(path: "\(folder)/mdn/\(name)/exact.json"))
    var network: NetworkCommittee?
    let seconds = try BenchNetworks.seconds {
      network = try train(problem, name, problem.split, seed: seed, Effort(hidden: 4...8, committee: 10))
    }
    guard let network else { return }
    let test = problem.split.test
    let logs = try self.logs(network, problem, test)
    print(
      name, count, "samples, seed", seed, "KL",
      Self.mean(zip(try column("exact_test", 0, of: name), logs).map { $0 - $1 }), "in", seconds, "s")
    let mixtures = try network.mixtures(problem.rows(test), workers: .upTo(2))
    for target in problem.names.indices {
      let own = zip(test, mixtures).map {
        $1.marginal(target, support: nil).logDensity(problem.truth($0)[target])
      }
      let exact = try column("exact_marginal_logp", target, of: name)
      print(name, problem.names[target], "KL", Self.mean(zip(exact, own).map { $0 - $1 }))
    }
  }

  private struct Generator {
    let model, prior, noise: Matrix
    let offset, mean: [Double]

    init(path: String) throws {
      let all =
        try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
      func list(_ name: String) -> [Double] { (all?[name] as? [NSNumber])?.map(\.doubleValue) ?? [] }
      func matrix(_ name: String) -> Matrix {
        let rows = (all?[name] as? [[NSNumber]])?.map { $0.map(\.doubleValue) } ?? []
        return Matrix(rows: rows.count, columns: rows.first?.count ?? 0, values: rows.flatMap(\.self))
      }
      (model, prior, noise) = (matrix("G"), matrix("prior_cov"), matrix("R"))
      (offset, mean) = (list("offset"), list("prior_mean"))
    }
  }

  /// Puts as many new samples in the place of those for training.
  private func draw(_ count: Int, _ problem: inout Problem, _ generator: Generator) throws {
    let (prior, noise) = (try Cholesky(generator.prior), try Cholesky(generator.noise))
    let random = CounterRandom(seed: 1, stream: "lg3_joint")
    var (data, targets) = ([Double](), [Double]())
    for row in 0..<count {
      let model = zip(generator.mean, prior.factorTimes(random.normal(problem.names.count, row: row))).map(+)
      let error = noise.factorTimes(random.normal(problem.width, row: row, round: 1))
      targets += model
      data += zip(zip(generator.model.times(model), generator.offset).map(+), error).map(+)
    }
    problem.data = data + problem.data[(problem.sizes[0] * problem.width)...]
    problem.targets = targets + problem.targets[(problem.sizes[0] * problem.names.count)...]
    problem.sizes[0] = count
  }
}
