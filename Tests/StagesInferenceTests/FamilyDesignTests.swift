import Foundation
import Inference
import Manifests
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesInference

/// What families try and draw.
@Suite struct FamilyDesignTests {
  private static func distribution(_ name: String, _ numbers: String...) -> Distribution {
    Distribution(name: name, arguments: numbers.compactMap { ExactDecimal($0).map { .number($0) } })
  }

  private static func variable(
    _ name: String, _ distribution: Distribution, isInteger: Bool = false
  ) -> DesignRequest.Variable {
    .init(name: name, distribution: distribution, isInteger: isInteger)
  }

  private static func settings(_ numbers: [String: Int], _ words: [String: String]) -> Settings {
    var values = words.mapValues { SettingValue.word($0) }
    for (name, number) in numbers { values[name] = .number(ExactDecimal(number)) }
    return Settings(values)
  }

  private static let two = [
    variable("density", distribution("normal", "2669", "50")),
    variable("zref", distribution("uniform", "480", "505")),
  ]

  private static func ensemble(
    _ runs: Int, _ sampler: String, correlation: [SettingValue]? = nil,
    _ variables: [DesignRequest.Variable] = two
  ) throws -> [[Double]] {
    var settings = settings(
      ["runs": runs, "seed": 3], ["sampler": sampler, "criterion": "centered", "compatible": "none"])
    settings.values["correlation"] = correlation.map { .list($0) }
    return try EnsembleLoop().design(DesignRequest(settings: settings, variables: variables)).rows.map(
      \.values)
  }

  // MARK: - draws

  @Test(arguments: ["sobol", "monte_carlo"]) func moreRunsKeepTheFirst(_ sampler: String) throws {
    let (short, long) = (try Self.ensemble(10, sampler), try Self.ensemble(25, sampler))
    #expect(short.count == 10 && Array(long[..<10]) == short)
  }

  @Test func sobolIsEven() throws {
    let members = try Self.ensemble(64, "sobol")
    let sixty = Set(members.map { Int(($0[1] - 480) / 25 * 64) })
    #expect(sixty.count == 64)
  }

  @Test(arguments: ["sobol", "latin_hypercube", "monte_carlo"])
  func correlatedDrawsKeepTheirDistributions(_ sampler: String) throws {
    let pairs: [SettingValue] = [.word("zref"), .word("density"), .number(ExactDecimal("-0.6")!)]
    let members = try Self.ensemble(2000, sampler, correlation: pairs)
    let free = try Self.ensemble(2000, sampler)
    // The first of the pair is as before; the other has the moments of its distribution.
    #expect(members.map { $0[0] } == free.map { $0[0] })
    let zref = members.map { $0[1] }
    let mean = zref.reduce(0, +) / 2000
    let variance = zref.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000
    #expect(abs(mean - 492.5) < 0.7 && abs(variance.squareRoot() - 25 / 12.0.squareRoot()) < 0.3)
    #expect(zref.allSatisfy { $0 > 480 && $0 < 505 })
    // Correlation of the normal quantiles.
    let normal = members.map { row in
      [(row[0] - 2669) / 50, Quantile.standardNormal((row[1] - 480) / 25)]
    }
    let product = normal.reduce(0) { $0 + $1[0] * $1[1] } / 2000
    #expect(abs(product + 0.6) < 0.06)
  }

  @Test func samplesOfATable() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(
      "samples-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: path) }
    try "depth,note\n3,x\n1,y\n2,z\n".write(to: path, atomically: true, encoding: .utf8)
    func samples(_ column: String) -> Distribution {
      Distribution(
        name: "samples", arguments: [.file(path.path), .text(column), .number(ExactDecimal(1000))])
    }
    let drawn = try DrawnVariable(name: "zref", isInteger: false, samples("depth"))
    #expect(try [0.1, 0.3, 0.5, 0.7, 0.99].map(drawn.value) == [1000, 1000, 2000, 3000, 3000])
    let members = try Self.ensemble(9, "latin_hypercube", [Self.variable("zref", samples("depth"))])
    #expect(members.map { $0[0] }.sorted() == [1000, 1000, 1000, 2000, 2000, 2000, 3000, 3000, 3000])
    #expect(try drawn.axis().choices == [1000, 2000, 3000])
    #expect(throws: (any Error).self) { try DrawnVariable(name: "zref", isInteger: false, samples("note")) }
    #expect(throws: (any Error).self) { try DrawnVariable(name: "zref", isInteger: false, samples("none")) }
    try "depth\n3\n\"\"\n".write(to: path, atomically: true, encoding: .utf8)
    #expect(throws: (any Error).self) { try DrawnVariable(name: "zref", isInteger: false, samples("depth")) }
  }

