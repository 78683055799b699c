public import ArgumentParser
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
      Exit status 1 when a reader crashed, hung or answered what it must not. An input is named by subject, \
      seed and number; `--subject S --seed X --first N --count 1 --inside` runs one without a child.
      """)

  @Option(name: .long, parsing: .upToNextOption, help: "What to feed (default: all).")
  var subject: [FuzzSubject] = FuzzSubject.allCases

  @Option(help: "Inputs for each; NetCDF, whose library is slow, gets a fiftieth of it.")
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
    var isSound = true
    for subject in subject {
      let start = ChildProcess.clock()
      let wanted = subject == .netcdf ? max(1, count / 50) : count
      let endings = try feedChildren(subject, wanted)
      let seconds = ChildProcess.clock() - start
      print("\(subject.rawValue): \(wanted) inputs, \(endings.count) bad, \(Text.fixed(seconds, 1)) s")
      for ending in endings { print("  \(ending)") }
      if !endings.isEmpty { isSound = false }
    }
    if !isSound { throw ExitCode(1) }
  }

  /// How the bad inputs ended their process.
  private func feedChildren(_ subject: FuzzSubject, _ wanted: Int) throws -> [String] {
    let mark = "\(folder)/pipe-fuzz-\(getpid())-\(subject.rawValue)"
    defer { unlink(mark) }
    var endings: [String] = []
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
      endings.append("input \(number) of seed \(seed): \(Self.words(usage.status))")
      next = number + 1
    }
    return endings
  }

  private static func words(_ status: Int32) -> String {
    switch status {
    case 1: "a wrong answer"
    case 128 + SIGALRM: "no end within \(FuzzBatch.patience) s"
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
