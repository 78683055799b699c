import Synchronization

/// What a look at every object of a store found.
public struct VerificationReport: Sendable {
  /// An object whose bytes don't have the hash that names it.
  public struct Damage: Sendable, Equatable {
    /// Of the content that it should have.
    public var hash: String
    /// Name of the node that made it; empty if no recipe tells.
    public var maker: String
    /// Why it could not even be read; nil if it was.
    public var problem: String?
  }

  /// Objects that were read.
  public var objects = 0
  /// Their size.
  public var bytes = 0
  /// By content hash.
  public var damaged: [Damage] = []
  /// Results of the index whose object is not there: they are made again when something needs them.
  public var missing = 0
  /// Those among them that were dropped by intent: intermediates and volatile outputs.
  public var dropped = 0
  /// Lines of the index that are no entries.
  public var damagedLines = 0

  /// Whether nothing is damaged.
  public var isSound: Bool { damaged.isEmpty && damagedLines == 0 }
}

/// Compares every object with its name.
public struct Verifier: Sendable {
  private let layout: ProjectLayout

  /// Of one project.
  public init(layout: ProjectLayout) { self.layout = layout }

  /// Reads the whole store. Safe beside working runs.
  /// - Parameters:
  ///   - repairs: sets damaged objects aside, so that the next run makes them again, and heals the index.
  ///   - jobs: threads.
  /// - Throws: `StoreError` if something can't be read, or set aside.
  public func verify(repairs: Bool, jobs: Int) throws -> VerificationReport {
    let objects = ObjectStore(layout: layout)
    let index = try ActionIndex(path: layout.index)
    var hashes: [String] = []
    for folder in Posix.names(in: layout.objects) {
      hashes += Posix.names(in: "\(layout.objects)/\(folder)").compactMap(StoreSurvey.hash(ofFile:))
    }
    let checks = try Self.check(hashes, objects, jobs)
    var report = VerificationReport()
    report.damagedLines = index.damagedLines
    var makers: [String: String]?
    for (hash, check) in zip(hashes, checks) {
      switch check {
      case .gone: continue
      case .intact(let bytes): report.bytes += bytes
      case .damaged(let problem, let identity):
        if makers == nil { makers = try self.makers() }
        report.damaged.append(.init(hash: hash, maker: makers?[hash] ?? "", problem: problem))
        if repairs { try objects.setAside(hash, identity) }
      }
      report.objects += 1
    }
    let present = Set(hashes)
    let dropped = try VolatileLog(layout: layout).droppedHashes()
    for hash in Set(index.entries().flatMap(\.outputs.values)) where !present.contains(hash) {
      if dropped.contains(hash) { report.dropped += 1 } else { report.missing += 1 }
    }
    if repairs, index.damagedLines > 0 { try index.heal() }
    return report
  }

  private enum Check {
    case intact(bytes: Int)
    case damaged(problem: String?, FileIdentity)
    /// Removed while the others were read.
    case gone
  }

  private static func check(_ hashes: [String], _ objects: ObjectStore, _ jobs: Int) throws -> [Check] {
    let checks = Mutex([Check](repeating: .gone, count: hashes.count))
    try WorkerPool.forEach(hashes.count, jobs: jobs) { index in
      let check = check(hashes[index], objects.path(hashes[index]))
      checks.withLock { $0[index] = check }
    }
    return checks.withLock { $0 }
  }

  private static func check(_ hash: String, _ path: String) -> Check {
    guard let identity = FileIdentity(path: path) else { return .gone }
    do throws(StoreError) {
      let found = try Hashing.file(path)
      let isIntact = found.hash == hash
      return isIntact ? .intact(bytes: Int(identity.size)) : .damaged(problem: nil, found.identity)
    } catch {
      return FileIdentity(path: path) == nil ? .gone : .damaged(problem: error.description, identity)
    }
  }

  private func makers() throws -> [String: String] {
    var makers: [String: String] = [:]
    for entry in try RecipeLog(path: layout.recipes).entries() {
      for hash in entry.outputs.values { makers[hash] = entry.name }
    }
    return makers
  }
}

extension WorkerPool {
  /// Does something for every number below `count` on several threads, and waits.
  /// - Throws: `StoreError` if no thread can be had.
  static func forEach(_ count: Int, jobs: Int, _ body: @escaping @Sendable (Int) -> Void) throws(StoreError) {
    let next = SharedCounter()
    let pool = WorkerPool()
    for _ in 0..<max(1, min(jobs, count)) {
      try pool.start {
        while true {
          let index = next.take()
          guard index < count else { return }
          body(index)
        }
      }
    }
    pool.join()
  }
}

/// 0, 1, 2, … to several threads.
private final class SharedCounter: Sendable {
  private let next = Atomic(0)
  func take() -> Int { next.add(1, ordering: .relaxed).oldValue }
}
