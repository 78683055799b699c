public import Planning

/// What is about to run.
public struct PlanSummary: Sendable {
  public struct Family: Sendable {
    public var stage: String
    public var members: Int
  }
  public var pipeline: String
  public var nodes: Int
  public var families: [Family]
  public var jobs: Int
}

/// A node as an observer sees it.
public struct NodeEvent: Sendable {
  public var id: Int
  public var name: NodeName
  public var kind: String
}

/// How far a family is.
public struct FamilyProgress: Sendable {
  public var stage: String
  /// Members finished (failed ones too), members failed, members known so far.
  public var done, failed, total: Int
  /// False while a sequential family may still ask for more.
  public var isComplete: Bool
}

/// Nodes to come, and what such nodes took before.
public struct ExpectedWork: Sendable {
  /// By stage, members' copies too: nodes that have not been told of yet.
  public var nodes: [String: Int]
  /// By stage: seconds that a node took in the newest run in which one ran; empty where that is told already.
  public var seconds: [String: Double]
}

/// Follows a run. All calls come from the thread that called `Run.execute`, one at a time.
public protocol RunObserver: Sendable {
  func started(_ summary: PlanSummary)
  func nodeStarted(_ node: NodeEvent)
  /// Nodes found in the index come here too, without a `nodeStarted`.
  /// - Parameters:
  ///   - outcome: executed, cached, failed or skipped; `stopped` nodes are only in the record.
  ///   - message: what went wrong.
  func nodeFinished(_ node: NodeEvent, outcome: NodeRecord.Outcome, seconds: Double, message: String?)
  /// What a stage warned of; before its `nodeFinished`, also for a node whose result was found.
  func nodeWarned(_ node: NodeEvent, warning: String)
  func familyProgress(_ progress: FamilyProgress)
  /// Before the first node runs, and when a family has got further members: what is to come.
  func expects(_ work: ExpectedWork)
  /// Something the user should know: a damaged object, a log that was repaired.
  func notice(_ text: String)
  func finished(_ record: RunRecord)
}

extension RunObserver {
  public func started(_ summary: PlanSummary) {}
  public func nodeStarted(_ node: NodeEvent) {}
  public func nodeFinished(
    _ node: NodeEvent, outcome: NodeRecord.Outcome, seconds: Double, message: String?
  ) {}
  public func nodeWarned(_ node: NodeEvent, warning: String) {}
  public func familyProgress(_ progress: FamilyProgress) {}
  public func expects(_ work: ExpectedWork) {}
  public func notice(_ text: String) {}
  public func finished(_ record: RunRecord) {}
}

/// Sees nothing.
public struct SilentObserver: RunObserver {
  public init() {}
}

/// Passes every event on to several observers, in order.
public struct ObserverGroup: RunObserver {
  private let observers: [any RunObserver]
  public init(_ observers: [any RunObserver]) { self.observers = observers }

  public func started(_ summary: PlanSummary) { for observer in observers { observer.started(summary) } }
  public func nodeStarted(_ node: NodeEvent) { for observer in observers { observer.nodeStarted(node) } }
  public func nodeFinished(
    _ node: NodeEvent, outcome: NodeRecord.Outcome, seconds: Double, message: String?
  ) {
    for observer in observers {
      observer.nodeFinished(node, outcome: outcome, seconds: seconds, message: message)
    }
  }
  public func nodeWarned(_ node: NodeEvent, warning: String) {
    for observer in observers { observer.nodeWarned(node, warning: warning) }
  }
  public func familyProgress(_ progress: FamilyProgress) {
    for observer in observers { observer.familyProgress(progress) }
  }
  public func expects(_ work: ExpectedWork) { for observer in observers { observer.expects(work) } }
  public func notice(_ text: String) { for observer in observers { observer.notice(text) } }
  public func finished(_ record: RunRecord) { for observer in observers { observer.finished(record) } }
}
