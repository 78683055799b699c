public import ArgumentParser
import Datasets
public import Fuzzing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension FuzzSubject: ExpressibleByArgument {}

/// Feeds readers mutated inputs, in a process of their own: one that crashes or hangs is noted with the
/// input's number, and the rest goes on behind it.
struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz", abstract: "Feeds the readers mutated inputs.",
    discussion: """
      Exit status 1 when a reader crashed, hung or answered what it must not. The NetCDF library does crash \
      and hang; such an input counts as bad unless the probe in a process of its own, which stands before the \
      reader, refuses it with an error. An input is named by subject, seed and number; `--subject S --seed X --first N --count 1 --inside` runs one without a child.
      """)

  @Option(name: .long, parsing: .upToNextOption, help: "What to feed (default: all).")
  var subject: [FuzzSubject] = FuzzSubject.allCases

  @Option(help: "Inputs for each.")
  var count = 1_000_000

  @Option(help: "Number of the first input.") var first = 0
  @Option(help: "Other inputs.") var seed: UInt64 = 1
  @Option(help: "Folder of valid manifests.") var manifests = "pipelines"

  @Option(help: "A folder to work in, best in memory.")
  var folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"

  @Option(help: ArgumentHelp("Where the number of the input at work is kept.", visibility: .hidden))
  var progress: String?

  @Flag(help: "Runs in this process.") var inside = false

  func run() throws {
    if inside { return try feedInside() }
    FileProbe.start(with: [ChildProcess.ownPath, ProbeCommand._commandName, "--seconds", "1"])
    var isSound = true
    for subject in subject {
      let start = ChildProcess.clock()
      let endings = try feedChildren(subject, count)
      let seconds = ChildProcess.clock() - start
      let bad = endings.filter { !$0.isRefused }
      let refused = endings.count - bad.count
      print(
        "\(subject.rawValue): \(count) inputs, \(bad.count) bad, \(Text.fixed(seconds, 1)) s"
          + (refused > 0 ? "; \(refused) would end the library and are refused by the probe" : ""))
      for ending in bad { print("  input \(ending.number) of seed \(seed): \(Self.words(ending.status))") }
      if !bad.isEmpty { isSound = false }
    }
    if !isSound { throw ExitCode(1) }
  }

  /// How an input ended its process.
  private struct Ending {
    var number: Int
    var status: Int32
    /// Whether what stands before the reader refuses the input.
    var isRefused: Bool
  }

  private func feedChildren(_ subject: FuzzSubject, _ wanted: Int) throws -> [Ending] {
    let mark = "\(folder)/pipe-fuzz-\(getpid())-\(subject.rawValue)"
    defer { unlink(mark) }
    var endings: [Ending] = []
    var next = first
    while next < first + wanted {
      let usage = try ChildProcess.run(
        ChildProcess.ownPath,
        [
          "fuzz", "--inside", "--subject", subject.rawValue, "--seed", "\(seed)", "--first", "\(next)",
          "--count", "\(first + wanted - next)", "--progress", mark, "--folder", folder,
          "--manifests", manifests,
        ])
      if usage.status == 0 { break }
      guard let number = FuzzBatch.progress(in: mark) else {
        throw ProcessError(description: "fuzzing \(subject.rawValue) did not start: status \(usage.status)")
      }
      let batch = FuzzBatch(subject: subject, seed: seed, manifests: [])
      let isRefused = try usage.status > 128 && subject == .netcdf && batch.isRefused(number, folder: folder)
      endings.append(Ending(number: number, status: usage.status, isRefused: isRefused))
      next = number + 1
    }
    return endings
  }

  private static func words(_ status: Int32) -> String {
    switch status {
    case 1: "a wrong answer"
    case 128 + SIGPROF: "no end within \(FuzzBatch.patience) s"
    case 128...: "signal \(status - 128)"
    default: "status \(status)"
    }
  }

  private func feedInside() throws {
    for subject in subject {
      let batch = FuzzBatch(subject: subject, seed: seed, manifests: try FuzzBatch.manifests(in: manifests))
      try batch.feed(first..<first + count, folder: folder, progress: progress)
    }
  }
}

/// The child of `FileProbe.check`.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Reads a file that may be damaged.", shouldDisplay: false)

  @Argument var path: String
  @Argument var variable: String?
  @Option var seconds = 1

  func run() { FileProbe.read(path, variable: variable, seconds: seconds) }
}
