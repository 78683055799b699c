#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ctrl-C and termination.
public enum Signals {
  /// Read by the handler, which may touch nothing but plain memory and `write`.
  private nonisolated(unsafe) static var pipeEnd: Int32 = -1

  /// Calls `body` on a thread of its own at the first SIGINT or SIGTERM, with the signal's number; another one,
  /// a second later or more, ends the process at once with status 128 + number. `timeout` and the like signal a
  /// process and then its whole group: that is one wish, not two.
  /// - Throws: `StoreError.system` if there is no pipe or thread to be had.
  public static func onInterrupt(_ body: @escaping @Sendable (Int32) -> Void) throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Posix.failure("open", "a pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    pipeEnd = ends[1]
    let readEnd = ends[0]
    try WorkerPool().start {
      var first: Double?
      while true {
        var number: UInt8 = 0
        let got = read(readEnd, &number, 1)
        if got < 0, errno == EINTR { continue }
        guard got == 1 else { return }
        let now = Posix.seconds()
        if let first {
          if now - first < 1 { continue }
          _exit(128 + Int32(number))
        }
        first = now
        body(Int32(number))
      }
    }
    // A parent may have started this process with its signals blocked; threads made from now on inherit this.
    var wanted = sigset_t()
    sigemptyset(&wanted)
    for number in [SIGINT, SIGTERM] { sigaddset(&wanted, number) }
    pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        let saved = errno
        _ = write(Signals.pipeEnd, &byte, 1)
        errno = saved
      }
    }
  }

  /// A reader that goes away (`| head`) shall not end a run: writes then fail, which their callers see.
  public static func ignoreBrokenPipe() { signal(SIGPIPE, SIG_IGN) }
}
