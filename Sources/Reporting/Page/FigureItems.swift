import Artefacts
import Datasets
import NumericCore
import Planning

// Figures that a kind's report declares, drawn where what they show is there.
extension SectionMaker {
  static func style(_ look: MapLook) -> MapStyle {
    let style =
      switch look.colours {
      case .sequential: sequential
      case .diverging: diverging
      case .spread: spread
      }
    return style.with(
      statistic: look.statistic == .none ? .none : look.statistic == .mean ? .mean : .rootMeanSquare)
  }

  private func points(_ dots: Dots?) -> Points? {
    switch dots {
    case nil: nil
    case .known?: artefacts.knownPoints
    case .own(let port)?: artefacts.points(name, port)
    case .input(let port)?: artefacts.feed(of: port, name).flatMap { artefacts.points($0.stage, $0.port) }
    case .row(let port, let column, let setting)?: row(of: port, column: column, setting: setting)
    }
  }

  /// Which of a table's rows a stage is about stands in a setting.
  private func row(of port: String, column: String, setting: String) -> Points? {
    guard let feed = artefacts.feed(of: port, name), let all = artefacts.points(feed.stage, feed.port) else {
      return nil
    }
    let value: String
    switch artefacts.inputs.pipeline[name]?.settings[setting] {
    case .value(.text(let text))?, .variable(_, .text(let text))?: value = text
    default: return all
    }
    guard case .text(let texts)? = artefacts.dataset(feed.stage, feed.port)?[column]?.values,
      texts.count == all.count
    else { return all }
    return all.subset(texts.indices.filter { texts[$0] == value })
  }

  // MARK: - maps

  func add(_ map: FieldMap, limits: ClosedRange<Double>? = nil, to section: inout StageSection) {
    guard let found = fields[map.field], found.values.contains(where: \.isFinite) else { return }
    if let label = map.constant {
      let values = PlotMath.finite(found.values)
      guard let low = values.min(), let high = values.max() else { return }
      if low == high { return section.fact(label, low, found.unit) }
    }
    var style = Self.style(map.look)
    style.axes = found.axes
    if let limits { style = style.with(limits: limits) }
    switch found.places {
    case .nodes(let geometry):
      let dots = points(map.dots)
      var overlay = MapOverlay(points: dots)
      overlay.marks = points(map.marks)
      if map.rim != nil { overlay.innerRegion = innerRegion(map, geometry) }
      section.add(
        Figures.map(
          Grid(geometry: geometry, values: found.values), title: map.title, unit: found.unit, style: style,
          overlay: overlay), map.caption + note(map, dots))
    case .rows(let places?):
      section.add(
        Figures.pointMap(places, values: found.values, title: map.title, unit: found.unit, style: style),
        map.caption)
    case .rows(nil): addRange(map.title, found, to: &section)
    case .none: return
    }
  }

  /// A number, or the least and the greatest of numbers that no map can show.
  private func addRange(_ title: String, _ found: FieldValues, to section: inout StageSection) {
    let values = PlotMath.finite(found.values)
    guard let low = values.min(), let high = values.max() else { return }
    if low == high { return section.fact(title, low, found.unit) }
    let unit = found.unit.isEmpty ? "" : " \(found.unit)"
    let range = "\(NumberText.significant(low)) … \(NumberText.significant(high))\(unit)"
    section.facts.append((title, range, ""))
  }

  private func note(_ map: FieldMap, _ dots: Points?) -> String {
    guard let dots, dots.count > 0 else { return "" }
    return switch map.note {
    case .none: ""
    case .plain: " Dots: constraint points."
    case .counted: " Dots: \(dots.count) constraint points."
    }
  }

  /// Colours of what they all show.
  func add(_ maps: [FieldMap], to section: inout StageSection) {
    let all = maps.compactMap { fields[$0.field]?.values }.flatMap { $0 }
    guard let first = maps.first else { return }
    let limits = Self.style(first.look).colourLimits(of: all)
    for map in maps { add(map, limits: limits, to: &section) }
  }

  func add(_ maps: SeriesMaps, to section: inout StageSection) {
    let names = artefacts.gridNames(name, maps.port)
    add(
      names.compactMap { name in
        maps.series.rest(of: name).map { rest in
          FieldMap(
            .own(maps.port, Variable(name, nil, "")), title(rest, of: name, maps) + maps.suffix, maps.look,
            caption: maps.caption)
        }
      }, to: &section)
  }

