import Execution
import Planning

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An output of a family's state at an iteration of a run, whether its pipeline asks for it or not: `inversion.gradient_3`.
struct IterationPort {
  /// The step that has it, and under which name.
  let step: NodeRecord
  let port: String

  /// - Returns: nil for what is no such output, or of an iteration that the run has not.
  init?(_ family: String, _ name: String, in record: RunRecord, layout: ProjectLayout) throws {
    guard let mark = name.lastIndex(of: "_"), let iteration = Int(name[name.index(after: mark)...]) else {
      return nil
    }
    let port = String(name[..<mark])
    for step in Self.steps(of: family, record) where step.outputs[port] != nil {
      guard let report = try Self.report(of: step, layout) else { continue }
      // A port may belong to an earlier iteration than the model beside it, and then the report says to which.
      if report.iteration(of: port) == Double(iteration) {
        (self.step, self.port) = (step, port)
        return
      }
    }
    return nil
  }

  /// The steps of a family that is no member's, in their order.
  static func steps(of family: String, _ record: RunRecord) -> [NodeRecord] {
    record.nodes.filter { $0.stage == family + ".step" && $0.members.count == 1 }
      .sorted { ($0.members.last?.index ?? 0) < ($1.members.last?.index ?? 0) }
  }

  /// What a step has told; nil where it gave nothing.
  static func report(of step: NodeRecord, _ layout: ProjectLayout) throws -> FoldReport? {
    guard let hash = step.outputs["report"] else { return nil }
    let path = try StoredResults(layout: layout).path(hash: hash, pipeline: nil, stage: nil, port: "report")
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Terminal.failure("cannot read \(path)", .noInput)
    }
    return try FoldReport(text: String(decoding: data, as: UTF8.self))
  }
}
