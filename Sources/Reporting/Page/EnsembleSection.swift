import Datasets
import NumericCore
import Planning

extension SectionMaker {
  /// Columns that neither were drawn nor judge.
  private static let countNames = ["failed", "member"]
  private static let scoreNames = ["rmse", "test_rmse", "constraints_rmse"]
  /// More lines than this are a black area.
  private static let mostLines = 200

  /// What was drawn for the members of an ensemble, how they scored, and their topographies along a line.
  func addEnsemble(to section: inout StageSection) {
    guard let output = stage.signature.outputs.first(where: { $0.type == .ensemble }),
      let path = artefacts.path(name, output.name)
    else { return }
    do {
      let reader = try NetCDFSeriesReader(path)
      let columns = try NetCDFFile.read(path, variables: reader.columns)
      section.fact("members", Double(reader.count))
      addFailures(columns, reader.count, &section)
      addParameters(columns, &section)
      try addMembersProfile(reader, &section)
    } catch {
      artefacts.note(name, "output '\(output.name)' can't be read: \(error)")
    }
  }

  private func addFailures(_ columns: Dataset, _ count: Int, _ section: inout StageSection) {
    let failed = columns["failed"]?.decoded()?.count { $0 != 0 } ?? 0
    section.fact("members that failed", Double(failed))
  }

  private func addParameters(_ columns: Dataset, _ section: inout StageSection) {
    let all = columns.variables.compactMap { variable -> SampledParameter? in
      guard !Self.countNames.contains(variable.name), let column = Artefacts.column(variable) else {
        return nil
      }
      let name = variable.name.hasPrefix("param_") ? String(variable.name.dropFirst(6)) : variable.name
      return SampledParameter(name: name, unit: column.unit, values: column.values)
    }
    let score = Self.scoreNames.compactMap { name in all.first { $0.name == name } }.first
    var parameters = all.filter { !Self.scoreNames.contains($0.name) }
    for index in parameters.indices {
      let quantity = parameters[index].name.split(separator: ".").last.map(String.init)
      let variation = stage.variations.first { $0.quantity == quantity }
      parameters[index].isLogarithmic = variation?.distribution.name.hasPrefix("log_") ?? false
    }
    for parameter in parameters {
      let kept = PlotMath.finite(parameter.values)
      guard let low = kept.min(), let high = kept.max() else { continue }
      let unit = parameter.unit.isEmpty ? "" : " \(parameter.unit)"
      section.facts.append(
        (parameter.name, "\(NumberText.significant(low)) … \(NumberText.significant(high))\(unit)"))
    }
    if !parameters.isEmpty {
      section.add(
        Figures.scatterMatrix(parameters, title: "Parameters sampled", score: score),
        "What was drawn for each member" + (score.map { ", coloured by its \($0.name)." } ?? "."))
    }
    guard let score, !PlotMath.finite(score.values).isEmpty else { return }
    section.add(
      Figures.histogram(
        Histogram(
          title: "Score of the members", quantity: score.label,
          sets: [(label: "members", values: score.values)])),
      "How well each member fits.")
  }

  private func addMembersProfile(_ reader: NetCDFSeriesReader, _ section: inout StageSection) throws {
    guard let geometry = reader.geometry, geometry.columns > 2, reader.slicedVariables.contains("topography")
    else { return }
    let row = geometry.rows / 2
    let values = try reader.band(row..<(row + 1), variable: "topography")
    var profile = Profile(
      title:
        "Members along the profile at northing \(NumberText.significant(geometry.northing(row) / 1000)) km",
      distances: geometry.eastings, distanceLabel: "easting, km", valueLabel: "topography, m")
    for member in 0..<min(reader.count, Self.mostLines) {
      let line = Array(values[(member * geometry.columns)..<((member + 1) * geometry.columns)])
      if line.contains(where: \.isFinite) {
        profile.lines.append(.init(label: "members", values: line, look: .member))
      }
    }
    if let truth = artefacts.truth {
      profile.lines.append(truth.grid.sampled(at: geometry).line(row, "true", .reference))
    }
    let shown =
      reader.count > Self.mostLines
      ? "The first \(Self.mostLines) of \(reader.count) members" : "Every member"
    section.add(Figures.profile(profile), "\(shown), west–east through the middle of the region.")
  }
}
