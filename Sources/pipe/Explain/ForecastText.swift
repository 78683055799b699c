import Execution
import Planning

/// What a run would do, a line a stage; members of families are folded into their family's line.
struct ForecastText {
  struct Row: Equatable {
    var stage: String
    var state: NodeForecast.State
    var reason: String
  }

  let rows: [Row]
  private let counts: [(count: Int, state: NodeForecast.State)]

  /// - Parameters:
  ///   - forecasts: of all nodes, or of those of some stages.
  ///   - showsMembers: whether each member's node has a row of its own, above its family's.
  init(_ forecasts: [NodeForecast], showsMembers: Bool = false) {
    var folded: [String: [NodeForecast]] = [:]
    for forecast in forecasts {
      if let family = forecast.name.members.first?.family { folded[family, default: []].append(forecast) }
    }
    let whole = Self.states(forecasts)
    var seen: Set<String> = []
    let shown = forecasts.filter { forecast in
      guard showsMembers || forecast.name.members.isEmpty else { return false }
      guard let state = Self.state(forecast), whole.contains(state) else { return true }
      return seen.insert(state).inserted
    }
    rows = shown.map { forecast in
      if let state = Self.state(forecast), whole.contains(state) {
        return Row(stage: state, state: forecast.state, reason: forecast.reason)
      }
      guard forecast.name.members.isEmpty else {
        return Row(stage: "\(forecast.name)", state: forecast.state, reason: forecast.reason)
      }
      let members = folded[forecast.name.stage].map { MemberForecast.text($0) }
      let isOwn = members == nil || forecast.state == .willRun || forecast.state == .willRestore
      let reason = [members, isOwn && !forecast.reason.isEmpty ? forecast.reason : nil].compactMap(\.self)
      return Row(
        stage: forecast.name.stage, state: forecast.state, reason: reason.joined(separator: "; "))
    }
    let states: [NodeForecast.State] = [.cached, .willRestore, .willRun, .unknown]
    counts = states.map { state in (forecasts.count { $0.state == state }, state) }.filter { $0.0 > 0 }
  }

  /// The state at an iteration that a port of it belongs to: `inversion.iteration_1` of `inversion.model_1`; nil for
  /// other nodes.
  private static func state(_ forecast: NodeForecast) -> String? {
    let name = forecast.name.stage
    guard forecast.kind == "relay", forecast.name.members.isEmpty, let point = name.lastIndex(of: ".") else {
      return nil
    }
    let number = name[point...].split(separator: "_").last.map(String.init) ?? ""
    return Int(number).map { "\(name[..<point]).\(FamilySpec.iteration.prefix)\($0)" }
      ?? "\(name[..<point]).\(FamilySpec.iteration.last)"
  }

  /// States of which more than one port is asked for: one row each.
  private static func states(_ forecasts: [NodeForecast]) -> Set<String> {
    var counts: [String: Int] = [:]
    for forecast in forecasts { if let state = state(forecast) { counts[state, default: 0] += 1 } }
    return Set(counts.filter { $0.value > 1 }.keys)
  }

  /// Aligned columns, and a line that counts all nodes.
  func text(pipeline: String) -> String {
    let lines = rows.map { [$0.stage, $0.state.words, $0.reason] }
    let sum = counts.map { "\($0.count) \($0.state.words)" }.joined(separator: ", ")
    return TextTable.text(lines) + "\(pipeline): \(sum.isEmpty ? "nothing to do" : sum)\n"
  }
}

/// The members of one family.
enum MemberForecast {
  /// `20 members will run: inversion[ensemble 0].damping: 0.1 → 0.14`
  static func text(_ forecasts: [NodeForecast]) -> String {
    var members: [Int: NodeForecast] = [:]
    for forecast in forecasts {
      guard let index = forecast.name.members.first?.index else { continue }
      // The first node that must run says why its member does; those after it only follow.
      if let known = members[index], known.state.weight >= forecast.state.weight { continue }
      members[index] = forecast
    }
    let states: [NodeForecast.State] = [.cached, .willRestore, .willRun, .unknown]
    return states.compactMap { state -> String? in
      let matching = members.keys.sorted().compactMap { members[$0] }.filter { $0.state == state }
      guard let first = matching.first else { return nil }
      let count = matching.count == 1 ? "1 member" : "\(matching.count) members"
      return "\(count) \(state.words)" + (state == .cached || first.reason.isEmpty ? "" : ": \(first.reason)")
    }.joined(separator: ", ")
  }
}

extension NodeForecast.State {
  var words: String {
    switch self {
    case .cached: "cached"
    case .willRun: "will run"
    case .unknown: "may run"
    case .willRestore: "will be restored"
    }
  }

  /// In answers for programs.
  var code: String {
    switch self {
    case .cached: "cached"
    case .willRun: "will_run"
    case .unknown: "may_run"
    case .willRestore: "will_restore"
    }
  }

  /// Which of a member's nodes stands for it.
  fileprivate var weight: Int {
    switch self {
    case .cached: 0
    case .unknown: 1
    case .willRestore: 2
    case .willRun: 3
    }
  }
}
