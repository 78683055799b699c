#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a finished process took.
struct Usage {
  /// Exit status; 128 + signal for one that was killed.
  var status: Int32
  /// From just before it was made until it was gone.
  var seconds: Double
  /// Of all its threads, in user and kernel: what the wall's time comes to on a machine that nobody shares,
  /// at one thread.
  var processorSeconds: Double
  var peakMemoryBytes: Int
}

struct ProcessError: Error, CustomStringConvertible {
  var description: String
}

/// Another process, measured by the kernel: `wait4` tells the peak memory of just that process.
enum ChildProcess {
  static let ownPath: String = {
    guard let path = realpath("/proc/self/exe", nil) else { return CommandLine.arguments[0] }
    defer { free(path) }
    return String(cString: path)
  }()

  /// Runs a program with its output thrown away.
  /// - Parameter path: absolute, or a name to be looked for on PATH.
  static func run(_ path: String, _ arguments: [String]) throws -> Usage {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor: Int32 in [1, 2] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    }
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    let start = clock()
    var pid = pid_t()
    let code = posix_spawnp(&pid, path, &actions, nil, &words, environ)
    guard code == 0 else {
      throw ProcessError(description: "cannot start \(path): \(String(cString: strerror(code)))")
    }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(pid, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw ProcessError(description: "lost the process \(path)") }
    }
    let seconds = clock() - start
    let signal = status & 0x7F
    #if canImport(Glibc)
      let memory = Int(usage.ru_maxrss) * 1024
    #else
      let memory = Int(usage.ru_maxrss)
    #endif
    let times = [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) * 1e-6 }
    return Usage(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, seconds: seconds,
      processorSeconds: times[0] + times[1], peakMemoryBytes: memory)
  }

  static func isOnPath(_ name: String) -> Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    return path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
  }

  /// Monotonic seconds.
  static func clock() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
