import Datasets
import NumericCore
import Planning

/// Copies the members' grids into one file, a member at a time.
///
/// Variables of the surface's grid keep their names and dimensions; those of the gravity's grid lie on
/// `data_northing`, `data_easting`, which may be finer.
final class EnsembleWriter {
  static let surfaceVariables = ["topography", "starting_topography"]
  static let gravityVariables = ["res", "reg"]

  private let context: StageContext
  private let writer: NetCDFSeriesWriter
  private let copied: [(port: String, variables: [String])]

  init(context: StageContext, template member: StageContext.Member, count: Int) throws {
    self.context = context
    let slice = try Self.slice(of: member)
    copied = slice.copied
    var template = slice.dataset
    template.setAttribute("title", text: "ensemble of inversions")
    template.setAttribute("failed_members", Double(context.members.count(where: \.hasFailed)))
    let columns =
      ["member"] + context.memberVariables.map { "param_" + $0 } + (copied.contains { $0.variables.contains("res") } ? ["rms_res"] : [])
    writer = try NetCDFSeriesWriter(
      path: context.output("members"), dimension: "run", count: count, template: template,
      columns: columns)
  }

  private var residualNorms: [Double] = []

  func write(_ member: StageContext.Member, at index: Int) throws {
    let slice = try Self.slice(of: member).dataset
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
    if !residualNorms.isEmpty { try writer.writeColumn("rms_res", residualNorms) }
    try writer.close()
  }

  private static func slice(
    of member: StageContext.Member
  ) throws -> (dataset: Dataset, copied: [(port: String, variables: [String])]) {
    var result = Dataset(dimensions: [], variables: [], attributes: [])
    var copied: [(port: String, variables: [String])] = []
    for port in member.inputs.keys.sorted().reversed() {
      guard let path = member.inputs[port] else { continue }
      let source = try NetCDFFile.read(path)
      let isGravity = source["gravity_anomaly"] != nil
      let names = (isGravity ? gravityVariables : surfaceVariables).filter { source[$0] != nil }
      try result.adopt(names, from: source, prefix: isGravity ? "data_" : "")
      copied.append((port, names))
    }
    return (result, copied)
  }
}
