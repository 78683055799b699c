import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Copies the members' grids into one file, a member at a time, and their numbers into columns.
///
/// Variables of the first grid keep their names and dimensions; those of an inversion's gravity lie on `data_northing`,
/// `data_easting`, which may be finer.
final class EnsembleWriter {
  private let context: StageContext
  private let writer: NetCDFSeriesWriter
  private let files = MemberFiles()
  private var residualNorms: [Double] = []
  /// 1 for members that leave more of their data than noise would.
  private var unfit: [Double] = []
  private var columns: [(name: String, units: String?, values: [Double])] = []

  init(context: StageContext, template member: StageContext.Member, count: Int) throws {
    self.context = context
    var template = try MemberGrids(member, context.memberPorts, files).slice
    template.setAttribute("title", text: "ensemble of inversions")
    template.setAttribute("failed_members", Double(context.members.count(where: \.hasFailed)))
    writer = try NetCDFSeriesWriter(
      path: context[EnsembleLoop.members], dimension: "run", count: count, template: template)
  }

  func write(_ member: StageContext.Member, at index: Int) throws {
    let grids = try MemberGrids(member, context.memberPorts, files)
    try writer.write(grids.slice, at: index)
    if grids.slice["res"] != nil {
      residualNorms.append(Statistics.rms(try grids.slice.doubles("res").filter(\.isFinite)))
    }
    unfit.append(grids.isUnfit ? 1 : 0)
    if columns.isEmpty { columns = grids.scalars.map { ($0.name, $0.units, []) } }
    for (column, scalar) in grids.scalars.enumerated() { columns[column].values.append(scalar.value) }
  }

  func close(members: [StageContext.Member]) throws {
    try writer.writeColumn("member", members.map { Double($0.index) })
    for (column, variable) in context.memberVariables.enumerated() {
      try writer.writeColumn(
        "param_" + variable.fileName, members.map { variable.filed($0.values[column]) },
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
      // Of programs of others: gravity is in mGal throughout the file.
      let isGravity = column.units == "m s-2"
      try writer.writeColumn(
        column.name, isGravity ? column.values.map { $0 * 1e5 } : column.values,
        units: isGravity ? "mGal" : column.units, longName: column.name)
    }
    try writer.close()
  }
}
