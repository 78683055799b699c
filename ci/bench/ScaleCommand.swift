import ArgumentParser

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The table of the engine at scale. Every figure is the median over processes started for it, from just
/// before the process is made until it is gone; memory is the kernel's peak resident set of that process.
struct ScaleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scale",
    abstract: "Times pipelines of many trivial stages, beside ninja where it is installed.")

  @Option(name: .long, parsing: .upToNextOption, help: "Numbers of stages.")
  var stages: [Int] = [1000, 10_000, 100_000]

  @Option(help: "Measurements of each figure; cold ones are a third of it, at least one.")
  var repeats = 7

  @Option(help: "Threads of a run.")
  var jobs = 2

  @Option(help: "A folder to work in; it is made and removed.")
  var folder = "/tmp/pipe-bench-\(getpid())"

  @Flag(inversion: .prefixedNo, help: "Measures ninja too.")
  var ninja = true

  func run() throws {
    let hasNinja = ninja && ChildProcess.isOnPath("ninja")
    if ninja, !hasNinja { print("ninja is not on PATH: no ratios") }
    guard mkdir(folder, 0o777) == 0 else { throw ProcessError(description: "cannot make \(folder)") }
    defer { try? ScaleProject.remove(folder) }
    print(Measurement.heading)
    for count in stages {
      let path = "\(folder)/\(count)"
      mkdir(path, 0o777)
      let measurement = Measurement(
        project: ScaleProject(folder: path, stages: count), repeats: repeats, jobs: jobs)
      let own = try measurement.pipe()
      for line in own.lines(stages: count, ninja: hasNinja ? try measurement.ninja() : nil) { print(line) }
      // A figure shall be seen when it is there, also through a pipe.
      fflush(nil)
      try ScaleProject.remove(path)
    }
  }
}

/// A median of times.
struct Timing {
  var wall, processor: Double
}

/// Medians for one number of stages.
struct Figures {
  var idle, cold, leaf: Timing
  var peakMemoryBytes: Int

  func lines(stages: Int, ninja: Figures?) -> [String] {
    let target = Target(stages: stages)
    func timed(_ name: String, _ value: Timing, _ limit: Double?, _ other: Timing?) -> String {
      let verdict = limit.map { "<= \(Text.milliseconds($0)) \(value.wall <= $0 ? "met" : "MISSED")" }
      let ratio = other.map { "\(Text.milliseconds($0.wall)), ratio \(Text.fixed(value.wall / $0.wall, 2))" }
      return Self.line([
        "\(stages)", name, Text.milliseconds(value.wall), Text.milliseconds(value.processor), verdict ?? "",
        ratio ?? "",
      ])
    }
    let verdict = target.map {
      "<= \(Text.megabytes($0.memory)) \(peakMemoryBytes <= $0.memory ? "met" : "MISSED")"
    }
    return [
      timed("nothing to do", idle, target?.idle, ninja?.idle),
      timed("cold, a stage", overhead(stages), 0.5e-3, ninja?.overhead(stages)),
      timed("one leaf changed", leaf, target?.leaf, ninja?.leaf),
      Self.line([
        "\(stages)", "peak memory", Text.megabytes(peakMemoryBytes), "", verdict ?? "",
        ninja.map { Text.megabytes($0.peakMemoryBytes) } ?? "",
      ]),
    ]
  }

  /// What a stage costs beyond finding that there is nothing to do.
  private func overhead(_ stages: Int) -> Timing {
    Timing(
      wall: (cold.wall - idle.wall) / Double(stages),
      processor: (cold.processor - idle.processor) / Double(stages))
  }

  static func line(_ cells: [String]) -> String {
    zip(cells, [8, 17, 9, 10, 18, 0]).map { Text.padded($0, $1) }.joined(separator: " ")
  }
}

/// What was asked for.
private struct Target {
  var idle, leaf: Double
  var memory: Int

  init?(stages: Int) {
    switch stages {
    case 1000: (idle, leaf, memory) = (0.020, 0.025, 40_000_000)
    case 10_000: (idle, leaf, memory) = (0.120, 0.150, 120_000_000)
    case 100_000: (idle, leaf, memory) = (1.5, 2, 1_000_000_000)
    default: return nil
    }
  }
}

struct Measurement {
  static let heading = Figures.line(["stages", "what", "found", "processor", "target", "ninja"])

  let project: ScaleProject
  let repeats: Int
  let jobs: Int
  private var coldRepeats: Int { max(1, repeats / 3) }

  func pipe() throws -> Figures {
    try measure(
      arguments: (
        ChildProcess.ownPath,
        ["once", project.manifest, "--root", project.folder, "--jobs", "\(jobs)"]
      ), write: { try project.writeManifest(leaf: $0) }, clear: { try project.clear() })
  }

  func ninja() throws -> Figures {
    try measure(
      arguments: ("ninja", ["-C", project.ninjaFolder, "-j", "\(jobs)", "--quiet"]),
      write: { try project.writeNinja(leaf: $0) }, clear: { try project.clear() })
  }

  private func measure(
    arguments: (path: String, words: [String]), write: (Int) throws -> Void, clear: () throws -> Void
  ) throws -> Figures {
    var memory = 0
    func once() throws -> Timing {
      let usage = try ChildProcess.run(arguments.path, arguments.words)
      guard usage.status == 0 else {
        throw ProcessError(description: "\(arguments.path) ended with status \(usage.status)")
      }
      memory = max(memory, usage.peakMemoryBytes)
      return Timing(wall: usage.seconds, processor: usage.processorSeconds)
    }
    var (idle, cold, leaf): ([Timing], [Timing], [Timing]) = ([], [], [])
    for _ in 0..<coldRepeats {
      try clear()
      try write(-1)
      cold.append(try once())
    }
    for _ in 0..<repeats { idle.append(try once()) }
    for turn in 0..<repeats {
      try write(1_000_000 + turn)
      leaf.append(try once())
    }
    return Figures(
      idle: Self.median(idle), cold: Self.median(cold), leaf: Self.median(leaf), peakMemoryBytes: memory)
  }

  private static func median(_ values: [Timing]) -> Timing {
    Timing(wall: median(values.map(\.wall)), processor: median(values.map(\.processor)))
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
