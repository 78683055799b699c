// Names are those of the reference files.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
import Foundation
import Inference
import NumericCore
import TestSupport
import Testing

/// Whole runs of a reference program with every normal number recorded: the accepted and rejected trials follow it to 10⁻⁸.
@Suite struct VariationalReplayTests {
  private struct Replay: Decodable {
    struct Result: Decodable {
      var mean: [Double]
      var std: [Double]
      var stop: String
      var n_eval: Int
    }
    enum Word: Decodable {
      case number(Double)
      case text(String)
      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let number = try? value.decode(Double.self) {
          self = .number(number)
        } else {
          self = .text(try value.decode(String.self))
        }
      }
      var number: Double {
        switch self {
        case .number(let number): number
        case .text(let text): text == "inf" ? .infinity : .nan
        }
      }
      var text: String { if case .text(let text) = self { text } else { "" } }
    }
    var tag: String
    var problem: String
    var optimizer: String
    var optimizer_config: [String: Word]
    var line_search: String
    var line_search_config: [String: Word]
    var options: [String: Word]
    var result: Result

    func settings(scaling: Double, family: String) -> VariationalSettings {
      var settings = VariationalSettings()
      settings.covariance = family == "diagonal" ? .diagonal : .fixedCorrelation
      settings.optimizer = optimizer == "Grad" ? .gradient : .newton
      let metric = optimizer_config[optimizer == "Grad" ? "gradient_method" : "newton_metric"]?.text
      settings.metric = metric == "natural" ? .natural : .standard
      settings.hessian = optimizer_config["newton_hessian_type"]?.text == "full" ? .full : .projectedDiagonal
      settings.regularisation = optimizer_config["newton_regularization"]?.number ?? 1e-2
      settings.entropy = .analytic
      settings.baseline = options["baseline"]?.text == "optimal" ? .optimal : .leaveOneOut
      settings.scaling = scaling
      settings.linearisedRounds = 0
      settings.draws = Int(options["sample_size"]?.number ?? 0)
      settings.maximumLogStep = optimizer_config["max_log_std_update"]?.number ?? 0.5
      let least = optimizer_config["min_variational_std"]?.number ?? 1e-6
      let greatest = optimizer_config["max_variational_std"]?.number ?? 1e6
      settings.deviationRange = least...greatest
      settings.deviationFloor = 1e-6
      func rule(_ name: String) -> Double { line_search_config[name]?.number ?? .nan }
      settings.stepSize = rule("initial_step_size")
      settings.lineSearch = line_search == "LegacyLS" ? .legacy : .stochasticNonmonotone
      settings.logStepFactor = rule("log_std_learning_rate_factor")
      settings.search.maximumStep = rule("max_step_size")
      settings.search.growth = rule("step_size_growth_factor")
      settings.search.decay = rule("step_size_decay_factor")
      settings.search.relaxation = rule("relaxation_parameter")
      settings.search.drawGrowth = rule("line_search_sample_growth_factor")
      if settings.lineSearch == .stochasticNonmonotone {
        settings.search.window = Int(rule("line_search_nonmonotone_window"))
        settings.search.armijo = rule("line_search_armijo_coefficient")
        settings.search.sigma = rule("line_search_uncertainty_sigma")
      }
      return settings
    }
  }

  @Test(.needsReference, arguments: 0..<4) func followsTheRecord(_ number: Int) throws {
    let text = try Reference.text("vi_replay/index.json", of: "inference")
    let replay = try JSONDecoder().decode([Replay].self, from: Data(text.utf8))[number]
    let problem = try VariationalProblem.read(replay.problem)
    let trace = try NumberTable("vi_replay/\(replay.tag)_trace.csv")
    let record = try NumberTable("vi_replay/\(replay.tag)_normals.csv")
    let dimension = problem.dimension
    let variances: Double = problem.y.indices.reduce(0.0) { $0 + problem.R[$1][$1] }
    let scaling = variances / Double(problem.y.count)
    let settings = replay.settings(scaling: scaling, family: problem.family)
    let map: PriorCoordinates.Map = problem.lo == nil ? .clip : .sigmoid(margin: 1e-6)
    let coordinates = try PriorCoordinates(problem.margins, map, correlation: problem.correlation)
    let inference = VariationalInference(settings, coordinates: coordinates)
    let likelihood = try problem.likelihood(extra: 1e-8)
    var state = VariationalState(inference.start(), settings: settings)
    for row in trace.rows.indices {
      let count = state.drawCount(settings)
      #expect(count == Int(trace["samples", row]))
      let normals = record.rows.filter { Int($0[0]) == state.draw }.prefix(count).map {
        Array($0.dropFirst(2))
      }
      try #require(normals.count == count)
      // What a step proposes is tried in the row behind it.
      let candidate = state.candidate
      let means = (0..<dimension).map { trace["mean\($0)", row] }
      let logs = (0..<dimension).map { trace["logstd\($0)", row] }
      #expect(relativeDifference(candidate.mean, means) < 1e-8, "\(replay.tag) \(row)")
      #expect(relativeDifference(candidate.deviations, logs.map { Elementary.exp($0) }) < 1e-8)
      let evaluations = try inference.places(state, normals: normals).map { x in
        try problem.evaluation(coordinates.physical(x), likelihood, withConstant: false)
      }
      let (next, report) = try inference.step(state, normals: normals, evaluations: evaluations)
      #expect(report.accepted == (trace["accepted", row] == 1), "\(replay.tag) \(row)")
      #expect(
        abs(report.elbo - trace["elbo_scaled", row]) < 1e-8 * max(1, abs(report.elbo)), "\(replay.tag) \(row)"
      )
      let norm = trace["gradient_norm", row]
      #expect(abs(report.gradientNorm - norm) < 1e-8 * max(1, norm), "\(replay.tag) \(row)")
      #expect(abs(report.step - trace["step_after", row]) < 1e-12, "\(replay.tag) \(row)")
      #expect(report.runs == Int(trace["evals", row]))
      state = next
    }
    #expect(state.runs == replay.result.n_eval)
    #expect(relativeDifference(state.current.mean, replay.result.mean) < 1e-8)
    #expect(relativeDifference(state.current.deviations, replay.result.std) < 1e-8)
    // romtools' own stream of normal numbers.
    let own = NormalDraws(.romtools, seed: UInt64(replay.options["seed"]?.number ?? 0), stream: "")
      .rows(3, dimension: dimension, draw: 0)
    #expect(relativeDifference(own.flatMap { $0 }, record.rows.prefix(3).flatMap { $0.dropFirst(2) }) < 1e-14)
  }
}
