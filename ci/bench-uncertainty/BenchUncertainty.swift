import ArgumentParser
import Foundation
import Inference
import NumericCore

/// Runs a pipeline over many synthetic truths and counts how often its intervals hold them.
///
/// A replica is a truth of its own: surface, density, reference level, regional field, noise and places of the
/// constraints are drawn anew; what the pipeline believes stays. Standard errors are those between replicas, since nodes
/// of one replica depend on each other.
@main
struct BenchUncertainty: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-uncertainty",
    abstract: "Coverage of ±1, 2, 3 standard deviations of an ensemble over replicas of its truth.")

  @Option(help: "The program.") var pipe = ".build/release/pipe"
  @Option(
    help:
      "The pipeline: stages model, inversion, ensemble, statistics; or model and ensemble, an ensemble_kalman."
  ) var manifest =
    "pipelines/ensemble.manifest"
  @Option(help: "Table of designs; without it the bench's own.") var designs: String?
  @Option(help: "Number of the first replica.") var first = 0
  @Option(help: "How many replicas.") var count = 12
  @Option(help: "Members of an ensemble.") var runs = 24
  @Option(help: "Further settings, stage.setting=value.") var set: [String] = []
  @Option(
    help:
      "Settings of a replica that the pipeline takes as known and that are left as they are, stage.setting.")
  var without: [String] = []
  @Option(help: "Table of the replicas to write.") var output: String?
  @Option(
    help: "Fails where a mean share is farther than this many standard errors and --slack from its ideal.")
  var errors: Double?
  @Option(help: "Added to that, a share.") var slack = 0.03

  func run() throws {
    let all = try designs.map { try Replica.table($0) } ?? Replica.own(first + count)
    let replicas = all.filter { (first..<first + count).contains($0.number) }
    guard !replicas.isEmpty else { throw ValidationError("no replica from \(first) on") }
    var lines = ["replica," + Outcome.names.joined(separator: ",")]
    var rows: [[Double]] = []
    for replica in replicas {
      do {
        let row = try outcome(replica).row
        rows.append(row)
        lines.append("\(replica.number)," + row.map { String(format: "%.4f", $0) }.joined(separator: ","))
      } catch let error as BenchError {
        lines.append("\(replica.number)" + String(repeating: ",", count: Outcome.names.count))
        say("replica \(replica.number) failed: \(error)")
      }
      say(lines[lines.count - 1])
    }
    if let output {
      try (lines.joined(separator: "\n") + "\n").write(toFile: output, atomically: true, encoding: .utf8)
    }
    try summarise(rows, failed: replicas.count - rows.count)
  }

  private func outcome(_ replica: Replica) throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("bench-uncertainty-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let name = URL(fileURLWithPath: manifest).lastPathComponent
    try FileManager.default.copyItem(
      at: URL(fileURLWithPath: manifest), to: folder.appendingPathComponent(name))
    var arguments = ["run", name, "--set", "runs=\(runs)"]
    for (setting, value) in replica.overrides where !without.contains(setting) {
      arguments += ["--set", "\(setting)=\(value)"]
    }
    for setting in set { arguments += ["--set", setting] }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: pipe)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let messages = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = messages
    try process.run()
    let text = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchError("exit \(process.terminationStatus)\n\(text.suffix(2000))")
    }
    let pipeline = name.split(separator: ".").first.map(String.init) ?? name
    return try Outcome(results: folder.appendingPathComponent("results").appendingPathComponent(pipeline))
  }

  private func summarise(_ rows: [[Double]], failed: Int) throws {
    guard rows.count > 1 else { return }
    say(
      "\(rows.count) replicas, \(failed) failed, \(runs) members; mean (standard error between replicas), ideal"
    )
    var wrong: [String] = []
    for (column, name) in Outcome.names.enumerated() {
      let values = rows.map { $0[column] }.filter(\.isFinite)
      let mean = Statistics.mean(values)
      let error = Statistics.deviation(values, lostDegrees: 1) / Double(values.count).squareRoot()
      var line = String(format: "%-9@ %8.4f (%.4f)", name as NSString, mean, error)
      if name.hasPrefix("mean_"), let k = Double(name.suffix(1)) {
        let ideal = StudentDistribution.coverage(deviations: k, members: runs)
        line += String(format: "  ideal %.4f", ideal)
        if let errors, abs(mean - ideal) > errors * error + slack { wrong.append(name) }
      }
      say(line)
    }
    guard wrong.isEmpty, errors == nil || failed == 0 else { throw ExitCode(1) }
  }

  /// At once, since a replica takes seconds.
  private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
