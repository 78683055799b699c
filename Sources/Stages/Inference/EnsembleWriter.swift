import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Copies what members hold into one file, a member at a time, and their numbers into columns.
///
/// Variables of the first grid keep their names and dimensions; those of an inversion's gravity lie on `data_northing`,
/// `data_easting`, which may be finer. Places and names of a table's rows stand there once.
final class EnsembleWriter {
  private let context: StageContext
  private let survivors: [StageContext.Member]
  private let writer: NetCDFSeriesWriter
  private let files = MemberFiles()
  private var residualNorms: [Double] = []
  /// 1 for members that leave more of their data than noise would.
  private var unfit: [Double] = []
  private var columns: [(name: String, units: String?, values: [Double])] = []

  /// - Parameter survivors: members that did not fail, at least one.
  init(context: StageContext, survivors: [StageContext.Member]) throws {
    (self.context, self.survivors) = (context, survivors)
    let member = try CollectedMember(survivors[0], context.memberPorts, files)
    var template = member.slice
    let marks = try Self.marks(member, of: survivors, context, files)
    template.variables.removeAll { marks.dropped.contains($0.name) }
    template.setAttribute("title", text: "ensemble of inversions")
    template.setAttribute("failed_members", Double(context.members.count(where: \.hasFailed)))
    writer = try NetCDFSeriesWriter(
      path: context[EnsembleLoop.members], dimension: EnsembleVariables.dimension, count: survivors.count,
      template: template, constants: marks.shared)
  }

  /// What says where rows are or what they are called is written once where it is the same in all members. Places of
  /// its own are a member's result like others; words can't be, and are left out with a warning.
  private static func marks(
    _ first: CollectedMember, of survivors: [StageContext.Member], _ context: StageContext,
    _ files: MemberFiles
  ) throws -> (shared: Set<String>, dropped: Set<String>) {
    guard !first.marks.isEmpty else { return ([], []) }
    var differing: [String: Int] = [:]
    for survivor in survivors.dropFirst() {
      try context.checkCancelled()
      let member = try CollectedMember(survivor, context.memberPorts, files)
      for mark in first.marks where member.slice[mark]?.values != first.slice[mark]?.values {
        differing[mark] = differing[mark] ?? survivor.index
      }
    }
    var dropped: Set<String> = []
    for (mark, member) in differing.sorted(by: { $0.key < $1.key }) {
      if case .double? = first.slice[mark]?.values { continue }
      dropped.insert(mark)
      context.warn(
        "column '\(mark)' is another in member \(member) than in member \(survivors[0].index): it is left out of the "
          + "ensemble")
    }
    return (Set(first.marks.filter { differing[$0] == nil }), dropped)
  }

  /// Writes all of them.
  func write() throws {
    for (index, survivor) in survivors.enumerated() {
      try context.checkCancelled()
      let member = try CollectedMember(survivor, context.memberPorts, files)
      try check(member, of: survivor)
      try writer.write(member.slice, at: index)
      if member.slice["res"] != nil {
        residualNorms.append(Statistics.rms(try member.slice.doubles("res").filter(\.isFinite)))
      }
      unfit.append(member.isUnfit ? 1 : 0)
      if columns.isEmpty { columns = member.scalars.map { ($0.name, $0.units, []) } }
      for (column, scalar) in member.scalars.enumerated() { columns[column].values.append(scalar.value) }
    }
    try close()
  }

  /// How many rows a table has is known when it is there.
  private func check(_ member: CollectedMember, of survivor: StageContext.Member) throws {
    for variable in member.slice.dimensions {
      guard let expected = writer.size(of: variable.name), expected != variable.size else { continue }
      throw StageError.outOfPlace(
        "member \(survivor.index) has \(variable.size) along '\(variable.name)' where member \(survivors[0].index) has "
          + "\(expected): members of an ensemble have the same rows")
    }
  }

  private func close() throws {
    try writer.writeColumn(EnsembleVariables.member.name, survivors.map { Double($0.index) })
    for (column, variable) in context.memberVariables.enumerated() {
      try writer.writeColumn(
        "param_" + variable.fileName, survivors.map { variable.filed($0.values[column]) },
        units: variable.units,
        longName: "drawn " + variable.name)
    }
    if !residualNorms.isEmpty {
      try writer.writeColumn("rmse", residualNorms, units: "mGal", longName: "RMS residual of the member")
    }
    if unfit.contains(1) {
      try writer.writeColumn(
        EnsembleVariables.unfit.name, unfit, longName: EnsembleVariables.unfit.longName)
      context.warn(
        "\(Int(Statistics.sum(unfit))) of \(unfit.count) members leave more of their data than noise would: their spread is "
          + "no uncertainty")
    }
    for column in columns {
      try writer.writeColumn(column.name, column.values, units: column.units, longName: column.name)
    }
    try writer.close()
  }
}
