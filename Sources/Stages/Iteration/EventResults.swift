import Datasets
import NumericCore
import Optimisation
import Planning
import StageSupport

/// What the members of a round told: the value and the gradient of each event.
struct EventResults {
  /// Names of the events in order of their names, so that sums do not depend on how they are listed; one nameless
  /// event where there are none.
  let events: [String]
  /// By event; nil where the round did not ask for it.
  private(set) var values: [String: Double]?
  /// Files by event, one for each output that 'gradient' lists; nil where the round did not ask for them.
  private(set) var gradients: [String: [String]]?
  /// Whether an event failed.
  let hasFailed: Bool

  static let (value, gradient) = ("value", "gradient")

  /// - Parameter planned: events that the round was computed for; empty for all.
  init(_ context: StageContext, planned: [String]) throws {
    events = planned.isEmpty ? Self.events(context) : planned.sorted()
    guard let member = context.members.first else { preconditionFailure("a round has a member") }
    hasFailed = context.members.contains(where: \.hasFailed)
    guard !hasFailed else { return }
    let weights = context[IterationSettings.weights]
    var (values, gradients): ([String: Double], [String: [String]]) = ([:], [:])
    for event in events {
      let paths = Self.paths(Self.value, event, member.inputs)
      if !paths.isEmpty {
        values[event] = try zip(try Self.factors(weights, paths.count), paths).reduce(0.0) { sum, part in
          sum + part.0 * (try NetCDFFile.readScalar(part.1))
        }
      }
      let files = Self.paths(Self.gradient, event, member.inputs)
      if !files.isEmpty { gradients[event] = files }
    }
    self.values = values.count == events.count ? values : nil
    self.gradients = gradients.count == events.count ? gradients : nil
  }

  static func events(_ context: StageContext) -> [String] {
    context.memberCases.isEmpty ? [""] : context.memberCases.sorted()
  }

  private static func factors(_ weights: [Double]?, _ count: Int) throws -> [Double] {
    guard let weights else { return Array(repeating: 1, count: count) }
    guard weights.count == count else {
      throw StageError.outOfPlace(
        "there are \(weights.count) weights for \(count) outputs of 'value'; give one for each")
    }
    return weights
  }

  /// Files of a role: `value`, `value_2` …, each behind the setting of the events and the name of one.
  private static func paths(_ role: String, _ event: String, _ inputs: [String: String]) -> [String] {
    var result: [String] = []
    var number = 1
    while true {
      let port = number == 1 ? role : "\(role)_\(number)"
      guard let path = path(port, event, inputs) else { return result }
      result.append(path)
      number += 1
    }
  }

  private static func path(_ port: String, _ event: String, _ inputs: [String: String]) -> String? {
    if event.isEmpty { return inputs[port] }
    // Of `value_event_a`, `value_2_event_a` and `value_event_b_a` the shortest that fits belongs to value and a.
    let fitting = inputs.keys.filter { $0.hasPrefix(port + "_") && $0.hasSuffix("_" + event) }
    guard let name = fitting.min(by: { ($0.count, $0) < ($1.count, $1) }) else { return nil }
    let label = name.dropFirst(port.count + 1).dropLast(event.count + 1)
    // `gradient_2_event` is not the setting `2_event` of the first gradient.
    return label.first?.isNumber == true ? nil : inputs[name]
  }

  // MARK: - gradients

  /// Derivatives by the unknowns: sums over some events and over all, and those of each where they are asked for.
  struct Gradients {
    var all, part: [Double]
    var each: [[Double]] = []
  }

  func sums(
    _ mapping: ModelMapping, at deviation: [Double], part: Set<String>, weights: [Double]?, keepsEach: Bool
  ) throws -> Gradients {
    let count = mapping.map.count
    let none = [Double](repeating: 0, count: count)
    var sums = Gradients(all: none, part: none)
    for event in events {
      let files = gradients?[event] ?? []
      var derivatives = [[Double]?](repeating: nil, count: mapping.map.driven.count)
      for (path, factor) in zip(files, try Self.factors(weights, files.count)) {
        try Self.add(try NetCDFFile.read(path), factor, event, mapping, to: &derivatives)
      }
      if let missing = derivatives.firstIndex(where: { $0 == nil }) {
        throw StageError.missingVariable(
          mapping.map.driven[missing].name, artefact: "the gradient\(Self.words(event))",
          hint: "it must hold the derivative by every parameter that an unknown drives")
      }
      let own = mapping.map.gradient(derivatives, at: deviation)
      for index in 0..<count { sums.all[index] += own[index] }
      if part.contains(event) { for index in 0..<count { sums.part[index] += own[index] } }
      if keepsEach { sums.each.append(own) }
    }
    return sums
  }

