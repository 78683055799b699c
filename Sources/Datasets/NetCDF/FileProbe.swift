internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Files of others are read in a process of their own first.
///
/// HDF5, below the NetCDF library, follows lengths and addresses in a damaged file without a check: for about
/// one mutated file in five hundred into memory that isn't there, for one in some thousands in a circle. Neither
/// can be caught within a process, so a program that can start itself lets a child read the file, and only one
/// that the child has lived through is read here. What this program wrote is known by its hash and needs none of
/// it.
public enum FileProbe {
  private static let command = Mutex<[String]>([])

  /// Says how to start a process that calls `read` with the words that follow the command; without any nothing is
  /// probed.
  public static func start(with words: [String]) { command.withLock { $0 = words } }

  /// Reads a file in another process and throws the result away.
  /// - Parameter variable: the only one that will be read; nil for all.
  /// - Throws: `.damaged` if the process crashed or found no end, `.unreadable` if it could not be started. Other
  ///   mistakes are found by who reads the file then.
  public static func check(_ path: String, variable: String? = nil) throws(DatasetError) {
    try HeldFiles.settle(path)
    let command = command.withLock { $0 }
    if !command.isEmpty { try check(path, variable: variable, with: command) }
  }

  static func check(_ path: String, variable: String?, with command: [String]) throws(DatasetError) {
    let words = command + [path] + (variable.map { [$0] } ?? [])
    let status = try run(words, path)
    switch status & 0x7F {
    case 0 where (status >> 8) & 0xFF == 0: return
    case 0: throw .unreadable(path: path, reason: "the process that tried ended with \(status >> 8 & 0xFF)")
    case SIGXCPU, SIGKILL: throw .damaged(path: path, reason: "reading it finds no end")
    case let signal: throw .damaged(path: path, reason: "reading it crashes the library (signal \(signal))")
    }
  }

  /// The child's part: reads the file within bounds of time and memory.
  /// - Parameter seconds: of the processor, for a small file; every two megabytes get one more.
  public static func read(_ path: String, variable: String?, seconds: Int = 5) {
    limit(path, seconds)
    do throws(DatasetError) {
      let names = variable.map { [$0] }
      _ = try NetCDFFile.read(path, names: names, withCoordinates: names != nil)
    } catch {
      // The parent meets the same mistake and tells of it.
    }
  }

  /// As much more memory as the machine has, besides the time.
  private static func limit(_ path: String, _ seconds: Int) {
    var status = stat()
    let size = stat(path, &status) == 0 ? Int(status.st_size) : 0
    let seconds = rlim_t(seconds + size / 2_000_000)
    let page = sysconf(Int32(_SC_PAGESIZE))
    let memory = rlim_t((addressedPages() + sysconf(Int32(_SC_PHYS_PAGES))) * page)
    var bounds = [
      (RLIMIT_CPU, rlimit(rlim_cur: seconds, rlim_max: seconds + 1)),
      (RLIMIT_AS, rlimit(rlim_cur: memory, rlim_max: memory)),
      (RLIMIT_CORE, rlimit(rlim_cur: 0, rlim_max: 0)),
    ]
    for index in bounds.indices {
      #if canImport(Glibc)
        setrlimit(__rlimit_resource_t(bounds[index].0.rawValue), &bounds[index].1)
      #else
        setrlimit(bounds[index].0, &bounds[index].1)
      #endif
    }
    // A parent may have left a mask behind, and SIGXCPU would not end a loop.
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
  }

  /// Pages of addresses that this process has already, most of which are no memory; 0 where nothing tells.
  private static func addressedPages() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 64)
    guard fgets(&text, 64, file) != nil else { return 0 }
    return Int(strtol(text, nil, 10))
  }

  /// - Returns: status as `waitpid` tells it.
  private static func run(_ words: [String], _ path: String) throws(DatasetError) -> Int32 {
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
    #else
      var actions: posix_spawn_file_actions_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, flags) in [(Int32(0), O_RDONLY), (1, O_WRONLY), (2, O_WRONLY)] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", flags, 0)
    }
    var arguments = words.map { strdup($0) } + [nil]
    defer { for word in arguments { free(word) } }
    var process = pid_t()
    let code = posix_spawn(&process, words[0], &actions, nil, &arguments, environ)
    guard code == 0 else {
      throw .unreadable(
        path: path, reason: "no process could be started to check it: \(String(cString: strerror(code)))")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else {
        throw .unreadable(path: path, reason: "the process that checked it is lost")
      }
    }
    return status
  }
}
