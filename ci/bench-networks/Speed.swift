import Foundation
import Networks
import NumericCore

/// A committee of 10 on 10⁴ samples of 10 inputs with 1000 iterations, and evaluations a second.
struct Speed {
  let peer: String?
  private static let (count, inputs, monitored) = (10_000, 10, 1000)

  func run() throws {
    let total = Self.count + 2 * Self.monitored
    let random = CounterRandom(seed: 1, stream: "speed")
    let targets = random.uniform(total, row: 0).map { 2 * $0 - 1 }
    let noise = random.normal(total * Self.inputs, row: 1)
    var data: [Double] = []
    for (row, target) in targets.enumerated() {
      for column in 0..<Self.inputs {
        let place = Double(column) / 5 - 1
        data.append(target * target * place + 0.3 * target + 0.2 * noise[row * Self.inputs + column])
      }
    }
    let first = Array(0..<Self.count)
    let split = DataSplit(
      training: first, validation: Array(Self.count..<(Self.count + Self.monitored)),
      weights: Array((Self.count + Self.monitored)..<total),
      test: Array((Self.count + Self.monitored)..<total))
    let samples = CommitteeTraining.Samples(
      data: data, dataCount: Self.inputs, targets: targets, names: ["t"], priors: [.uniform(low: -1, high: 1)]
    )
    var options = TrainingOptions()
    // The same work as the peer's: as many iterations, whatever the stopping part says.
    (options.committee, options.iterations, options.patience) = (10, 1000, 1000)
    for _ in 0..<(peer == nil ? 1 : 2) {
      if let peer {
        let other = try PeerNetwork(programs: peer)
        defer { other.remove() }
        let seconds = try other.train(
          data, targets, training: 0..<Self.count, monitor: Self.count..<(Self.count + Self.monitored))
        print("peer, committee of 10, 1000 iterations:", seconds, "s")
      }
      var network: NetworkCommittee?
      let seconds = try BenchNetworks.seconds {
        network = try CommitteeTraining(options: options, workers: .upTo(2)).run(samples, split: split)
      }
      guard let network else { return }
      let loss = zip(network.losses, network.weights).reduce(0) { $0 + $1.0 * $1.1 }
      print("committee of 10, 1000 iterations:", seconds, "s, loss", loss, network.members.map(\.iterations))
      try evaluate(network, data)
    }
  }

  private func evaluate(_ network: NetworkCommittee, _ data: [Double]) throws {
    for count in [1000, 10_000] {
      let rows = Array(data[..<(count * Self.inputs)])
      let seconds = try BenchNetworks.seconds { _ = try network.mixtures(rows) }
      print(
        "mixtures of", count, "data sets by a committee of 10:", Double(count) / seconds,
        "a second on one core,",
        Double(count * 10) / seconds, "networks a second")
    }
  }
}
