public import Planning

/// Exit statuses of the program, one a cause (numbers above 63 follow BSD's sysexits).
public enum ExitCode: Int32, Sendable, CaseIterable {
  /// Everything asked for is there.
  case success = 0
  /// A stage failed, or more members of a family than are tolerated.
  case stageFailed = 1
  /// An `[expect]` line doesn't hold.
  case expectationFailed = 2
  /// `--locked`: a result differs from the lock file. `verify --recompute`: it differs from what is stored.
  case lockMismatch = 3
  /// Wrong command line.
  case usage = 64
  /// The manifest has mistakes.
  case manifest = 65
  /// The manifest or a file it needs does not exist.
  case noInput = 66
  /// A fault of the program.
  case software = 70
  /// The operating system refused something.
  case system = 71
  /// A result could not be written.
  case cannotCreate = 73
  /// Disk full, or an input/output error of the store.
  case store = 74
  /// `--wait` is over and something is left to do.
  case unfinished = 75
  /// Stopped by Ctrl-C (128 + SIGINT).
  case cancelled = 130
  /// Stopped by SIGTERM (128 + SIGTERM).
  case terminated = 143

  /// The status that an error of `Run.execute` calls for.
  public init(_ error: any Error) {
    switch error {
    case let error as StoreError:
      switch error {
      case .diskFull, .readOnly, .damagedObject: self = .store
      case .system: self = .system
      case .foreignResult, .editedResult: self = .cannotCreate
      }
    case NodeError.inputUnreadable: self = .noInput
    case is StageFailure, is NodeError: self = .stageFailed
    case is CancellationError: self = .cancelled
    default: self = .software
    }
  }

  /// The status that the outcome of a run calls for.
  public init(_ outcome: RunRecord.Outcome) {
    switch outcome {
    case .succeeded: self = .success
    case .failed: self = .stageFailed
    case .cancelled: self = .cancelled
    }
  }
}
