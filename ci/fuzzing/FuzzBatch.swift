import Execution

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Some inputs of one subject, one after the other.
public struct FuzzBatch {
  /// Seconds of the processor that one input may take; then SIGPROF ends the process.
  public static let patience = 2

  let subject: FuzzSubject
  let seed: UInt64
  let manifests: [[UInt8]]

  public init(subject: FuzzSubject, seed: UInt64, manifests: [[UInt8]]) {
    (self.subject, self.seed, self.manifests) = (subject, seed, manifests)
  }

  /// - Parameters:
  ///   - folder: where a folder is made and removed for the files.
  ///   - progress: a file that gets the number of each input before it is fed, for who watches a process
  ///     that may crash; without one nobody watches, and a hang is the caller's.
  /// - Throws: `Finding` with the input's number.
  public func feed(_ numbers: Range<Int>, folder: String, progress: String? = nil) throws {
    let own = "\(folder)/pipe-fuzz-\(getpid())-\(subject.rawValue)-\(seed)-\(numbers.lowerBound)"
    try Scratch.makeFolder(own)
    defer { Posix.removeTree(own) }
    var target = try subject.target(folder: own, manifests: manifests)
    let mark = progress.map { open($0, O_WRONLY | O_CREAT, 0o644) } ?? -1
    defer { if mark >= 0 { close(mark) } }
    if progress != nil {
      Self.limitMemory()
      // A parent may have left its mask behind, and a hang would never end.
      var none = sigset_t()
      sigemptyset(&none)
      sigprocmask(SIG_SETMASK, &none, nil)
    }
    for number in numbers {
      if mark >= 0 {
        withUnsafeBytes(of: number.littleEndian) { _ = pwrite(mark, $0.baseAddress, $0.count, 0) }
        var timer = itimerval()
        timer.it_value.tv_sec = time_t(Self.patience)
        setitimer(Self.processorTime, &timer, nil)
      }
      var mutator = Mutator(seed: seed, number: number)
      do {
        try target.feed(&mutator)
      } catch {
        throw Finding("\(subject.rawValue), seed \(seed), input \(number): \(error)")
      }
    }
  }

  #if canImport(Glibc)
    private static let processorTime = __itimer_which_t(ITIMER_PROF.rawValue)
  #else
    private static let processorTime = ITIMER_PROF
  #endif

  /// Whether the probe refuses an input that ended the NetCDF library.
  /// - Throws: `Finding` for another subject.
  public func isRefused(_ number: Int, folder: String) throws -> Bool {
    let own = "\(folder)/pipe-fuzz-\(getpid())-probe"
    try Scratch.makeFolder(own)
    defer { Posix.removeTree(own) }
    var mutator = Mutator(seed: seed, number: number)
    guard let target = try subject.target(folder: own, manifests: manifests) as? NetCDFTarget else {
      throw Finding("\(subject.rawValue) has no probe")
    }
    return try target.isRefused(&mutator)
  }

  /// A reader that believes a length of terabytes shall fail here, not take the machine with it.
  private static func limitMemory() {
    var limit = rlimit(rlim_cur: 8 << 30, rlim_max: 8 << 30)
    #if canImport(Glibc)
      setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      setrlimit(RLIMIT_AS, &limit)
    #endif
  }

  /// The number that `feed` last wrote to a file.
  public static func progress(in file: String) -> Int? {
    guard let bytes = try? Scratch.read(file), bytes.count == 8 else { return nil }
    return bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// The manifests of a folder, by name.
  public static func manifests(in folder: String) throws -> [[UInt8]] {
    let names = Posix.names(in: folder).filter { $0.hasSuffix(".manifest") }
    guard !names.isEmpty else { throw Finding("no manifests in \(folder)") }
    return try names.map { try Scratch.read(folder + "/" + $0) }
  }
}
