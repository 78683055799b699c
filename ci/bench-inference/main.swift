import Inference

// Regret of the optimisers against the number of trials: `swift run -c release bench-inference`.

let seeds = 20
let trialCounts = ["branin": 60, "hartmann6": 80, "noisy_quadratic": 60]

/// Distance of the best observed trial's true value from the minimum, after each trial.
func regret(_ function: TestFunction, _ method: Optimiser.Method, seed: UInt64) -> [Double] {
  let optimiser = Optimiser(function.space, method: method, seed: seed)
  var trials: [Optimiser.Trial] = []
  var incumbent: (observed: Double, value: Double)?
  var curve: [Double] = []
  for index in 0..<(trialCounts[function.name] ?? 60) {
    guard let point = optimiser.next(after: trials) else { break }
    let observed = function.observed(point, seed: seed, trial: index)
    if incumbent.map({ observed < $0.observed }) ?? true { incumbent = (observed, function.value(point)) }
    trials.append(Optimiser.Trial(point: point, scores: [observed]))
    curve.append((incumbent?.value ?? .infinity) - function.minimum)
  }
  return curve
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
}

let only = CommandLine.arguments.dropFirst()
for function in TestFunction.all where only.isEmpty || only.contains(function.name) {
  let methods: [(String, Optimiser.Method)] = [
    ("tpe", .treeParzen), ("gaussian_process", .gaussianProcess(isNoisy: function.noise > 0)),
  ]
  for (name, method) in methods {
    let clock = ContinuousClock()
    let start = clock.now
    let curves = (0..<seeds).map { regret(function, method, seed: UInt64($0)) }
    let medians = (curves.first ?? []).indices.map { trial in median(curves.map { $0[trial] }) }
    let shown = stride(from: 9, to: medians.count, by: 10).map { "\($0 + 1): \(medians[$0])" }
    print(function.name, name, shown.joined(separator: "  "), clock.now - start)
  }
}
