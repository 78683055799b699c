import Artefacts
import Datasets
import NumericCore

// Plots along lines.
extension PlotKind {
  static let profile = PlotKind(
    "profile", options: [.variable, .with, .withVariable, .region, .through, .sigmas],
    draw: { try $0.profile() })
}

extension Plot {
  /// West–east and south–north lines through a place. What is drawn follows from the artefact: a mean with bands
  /// of its deviation, surfaces with their start and reference, observed and predicted gravity.
  func profile() throws -> Figure {
    if EnsembleTable(source.dataset) != nil { return try memberProfile() }
    let main = try subject(source)
    let geometry = main.geometry
    let place = try place(in: geometry)
    var companion: ProfileSubject?
    var reference: (label: String, field: ShownField)?
    if let other = request.other {
      let name = request.otherVariable ?? main.name
      if let field = other.dataset[name] == nil && request.otherVariable == nil
        ? nil : try cut(other.grid(name)),
        field.unit == main.unit
      {
        reference = ("\(other.title(name)) (\(other.name))", field)
      } else {
        companion = try subject(other)
      }
    } else if let name = request.otherVariable {
      reference = (source.title(name), try cut(source.grid(name)))
    }
    if let reference, reference.field.unit != main.unit {
      throw PlotError.unitsDiffer(
        first: main.unit, second: reference.field.unit,
        hint: "lines of one panel have one unit; without --with-variable the other gets a panel of its own")
    }
    var profiles: [Profile] = []
    for direction in [GridLine.Direction.westEast, .southNorth] {
      let line = GridLine(direction, through: place, in: geometry)
      if let companion {
        let own = GridLine(direction, through: middle(place, geometry), in: companion.geometry)
        profiles.append(companion.profile(along: own, title: nil))
      }
      var profile = main.profile(along: line, title: request.title)
      if let reference {
        profile.lines.append(
          .init(
            label: reference.label, values: line.values(reference.field.grid.sampled(at: geometry)),
            look: .reference))
      }
      profiles.append(profile)
    }
    return Figures.profiles(profiles)
  }

  /// More lines than this are a black area.
  private static let mostLines = 200

  /// One line a member, and the other artefact's, such as the truth, over them.
  private func memberProfile() throws -> Figure {
    let reader = try NetCDFSeriesReader(source.path)
    let name = try memberVariable(reader)
    let count = min(reader.count, Self.mostLines)
    let grids = try (0..<count).map { try reader.grid($0, variable: name) }.filter {
      $0.values.contains(where: \.isFinite)
    }
    guard let geometry = grids.first?.geometry else {
      throw PlotError.noValues(variable: name, artefact: source.name)
    }
    let place = try place(in: geometry)
    let other = try request.other.map { other in
      (other.name, try other.grid(request.otherVariable ?? name).grid.sampled(at: geometry))
    }
    let units = try NetCDFFile.read(source.path, variables: [name])[name]?.units
    let inFile = ShownUnit(units)
    let unit = inFile.symbol
    let words = name.split(separator: "_").joined(separator: " ")
    let profiles = [GridLine.Direction.westEast, .southNorth].map { direction -> Profile in
      let line = GridLine(direction, through: place, in: geometry)
      let shown = count < reader.count ? "The first \(count) members" : "Members"
      var profile = line.profile(
        valueLabel: unit.isEmpty ? words : "\(words), \(unit)", title: request.title ?? shown)
      profile.lines = grids.map {
        .init(label: "members", values: inFile.shown(line.values($0)), look: .member)
      }
      if let (label, grid) = other {
        profile.lines.append(.init(label: label, values: line.values(grid), look: .reference))
      }
      return profile
    }
    return Figures.profiles(profiles)
  }

  /// The variable of the members to draw: one over their common grid.
  private func memberVariable(_ reader: NetCDFSeriesReader) throws -> String {
    if let refused = [PlotOption.region, .sigmas].first(where: request.given.contains) {
      throw PlotError.missingOption(
        kind: "profile", text: "--\(refused.rawValue) changes nothing in a profile of members")
    }
    let names = reader.slicedVariables
    guard
      let name = request.variables.first ?? names.first(where: { $0 == ViewTable.memberLine.name })
        ?? names.first
    else { throw notDrawable("grids of the members") }
    guard names.contains(name), request.variables.count < 2 else {
      throw PlotError.unknownVariable(
        name: request.variables.joined(separator: ","), artefact: source.name, found: names)
    }
    return name
  }

  /// The place itself, so that grids of different nodes are read along the same line.
  private func middle(
    _ place: (easting: Double, northing: Double)?, _ geometry: GridGeometry
  ) -> (easting: Double, northing: Double) {
    if let place { return place }
    let (row, column) = Figures.nodes(of: nil, in: geometry)
    return (geometry.easting(column), geometry.northing(row))
  }

