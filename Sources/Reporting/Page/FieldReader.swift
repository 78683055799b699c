import Artefacts
import Datasets
import NumericCore
import Planning

/// Numbers at places, in the unit that people read.
struct FieldValues {
  enum Places {
    case nodes(GridGeometry)
    case rows(Points?)
    /// Picked from others.
    case none
  }

  var values: [Double]
  var unit: String
  var places: Places
  /// What easting and northing of the nodes are.
  var axes = MapStyle.Axes.ground

  init(_ values: [Double], unit: String, _ places: Places) {
    (self.values, self.unit, self.places) = (values, unit, places)
  }

  init(_ field: ShownField) {
    self.init(field.grid.values, unit: field.unit, .nodes(field.grid.geometry))
    axes = field.axes
  }

  /// Whether a map can show them.
  var isPlaced: Bool {
    switch places {
    case .nodes, .rows(.some): true
    case .rows(nil), .none: false
    }
  }

  /// Nil unless they lie on a grid.
  var grid: Grid? {
    if case .nodes(let geometry) = places { Grid(geometry: geometry, values: values) } else { nil }
  }

  var shown: ShownField? { grid.map { ShownField(grid: $0, unit: unit) } }
}

/// Reads and computes the fields and numbers that a report of one stage is made from, each field once.
final class FieldReader {
  let artefacts: RunArtefacts
  let stage: String
  /// A missing file is not told: somebody else does.
  private let isQuiet: Bool
  private var known: [Field: FieldValues?] = [:]

  init(_ artefacts: RunArtefacts, _ stage: String, isQuiet: Bool = false) {
    (self.artefacts, self.stage, self.isQuiet) = (artefacts, stage, isQuiet)
  }

  /// Nil where something of it is not there, or its parts can't be compared.
  subscript(field: Field) -> FieldValues? {
    if let value = known[field] { return value }
    let value = read(field)
    known[field] = .some(value)
    return value
  }

  private func read(_ field: Field) -> FieldValues? {
    switch field {
    case .own(let port, let variable): own(port, variable)
    case .input(let port, let variable):
      artefacts.feed(of: port, stage).flatMap { values(of: $0.stage, $0.port, variable) }
    case .truth(let variable): artefacts.landmark(.truth, variable).map { FieldValues($0) }
    case .start(let variable): artefacts.landmark(.start, variable).map { FieldValues($0) }
    case .difference(let first, let second): combined(first, second, at: 1) { $0 - $1 }
    case .excess(let first, let second): combined(first, second, at: 0) { $0 - $1 }
    case .sum(let first, let second): combined(first, second, at: 1) { $0 + $1 }
    case .ratio(let first, let second): ratio(first, second)
    case .magnitude(let field): mapped(field, abs)
    case .at(let field, let places): combined(field, places, at: 1) { value, _ in value }
    case .held(let field, let flag, let other): held(field, flag, other)
    case .percent(let field, let whole): percent(field, whole)
    }
  }

  private func own(_ port: String, _ variable: Variable) -> FieldValues? {
    if isQuiet, !artefacts.has(stage, port) { return nil }
    return values(of: stage, port, variable)
  }

  private func values(of stage: String, _ port: String, _ variable: Variable) -> FieldValues? {
    guard let data = artefacts.dataset(stage, port), let found = data[variable.name] else { return nil }
    if Dataset.isGeographic(found.dimensions) != nil || data.isSection(found.dimensions) {
      return artefacts.field(stage, port, variable.name).map { FieldValues($0) }
    }
    // A number, or numbers of other dimensions: no map shows them, but they are told.
    guard found.dimensions.count == 1 else {
      let unit = ShownUnit(found.units)
      return found.decoded().map { FieldValues(unit.shown($0), unit: unit.symbol, .rows(nil)) }
    }
    return ShownColumn(found).map {
      var values = FieldValues($0.values, unit: $0.unit, .rows(artefacts.points(stage, port)))
      values.axes = artefacts.axes(stage, port)
      return values
    }
  }

  /// Of one unit unless that `mayDiffer`, at the places of the first (0) or the second (1); the other is read there.
  private func combined(
    _ first: Field, _ second: Field, at index: Int, mayDiffer: Bool = false,
    _ operation: (Double, Double) -> Double
  ) -> FieldValues? {
    guard let one = self[first], let two = self[second], one.unit == two.unit || mayDiffer else {
      return nil
    }
    guard let left = one.grid, let right = two.grid else {
      // A grid and a table of as many rows have nothing in common.
      guard one.values.count == two.values.count, one.grid == nil, two.grid == nil else { return nil }
      return FieldValues(zip(one.values, two.values).map(operation), unit: one.unit, one.places)
    }
    let geometry = index == 0 ? left.geometry : right.geometry
    let (a, b) = (left.sampled(at: geometry), right.sampled(at: geometry))
    return FieldValues(zip(a.values, b.values).map(operation), unit: one.unit, .nodes(geometry))
  }

