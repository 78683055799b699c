import Artefacts
import Datasets
import Networks
import StageSupport

/// Trained networks in a file: all of a committee, or one alone with the history of its training.
enum NetworkMemberFile {
  /// - Parameter beside: further numbers of each network, behind those of its layers.
  static func add(
    _ members: [NetworkMember], beside: [(name: String, longName: String, values: [Double])] = [],
    to file: inout Dataset
  ) throws {
    func add(_ name: String, _ longName: String, _ values: [Double]) throws {
      try file.addColumn(name, values, longName: longName, dimension: "networks")
    }
    try add("hidden", "units of the first hidden layer", members.map { Double($0.shape.hidden[0]) })
    if members[0].shape.hidden.count > 1 {
      try add("hidden_2", "units of the second hidden layer", members.map { Double($0.shape.hidden[1]) })
    }
    try add("kernels", "kernels of the mixture", members.map { Double($0.shape.kernels) })
    for entry in beside { try add(entry.name, entry.longName, entry.values) }
    try add("validation_loss", "loss of the stopping part", members.map(\.validationLoss))
    try add("training_loss", "loss of the training part", members.map(\.trainingLoss))
    try add("iterations", "iterations over all samples", members.map { Double($0.iterations) })
    try add("best", "epoch or iteration of the parameters", members.map { Double($0.best) })
    try file.addColumn(
      "parameters", members.flatMap(\.parameters),
      longName: "of every network weights, a row an output, and biases, layer by layer",
      dimension: "parameter")
  }

  static func members(of file: Dataset, inputs: Int, targets: Int) throws -> [NetworkMember] {
    let hidden = try file.column("hidden")
    let second = file["hidden_2"] == nil ? nil : try file.column("hidden_2")
    let kernels = try file.column("kernels")
    let (iterations, best) = (try file.column("iterations"), try file.column("best"))
    let (training, validation) = (try file.column("training_loss"), try file.column("validation_loss"))
    let parameters = try file.column("parameters")
    var start = 0
    return try hidden.indices.map { index in
      let shape = NetworkShape(
        inputs: inputs, hidden: [Int(hidden[index])] + (second.map { [Int($0[index])] } ?? []),
        kernels: Int(kernels[index]), targets: targets)
      let end = start + shape.parameterCount
      guard end <= parameters.count else {
        throw StageError.outOfPlace("\(file.path) holds fewer parameters than its networks have")
      }
      defer { start = end }
      var member = NetworkMember(shape: shape, parameters: Array(parameters[start..<end]))
      (member.iterations, member.best) = (Int(iterations[index]), Int(best[index]))
      (member.trainingLoss, member.validationLoss) = (training[index], validation[index])
      return member
    }
  }

  /// One network alone.
  static func write(_ member: NetworkMember, to path: String) throws {
    var file = Dataset()
    file.setAttribute("title", text: "a mixture density network of a committee")
    file.setAttribute("inputs", Double(member.shape.inputs))
    file.setAttribute("targets", Double(member.shape.targets))
    try add([member], to: &file)
    try file.addColumn(
      "history", member.history, longName: NetworkVariables.loss.longName, dimension: "step")
    try NetCDFFile.write(file, to: path)
  }

  static func read(_ path: String) throws -> NetworkMember {
    let file = try NetCDFFile.read(path)
    func count(_ name: String) -> Int { Int(file.attribute(name)?.number ?? 0) }
    guard
      var member = try members(of: file, inputs: count("inputs"), targets: count("targets")).first
    else { throw StageError.outOfPlace("\(path) holds no network") }
    member.history = try file.column("history")
    return member
  }
}
