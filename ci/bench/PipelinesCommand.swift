import ArgumentParser

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The shipped pipelines as a user runs them, from an empty store, beside what Invert4Geom takes for the same.
struct PipelinesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipelines",
    abstract:
      "Times the shipped pipelines from an empty store; ci/bench-gravity/README.md has the peer's runs.")

  @Option(help: "The program; by default the one beside this.")
  var pipe: String?

  @Option(help: "The folder of manifests.")
  var pipelines = "pipelines"

  @Option(help: "Measurements of each figure.")
  var repeats = 3

  @Option(help: "Threads of a run.")
  var jobs = 2

  func run() throws {
    let program = pipe ?? ChildProcess.ownPath.replacingLast("bench", "pipe")
    let columns = ["pipeline", "clock", "processor", "peak memory", "results", "asked", "Invert4Geom"]
    print(Self.line(columns))
    for row in Self.rows {
      let folder = "/tmp/pipe-bench-\(getpid())"
      guard mkdir(folder, 0o777) == 0 else { throw ProcessError(description: "cannot make \(folder)") }
      defer { try? ScaleProject.remove(folder) }
      print(Self.line(try measure(row, program, folder)))
      fflush(nil)
    }
  }

  private struct Row {
    var name, manifest: String
    var options: [String]
    var asked: (seconds: Double, memory: Int, results: Int)?
    var peer: String
  }

  private static let rows = [
    Row(
      name: "damping table, 8 trials", manifest: "damping_cv", options: [],
      asked: (1.2, 60_000_000, 5_000_000), peer: "148 s, 0.75-1.3 GB"),
    Row(
      name: "ensemble of 5 full members", manifest: "ensemble", options: ["--set", "runs=5"],
      asked: (1.5, 60_000_000, 5_000_000), peer: "128 s of processor, 84 MB of pickles"),
    Row(name: "ensemble of 20 full members", manifest: "ensemble", options: [], asked: nil, peer: ""),
  ]

  /// Medians of runs in fresh projects; the last one's results are weighed.
  private func measure(_ row: Row, _ program: String, _ folder: String) throws -> [String] {
    var usages: [Usage] = []
    var results = 0
    for run in 0..<repeats {
      let project = "\(folder)/\(run)"
      // A folder of git is where a project begins.
      for path in [project, "\(project)/.git", "\(project)/pipelines"] { mkdir(path, 0o777) }
      let source = "\(pipelines)/\(row.manifest).manifest"
      let manifest = "\(project)/pipelines/\(row.manifest).manifest"
      guard try ChildProcess.run("cp", [source, manifest]).status == 0 else {
        throw ProcessError(description: "cannot copy \(source)")
      }
      let usage = try ChildProcess.run(
        program, ["run", manifest, "--no-report", "--jobs", "\(jobs)"] + row.options)
      guard usage.status == 0 else {
        throw ProcessError(description: "\(program) run \(row.manifest): exit status \(usage.status)")
      }
      usages.append(usage)
      results = try Self.size("\(project)/results")
    }
    func median(_ value: (Usage) -> Double) -> Double { usages.map(value).sorted()[repeats / 2] }
    let (seconds, memory) = (median(\.seconds), Int(median { Double($0.peakMemoryBytes) }))
    let verdict = row.asked.map {
      let met = seconds <= $0.seconds && memory <= $0.memory && results <= $0.results
      return "<= \(Text.milliseconds($0.seconds)), \(Text.megabytes($0.memory)), "
        + "\(Text.megabytes($0.results)) \(met ? "met" : "MISSED")"
    }
    return [
      row.name, Text.milliseconds(seconds), Text.milliseconds(median(\.processorSeconds)),
      Text.megabytes(memory), Text.fixed(Double(results) / 1e6, 2) + " MB", verdict ?? "", row.peer,
    ]
  }

  /// Bytes of the files in a folder.
  private static func size(_ folder: String) throws -> Int {
    guard let directory = opendir(folder) else {
      throw ProcessError(description: "cannot read \(folder)")
    }
    defer { closedir(directory) }
    var total = 0
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var status = stat()
      guard name != ".", name != "..", lstat("\(folder)/\(name)", &status) == 0 else { continue }
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      total += isFolder ? try size("\(folder)/\(name)") : Int(status.st_size)
    }
    return total
  }

  private static func line(_ cells: [String]) -> String {
    zip(cells, [30, 10, 10, 12, 10, 32, 0]).map { Text.padded($0, $1) }.joined(separator: " ")
  }
}

extension String {
  /// The path of another program of the same folder.
  fileprivate func replacingLast(_ old: String, _ new: String) -> String {
    hasSuffix(old) ? dropLast(old.count) + new : new
  }
}
