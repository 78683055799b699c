import Datasets
import NumericCore

// Plots along lines.
extension Plot {
  /// West–east and south–north lines through a place. What is drawn follows from the artefact: a mean with bands
  /// of its deviation, surfaces with their start and reference, observed and predicted gravity.
  func profile() throws -> Figure {
    if EnsembleTable(source.dataset) != nil { return try memberProfile() }
    let main = try subject(source)
    let geometry = main.geometry
    let place = try place(in: geometry)
    var companion: ProfileSubject?
    var reference: (label: String, field: Artefacts.Field)?
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
    let (unit, factor) = Artefacts.unit(units)
    let words = name.split(separator: "_").joined(separator: " ")
    let profiles = [GridLine.Direction.westEast, .southNorth].map { direction -> Profile in
      let line = GridLine(direction, through: place, in: geometry)
      let shown = count < reader.count ? "The first \(count) members" : "Members"
      var profile = line.profile(
        valueLabel: unit.isEmpty ? words : "\(words), \(unit)", title: request.title ?? shown)
      profile.lines = grids.map {
        .init(label: "members", values: line.values($0).map { $0 * factor }, look: .member)
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
    guard let name = request.variables.first ?? names.first(where: { $0 == "topography" }) ?? names.first
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
    for (mean, deviation) in [("weighted_mean", "weighted_stdev"), ("z_mean", "z_stdev")]
    where names.contains(mean) && names.contains(deviation) {
      let field = try cut(source.grid(mean))
      var subject = ProfileSubject(name: mean, unit: field.unit, label: "height")
      subject.lines = [(source.title(mean), field.grid, .result)]
      subject.deviation = try cut(source.grid(deviation)).grid
      subject.sigmas = request.sigmas.sorted(by: >)
      return subject
    }
    if request.given.contains(.sigmas), isMain {
      throw PlotError.missingOption(
        kind: "profile", text: "--sigmas needs a mean and its deviation, as in the statistics of an ensemble")
    }
    if names.contains("forward_gravity"), names.contains("without_edges") {
      var subject = try plain(source, ["forward_gravity", "without_edges"])
      (subject.lines[1].look, subject.label) = (.reference, "gravity")
      return subject
    }
    if names.contains("gravity_anomaly"), names.contains("forward_gravity") { return try gravity(source) }
    if names.contains("topography"), names.contains("starting_topography") {
      var subject = try plain(source, ["topography"])
      let start = try cut(source.grid("starting_topography"))
      subject.lines.insert((source.title("starting_topography"), start.grid, .start), at: 0)
      subject.level = source.number("zref").map { ($0, "reference level") }
      subject.label = "height"
      return subject
    }
    return try plain(source, [isMain ? try preferredName(names) : names.first ?? ""])
  }

  private func preferredName(_ names: [String]) throws -> String {
    let name = try preferredVariable()
    guard names.contains(name) else { throw notDrawable("a grid") }
    return name
  }

  /// What was measured, and what the model and the regional field give together.
  private func gravity(_ source: PlotSource) throws -> ProfileSubject {
    let observed = try cut(source.grid("gravity_anomaly"))
    var predicted = try cut(source.grid("forward_gravity")).grid
    var subject = ProfileSubject(name: "gravity_anomaly", unit: observed.unit, label: "gravity")
    subject.lines = [("observed", observed.grid, .reference)]
    var label = "forward"
    if source.dataset["reg"] != nil {
      let regional = try cut(source.grid("reg")).grid
      subject.lines.append(("regional", regional, .other))
      predicted.values = zip(predicted.values, regional.values).map { $0 + $1 }
      label = "predicted: forward + regional"
    }
    subject.lines.append((label, predicted, .result))
    return subject
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
