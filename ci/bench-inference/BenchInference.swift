import Inference

/// Trials that the optimisers need to a regret, beside Optuna's:
/// `swift run -c release bench-inference [FUNCTION …]`. Takes some minutes.
///
/// The regret after n trials is the distance of the true value at the best observed trial from the minimum; its
/// median over 20 seeds is compared. Every optimiser has its own default start-up: here scrambled Halton points, 8 for
/// `tpe`, 6 or two for each parameter for `gaussian_process`; in Optuna 10 random ones. Both get the same noise.
///
/// Optuna's numbers are those of version 5.0.0 with PyTorch 2.13.0 (CPU) and NumPy 2.4.6: seeds 0 to 19 of
/// `TPESampler(seed=s)` and `GPSampler(seed=s, deterministic_objective=True)` (`False` for the noisy function),
/// `study.ask()`, `suggest_float(…)` with the limits of `TestFunction` (`log=True`), `suggest_int`, `study.tell()`;
/// noise is 0.05 · `default_rng(SeedSequence(words)).standard_normal()` with the words that
/// `NumPyRandom.stream(seed: s, name: "noise", member: trial)` documents.
@main struct BenchInference {
  static let seeds = 20

  /// A function's levels of regret, and the trials after which Optuna's median was there first; nil: not within
  /// `trials`.
  struct Comparison {
    var trials: Int
    var levels: [Double]
    var optuna: [String: [Int?]]
  }

  static let comparisons = [
    "branin": Comparison(
      trials: 60, levels: [3, 1, 0.3, 0.1, 0.03, 0.01, 0.001, 0.0001],
      optuna: [
        "tpe": [12, 22, 27, 54, nil, nil, nil, nil], "gaussian_process": [11, 19, 20, 23, 26, 29, 34, 48],
      ]),
    "hartmann6": Comparison(
      trials: 80, levels: [2, 1, 0.5, 0.3, 0.2, 0.1, 0.03, 0.01, 0.001],
      optuna: [
        "tpe": [14, 25, 43, 54, 69, nil, nil, nil, nil],
        "gaussian_process": [15, 22, 29, 31, 34, 35, 44, 53, 78],
      ]),
    "noisy_quadratic": Comparison(
      trials: 60, levels: [0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02],
      optuna: [
        "tpe": [12, 14, 18, 23, 47, nil, nil], "gaussian_process": [11, 12, 13, 13, 14, 17, 21],
      ]),
  ]

  static func main() {
    let asked = CommandLine.arguments.dropFirst()
    print("trials to a median regret of \(seeds) seeds, ours/Optuna 5 (-: not within the trials)")
    for function in TestFunction.all where asked.isEmpty || asked.contains(function.name) {
      guard let comparison = comparisons[function.name] else { continue }
      let methods: [(name: String, method: Optimiser.Method)] = [
        ("tpe", .treeParzen), ("gaussian_process", .gaussianProcess(isNoisy: function.noise > 0)),
      ]
      for (name, method) in methods {
        let clock = ContinuousClock()
        let start = clock.now
        let curve = medians(function, method, trials: comparison.trials)
        print("\n\(function.name), \(name), \(comparison.trials) trials (\(clock.now - start))")
        print("  " + comparison.row(curve, comparison.optuna[name] ?? []))
        let shown = stride(from: 9, to: curve.count, by: 10).map { "\($0 + 1): \(curve[$0])" }
        print("  median regret after " + shown.joined(separator: "  "))
      }
    }
  }

  static func medians(_ function: TestFunction, _ method: Optimiser.Method, trials: Int) -> [Double] {
    let curves = (0..<seeds).map { regret(function, method, seed: UInt64($0), trials: trials) }
    return (0..<trials).map { trial in
      let sorted = curves.map { $0[trial] }.sorted()
      return 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
    }
  }

  static func regret(
    _ function: TestFunction, _ method: Optimiser.Method, seed: UInt64, trials: Int
  ) -> [Double] {
    let optimiser = Optimiser(function.space, method: method, seed: seed)
    var known: [Optimiser.Trial] = []
    var incumbent: (observed: Double, value: Double)?
    var curve: [Double] = []
    for index in 0..<trials {
      guard let point = optimiser.next(after: known) else { break }
      let observed = function.observed(point, seed: seed, trial: index)
      if incumbent.map({ observed < $0.observed }) ?? true { incumbent = (observed, function.value(point)) }
      known.append(Optimiser.Trial(point: point, scores: [observed]))
      curve.append((incumbent?.value ?? .infinity) - function.minimum)
    }
    return curve
  }
}

extension BenchInference.Comparison {
  func row(_ curve: [Double], _ other: [Int?]) -> String {
    zip(levels, other).map { level, theirs in
      let ours = curve.firstIndex { $0 <= level }.map { "\($0 + 1)" } ?? "-"
      return "\(level): \(ours)/\(theirs.map { "\($0)" } ?? "-")"
    }.joined(separator: "  ")
  }
}
