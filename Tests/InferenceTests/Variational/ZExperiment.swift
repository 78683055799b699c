import Foundation
import Inference
import NumericCore
import TestSupport
import Testing

@Suite struct ZExperiment {
  static func runs(_ problem: VariationalProblem, seed: UInt64, settings: VariationalSettings, bound: Double, most: Int) throws -> (Int, Int, Double) {
    let likelihood = try problem.likelihood()
    let coordinates = try PriorCoordinates(problem.margins, correlation: problem.correlation)
    let inference = VariationalInference(settings, coordinates: coordinates)
    let draws = NormalDraws(.sobol, seed: seed, stream: "variational")
    var state = VariationalState(inference.start(), settings: settings)
    var reached = -1
    var trials: [VariationalInference.Report] = []
    var stop = -1
    var klStop = Double.nan
    let exact = problem.kind == "linear"
    while state.runs < most {
      let normals = draws.rows(state.drawCount(settings), dimension: problem.dimension, draw: state.draw, used: state.used)
      let evaluations = try inference.places(state, normals: normals).map { try problem.evaluation(coordinates.physical($0), likelihood) }
      let trial = state.phase == .trial
      let (next, report) = try inference.step(state, normals: normals, evaluations: evaluations)
      state = next
      func kl() throws -> Double {
        let run = VariationalInferenceTests.Run(state: state, reports: [], coordinates: coordinates, likelihood: likelihood, problem: problem)
        return exact ? state.average.divergence(from: try VariationalInferenceTests.exact(run)) : try VariationalInferenceTests.divergence(state.average, run)
      }
      if trial {
        trials.append(report)
        if stop < 0, report.gradientNorm < 1e-6 || ElboTrend.isFlat(trials.map(\.elbo), errors: trials.map(\.error), window: 10, tolerance: 0.03) { stop = state.runs; klStop = try kl() }
      }
      if reached < 0 { if try kl() < bound + 0.05 { reached = state.runs } }
      if reached >= 0 && stop >= 0 { break }
    }
    return (reached, stop, klStop)
  }
  @Test(.needsReference) func measure() throws {
    for (name, bound) in [("o4_bounded1", 0.0350), ("o5_sphere2", 0.0020), ("o3_lin20_gravity", 0.0)] {
      var list: [(String, VariationalSettings)] = []
      let base = VariationalSettings()
      list.append(("default", base))
      for (n, h) in [(32, 5), (16, 0), (16, 5), (16, 10), (8, 10)] where !(name.hasPrefix("o3") && n < 32) {
        var s = base; s.draws = n; s.reusedRounds = h; list.append(("draws \(n) reuse \(h)", s))
      }
      var a = base; a.optimizer = .adam; a.stepSize = 0.1; list.append(("adam .1", a))
      a.stepSize = 0.2; list.append(("adam .2", a))
      a.draws = 16; a.reusedRounds = 10; list.append(("adam .2 draws 16 reuse 10", a))
      var l0 = base; l0.linearisedRounds = 0; list.append(("no linear", l0))
      l0.draws = 16; l0.reusedRounds = 10; list.append(("no linear 16 reuse 10", l0))
      l0.draws = nil; l0.reusedRounds = 0; l0.optimizer = .adam; l0.stepSize = 0.2; list.append(("no linear adam .2", l0))
      for (label, s) in list {
        var text = ""
        for seed in 1...UInt64(name.hasPrefix("o4") ? 6 : 3) {
          let (r, st, kl) = try Self.runs(problem(name), seed: seed, settings: s, bound: bound, most: name.hasPrefix("o3") ? 2500 : 1500)
          text += " \(r)/\(st)/\(String(format: "%.4f", kl - bound))"
        }
        print(name, label, text)
      }
    }
  }
  func problem(_ n: String) throws -> VariationalProblem { try .read(n) }
}
