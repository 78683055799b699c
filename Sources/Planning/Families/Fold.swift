// Families that learn
//
//     members of round k ──wanted ports──┐
//     state(k−1), arrows of the section ─┴─► step(k) ─► state(k), plan(k+1), report(k), proposals
//
// A family that decides its members by what came of others is a fold over rounds. The fold of every round is an
// ordinary node, the step, so it is cached, restarted and explained as any other. Its recipe holds what decides
// its result and nothing of the budget: whether the round that a step has planned runs is decided outside of it, by
// a pure function of what the steps reported. So more rounds go on where fewer ended.

/// A family whose members are decided round by round.
public protocol FoldKind: FamilyKind {
  /// How a family of these settings learns; nil where all its members are known at once and `design` names them.
  func fold(_ request: DesignRequest) throws -> Fold?

  /// How many of the rows of the next round (`progress.next`) the budget and the tolerances leave: 0 ends the
  /// family, fewer than all are run without a step, and then it ends. Must depend on the argument alone.
  func rows(_ progress: FoldProgress) throws -> Int

  /// The next round of a fold whose steps do not plan (`Fold.plans` is false).
  func next(_ progress: FoldProgress) throws -> RoundPlan

  /// How many rows may run at most after those of `progress.rows`, for `pipe run -n`; nil where nobody can say.
  func most(_ progress: FoldProgress) -> Int?

  /// Rows that run when the family has ended, for its own node alone: fresh draws for a verdict. Nil for none.
  func close(_ progress: FoldProgress) throws -> RoundPlan?
}

extension FoldKind {
  /// None, for folds whose steps plan.
  public func next(_ progress: FoldProgress) throws -> RoundPlan { RoundPlan() }
  /// None.
  public func close(_ progress: FoldProgress) throws -> RoundPlan? { nil }
  /// Nobody can say.
  public func most(_ progress: FoldProgress) -> Int? { nil }
}

/// How a family goes on round by round.
public struct Fold: Sendable {
  /// What becomes of members that fail.
  public enum Failures: Sendable, Equatable {
    /// A round ends the family if more members than `max_failures` have failed in all rounds so far.
    case ofFamily
    /// … in this round, or all of them.
    case ofRound
    /// The step deals with any number.
    case reported
  }

  /// Kind of the step. Its signature declares the ports of the state, the same among its inputs (not required) as
  /// among its outputs, and outputs `plan` and `report` of type file.
  public var step: String
  /// What the step's recipe holds of the algorithm's settings: no budget and no tolerance.
  public var settings: NameTable<SettingValue>
  /// Nil where it takes an artefact to know it: a step without members then comes before it.
  public var first: RoundPlan?
  /// Ports `proposal_0`, `proposal_1`, … that every step has.
  public var proposals = 0
  /// What becomes of members that fail.
  public var failures = Failures.ofRound
  /// Whether the step writes the plan of the next round. If not, the family's kind knows it (`FoldKind.next`), and
  /// the step answers a number in a scalar output `value`, which stands for its report.
  public var plans = true
  /// Whether the recipe of a step tells members' values and what they are drawn from.
  public var tellsMembers = true
  /// Whether the family's own node gets every member, as an ensemble does; where steps plan, beside the last state and
  /// the reports, so that what members made lies once and no state need hold it.
  public var collects = false
  /// Whether members are called by their number in the family rather than by round and row.
  public var numbersThrough = false
  /// Whether a step inside a member of another family knows which one, so that two members draw apart.
  public var knowsOuter = true

  /// - Parameter first: the first round; nil where a step without members must make it.
  public init(step: String, settings: NameTable<SettingValue> = [:], first: RoundPlan?) {
    (self.step, self.settings, self.first) = (step, settings, first)
  }

  static let plan = "plan"
  static let report = "report"
  static let value = "value"
  static func proposal(_ index: Int) -> String { "proposal_\(index)" }
  /// The input by which a family goes on where another was.
  static let continues = "continues"
}

/// What the pure functions of a fold may know.
public struct FoldProgress: Sendable {
  /// The family's own settings, budgets and tolerances among them.
  public var settings: Settings
  /// What is varied.
  public var variables: [DesignRequest.Variable]
  /// Outputs that are drawn anew within their uncertainty.
  public var perturbations: [String]
  /// Rounds that have been folded, and rows that they had.
  public var rounds = 0
  /// Rows that those rounds had.
  public var rows = 0
  /// One of every step, in order; nil where one gave none. One more than `rounds` where a step made the first plan.
  public var reports: [FoldReport?] = []
  /// The round to come.
  public var next = RoundPlan()
  /// The member of another family that this one is inside of, as its steps are told; nil outside of any.
  public var outer: String?

  /// The state of things before the first round.
  public init(settings: Settings, variables: [DesignRequest.Variable], perturbations: [String] = []) {
    (self.settings, self.variables, self.perturbations) = (settings, variables, perturbations)
  }

  /// What the last step reported.
  public var last: FoldReport? { reports.last ?? nil }
}
