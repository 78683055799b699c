import Datasets
import NumericCore
import Optimisation
import StageSupport

/// What an iterative inversion remembers beside its fields: numbers, the events with their values, cut-outs.
struct SearchState {
  /// What the round that is planned will tell.
  enum Phase: String {
    /// Values and gradients at the model, or gradients alone where the values are known.
    case model
    /// Of the model with the update added.
    case trial
  }

  var phase = Phase.model
  /// Accepted updates along the path.
  var iteration = 0
  var region = TrustRegion.State()
  /// Values of the events at the model; empty before they are known.
  var values: [(event: String, value: Double)] = []
  /// Iteration whose model the gradient belongs to; nil before there is one.
  var gradientIteration: Int?
  /// Events that the gradient is the sum of.
  var gradientEvents: [String] = []
  /// Events that the round which is planned is computed for; empty for all.
  var planned: [String] = []
  /// Events whose values judge the trial: all of the gradient unless batches are mini-batches.
  var control: [String] = []
  /// Iterations in which events were used last; those never used are not there.
  var lastUse: [(event: String, iteration: Int)] = []
  /// L2 norm of the gradient of the first model of the path.
  var rootNorm: Double?
  /// Slots of the pairs, oldest first, and their inner products.
  var pairs: [Int] = []
  var products = PairProducts()
  /// What map and metric are told by.
  var mapText = "", metricText = ""
  var cutouts: [Cutout] = []

  static let slots = 10
  /// The slot that a new pair takes: that of the oldest where all are full.
  var nextSlot: Int { (0..<Self.slots).first { !pairs.contains($0) } ?? pairs[0] }

  /// Misfit of the model, sum over its events; nil before it is known.
  var misfit: Double? { values.isEmpty ? nil : values.reduce(0) { $0 + $1.value } }

  init() {}
}

extension SearchState {
  func dataset() throws -> Dataset {
    var dataset = Dataset(title: "state of an iterative inversion")
    dataset.setAttribute("phase", text: phase.rawValue)
    dataset.setAttribute("iteration", Double(iteration))
    dataset.setAttribute("rejected", Double(region.rejected))
    for (name, value) in [
      ("radius", region.radius), ("first_radius", region.firstRadius), ("ratio", region.ratio),
      ("predicted", region.predicted), ("length", region.length), ("root_gradient_norm", rootNorm),
      ("gradient_iteration", gradientIteration.map(Double.init)),
    ] { dataset.setAttribute(name, value) }
    dataset.setAttribute("map", text: mapText)
    dataset.setAttribute("metric", text: metricText)
    dataset.setAttribute("pairs", text: pairs.map(String.init).joined(separator: " "))
    if !pairs.isEmpty {
      for (name, matrix) in [
        ("pair_steps", products.steps), ("pair_mixed", products.mixed), ("pair_changes", products.changes),
      ] {
        try dataset.addColumn(
          name, matrix.flatMap(\.self), units: "1", longName: "inner products of the history, row by row",
          dimension: "pair_product")
      }
    }
    if !values.isEmpty {
      try dataset.addColumn("event", values.map(\.event), longName: "event", dimension: "event")
      try dataset.addColumn(
        "misfit", values.map(\.value), units: "1", longName: "value at the model", dimension: "event")
    }
    if !gradientEvents.isEmpty {
      try dataset.addColumn(
        "gradient_event", gradientEvents, longName: "event of the gradient", dimension: "gradient_event")
    }
    for (name, events) in [("planned_event", planned), ("control_event", control)] where !events.isEmpty {
      try dataset.addColumn(name, events, longName: name, dimension: name)
    }
    if !lastUse.isEmpty {
      try dataset.addColumn("used_event", lastUse.map(\.event), longName: "event", dimension: "used_event")
      try dataset.addColumn(
        "last_use", lastUse.map { Double($0.iteration) }, units: "1", longName: "iteration",
        dimension: "used_event")
    }
    if !cutouts.isEmpty {
      for (name, values) in [
        ("cutout_x", cutouts.map(\.x)), ("cutout_y", cutouts.map(\.y)),
        ("cutout_radius", cutouts.map(\.radius)),
      ] {
        try dataset.addColumn(name, values, units: "m", longName: name, dimension: "cutout")
      }
    }
    return dataset
  }

  init(_ dataset: Dataset) throws {
    func number(_ name: String) throws -> Double {
      guard let value = dataset.number(attribute: name) else {
        throw StageError.missingVariable(name, artefact: dataset.path, hint: "it is no state of an inversion")
      }
      return value
    }
    phase = dataset.attribute("phase")?.text.flatMap(Phase.init) ?? .model
    iteration = Int(try number("iteration"))
    region.rejected = Int(try number("rejected"))
    (region.radius, region.firstRadius) = (
      dataset.number(attribute: "radius"), dataset.number(attribute: "first_radius")
    )
    region.ratio = dataset.number(attribute: "ratio")
    (region.predicted, region.length) = (
      dataset.number(attribute: "predicted"), dataset.number(attribute: "length")
    )
    rootNorm = dataset.number(attribute: "root_gradient_norm")
    gradientIteration = dataset.number(attribute: "gradient_iteration").map { Int($0) }
    mapText = dataset.attribute("map")?.text ?? ""
    metricText = dataset.attribute("metric")?.text ?? ""
    pairs = (dataset.attribute("pairs")?.text ?? "").split(separator: " ").compactMap { Int($0) }
    if !pairs.isEmpty {
      func matrix(_ name: String) throws -> [[Double]] {
        let values = try dataset.column(name)
        return pairs.indices.map { row in Array(values[row * pairs.count..<(row + 1) * pairs.count]) }
      }
      products.steps = try matrix("pair_steps")
      products.mixed = try matrix("pair_mixed")
      products.changes = try matrix("pair_changes")
    }
    if dataset["event"] != nil {
      values = Array(zip(try dataset.texts("event"), try dataset.column("misfit")))
    }
    if dataset["gradient_event"] != nil { gradientEvents = try dataset.texts("gradient_event") }
    if dataset["planned_event"] != nil { planned = try dataset.texts("planned_event") }
    if dataset["control_event"] != nil { control = try dataset.texts("control_event") }
    if dataset["used_event"] != nil {
      let iterations = try dataset.column("last_use").map { Int($0) }
      lastUse = Array(zip(try dataset.texts("used_event"), iterations))
    }
    if dataset["cutout_x"] != nil {
      let (x, y) = (try dataset.column("cutout_x"), try dataset.column("cutout_y"))
      let radius = try dataset.column("cutout_radius")
      cutouts = x.indices.map { Cutout(x: x[$0], y: y[$0], radius: radius[$0]) }
    }
  }
}

/// Vectors of a metric as files: unknowns one behind the other.
enum MetricVectorFile {
  private static let dimension = "unknown"

  static func add(_ name: String, _ vector: MetricVector, to dataset: inout Dataset) throws {
    try dataset.addColumn(
      name, vector.dual, units: "1", longName: "in the space of derivatives", dimension: dimension)
    if let smooth = vector.smooth {
      try dataset.addColumn(
        name + "_smooth", smooth, units: "1", longName: "the same smoothed", dimension: dimension)
    }
  }

  static func vector(_ name: String, _ dataset: Dataset) throws -> MetricVector {
    MetricVector(
      dual: try dataset.column(name),
      smooth: dataset[name + "_smooth"] == nil ? nil : try dataset.column(name + "_smooth"))
  }
}
