import Datasets
import NumericCore
import Optimisation
import Planning
import StageSupport

/// Files of a step's state.
struct IterationFiles {
  let context: StageContext
  let mapping: ModelMapping

  func path(_ port: String) -> String {
    guard let path = context.outputs[port] else { preconditionFailure("a step has an output '\(port)'") }
    return path
  }

  /// Gives an input on as it is, so that the store has it once.
  func hand(_ input: String, to port: String) throws {
    guard let source = context.inputs[input] else {
      throw StageError.outOfPlace("the state lacks its port '\(input)'")
    }
    try context.give(input, at: source, to: port, path(port))
  }

  /// Gives a port of the state on as it is.
  func pass(_ port: String) throws { try hand(port, to: port) }

  func writeUnknowns(_ values: [Double], to port: String, title: String, longName: String) throws {
    var dataset = try mapping.prior.frame(title: title)
    try add(values, prefix: "", longName: longName, to: &dataset)
    try NetCDFFile.write(dataset, to: path(port))
  }

  private func add(_ values: [Double], prefix: String, longName: String, to dataset: inout Dataset) throws {
    let nodes = mapping.map.nodes
    for (index, name) in mapping.unknowns.enumerated() {
      try mapping.prior.add(
        prefix + name, values[index * nodes..<(index + 1) * nodes], units: "1",
        longName: "\(longName) \(name)", to: &dataset)
    }
  }

  /// What begins the names of a control group's gradient.
  static let control = "control_"

  /// The gradient by the unknowns, and the direction that it becomes where steps are smoothed.
  /// - Parameter control: that of a control group, where it is another.
  func write(gradient: MetricVector?, control: MetricVector?) throws {
    var dataset = try mapping.prior.frame(title: "gradient of the iteration")
    for (vector, prefix) in [(gradient, ""), (control, Self.control)] {
      guard let vector else { continue }
      try add(vector.dual, prefix: prefix, longName: "derivative of the misfit by the unknown", to: &dataset)
      if let smooth = vector.smooth {
        try add(
          smooth, prefix: "preconditioned_" + prefix, longName: "smoothed derivative by the unknown",
          to: &dataset)
      }
    }
    try NetCDFFile.write(dataset, to: path(IterationStep.gradient))
  }

  /// Vectors of a step; nil for a slot that is empty.
  func writePair(_ vectors: [String: MetricVector]?, to port: String) throws {
    var dataset = Dataset(title: vectors == nil ? "nothing" : "vectors of a step")
    for (name, vector) in (vectors ?? [:]).sorted(by: { $0.key < $1.key }) {
      try MetricVectorFile.add(name, vector, to: &dataset)
    }
    try NetCDFFile.write(dataset, to: path(port))
  }
}
