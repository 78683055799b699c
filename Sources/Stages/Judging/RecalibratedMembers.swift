import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// The members of an ensemble, stretched about their mean until they scatter as recalibrated statistics say.
struct RecalibratedMembers: StageKind {
  private static let members = Input("members", [.ensemble], "the ensemble that the statistics are of")
  private static let statistics = Input(
    "statistics", [.statistics], "of kind recalibrate: deviations that are true, and those of before")
  private static let stretched = Output(
    "members", .ensemble, "each member at mean + (member − mean) σ′/σ; everything else as it was")

  let signature = StageSignature(
    kind: "recalibrated_members", version: 1,
    summary: "stretches the members of an ensemble about their mean to deviations that were recalibrated",
    declares: [members, statistics, stretched])

  func run(_ context: StageContext) throws {
    let reader = try NetCDFSeriesReader(context[Self.members])
    let statistics = try NetCDFFile.read(context[Self.statistics])
    let raw = StatisticsVariables.deviation.name + "_raw"
    guard let variable = statistics.attribute("variable")?.text, statistics[raw] != nil else {
      throw StageError.missingVariable(
        raw, artefact: "the statistics", hint: "take the output of a stage of kind recalibrate")
    }
    guard reader.slicedVariables.contains(variable) else {
      throw StageError.missingVariable(
        variable, artefact: "the members",
        hint: "the statistics are of it; take the ensemble that they are of")
    }
    let mean = try statistics.doubles(StatisticsVariables.mean.name)
    let (after, before) = (
      try statistics.doubles(StatisticsVariables.deviation.name), try statistics.doubles(raw)
    )
    let shape = try MemberShape(of: variable, in: reader)
    guard mean.count == shape.count else {
      throw StageError.outOfPlace(
        "the statistics have \(mean.count) values and a member has \(shape.count): recalibrate statistics of the whole"
      )
    }
    let factors = zip(after, before).map { $1 > 0 ? $0 / $1 : 1 }
    let writer = try NetCDFSeriesWriter(
      path: context[Self.stretched], dimension: reader.dimension, count: reader.count,
      template: try Self.member(0, of: reader), constants: Set(reader.constants))
    for index in 0..<reader.count {
      try context.checkCancelled()
      var slice = try Self.member(index, of: reader)
      let values = try slice.doubles(variable)
      try slice.replaceValues(
        of: variable, with: values.indices.map { mean[$0] + (values[$0] - mean[$0]) * factors[$0] })
      try writer.write(slice, at: index)
    }
    for name in reader.columns {
      try writer.writeColumn(name, try reader.column(name), units: reader.units(of: name), longName: name)
    }
    try writer.close()
    let used = factors.filter(\.isFinite)
    context.log(
      "deviations of '\(variable)' times \(Statistics.mean(used)) in the mean over the \(shape.noun)")
  }
}

extension RecalibratedMembers {
  /// What the file has of one member alone, without the columns of all.
  private static func member(_ index: Int, of reader: NetCDFSeriesReader) throws -> Dataset {
    var member = try reader.dataset(at: index)
    let shared = Set(reader.columns + [reader.dimension])
    member.variables.removeAll { shared.contains($0.name) }
    member.dimensions.removeAll { $0.name == reader.dimension }
    return member
  }
}

extension RecalibratedMembers: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    foresight[Self.stretched] = request.facts(Self.members)
    return foresight
  }
}
