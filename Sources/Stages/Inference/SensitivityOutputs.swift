import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Compares the members of a sensitivity analysis and writes what follows.
struct SensitivityOutputs {
  private let context: StageContext
  private let inputs: [String]
  private let perBlock: Int
  /// Samples of which every member is there.
  private let samples: [Int]
  private let variable: String
  private let units: String?
  private let shape: MemberShape
  private let files = MemberFiles()

  init(_ context: StageContext) throws {
    self.context = context
    inputs = Self.names(context)
    perBlock = Sensitivity.block(context.settings, inputs: inputs.count).count
    let (perBlock, members) = (perBlock, context.members)
    samples = (0..<members.count / perBlock).filter { sample in
      members[sample * perBlock..<(sample + 1) * perBlock].allSatisfy { !$0.hasFailed }
    }
    guard let first = samples.first, samples.count > 1 else {
      throw StageError.outOfPlace(
        "at least two samples must be complete, here \(samples.count): "
          + "\(members.count(where: \.hasFailed)) of \(members.count) members failed")
    }
    let held = try CollectedMember(members[first * perBlock], context.memberPorts, files)
    variable = try ChosenVariable.choice(context.settings, among: held.names)
    units = held.units(variable)
    shape = try held.shape(of: variable)
    context.log(
      "\(samples.count) samples of \(inputs.joined(separator: ", ")): \(context.members.count) members, variable "
        + variable)
  }

  /// What was drawn: settings by their names, noise by the output's name where no other input has that.
  private static func names(_ context: StageContext) -> [String] {
    let settings = context.memberVariables.map(\.fileName)
    let ports = context.memberPerturbations.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
    let noise = ports.indices.map { index in
      let port = ports[index]
      let isAlone = ports.count { $0 == port } == 1 && !settings.contains(port)
      return isAlone ? port : context.memberPerturbations[index]
    }
    return settings + noise
  }

  private func values(_ sample: Int, _ row: Int) throws -> [Double] {
    try context.checkCancelled()
    let member = context.members[samples[sample] * perBlock + row]
    let values = try CollectedMember(member, context.memberPorts, files).values(variable)
    guard values.count == shape.count else {
      throw StageError.outOfPlace(
        "member \(member.index) has \(values.count) values of '\(variable)' where others have \(shape.count)")
    }
    return values
  }

  // MARK: - Sobol indices

  func writeSobolIndices() throws {
    let indices = try SobolIndices(
      samples: samples.count, inputs: inputs.count, outputs: shape.count, output: values)
    var maps = try maps(mean: indices.mean, deviation: indices.variance.map { $0.squareRoot() })
    typealias Names = SensitivityVariables
    for (index, error, estimates) in [
      (Names.firstOrder, Names.firstOrderError, indices.firstOrder),
      (Names.total, Names.totalError, indices.total),
    ] {
      try addByInput(index, estimates.map { $0.map(\.value) }, to: &maps)
      try addByInput(
        error.described(Self.errorWords + index.longName), estimates.map { $0.map(\.error) }, to: &maps)
    }
    try NetCDFFile.write(maps, to: context[Sensitivity.maps])
    let (first, total) = (indices.wholeFirstOrder, indices.wholeTotal)
    func means(_ estimates: [[SobolIndices.Estimate]]) -> [Double] {
      estimates.map { Self.mean($0.map(\.value)) }
    }
    try writeTable([
      (
        Names.firstOrder.described(
          "first-order index of the map: part of the variance summed over the nodes"),
        first.map(\.value)
      ),
      (
        Names.firstOrderError.described(Self.errorWords + "first-order index of the map"), first.map(\.error)
      ),
      (Names.total.described("total index of the map"), total.map(\.value)),
      (Names.totalError.described(Self.errorWords + "total index of the map"), total.map(\.error)),
      (Names.meanFirstOrder, means(indices.firstOrder)), (Names.meanTotal, means(indices.total)),
    ])
    try writeInteraction(1 - Statistics.sum(first.map(\.value)))
    for (index, name) in inputs.enumerated() {
      let (first, total) = (first[index], total[index])
      context.log(
        "\(name): first order \(first.value) ± \(first.error), total \(total.value) ± \(total.error)")
    }
  }

  private static let errorWords = "standard error, as of independent samples, of the "

  // MARK: - One at a time

  func writeOneAtATime() throws {
    var (means, deviations): ([[Double]], [[Double]]) = ([], [])
    for input in inputs.indices {
      var moments = RunningMoments(quantities: shape.count)
      for sample in samples.indices { moments.add(try values(sample, input)) }
      means.append(moments.mean)
      deviations.append(moments.deviation)
    }
    let together = (0..<shape.count).map { node in
      Statistics.sum(deviations.map { $0[node] * $0[node] }).squareRoot()
    }
    let middle = (0..<shape.count).map { node in
      Statistics.sum(means.map { $0[node] }) / Double(means.count)
    }
    var maps = try maps(mean: middle, deviation: together)
    try addByInput(SensitivityVariables.mean, means, units: units, to: &maps)
    try addByInput(SensitivityVariables.deviation, deviations, units: units, to: &maps)
    try NetCDFFile.write(maps, to: context[Sensitivity.maps])
    let norms = deviations.map { Statistics.rms($0.filter(\.isFinite)) }
    let whole = Statistics.sum(norms.map { $0 * $0 })
    try writeTable([
      (SensitivityVariables.normOfDeviation, norms),
      (SensitivityVariables.part, norms.map { whole > 0 ? $0 * $0 / whole : .nan }),
    ])
    try writeInteraction(.nan)
    for (name, norm) in zip(inputs, norms) { context.log("\(name): RMS deviation \(norm) \(units ?? "")") }
  }

  // MARK: - files

  private static func mean(_ values: [Double]) -> Double { Statistics.mean(values.filter(\.isFinite)) }

  private func maps(mean: [Double], deviation: [Double]) throws -> Dataset {
    var dataset = Dataset(title: "sensitivity of \(variable)")
    for (moment, values, text) in [
      (StatisticsVariables.mean, mean, "mean \(variable)"),
      (StatisticsVariables.deviation, deviation, "standard deviation of \(variable)"),
    ] {
      try shape.add(moment.name, values, units: units, longName: text, to: &dataset)
    }
    let input = SensitivityVariables.input
    try dataset.addColumn(input, inputs, longName: "what is drawn", dimension: input)
    dataset.setAttribute("samples", Double(samples.count))
    dataset.setAttribute("variable", text: variable)
    return dataset
  }

  private func addByInput(
    _ variable: Variable, _ values: [[Double]], units: String? = "1", to dataset: inout Dataset
  ) throws {
    try shape.add(
      variable.name, values.flatMap { $0 }, units: units, longName: variable.longName,
      outer: SensitivityVariables.input, to: &dataset)
  }

  private func writeTable(_ columns: [(variable: Variable, values: [Double])]) throws {
    var table = Dataset(title: "sensitivity of the whole map of \(variable)")
    let input = SensitivityVariables.input
    try table.addColumn(input, inputs, longName: "what is drawn", dimension: input)
    // What has no quantity of its own has that of the maps.
    for (variable, values) in columns {
      try table.add(variable, values, along: input, units: variable.quantity?.units ?? units)
    }
    try NetCDFFile.write(table, to: context[Sensitivity.indices])
  }

  private func writeInteraction(_ value: Double) throws {
    try NetCDFFile.writeScalar(
      value, name: Sensitivity.interaction.name, units: "1",
      longName: "1 minus the sum of the first-order indices",
      to: context[Sensitivity.interaction])
  }
}
