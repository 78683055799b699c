/// Which runs a project keeps. Every result that one of them needs stays.
public struct CleaningPolicy: Sendable, Equatable {
  /// A run goes only if so many newer ones of its pipeline stay. Nil: the newest one always stays.
  public var keepRuns: Int?
  /// A run goes only if it is older than this many seconds.
  public var olderThan: Double?
  /// The oldest runs go, whatever their age, until the objects take no more than this; the newest one of
  /// each pipeline (`keepRuns` of them) stays nevertheless.
  public var maximumBytes: Int?

  /// - Parameters:
  ///   - keepRuns: newest runs of each pipeline that are kept.
  ///   - olderThan: seconds; younger results stay.
  ///   - maximumBytes: what the store may hold.
  public init(keepRuns: Int? = nil, olderThan: Double? = nil, maximumBytes: Int? = nil) {
    (self.keepRuns, self.olderThan, self.maximumBytes) = (keepRuns, olderThan, maximumBytes)
  }

  /// Results that no run recorded are those of a run that was killed: they stay this long, in seconds, so
  /// that the next run goes on where that one stopped.
  var orphanAge: Double { olderThan ?? 86_400 }

  /// Without any of these only what belongs to no run goes.
  var removesRuns: Bool { keepRuns != nil || olderThan != nil }
}

/// What cleaning removes.
public struct CleaningPlan: Sendable {
  /// A run whose record goes.
  public struct Run: Sendable, Equatable {
    /// As `pipe history` shows it.
    public var id: String
    /// Name of its pipeline.
    public var pipeline: String
  }

  /// Results of one stage, members of families included.
  public struct Stage: Sendable, Equatable {
    /// Of the stage.
    public var name: String
    /// Objects that go.
    public var results: Int
    /// Their size.
    public var bytes: Int
  }

  /// Oldest first.
  public var runs: [Run] = []
  /// By name; objects that no recipe tells of come last, as "unknown".
  public var stages: [Stage] = []
  /// Objects that go.
  public var objects = 0
  /// Their size.
  public var bytes = 0
  /// Damaged objects that were set aside.
  public var quarantineBytes = 0
  /// Runs whose results stay.
  public var keptRuns = 0
  /// Objects that stay.
  public var keptObjects = 0
  /// Their size.
  public var keptBytes = 0
  /// Runs that work now; what they use is kept.
  public var livingRuns = 0
  /// Whether the objects that must stay take more than the policy allows.
  public var exceedsMaximum = false

  /// Those among the objects that go which results of kept runs may need made again.
  var dropped: Set<String> = []
  /// Content hashes of the objects that go.
  var doomed: [String] = []
  /// Keys and content hashes that stay.
  var kept: Set<String> = []
  /// Outputs of the keys that go.
  var forgotten: [String: [String]] = [:]

  /// Whether nothing goes.
  public var isEmpty: Bool { runs.isEmpty && objects == 0 && quarantineBytes == 0 }
}
