// Names are those of the reference files.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
import Foundation
import Inference
import NumericCore
import TestSupport
import Testing

/// Runs of the settings `compatible = romtools` from romtools' own stream of normal numbers, against those of a reference program:
/// as many model runs, and the same lower bound at the end.
@Suite struct VariationalReplicaTests {
  /// One line of the file.
  private struct Replica {
    var problem, config, stop: String
    var seed, runs, iterations: Int
    var bound: Double
  }

  private static func replicas(_ problem: String, _ letter: String) throws -> [Replica] {
    let text = try Reference.text("vi_replica_results.csv", of: "inference")
    return text.split(separator: "\n").dropFirst().compactMap { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard cells[0].hasPrefix(problem), cells[1].hasPrefix(letter) else { return nil }
      return Replica(
        problem: cells[0], config: cells[1], stop: cells[5], seed: Int(cells[2]) ?? 0,
        runs: Int(cells[3]) ?? 0, iterations: Int(cells[4]) ?? 0, bound: Double(cells[7]) ?? .nan)
    }
  }

  private static func settings(_ letter: String, _ problem: VariationalProblem) -> VariationalSettings {
    var settings = VariationalSettings()
    settings.covariance = problem.family == "diagonal" ? .diagonal : .fixedCorrelation
    settings.entropy = .analytic
    settings.linearisedRounds = 0
    let variances: Double = problem.y.indices.reduce(0.0) { $0 + problem.R[$1][$1] }
    settings.scaling = variances / Double(problem.y.count)
    settings.optimizer = letter == "C" || letter == "D" ? .newton : .gradient
    settings.metric = letter == "A" || letter == "C" ? .standard : .natural
    settings.hessian = letter == "D" ? .full : .projectedDiagonal
    settings.baseline = letter == "H" ? .none : letter == "I" ? .optimal : .leaveOneOut
    settings.draws = letter == "A" ? 30 : letter == "D" ? 200 : 100
    settings.deviationRange = (settings.optimizer == .newton ? 1e-8 : 1e-6)...1e6
    settings.deviationFloor = 1e-6
    settings.stepSize = 0.01
    settings.lineSearch = letter == "G" ? .legacy : .stochasticNonmonotone
    if letter == "G" {
      (settings.search.growth, settings.search.decay, settings.search.relaxation) = (1.01, 3, 2.05)
      settings.logStepFactor = 0.1
    }
    return settings
  }

  /// - Returns: model runs and the scaled lower bound of the last accepted trial.
  private static func run(
    _ problem: VariationalProblem, _ letter: String, seed: Int
  ) throws -> (runs: Int, bound: Double) {
    let settings = settings(letter, problem)
    let map: PriorCoordinates.Map = problem.lo == nil ? .clip : .sigmoid(margin: 1e-6)
    let coordinates = try PriorCoordinates(problem.margins, map, correlation: problem.correlation)
    let inference = VariationalInference(settings, coordinates: coordinates)
    let likelihood = try problem.likelihood(extra: 1e-8)
    var state = VariationalState(inference.start(), settings: settings)
    var stream = LegacyNormals(seed: UInt32(seed))
    var normals: [[Double]] = []
    var draw = -1
    while state.iteration < 999, state.fails <= 5 {
      if draw != state.draw { (draw, normals) = (state.draw, []) }
      while normals.count < state.drawCount(settings) {
        normals.append((0..<problem.dimension).map { _ in stream.next() })
      }
      let evaluations = try inference.places(state, normals: normals).map { x in
        try problem.evaluation(coordinates.physical(x), likelihood, withConstant: false)
      }
      let (next, report) = try inference.step(state, normals: normals, evaluations: evaluations)
      state = next
      if report.accepted, report.gradientNorm <= (settings.optimizer == .newton ? 5e-5 : 1e-5) { break }
    }
    return (state.runs, state.elbo)
  }

  private static let cases: [(problem: String, letter: String)] =
    Effort.isLong
    ? ["o1", "o2", "o3", "o4", "o5"].flatMap { problem in
      ["A", "B", "C", "G", "H", "I"].map { (problem, $0) }
    } : [("o4", "A"), ("o5", "H")]

  @Test(.needsReference, arguments: cases.indices) func runsLikeTheReplica(_ number: Int) throws {
    let (name, letter) = Self.cases[number]
    let replicas = try Self.replicas(name, letter)
    try #require(replicas.count == 3)
    let problem = try VariationalProblem.read(replicas[0].problem)
    for replica in replicas {
      let found = try Self.run(problem, letter, seed: replica.seed)
      if ProcessInfo.processInfo.environment["PIPE_SHOW"] != nil {
        print("replica", name, letter, replica.seed, replica.runs, found.runs, replica.bound, found.bound)
      }
      #expect(found.runs == replica.runs, "\(replica)")
      #expect(
        abs(found.bound - replica.bound) < 1e-6 * max(1, abs(replica.bound)), "\(replica): \(found.bound)")
    }
  }
}