  private func subject(_ source: PlotSource) throws -> ProfileSubject {
    let isMain = source.path == self.source.path
    if isMain, !request.variables.isEmpty { return try plain(source, request.variables) }
    let names = source.gridNames
    let views = source.views.profiles.filter { view in view.needs.allSatisfy { names.contains($0.name) } }
    if let view = views.first(where: { $0.deviation != nil }) { return try viewed(source, view) }
    if request.given.contains(.sigmas), isMain {
      throw PlotError.missingOption(
        kind: "profile", text: "--sigmas needs a mean and its deviation, as in the statistics of an ensemble")
    }
    if let view = views.first { return try viewed(source, view) }
    return try plain(source, [isMain ? try preferredName(names) : names.first ?? ""])
  }

  private func preferredName(_ names: [String]) throws -> String {
    let name = try preferredVariable()
    guard names.contains(name) else { throw notDrawable("a grid") }
    return name
  }

  /// Lines that belong together, as the artefact's view says.
  private func viewed(_ source: PlotSource, _ view: ProfileView) throws -> ProfileSubject {
    let lines = try view.lines.map { line -> ProfileSubject.Line in
      let fields = try line.variables.map { try cut(source.grid($0.name)) }
      if let odd = fields.first(where: { $0.unit != fields[0].unit }) {
        throw PlotError.unitsDiffer(
          first: fields[0].unit, second: odd.unit, hint: "lines of one panel have one unit")
      }
      var sum = fields[0]
      for field in fields.dropFirst() {
        sum.grid.values = zip(sum.grid.values, field.grid.values).map { $0 + $1 }
      }
      return ProfileSubject.Line(
        label: line.label ?? source.title(line.variables[0].name), field: sum, look: Self.look(line.look))
    }
    let main = try cut(source.grid(view.main.name))
    if let odd = lines.first(where: { $0.field.unit != main.unit }) {
      throw PlotError.unitsDiffer(
        first: main.unit, second: odd.field.unit, hint: "lines of one panel have one unit")
    }
    var subject = ProfileSubject(name: view.main.name, unit: main.unit, label: view.axis)
    subject.lines = lines.map { ($0.label, $0.field.grid, $0.look) }
    if let deviation = view.deviation {
      subject.deviation = try cut(source.grid(deviation.name)).grid
      subject.sigmas = request.sigmas.sorted(by: >)
    }
    if let (attribute, label) = view.level { subject.level = source.number(attribute).map { ($0, label) } }
    return subject
  }

  private static func look(_ look: ProfileView.Look) -> Profile.Look {
    switch look {
    case .result: .result
    case .start: .start
    case .reference: .reference
    case .other: .other
    }
  }

  private func plain(_ source: PlotSource, _ names: [String]) throws -> ProfileSubject {
    let looks: [Profile.Look] = [.result, .start, .other, .reference]
    let fields = try names.map { try cut(source.grid($0)) }
    if let odd = fields.first(where: { $0.unit != fields[0].unit }) {
      throw PlotError.unitsDiffer(
        first: fields[0].unit, second: odd.unit, hint: "lines of one panel have one unit")
    }
    var subject = ProfileSubject(
      name: names[0], unit: fields[0].unit, label: names.count == 1 ? source.title(names[0]) : "value")
    subject.lines = fields.indices.map {
      (source.title(names[$0]), fields[$0].grid, looks[$0 % looks.count])
    }
    return subject
  }
}

/// What the panels of one artefact show, before it is known along which line.
struct ProfileSubject {
  struct Line {
    var label: String
    var field: ShownField
    var look: Profile.Look
  }

  /// Of the main variable.
  let name: String
  let unit: String
  /// Of the vertical axis.
  var label: String
  var lines: [(label: String, grid: Grid, look: Profile.Look)] = []
  var deviation: Grid?
  var sigmas: [Double] = []
  var level: (value: Double, label: String)?

  init(name: String, unit: String, label: String) {
    (self.name, self.unit, self.label) = (name, unit, label)
  }

  /// Of the main line; the others are read at its nodes.
  var geometry: GridGeometry { lines[lines.count - 1].grid.geometry }

  func profile(along line: GridLine, title: String?) -> Profile {
    var profile = line.profile(valueLabel: unit.isEmpty ? label : "\(label), \(unit)", title: title)
    profile.lines = lines.map {
      .init(label: $0.label, values: line.values($0.grid.sampled(at: line.geometry)), look: $0.look)
    }
    if let deviation {
      let mean = profile.lines[profile.lines.count - 1].values
      let spread = line.values(deviation.sampled(at: line.geometry))
      profile.bands = sigmas.map { Profile.Band(mean: mean, deviation: spread, sigmas: $0) }
    }
    profile.level = level
    return profile
  }
}
