import Datasets
import NumericCore
import Planning

/// Copies the members' grids into one file, a member at a time.
///
/// Variables of the surface's grid keep their names and dimensions; those of the gravity's grid lie on
/// `data_northing`, `data_easting`, which may be finer.
final class EnsembleWriter {
  static let surfaceVariables = ["topography", "starting_topography", "density_contrast"]
  static let gravityVariables = ["res", "reg"]

  private let context: StageContext
  private let writer: NetCDFSeriesWriter

  init(context: StageContext, template member: StageContext.Member, count: Int) throws {
    self.context = context
    var template = try Self.slice(of: member)
    template.setAttribute("title", text: "ensemble of inversions")
    template.setAttribute("failed_members", Double(context.members.count(where: \.hasFailed)))
    writer = try NetCDFSeriesWriter(
      path: context.output("members"), dimension: "run", count: count, template: template)
  }

  private var residualNorms: [Double] = []

  func write(_ member: StageContext.Member, at index: Int) throws {
    let slice = try Self.slice(of: member)
    try writer.write(slice, at: index)
    if slice["res"] != nil {
      residualNorms.append(Statistics.rms(try slice.doubles("res").filter(\.isFinite)))
    }
  }

  func close(members: [StageContext.Member]) throws {
    try writer.writeColumn("member", members.map { Double($0.index) })
    for (column, name) in context.memberVariables.enumerated() {
      try writer.writeColumn("param_" + name, members.map { $0.values[column] })
    }
    if !residualNorms.isEmpty {
      try writer.writeColumn("rmse", residualNorms, units: "mGal", longName: "RMS residual of the member")
    }
    try writer.close()
  }

  private static func slice(of member: StageContext.Member) throws -> Dataset {
    var result = Dataset()
    // The surface first: its coordinates are those of the file.
    for path in member.inputs.sorted(by: { $0.key > $1.key }).map(\.value) {
      let source = try NetCDFFile.read(path)
      let isGravity = source["gravity_anomaly"] != nil
      let names = (isGravity ? gravityVariables : surfaceVariables).filter { source[$0] != nil }
      try result.adopt(names, from: source, prefix: isGravity ? "data_" : "")
    }
    return result
  }
}