  private static func words(_ event: String) -> String { event.isEmpty ? "" : " of event \"\(event)\"" }

  private static func add(
    _ dataset: Dataset, _ factor: Double, _ event: String, _ mapping: ModelMapping,
    to derivatives: inout [[Double]?]
  ) throws {
    for (index, parameter) in mapping.map.driven.enumerated() where dataset[parameter.name] != nil {
      var values = try dataset.doubles(parameter.name)
      guard values.count == mapping.map.nodes else {
        throw StageError.outOfPlace(
          "the gradient\(words(event)) has \(values.count) values of '\(parameter.name)' where the model has "
            + "\(mapping.map.nodes)")
      }
      for node in values.indices {
        if mapping.map.weights[node] == 0 { values[node] = 0 } else { values[node] *= factor }
      }
      if let bad = values.firstIndex(where: { !$0.isFinite }) {
        throw StageError.outOfPlace(
          "the gradient\(words(event)) by '\(parameter.name)' is no number at node \(bad)")
      }
      if let known = derivatives[index] { values = zip(known, values).map { $0 + $1 } }
      derivatives[index] = values
    }
  }

  // MARK: - places

  /// Circles around sources and receivers: of the tables given, or those that the gradients name.
  func cutouts(_ context: StageContext, _ prior: Dataset) throws -> [Cutout] {
    var result: [Cutout] = []
    let radii = [
      ("source", context[IterationSettings.sourceCutout], context.inputs["sources"]),
      ("receiver", context[IterationSettings.receiverCutout], context.inputs["receivers"]),
    ]
    for (what, radius, table) in radii {
      guard let radius else { continue }
      let places =
        try table.map { try Self.places($0, events: what == "source" ? Self.events(context) : nil) }
        ?? self.places(what)
      result += places.map { Cutout(x: $0.x, y: $0.y, radius: radius) }
    }
    // Each once, in an order of their own.
    let sorted = result.sorted { ($0.radius, $0.x, $0.y) < ($1.radius, $1.x, $1.y) }
    return sorted.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  private static let axes = [("x", "z"), ("easting", "northing")]

  private static func places(_ path: String, events: [String]?) throws -> [(x: Double, y: Double)] {
    let table = try NetCDFFile.read(path)
    guard let names = axes.first(where: { table[$0.0] != nil && table[$0.1] != nil }) else {
      throw StageError.missingVariable(
        "x", artefact: path, hint: "places have x and z, or easting and northing")
    }
    let (x, y) = (try table.column(names.0), try table.column(names.1))
    let known = events.flatMap { $0 == [""] || table["name"] == nil ? nil : Set($0) }
    let titles = known == nil ? nil : try table.texts("name")
    return x.indices.filter { row in known.map { $0.contains(titles?[row] ?? "") } ?? true }
      .map { (x[$0], y[$0]) }
  }

  private func places(_ what: String) throws -> [(x: Double, y: Double)] {
    var result: [(x: Double, y: Double)] = []
    for event in events {
      var isFound = false
      for path in gradients?[event] ?? [] {
        let names = ["\(what)_x", "\(what)_z"]
        let known = Set(try NetCDFFile.ownVariableNames(path))
        guard names.allSatisfy(known.contains) else { continue }
        let dataset = try NetCDFFile.read(path, variables: names)
        isFound = true
        result += zip(try dataset.column("\(what)_x"), try dataset.column("\(what)_z")).map { ($0, $1) }
      }
      guard isFound else {
        throw StageError.outOfPlace(
          "\(what)_cutout needs to know where the \(what)s are, and the gradient does not say: feed the input "
            + "'\(what)s' with their table")
      }
    }
    return result
  }
}
