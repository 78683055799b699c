import Artefacts
import Datasets
import NumericCore
import Planning

extension SectionMaker {
  /// More lines than this are a black area.
  private static let mostLines = 200

  /// What was drawn for the members of an ensemble, how they scored, and their topographies along a line.
  func addMembers(_ port: String, to section: inout StageSection) {
    guard let path = artefacts.path(name, port) else { return }
    do {
      let reader = try NetCDFSeriesReader(path)
      let columns = try NetCDFFile.read(path, variables: reader.columns)
      section.fact("members", Double(reader.count))
      if let table = EnsembleTable(columns, artefacts.labels(name)) {
        addParameters(table, &section)
        // Of an ensemble of numbers they are what it is about.
        if reader.slicedVariables.isEmpty { addNumbers(table, &section) }
      }
      try addMembersProfile(reader, &section)
      try addMembersRows(reader, &section)
    } catch {
      artefacts.note(name, "output '\(port)' can't be read: \(error)")
    }
  }

  private func addParameters(_ table: EnsembleTable, _ section: inout StageSection) {
    var parameters = table.parameters
    let score = table.score
    for index in parameters.indices {
      let quantity = parameters[index].name.split(separator: ".").last.map(String.init)
      let variation = stage.variations.first { $0.quantity == quantity }
      parameters[index].isLogarithmic = variation?.distribution.name.hasPrefix("log_") ?? false
    }
    for parameter in parameters {
      let kept = PlotMath.finite(parameter.values)
      guard let low = kept.min(), let high = kept.max() else { continue }
      let unit = parameter.unit.isEmpty ? "" : " \(parameter.unit)"
      let ends = [low, high].map { NumberText.significant($0) }
      section.facts.append(
        (parameter.name, (ends[0] == ends[1] ? ends[0] : "\(ends[0]) … \(ends[1])") + unit, "of the members"))
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

  private func addNumbers(_ table: EnsembleTable, _ section: inout StageSection) {
    for number in table.numbers where !PlotMath.finite(number.values).isEmpty {
      section.add(
        Figures.histogram(
          Histogram(
            title: number.name, quantity: number.label, sets: [(label: "members", values: number.values)])),
        "Number '\(number.name)' of the members.")
    }
  }

  /// Columns of tables, all rows of all members together; merged statistics tell them apart.
  private func addMembersRows(_ reader: NetCDFSeriesReader, _ section: inout StageSection) throws {
    let frame = try reader.frame()
    let columns = reader.slicedVariables.filter { frame[$0]?.dimensions.count == 1 }
    for name in columns {
      let unit = ShownUnit(reader.units(of: name))
      let values = unit.shown(try (0..<reader.count).flatMap { try reader.slice($0, variable: name) })
      guard values.contains(where: \.isFinite) else { continue }
      section.add(
        Figures.histogram(
          Histogram(
            title: name, quantity: name + (unit.symbol.isEmpty ? "" : ", \(unit.symbol)"),
            sets: [(label: "rows of all members", values: values)])),
        "Column '\(name)': every row of every member.")
    }
  }

  private func addMembersProfile(_ reader: NetCDFSeriesReader, _ section: inout StageSection) throws {
    let variable = ViewTable.memberLine
    guard let geometry = reader.geometry, geometry.columns > 2,
      reader.slicedVariables.contains(variable.name)
    else { return }
    let row = geometry.rows / 2
    let unit = ShownUnit(reader.units(of: variable.name))
    let values = unit.shown(try reader.band(row..<(row + 1), variable: variable.name))
    var profile = GridLine(.westEast, through: nil, in: geometry)
      .profile(valueLabel: "\(variable.name), \(unit.symbol)", title: "Members")
    profile.crossing = nil
    for member in 0..<min(reader.count, Self.mostLines) {
      let line = Array(values[(member * geometry.columns)..<((member + 1) * geometry.columns)])
      if line.contains(where: \.isFinite) {
        profile.lines.append(.init(label: "members", values: line, look: .member))
      }
    }
    if let truth = artefacts.landmark(.truth, variable) {
      profile.lines.append(
        .init(label: "true", values: truth.grid.sampled(at: geometry).row(row), look: .reference))
    }
    let shown =
      reader.count > Self.mostLines
      ? "The first \(Self.mostLines) of \(reader.count) members" : "Every member"
    section.add(Figures.profile(profile), "\(shown), west–east through the middle of the region.")
  }
}
