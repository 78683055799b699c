/// Where results differ from a lock.
public struct LockComparison: Sendable, Equatable {
  /// One stage with what is wrong with its outputs, a line each.
  public struct Stage: Sendable, Equatable {
    /// Of the stage.
    public var name: String
    /// What is wrong with its outputs.
    public var lines: [String]
  }

  /// Stages that differ, those that others depend on first.
  public let stages: [Stage]

  /// - Parameters:
  ///   - order: stages of the plan, each after what it depends on.
  ///   - isPartial: whether the plan is a part of the pipeline, so that a locked stage may be absent.
  public init(locked: ResultLock, found: ResultLock, order: [String], isPartial: Bool = false) {
    let known = Set(order)
    let gone = Set(locked.outputs.map(\.stage)).subtracting(known).sorted()
    stages = (order + (isPartial ? [] : gone)).compactMap { stage in
      let lines = Self.lines(
        locked.outputs.filter { $0.stage == stage }, found.outputs.filter { $0.stage == stage })
      return lines.isEmpty ? nil : Stage(name: stage, lines: lines)
    }
  }

  private static func lines(_ locked: [ResultLock.Output], _ found: [ResultLock.Output]) -> [String] {
    var lines: [String] = []
    for output in locked {
      guard let now = found.first(where: { $0.port == output.port }) else {
        lines.append("\(output.name): locked, but the run gave no such result")
        continue
      }
      guard now.content != output.content else { continue }
      lines.append("\(output.name): content \(output.content.prefix(12))… → \(now.content.prefix(12))…")
      lines += norms(output, now).map { "  " + $0 }
    }
    for output in found where !locked.contains(where: { $0.port == output.port }) {
      lines.append("\(output.name): not in the lock")
    }
    return lines
  }

  private static func norms(_ old: ResultLock.Output, _ new: ResultLock.Output) -> [String] {
    var lines: [String] = []
    for variable in old.variables {
      guard let now = new.variables.first(where: { $0.name == variable.name }) else {
        lines.append("\(variable.name): is gone")
        continue
      }
      var changes: [String] = []
      if variable.count != now.count { changes.append("count \(variable.count) → \(now.count)") }
      if variable.missing != now.missing { changes.append("missing \(variable.missing) → \(now.missing)") }
      for norm in variable.norms {
        let value = now.norms.first { $0.name == norm.name }?.value ?? "none"
        if value != norm.value { changes.append("\(norm.name) \(norm.value) → \(value)") }
      }
      if !changes.isEmpty { lines.append("\(variable.name): \(changes.joined(separator: ", "))") }
    }
    for variable in new.variables where !old.variables.contains(where: { $0.name == variable.name }) {
      lines.append("\(variable.name): is new")
    }
    return lines.isEmpty ? ["the norms agree: single values, their order or attributes differ"] : lines
  }
}
