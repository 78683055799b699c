public import Planning

/// What is about to run.
public struct PlanSummary: Sendable {
  /// A family of the plan.
  public struct Family: Sendable {
    /// Its name.
    public var stage: String
    /// Members known so far.
    public var members: Int
  }
  /// Its name.
  public var pipeline: String
  /// Nodes known so far.
  public var nodes: Int
  /// In the order of the plan.
  public var families: [Family]
  /// Nodes that run at once.
  public var jobs: Int
}

/// A node as an observer sees it.
public struct NodeEvent: Sendable {
  /// Number of the node in the run.
  public var id: Int
  /// Of the node.
  public var name: NodeName
  /// Of its stage.
  public var kind: String
}

/// How far a family is.
public struct FamilyProgress: Sendable {
  /// Name of the family.
  public var stage: String
  /// Members finished (failed ones too), members failed, members known so far.
  public var done, failed, total: Int
  /// False while a sequential family may still ask for more.
  public var isComplete: Bool
}

/// What a family's step has told of its round.
public struct StepFacts: Sendable {
  /// Of the step: its family, and the members that it lies in.
  public var name: NodeName
  let text: String

  /// A row of the family's history, in the step's order; not finite where there is no such number. Read when asked for.
  public var columns: [(name: String, value: Double)] {
    get throws { try FoldReport(text: text).columns }
  }
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
  /// A step has ended, or was found: what it says of its round.
  func stepTold(_ facts: StepFacts)
  /// Before the first node runs, and when a family has got further members: what is to come.
  func expects(_ work: ExpectedWork)
  /// Something the user should know: a damaged object, a log that was repaired.
  func notice(_ text: String)
  func finished(_ record: RunRecord)
}

extension RunObserver {
  /// Nothing, unless an observer wants it.
  public func started(_ summary: PlanSummary) {}
  /// Nothing, unless an observer wants it.
  public func nodeStarted(_ node: NodeEvent) {}
  /// Nothing, unless an observer wants it.
  public func nodeFinished(
    _ node: NodeEvent, outcome: NodeRecord.Outcome, seconds: Double, message: String?
  ) {}
  /// Nothing, unless an observer wants it.
  public func nodeWarned(_ node: NodeEvent, warning: String) {}
  /// Nothing, unless an observer wants it.
  public func familyProgress(_ progress: FamilyProgress) {}
  /// Nothing, unless an observer wants it.
  public func stepTold(_ facts: StepFacts) {}
  /// Nothing, unless an observer wants it.
  public func expects(_ work: ExpectedWork) {}
  /// Nothing, unless an observer wants it.
  public func notice(_ text: String) {}
  /// Nothing, unless an observer wants it.
  public func finished(_ record: RunRecord) {}
}

/// Sees nothing.
public struct SilentObserver: RunObserver {
  /// There is nothing to choose.
  public init() {}
}

/// Passes every event on to several observers, in order.
public struct ObserverGroup: RunObserver {
  private let observers: [any RunObserver]
  /// Observers that all see the same, in this order.
  public init(_ observers: [any RunObserver]) { self.observers = observers }

  /// To all of them.
  public func started(_ summary: PlanSummary) { for observer in observers { observer.started(summary) } }
  /// To all of them.
  public func nodeStarted(_ node: NodeEvent) { for observer in observers { observer.nodeStarted(node) } }
  /// To all of them.
  public func nodeFinished(
    _ node: NodeEvent, outcome: NodeRecord.Outcome, seconds: Double, message: String?
  ) {
    for observer in observers {
      observer.nodeFinished(node, outcome: outcome, seconds: seconds, message: message)
    }
  }
  /// To all of them.
  public func nodeWarned(_ node: NodeEvent, warning: String) {
    for observer in observers { observer.nodeWarned(node, warning: warning) }
  }
  /// To all of them.
  public func familyProgress(_ progress: FamilyProgress) {
    for observer in observers { observer.familyProgress(progress) }
  }
  /// To all of them.
  public func stepTold(_ facts: StepFacts) { for observer in observers { observer.stepTold(facts) } }
  /// To all of them.
  public func expects(_ work: ExpectedWork) { for observer in observers { observer.expects(work) } }
  /// To all of them.
  public func notice(_ text: String) { for observer in observers { observer.notice(text) } }
  /// To all of them.
  public func finished(_ record: RunRecord) { for observer in observers { observer.finished(record) } }
}