  private func mapped(_ field: Field, _ operation: (Double) -> Double) -> FieldValues? {
    self[field].map { FieldValues($0.values.map(operation), unit: $0.unit, $0.places) }
  }

  private func ratio(_ first: Field, _ second: Field) -> FieldValues? {
    combined(first, second, at: 0, mayDiffer: true) { $0 / $1 }.map {
      FieldValues($0.values.filter(\.isFinite), unit: "", .none)
    }
  }

  private func held(_ field: Field, _ flag: Field, _ other: Field) -> FieldValues? {
    guard let value = self[field], let flags = self[flag]?.values, let others = self[other]?.values,
      flags.count == value.values.count, others.count == flags.count
    else { return nil }
    let kept = flags.indices.filter { flags[$0] == 1 && others[$0].isFinite }
    return kept.isEmpty ? nil : FieldValues(kept.map { value.values[$0] }, unit: value.unit, .none)
  }

  private func percent(_ field: Field, _ whole: Field) -> FieldValues? {
    guard let value = self[field], let whole = self[whole]?.values else { return nil }
    let most = PlotMath.finite(whole).map(abs).max() ?? 0
    return FieldValues(
      value.values.map { most > 0 ? 100 * $0 / most : .nan }, unit: "%", value.places)
  }
}

extension FieldReader {
  /// The number and its unit; nil where it is not there.
  func number(_ number: Number) -> (value: Double, unit: String)? {
    switch number {
    case .scalar(let port): return artefacts.scalar(stage, port)
    case .percentage(let port):
      return artefacts.scalar(stage, port).map { $0.unit.isEmpty ? ($0.value * 100, "%") : $0 }
    case .rootMeanSquare(let field): return statistic(field, PlotMath.rootMeanSquare)
    case .mean(let field): return statistic(field, PlotMath.mean)
    case .greatest(let field):
      guard let values = self[field], let most = PlotMath.finite(values.values).max() else { return nil }
      return (most, values.unit)
    case .share(let field, let limit):
      guard let values = self[field]?.values, !values.isEmpty else { return nil }
      return (100 * Double(values.count { abs($0) <= limit }) / Double(values.count), "%")
    case .rows(let port):
      // None of what a model need not have is no number to tell.
      return artefacts.points(stage, port).flatMap { $0.count > 0 ? (Double($0.count), "") : nil }
    case .attribute(let port, let name):
      return artefacts.dataset(stage, port)?.attribute(name)?.number.map { ($0, "") }
    case .first(let numbers): return numbers.lazy.compactMap { self.number($0) }.first
    }
  }

  /// A number beside what it should be, in words.
  func verdict(_ judgement: Judgement) -> (value: Double, unit: String, words: String)? {
    switch judgement {
    case .noise(let number, let stated):
      guard let found = self.number(number), found.value.isFinite else { return nil }
      guard let stated = self.number(stated), stated.value > 0, stated.unit == found.unit else {
        return (found.value, found.unit, "")
      }
      let words = Self.words(ofNoise: found.value / stated.value)
      let unit = stated.unit.isEmpty ? "" : " " + stated.unit
      return (
        found.value, found.unit, "stated noise \(NumberText.significant(stated.value, 3))\(unit): \(words)"
      )
    case .coverage(let number, let nominal):
      guard let found = self.number(number), found.value.isFinite else { return nil }
      let words = Self.words(ofCoverage: found.value - nominal)
      return (
        found.value, found.unit,
        "\(NumberText.significant(nominal, 3)) % if the deviations are right: \(words)"
      )
    }
  }

  private static func words(ofNoise ratio: Double) -> String {
    switch ratio {
    case ..<0.5: "the noise was fitted"
    case ..<0.8: "some of the noise was fitted"
    case ...1.25: "the data are explained to their noise"
    case ...2: "something is left that is no noise"
    default: "the data are not explained"
    }
  }

  /// - Parameter excess: per cent of the places.
  private static func words(ofCoverage excess: Double) -> String {
    switch excess {
    case ..<(-15): "they are much too small"
    case ..<(-5): "they are too small"
    case ...4: "they are"
    default: "they are too large"
    }
  }

  private func statistic(_ field: Field, _ body: ([Double]) -> Double) -> (value: Double, unit: String)? {
    self[field].map { (body($0.values), $0.unit) }
  }
}