  private func title(_ rest: String, of variable: String, _ maps: SeriesMaps) -> String {
    let parts = rest.split(separator: "_").map(String.init)
    guard maps.isTitledByContent,
      let told = artefacts.dataset(name, maps.port)?[variable]?.attribute("long_name")?.text
    else { return parts.joined(separator: ".") }
    let words = parts.last.flatMap { Int($0) } == nil ? parts : Array(parts.dropLast())
    return ([maps.series.longName] + words + [told]).joined(separator: " ")
  }

  func add(_ comparison: FieldComparison, to section: inout StageSection) {
    guard let first = fields[comparison.first], let second = fields[comparison.second],
      first.unit == second.unit, let left = first.grid, let right = second.grid,
      left.values.contains(where: \.isFinite), right.values.contains(where: \.isFinite)
    else { return }
    let dots = points(comparison.dots)
    let titles = comparison.titles
    let drawing = Figures.comparison(
      left, right,
      titles: ComparisonTitles(first: titles.first, difference: titles.difference, second: titles.second),
      unit: first.unit, style: Self.style(comparison.look), overlay: MapOverlay(points: dots))
    let usual =
      "Outer maps share their colours (2nd to 98th percentile); RMS of the difference under its title."
    section.add(
      drawing, comparison.caption ?? usual + ((dots?.count ?? 0) == 0 ? "" : " Dots: constraint points."))
  }

  /// The region inside a rim.
  private func innerRegion(_ map: FieldMap, _ geometry: GridGeometry) -> Region? {
    guard let rim = map.rim,
      case .value(let value)? = stage.settings[geometry.isGeographic ? rim.angle : rim.width],
      let buffer = value.double
    else { return nil }
    return buffer > 0 ? geometry.region.shrunk(by: buffer) : nil
  }

  // MARK: - distributions and agreement

  func add(_ histogram: FieldHistogram, to section: inout StageSection) {
    let parts = histogram.parts.map { (part: $0, found: fields[$0.field]) }
    guard parts.allSatisfy({ !$0.part.isRequired || $0.found != nil }),
      let last = parts.last(where: { $0.found != nil })?.found, last.values.contains(where: \.isFinite)
    else { return }
    let unit = last.unit
    section.add(
      Figures.histogram(
        Histogram(
          title: histogram.title,
          quantity: histogram.quantity + (unit.isEmpty ? "" : ", \(unit)"),
          sets: parts.compactMap { entry in entry.found.map { (entry.part.label, $0.values) } },
          marks: Self.marks(histogram.marks, last.values))), histogram.caption)
  }

  private static func marks(_ marks: FieldHistogram.Marks, _ values: [Double]) -> [Histogram.Mark] {
    switch marks {
    case .none: return []
    case .mean:
      let mean = PlotMath.mean(values)
      return [.init(mean, "mean \(NumberText.significant(mean, 3))")]
    case .greatest:
      let most = PlotMath.finite(values).max() ?? .nan
      return [.init(most, "greatest \(NumberText.significant(most, 3))")]
    case .twoDeviations: return [.init(-2, "−2"), .init(2, "2")]
    }
  }

  func add(_ agreement: FieldAgreement, to section: inout StageSection) {
    guard let first = fields[agreement.first.field], let second = fields[agreement.second.field],
      zip(first.values, second.values).contains(where: { $0.isFinite && $1.isFinite })
    else { return }
    var title = agreement.title
    if let field = agreement.statistic, let values = fields[field] {
      title += ", RMS \(NumberText.significant(PlotMath.rootMeanSquare(values.values))) \(values.unit)"
    }
    section.add(
      Figures.agreement(
        SampledParameter(name: agreement.first.name, unit: first.unit, values: first.values),
        SampledParameter(name: agreement.second.name, unit: second.unit, values: second.values),
        title: title, multiples: agreement.multiples), agreement.caption)
  }

  // MARK: - points and curves

  func add(_ groups: PointGroups, to section: inout StageSection) {
    let found = Self.told(
      groups.groups.compactMap { label, port in
        artefacts.points(name, port).map { (label: label, points: $0) }
      }, equal: groups.labelOfEqual)
    guard found.contains(where: { $0.points.count > 0 }) else { return addOutputs(to: &section) }
    for group in found { section.fact("\(groups.noun) \(group.label)", Double(group.points.count)) }
    section.add(
      Figures.pointGroups(found, title: groups.title, extent: Self.extent), groups.caption)
  }

  /// Equal groups are one.
  static func told(
    _ groups: [(label: String, points: Points)], equal label: String
  ) -> [(label: String, points: Points)] {
    guard let first = groups.first, groups.count > 1, groups.allSatisfy({ $0.points == first.points }) else {
      return groups
    }
    return [(label, first.points)]
  }

