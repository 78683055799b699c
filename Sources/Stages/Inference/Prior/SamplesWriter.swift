import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Writes draws and their data, one sample at a time.
struct SamplesWriter {
  /// A variable of the members' files and what it is called among the samples.
  private struct Part {
    var port: String
    /// In the member's file.
    var variable: String
    /// In the file of the samples.
    var name: String
    var count: Int
    /// Whether it is one number of the sample.
    var isColumn: Bool
    var isData: Bool
    var units: String?
    var longName: String?
  }

  private let context: StageContext
  private let survivors: [StageContext.Member]
  private let files = MemberFiles()
  private var parts: [Part] = []
  /// Variables of one sample and the coordinates along them.
  private var template = Dataset()
  private var marks: Set<String> = []

  /// - Parameter survivors: draws that did not fail, at least one.
  init(context: StageContext, survivors: [StageContext.Member]) throws {
    (self.context, self.survivors) = (context, survivors)
    for port in context.memberPorts { try add(port) }
    let names = parts.filter(\.isData).map(\.name)
    template.setAttribute("title", text: "samples of a prior")
    template.setAttribute(SampleVariables.data, text: names.joined(separator: ", "))
    template.setAttribute(SampleVariables.draws, Double(context.members.count))
    let failed = context.members.filter(\.hasFailed).map(\.index)
    template.setAttribute(SampleVariables.failed, Double(failed.count))
    if !failed.isEmpty {
      template.attributes.append(.init(name: SampleVariables.failedMembers, value: .integers(failed)))
    }
    tellPriors()
    try tellRegion()
  }

  /// What is left of the prior where it has been truncated.
  private mutating func tellRegion() throws {
    guard let path = context.inputs[PriorSamplesStep.stateName] else { return }
    let region = try PriorRegionState(path)
    template.setAttribute(SampleVariables.share, region.share)
    for (index, variable) in context.memberVariables.enumerated() where region.isTruncated(index) {
      let bounds = [region.low[index], region.high[index]].map(variable.filed)
      template.attributes.append(
        .init(name: SampleVariables.bounds(variable.fileName), value: .numbers(bounds)))
    }
  }

  /// What of an output belongs to the data: of a grid the first variable that places and weighs nothing, of a table every
  /// column of numbers but places, of a number the number.
  private mutating func add(_ port: MemberPort) throws {
    guard let path = survivors[0].inputs[port.name] else { return }
    let source = try files.dataset(survivors[0], path, port: port.name)
    let isData = port.name == "data" || port.name.hasPrefix("data_")
    if port.type.isScalar, let only = source.variables.first {
      let name = isData ? unused(only.name) : SampleVariables.derived.name(only.name)
      parts.append(
        Part(
          port: port.name, variable: only.name, name: name, count: 1, isColumn: true, isData: isData,
          units: only.units, longName: only.attribute("long_name")?.text))
      return
    }
    guard isData else {
      throw StageError.outOfPlace("'derived' takes outputs that are one number; '\(port.type)' is none")
    }
    let variables = SampleParts.variables(of: source)
    guard !variables.isEmpty else {
      throw StageError.outOfPlace("an output of 'data' holds no variable of numbers along a dimension")
    }
    for variable in variables { try add(variable, of: source, port) }
  }

  private mutating func add(_ variable: Dataset.Variable, of source: Dataset, _ port: MemberPort) throws {
    // Dimensions of one name with other sizes are told apart by the port.
    let differs = variable.dimensions.contains { name in
      template.size(of: name).map { $0 != source.size(of: name) } ?? false
    }
    let prefix = differs ? port.name + "_" : ""
    try template.adopt([variable.name], from: source, prefix: prefix, taken: port.name + "_")
    // What is adopted stands behind its coordinates.
    let name = template.variables[template.variables.count - 1].name
    parts.append(
      Part(
        port: port.name, variable: variable.name, name: name, count: variable.values.count, isColumn: false,
        isData: true, units: variable.units, longName: variable.attribute("long_name")?.text))
    guard variable.dimensions.count == 1 else { return }
    for place in PointVariables.places where source[place.name]?.dimensions == variable.dimensions {
      guard !marks.contains(place.name), template[place.name] == nil else { continue }
      try template.adopt([place.name], from: source, prefix: prefix)
      marks.insert(place.name)
    }
  }

  private func unused(_ name: String) -> String {
    let taken = Set(parts.map(\.name))
    guard taken.contains(name) else { return name }
    return (2...).lazy.map { "\(name)_\($0)" }.first { !taken.contains($0) } ?? name
  }

  /// Distributions in the units that the parameters have in the file.
  private mutating func tellPriors() {
    for (variable, draw) in zip(context.memberVariables, context.memberDraws) {
      let distribution = draw.variable.distribution
      let (word, numbers) = SampleVariables.distribution(variable.fileName)
      template.setAttribute(word, text: distribution.name)
      let filed = SampleParts.filed(distribution, variable)
      if !filed.isEmpty { template.attributes.append(.init(name: numbers, value: .numbers(filed))) }
    }
  }

  /// - Throws: where samples have different numbers of data.
  func write(to path: String) throws {
    let writer = try NetCDFSeriesWriter(
      path: path, dimension: SampleVariables.dimension, count: survivors.count, template: template,
      constants: marks)
    var columns = parts.map { _ in [Double]() }
    for (index, survivor) in survivors.enumerated() {
      if index % 1024 == 0 { try context.checkCancelled() }
      var slice = template
      var read: (port: String, dataset: Dataset)?
      for (place, part) in parts.enumerated() {
        if read?.port != part.port {
          guard let file = survivor.inputs[part.port] else { continue }
          read = (part.port, try files.dataset(survivor, file, port: part.port))
        }
        guard let source = read?.dataset else { continue }
        let values = try source.doubles(part.variable)
        guard values.count == part.count else {
          throw StageError.outOfPlace(
            "draw \(survivor.index) has \(values.count) values of '\(part.name)' where draw \(survivors[0].index) has "
              + "\(part.count): all samples need the same data")
        }
        if part.isColumn {
          columns[place].append(values[0])
        } else if let variable = slice.variables.firstIndex(where: { $0.name == part.name }) {
          slice.variables[variable].values = .double(values)
        }
      }
      try writer.write(slice, at: index)
    }
    try close(writer, columns)
  }

  private func close(_ writer: NetCDFSeriesWriter, _ columns: [[Double]]) throws {
    try writer.writeColumn(
      SampleVariables.member.name, survivors.map { Double($0.index) },
      longName: SampleVariables.member.longName)
    for (column, variable) in context.memberVariables.enumerated() {
      try writer.writeColumn(
        SampleVariables.parameter.name(variable.fileName),
        survivors.map { variable.filed($0.values[column]) },
        units: variable.units, longName: "drawn " + variable.name)
    }
    for (part, values) in zip(parts, columns) where part.isColumn {
      try writer.writeColumn(part.name, values, units: part.units, longName: part.longName)
    }
    try writer.close()
  }
}
