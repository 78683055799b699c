import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One run of a program, in a process group of its own.
struct CommandProcess {
  enum End: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    case tookTooLong
  }

  let path: String
  /// What the program sees as its name.
  let name: String
  let arguments: [String]
  let folder: String
  let environment: [String]

  /// How long a group may take to end after SIGTERM before it gets SIGKILL.
  private static let grace = Duration.milliseconds(300)

  /// Runs the program to its end and passes on what it prints.
  /// - Parameter limit: seconds; nil for as long as it takes.
  /// - Throws: `CommandError.notStarted`, `.notExecutable`; what `checkCancelled` throws, once the group is dead.
  func run(limit: Double?, output: CommandOutput, checkCancelled: () throws -> Void) throws -> End {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw CommandError.notStarted(program: name, reason: Self.text(errno)) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    defer { close(ends[0]) }
    let process: pid_t
    do {
      defer { close(ends[1]) }
      process = try start(output: ends[1])
    }
    let start = ContinuousClock.now
    var isOpen = true
    while true {
      if let end = Self.reap(process) {
        // Whatever it has left behind in its group has no business any more.
        kill(-process, SIGKILL)
        _ = output.read(ends[0])
        output.finish()
        return end
      }
      do {
        try checkCancelled()
      } catch {
        Self.stop(process)
        throw error
      }
      if let limit, ContinuousClock.now - start > .seconds(limit) {
        Self.stop(process)
        _ = output.read(ends[0])
        output.finish()
        return .tookTooLong
      }
      isOpen = Self.wait(for: ends[0], isOpen: isOpen, age: ContinuousClock.now - start)
      if isOpen { isOpen = output.read(ends[0]) }
    }
  }

  /// Waits until there is something to read or a moment has passed. A program that has just begun may
  /// end within a millisecond, which its closed output tells; one that goes on with its output closed is
  /// looked at less and less often.
  private static func wait(for end: Int32, isOpen: Bool, age: Duration) -> Bool {
    if isOpen {
      var poll = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
      _ = Self.poll(&poll, age < .milliseconds(5) ? 5 : 50)
    } else {
      usleep(age < .milliseconds(20) ? 200 : 20_000)
    }
    return isOpen
  }

  private static func poll(_ descriptor: inout pollfd, _ milliseconds: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.poll(&descriptor, 1, milliseconds)
    #else
      Darwin.poll(&descriptor, 1, milliseconds)
    #endif
  }

  // MARK: Start

  private func start(output: Int32) throws -> pid_t {
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    var flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    #if canImport(Glibc)
      // Not declared without _GNU_SOURCE, which Swift's module of the C library doesn't set.
      typealias AddFolder =
        @convention(c) (UnsafeMutablePointer<Actions>, UnsafePointer<CChar>) -> Int32
      typealias AddClosing = @convention(c) (UnsafeMutablePointer<Actions>, Int32) -> Int32
      guard let addFolder = dlsym(nil, "posix_spawn_file_actions_addchdir_np"),
        let addClosing = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np")
      else { throw CommandError.notStarted(program: name, reason: "the C library is older than glibc 2.34") }
      _ = unsafeBitCast(addFolder, to: AddFolder.self)(&actions, folder)
      // Files that other threads have open are not the program's.
      _ = unsafeBitCast(addClosing, to: AddClosing.self)(&actions, 3)
    #else
      posix_spawn_file_actions_addchdir_np(&actions, folder)
      flags |= POSIX_SPAWN_CLOEXEC_DEFAULT
    #endif
    posix_spawnattr_setflags(&attributes, Int16(flags))
    posix_spawnattr_setpgroup(&attributes, 0)
    // This process ignores SIGPIPE, and the workers of a run may block signals; a program expects neither.
    var (all, none) = (sigset_t(), sigset_t())
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    return try spawn(&actions, &attributes)
  }

  #if canImport(Glibc)
    typealias Actions = posix_spawn_file_actions_t
    typealias Attributes = posix_spawnattr_t
  #else
    typealias Actions = posix_spawn_file_actions_t?
    typealias Attributes = posix_spawnattr_t?
  #endif

  private func spawn(_ actions: inout Actions, _ attributes: inout Attributes) throws -> pid_t {
    var words = ([name] + arguments).map { strdup($0) }
    var variables = environment.map { strdup($0) }
    defer { for text in words + variables { free(text) } }
    words.append(nil)
    variables.append(nil)
    var process: pid_t = 0
    let code = posix_spawn(&process, path, &actions, &attributes, words, variables)
    switch code {
    case 0: return process
    case EACCES, ENOEXEC: throw CommandError.notExecutable(program: path)
    default: throw CommandError.notStarted(program: path, reason: Self.text(code))
    }
  }

  // MARK: End

  /// How the process ended; nil while it runs.
  private static func reap(_ process: pid_t) -> End? {
    var status: Int32 = 0
    while true {
      let got = waitpid(process, &status, WNOHANG)
      if got == 0 { return nil }
      if got < 0, errno == EINTR { continue }
      // Nobody else waits for it, so an error can only mean that it is gone.
      if got < 0 { return .killed(signal: 0) }
      break
    }
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: signal)
  }

  /// Ends the whole group, politely at first.
  private static func stop(_ process: pid_t) {
    kill(-process, SIGTERM)
    let start = ContinuousClock.now
    while ContinuousClock.now - start < grace {
      if reap(process) != nil {
        kill(-process, SIGKILL)
        return
      }
      usleep(5000)
    }
    kill(-process, SIGKILL)
    while reap(process) == nil { usleep(1000) }
  }

  private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// What a program prints, on its way to the log line by line.
final class CommandOutput {
  /// Beyond this a log helps nobody and only fills the disk.
  private static let limit = 16 << 20
  private static let tailLines = 10

  private let log: (String) -> Void
  private var rest: [UInt8] = []
  private var lines: [String] = []
  private var size = 0

  init(log: @escaping (String) -> Void) { self.log = log }

  /// The last lines.
  var tail: String { lines.map { "  " + $0 }.joined(separator: "\n") }

  /// Reads what there is; false at the end.
  func read(_ descriptor: Int32) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    // A bound, so that one that prints without end is still looked after.
    for _ in 0..<64 {
      #if canImport(Glibc)
        let got = Glibc.read(descriptor, &buffer, buffer.count)
      #else
        let got = Darwin.read(descriptor, &buffer, buffer.count)
      #endif
      if got == 0 { return false }
      if got < 0 { return errno == EAGAIN || errno == EINTR }
      add(buffer[..<got])
    }
    return true
  }

  /// A last line without an end.
  func finish() {
    if !rest.isEmpty { say(rest[...]) }
    rest = []
  }

  private func add(_ bytes: ArraySlice<UInt8>) {
    var bytes = bytes
    while let end = bytes.firstIndex(of: 10) {
      say((rest + bytes[..<end])[...])
      rest = []
      bytes = bytes[(end + 1)...]
    }
    rest += bytes
    if rest.count > 4096 { finish() }
  }

  private func say(_ bytes: ArraySlice<UInt8>) {
    let line = String(decoding: bytes, as: UTF8.self)
    lines.append(String(line.prefix(200)))
    if lines.count > Self.tailLines { lines.removeFirst() }
    let before = size
    size += bytes.count + 1
    if size <= Self.limit {
      log(line)
    } else if before <= Self.limit {
      log("… what follows is left out: more than \(Self.limit >> 20) MB")
    }
  }
}