  func add(_ curve: ColumnCurve, to section: inout StageSection) {
    guard artefacts.has(name, curve.port), let x = artefacts.column(name, curve.port, curve.x),
      let y = artefacts.column(name, curve.port, curve.y)
    else { return }
    // One point is no curve.
    let drawable = zip(x.values, y.values).filter {
      $0.isFinite && $1.isFinite && (!curve.isLogarithmic || $0 > 0)
    }
    guard Set(drawable.map(\.0)).count > 1 else { return }
    func label(_ variable: Variable, _ column: ShownColumn) -> String {
      variable.name + (column.unit.isEmpty ? "" : ", \(column.unit)")
    }
    var drawn = ScoreCurve(
      title: curve.title, parameters: x.values, scores: y.values, parameterLabel: label(curve.x, x),
      scoreLabel: label(curve.y, y))
    drawn.isParameterLogarithmic = curve.isLogarithmic
    section.add(Figures.curve(drawn), curve.caption)
  }

  // MARK: - profiles and plots

  /// West–east and south–north lines through the middle.
  func add(_ profiles: MeanProfiles, to section: inout StageSection) {
    guard let mean = fields[profiles.mean]?.shown, let spread = fields[profiles.deviation]?.grid else {
      return
    }
    let geometry = mean.grid.geometry
    guard geometry.rows > 2, geometry.columns > 2 else { return }
    let subject = profiles.subject
    let isSubject = mean.unit == subject.quantity.map { ShownUnit($0.units).symbol }
    func line(_ field: Field) -> Grid? {
      isSubject ? fields[field]?.grid?.sampled(at: geometry) : nil
    }
    let (truth, start) = (line(.truth(subject)), line(.start(subject)))
    let drawn = [GridLine.Direction.westEast, .southNorth].map { direction -> Profile in
      let line = GridLine(direction, through: nil, in: geometry)
      var profile = line.profile(valueLabel: (isSubject ? subject.name : "mean") + ", " + mean.unit)
      let (middle, deviation) = (line.values(mean.grid), line.values(spread))
      profile.bands = [2.0, 1].map { Profile.Band(mean: middle, deviation: deviation, sigmas: $0) }
      if let start {
        profile.lines.append(.init(label: "starting", values: line.values(start), look: .start))
      }
      profile.lines.append(.init(label: "ensemble mean", values: middle, look: .result))
      if let truth {
        profile.lines.append(.init(label: "true", values: line.values(truth), look: .reference))
      }
      return profile
    }
    section.add(Figures.profiles(drawn), profiles.caption)
  }

  /// What `pipe plot` draws of an output, in the size of the page; with another output where that is there.
  func add(_ plot: OutputPlot, to section: inout StageSection) {
    guard artefacts.has(name, plot.port), let data = artefacts.dataset(name, plot.port) else { return }
    if let grid = plot.grid {
      let geometry = artefacts.field(name, plot.port, grid.name)?.grid.geometry
      guard let geometry, geometry.rows > 2, geometry.columns > 2 else { return }
    }
    if let needed = plot.needed, data[needed.name] == nil { return }
    if let placed = plot.placed, fields[.own(plot.port, placed)]?.isPlaced != true { return }
    // Variables that are not there are no mistake of the kind, which may leave them out.
    guard plot.variables.allSatisfy({ data[$0.name] != nil }) else { return }
    var request = request(plot.kind)
    request.variables = plot.variables.map(\.name)
    if let other = plot.other, artefacts.has(name, other) {
      request.other = artefacts.dataset(name, other).map { source($0, other) }
    }
    draw(source(data, plot.port), request, of: plot.port, plot.caption, to: &section)
  }

  func source(_ data: Dataset, _ port: String) -> PlotSource {
    var source = PlotSource(data, name: "\(name).\(port)", views: artefacts.views)
    source.labels = artefacts.labels(name)
    return source
  }

  func request(_ kind: String) -> PlotRequest {
    var request = PlotRequest(kind: PlotKind(rawValue: kind))
    (request.extent, request.mostCells) = (300, Self.sequential.mostCells)
    return request
  }

  func draw(
    _ source: PlotSource, _ request: PlotRequest, of port: String, _ caption: String,
    to section: inout StageSection
  ) {
    do {
      section.add(try Plot(source, request).figure(), caption)
    } catch {
      artefacts.note(name, "no \(request.kind?.rawValue ?? "plot") of output '\(port)': \(error)")
    }
  }
}