  @Test func truncatedNormalStaysInside() throws {
    let drawn = try DrawnVariable(
      name: "zref", isInteger: false, Self.distribution("truncated_normal", "490", "10", "485", "520"))
    let values = try stride(from: 0.0, through: 1, by: 0.125).map(drawn.value)
    #expect(values.first == 485 && values.last == 520 && values == values.sorted())
    #expect(throws: StageError.self) {
      try DrawnVariable(
        name: "zref", isInteger: false, Self.distribution("truncated_normal", "0", "1", "40", "41"))
    }
  }

  @Test func criteriaOfHypercubes() throws {
    func members(_ criterion: String, candidates: Int? = nil) throws -> [[Double]] {
      var numbers = ["runs": 12, "seed": 3]
      numbers["candidates"] = candidates
      let settings = Self.settings(
        numbers, ["sampler": "latin_hypercube", "criterion": criterion, "compatible": "none"])
      return try EnsembleLoop().design(
        DesignRequest(settings: settings, variables: Self.two)
      ).rows.map(\.values)
    }
    let all = try ["centered", "random", "maximin", "minimum_correlation"].map { try members($0) }
    #expect(Set(all).count == 4 && all.allSatisfy { $0.count == 12 })
    for criterion in ["maximin", "minimum_correlation"] {
      #expect(try members(criterion, candidates: 1) == all[1])
      #expect(try members(criterion, candidates: 100) == members(criterion))
    }
    // Still one sample in each stratum of zref.
    for drawn in all { #expect(Set(drawn.map { Int(($0[1] - 480) / 25 * 12) }).count == 12) }
  }

  @Test func normalBetweenLimits() throws {
    let drawn = try DrawnVariable(
      name: "zref", isInteger: false, Self.distribution("normal_between", "480", "505", "0.95"))
    #expect(try abs(drawn.value(at: 0.025) - 480) < 1e-9 && abs(drawn.value(at: 0.975) - 505) < 1e-9)
    let damping = try DrawnVariable(
      name: "damping", isInteger: false, Self.distribution("log_normal_between", "0.01", "1", "0.5"))
    #expect(try abs(damping.value(at: 0.75) - 1) < 1e-12)
    // As an axis of a search: from quantile to quantile, logarithmic where it is drawn so.
    #expect(try damping.axis().parameter.isLogarithmic && !drawn.axis().parameter.isLogarithmic)
  }

  // MARK: - ensembles that stop

  private static func batches(
    runs: Int, batch: Int?, sampler: String = "sobol", until: String = "0.05", errors: [Double?]
  ) throws -> [[Double]] {
    var numbers = ["runs": runs, "seed": 3]
    numbers["batch"] = batch
    var settings = settings(numbers, ["sampler": sampler, "criterion": "centered", "compatible": "none"])
    settings.values["until"] = ExactDecimal(until).map { .number($0) }
    let loop = EnsembleLoop()
    let fold = try #require(try loop.fold(DesignRequest(settings: settings, variables: two)))
    #expect(
      !fold.plans && fold.collects && fold.settings["sampler"] == (sampler == "sobol" ? .word("sobol") : nil))
    return try play(loop, fold, settings) { round, _ in
      // Nobody looks after the last batch.
      guard round < errors.count else { return nil }
      return (FoldReport([("value", errors[round] ?? .nan)]), RoundPlan())
    }
  }

  /// Goes through the rounds of a family as the planner does.
  /// - Parameter step: what the step of a round reports and plans; nil where there must be none.
  static func play(
    _ kind: some FoldKind, _ fold: Fold, _ settings: Settings, _ variables: [DesignRequest.Variable] = two,
    step: (_ round: Int, _ members: [[Double]]) throws -> (FoldReport, RoundPlan)?
  ) throws -> [[Double]] {
    var progress = FoldProgress(settings: settings, variables: variables)
    var members: [[Double]] = []
    progress.next = try #require(fold.first)
    while true {
      let count = max(0, min(progress.next.rows.count, try kind.rows(progress)))
      members += progress.next.rows.prefix(count).map(\.values)
      guard count > 0, count == progress.next.rows.count else { return members }
      progress.rounds += 1
      progress.rows += count
      if !fold.plans {
        progress.next = try kind.next(progress)
        if try kind.rows(progress) == 0 { return members }
      }
      let answer = try #require(try step(progress.rounds - 1, members))
      progress.reports.append(answer.0)
      progress.next = fold.plans ? answer.1 : try kind.next(progress)
      try #require(members.count < 500)
    }
  }

  @Test(arguments: ["sobol", "monte_carlo"]) func stopsWhenTheErrorIsSmall(_ sampler: String) throws {
    let all = try Self.ensemble(100, sampler)
    func count(_ errors: Double?..., batch: Int? = 10, runs: Int = 100) throws -> Int {
      let members = try Self.batches(runs: runs, batch: batch, sampler: sampler, errors: errors)
      #expect(members == Array(all[..<members.count]), "the members of a fixed number of runs")
      return members.count
    }
    #expect(try count(0.2, 0.1, 0.05) == 30)
    #expect(try count(0.2, 0.1, 0.06, runs: 35) == 35)
    #expect(try count(0.01) == 10 && count(0.01, batch: nil) == 16)
    // No number: nothing varies yet.
    #expect(try count(.nan, 0.01) == 20)
    #expect(try count(runs: 8) == 8)
  }

  @Test func batchNeedsUntil() {
    let stage = LoneStage(
      EnsembleLoop(),
      "repeat = repeated\nruns = 3\nbatch = 4\nsampler = sobol\nrepeated.number ~ uniform(1, 2)",
      beside: [Repeated()])
    #expect(
      stage.mistakes
        == ["M140: 'batch' has no meaning without 'until'; leave it out or use it with 'until'"])
  }

  // MARK: - sensitivity

  private static func sensitivity(
    _ design: String, samples: Int, perturbations: [String] = ["synthetic_model.gravity"]
  ) throws -> RoundPlan {
    var request = DesignRequest(
      settings: settings(["samples": samples, "seed": 1], ["design": design]), variables: two)
    request.perturbations = perturbations
    return try Sensitivity().design(request)
  }

  @Test func sobolIndicesMixTwoSamples() throws {
    let members = try Self.sensitivity("sobol_indices", samples: 8).rows.map(\.values)
    let draws = try Self.sensitivity("sobol_indices", samples: 8).rows.compactMap(\.draws)
    #expect(members.count == 8 * 5 && draws.count == 40)
    for sample in 0..<8 {
      let block = Array(members[sample * 5..<sample * 5 + 5])
      let noise = draws[sample * 5..<sample * 5 + 5].map { $0[0] }
      let (a, b) = (block[0], block[1])
      #expect(a[0] != b[0] && a[1] != b[1])
      #expect(block[2] == [b[0], a[1]] && block[3] == [a[0], b[1]] && block[4] == a)
      #expect(noise == [2 * sample, 2 * sample + 1, 2 * sample, 2 * sample, 2 * sample + 1])
    }
    let longer = try Self.sensitivity("sobol_indices", samples: 16)
    #expect(longer.rows.prefix(40).map(\.values) == members)
  }

  @Test func oneAtATimeLeavesTheRest() throws {
    let rows = try Self.sensitivity("one_at_a_time", samples: 4).rows
    #expect(rows.count == 12)
    for (index, (values, noise)) in rows.map({ ($0.values, $0.draws ?? []) }).enumerated() {
      #expect(values.map(\.isNaN) == [index % 3 != 0, index % 3 != 1])
      #expect(noise == [index % 3 == 2 ? 2 * (index / 3) : nil])
    }
  }

  // MARK: - searches

  private static func search(
    _ sampler: String, trials: Int, startup: Int? = nil, goal: String = "minimise",
    _ variables: [DesignRequest.Variable] = two, score: ([Double]) -> [Double]?
  ) throws -> [[Double]] {
    var numbers = ["trials": trials, "seed": 0]
    numbers["startup_trials"] = startup
    let settings = settings(numbers, ["sampler": sampler, "goal": goal])
    let request = DesignRequest(settings: settings, variables: variables)
    let design = SearchDesign(
      settings, goals: settings[Search.goal], variables: try variables.map { try DrawnVariable($0) })
    guard let fold = try Search().fold(request) else {
      return try Search().design(request).rows.map(\.values)
    }
    return try play(Search(), fold, settings, variables) { _, members in
      let next = try design.next(after: members.map { ($0, score($0)) })
      return (FoldReport([("trials", Double(members.count))]), RoundPlan(next.map { [$0] } ?? []))
    }
  }

  private static func miss(_ values: [Double]) -> Double {
    let (a, b) = ((values[0] - 2700) / 50, (values[1] - 491) / 5)
    return a * a + b * b
  }

  @Test(arguments: ["gaussian_process", "tpe", "random", "halton", "sobol"])
  func samplersTryAsManyAsAsked(_ sampler: String) throws {
    let tried = try Self.search(sampler, trials: 20) { [Self.miss($0)] }
    #expect(tried.count == 20 && Set(tried).count == 20)
    let again = try Self.search(sampler, trials: 20) { [Self.miss($0)] }
    #expect(again == tried)
    let maximised = try Self.search(sampler, trials: 20, goal: "maximise") { [-Self.miss($0)] }
    #expect(maximised == tried)
  }

  @Test func gaussianProcessFindsIt() throws {
    let tried = try Self.search("gaussian_process", trials: 25) { [Self.miss($0)] }
    #expect((tried.map(Self.miss).min() ?? 9) < 0.01)
    // Lower limits, upper limits: of the normal distribution its quantiles of 0.1 % and 99.9 %.
    #expect(abs(tried[0][0] - 2514.488) < 0.001 && tried[0][1] == 480)
    #expect(abs(tried[1][0] - 2823.512) < 0.001 && tried[1][1] == 505)
  }

  @Test func wholeNumbersAndListsEnd() throws {
    let variables = [
      Self.variable("orders", Self.distribution("integers", "1", "4")),
      Self.variable("width", Self.distribution("discrete", "30", "10", "20")),
    ]
    for sampler in ["gaussian_process", "tpe"] {
      let tried = try Self.search(sampler, trials: 50, startup: 4, variables) { [$0[0] * $0[1]] }
      #expect(tried.count == 12 && Set(tried).count == 12)
      #expect(tried.prefix(2) == [[1, 10], [4, 30]])
    }
  }

  @Test func twoScoresAndFailures() throws {
    let tried = try Self.search("tpe", trials: 30) { values in
      values[1] < 485 ? nil : [Self.miss(values), values[0]]
    }
    #expect(tried.count == 30)
  }

  @Test func startupOfTheTutorial() throws {
    let damping = Self.variable("damping", Self.distribution("log_uniform", "0.001", "1"))
    let tried = try Self.search("gaussian_process", trials: 8, [damping]) { [abs($0[0] - 0.1)] }
    #expect(tried[0] == [0.001] && tried[1] == [1])
    #expect(abs(tried[2][0] - 0.001983) < 5e-7 && abs(tried[3][0] - 0.062714) < 5e-7)
  }

  @Test("how a search begins and what its steps know depend on no number of trials")
  func budgetIsNoPartOfTheFold() throws {
    for sampler in ["golden_section", "gaussian_process", "tpe"] {
      let variables = sampler == "golden_section" ? [Self.two[1]] : Self.two
      let folds = try [5, 30, 400].map { trials in
        try #require(
          try Search().fold(
            DesignRequest(
              settings: Self.settings(
                ["trials": trials, "seed": 0], ["sampler": sampler, "goal": "minimise"]),
              variables: variables)))
      }
      #expect(Set(folds.map(\.settings)).count == 1 && folds[0].settings["trials"] == nil)
      #expect(folds.allSatisfy { $0.first == folds[0].first })
      #expect(folds[0].first?.rows.count == (sampler == "golden_section" ? 1 : 8))
    }
  }
}
