import Artefacts
import Datasets
import Networks
import NumericCore
import StageSupport

/// A committee as its file holds it: everything that it takes to apply it and to judge it.
struct NetworkFile {
  /// Coordinates of data.
  struct Place: Equatable {
    var name: String
    var values: [Double]
  }

  var committee: NetworkCommittee
  /// Of the targets.
  var units: [String?]
  var blocks: [SamplesArtefact.Block]
  var places: [Place]
  var training: Training

  /// What it has learnt from.
  struct Training {
    /// Standard deviations of the noise; nil for none.
    var noise: [Double]?
    /// Samples that took no part.
    var test: [Int]
    /// Of the networks.
    var seed: UInt64
    /// Of the samples.
    var fingerprint: Double
  }

  /// What has been trained.
  init(
    committee: NetworkCommittee, units: [String?], blocks: [SamplesArtefact.Block], places: [Place],
    training: Training
  ) {
    (self.committee, self.units, self.blocks) = (committee, units, blocks)
    (self.places, self.training) = (places, training)
  }

  // MARK: - Writing

  func dataset() throws -> Dataset {
    var file = Dataset()
    file.setAttribute("title", text: "committee of mixture density networks")
    file.setAttribute(SampleVariables.data, text: blocks.map(\.name).joined(separator: ", "))
    file.setAttribute("seed", Double(training.seed))
    file.setAttribute("samples_fingerprint", training.fingerprint)
    try addTargets(to: &file)
    try addData(to: &file)
    try addMembers(to: &file)
    try addRange(to: &file)
    return file
  }

  private func addTargets(to file: inout Dataset) throws {
    let targets = committee.targets
    try file.addColumn(
      "target", targets.map(\.name), longName: "what the network tells of", dimension: "targets")
    try file.addColumn(
      "target_units", units.map { $0 ?? "" }, longName: "units of the targets", dimension: "targets")
    try file.addColumn(
      "target_mean", targets.map(\.mean), longName: "mean of the targets", dimension: "targets")
    try file.addColumn(
      "target_scale", targets.map(\.scale), longName: "standard deviation of the targets",
      dimension: "targets")
    for (index, target) in targets.enumerated() {
      let numbers: [Double]
      switch target.prior {
      case .uniform(let low, let high):
        file.setAttribute("prior_\(index)", text: "uniform")
        numbers = [low, high]
      case .normal(let mean, let deviation):
        file.setAttribute("prior_\(index)", text: "normal")
        numbers = [mean, deviation]
      case .sampled(let quantiles, let support):
        file.setAttribute("prior_\(index)", text: support == nil ? "sampled" : "sampled_within")
        numbers = (support.map { [$0.lowerBound, $0.upperBound] } ?? []) + quantiles
      }
      file.attributes.append(.init(name: "prior_\(index)_numbers", value: .numbers(numbers)))
    }
  }

  private func addData(to file: inout Dataset) throws {
    try file.addColumn(
      "block", blocks.map(\.name), longName: "variables of the data vector", dimension: "blocks")
    try file.addColumn(
      "block_units", blocks.map { $0.units ?? "" }, longName: "their units", dimension: "blocks")
    try file.addColumn(
      "block_count", blocks.map { Double($0.count) }, longName: "their numbers of data", dimension: "blocks")
    for (index, place) in places.enumerated() {
      file.setAttribute("place_\(index)", text: place.name)
      try file.addColumn(
        "place_\(index)", place.values, longName: place.name + " of the data", dimension: "places_\(index)")
    }
    try add(committee.transform, "data", to: &file)
    if let noise = training.noise {
      try file.addColumn("noise", noise, longName: "standard deviation of the noise", dimension: "data")
    }
    try file.addColumn(
      "test_sample", training.test.map(Double.init), longName: "samples that took no part in the training",
      dimension: "tests")
  }

  private func add(_ transform: InputTransform, _ name: String, to file: inout Dataset) throws {
    try file.addColumn("\(name)_mean", transform.means, longName: "means", dimension: name)
    try file.addColumn("\(name)_scale", transform.scales, longName: "standard deviations", dimension: name)
    try file.addColumn(
      "\(name)_deviation", transform.deviations, longName: "standard deviations of the inputs",
      dimension: "\(name)_inputs")
    guard let basis = transform.basis else { return }
    try file.add(
      Dataset.Variable(
        name: "\(name)_basis", dimensions: ["\(name)_inputs", name], values: .double(basis.values),
        attributes: [.init(name: "long_name", value: .text("principal components, a row each"))]))
  }

  private func addMembers(to file: inout Dataset) throws {
    let members = committee.members
    func add(_ name: String, _ longName: String, _ values: [Double]) throws {
      try file.addColumn(name, values, longName: longName, dimension: "networks")
    }
    try add("hidden", "units of the first hidden layer", members.map { Double($0.shape.hidden[0]) })
    if members[0].shape.hidden.count > 1 {
      try add("hidden_2", "units of the second hidden layer", members.map { Double($0.shape.hidden[1]) })
    }
    try add("kernels", "kernels of the mixture", members.map { Double($0.shape.kernels) })
    try add("weight", "weight in the committee", committee.weights)
    try add("weight_loss", "loss of the part for weights", committee.losses)
    try add("validation_loss", "loss of the stopping part", members.map(\.validationLoss))
    try add("training_loss", "loss of the training part", members.map(\.trainingLoss))
    try add("iterations", "iterations over all samples", members.map { Double($0.iterations) })
    try add("best", "epoch or iteration of the parameters", members.map { Double($0.best) })
    try file.addColumn(
      "parameters", members.flatMap(\.parameters),
      longName: "of every network weights, a row an output, and biases, layer by layer",
      dimension: "parameter")
  }

  private func addRange(to file: inout Dataset) throws {
    let range = committee.range
    try add(range.whitening, "white", to: &file)
    let width = range.whitening.inputs
    try file.addColumn(
      "anchors", range.anchors, longName: "whitened samples for training, \(width) numbers each",
      dimension: "anchor")
    for (name, values, longName) in [
      ("range_length", range.lengths, "lengths of held-back samples"),
      ("range_neighbour", range.neighbours, "distances of held-back samples to the nearest for training"),
      ("range_residual", range.residuals, "what of held-back samples no component holds"),
    ] where !values.isEmpty {
      try file.addColumn(name, values, longName: longName, dimension: "held_back")
    }
  }

  // MARK: - Reading

  /// - Throws: `DatasetError`.
  init(_ path: String) throws {
    let file = try NetCDFFile.read(path)
    func texts(_ name: String) throws -> [String] {
      guard case .text(let values) = try file.variable(name).values else { return [] }
      return values
    }
    let names = try texts("target")
    units = try texts("target_units").map { $0.isEmpty ? nil : $0 }
    let (means, scales) = (try file.column("target_mean"), try file.column("target_scale"))
    let targets = names.indices.map { index in
      NetworkTarget(
        name: names[index], prior: Self.prior(index, of: file), mean: means[index], scale: scales[index])
    }
    let counts = try file.column("block_count")
    let blockUnits = try texts("block_units")
    blocks = try texts("block").enumerated().map { index, name in
      SamplesArtefact.Block(
        name: name, units: blockUnits[index].isEmpty ? nil : blockUnits[index], count: Int(counts[index]))
    }
    places = []
    while let name = file.attribute("place_\(places.count)")?.text {
      places.append(Place(name: name, values: try file.column("place_\(places.count)")))
    }
    training = Training(
      noise: file["noise"] == nil ? nil : try file.column("noise"),
      test: try file.column("test_sample").map { Int($0) }, seed: UInt64(file.attribute("seed")?.number ?? 0),
      fingerprint: file.attribute("samples_fingerprint")?.number ?? .nan)
    let transform = try Self.transform("data", of: file)
    let range = TrainingRange(
      whitening: try Self.transform("white", of: file), anchors: try file.column("anchors"),
      lengths: try file.column("range_length"), neighbours: try file.column("range_neighbour"),
      residuals: file["range_residual"] == nil ? [] : try file.column("range_residual"))
    committee = NetworkCommittee(
      targets: targets, transform: transform,
      members: try Self.members(of: file, inputs: transform.inputs, targets: targets.count),
      weights: try file.column("weight"), losses: try file.column("weight_loss"), range: range)
  }

  private static func prior(_ index: Int, of file: Dataset) -> TargetPrior {
    let numbers = file.attribute("prior_\(index)_numbers")?.numbers ?? []
    switch file.attribute("prior_\(index)")?.text {
    case "uniform": return .uniform(low: numbers[0], high: numbers[1])
    case "normal": return .normal(mean: numbers[0], deviation: numbers[1])
    case "sampled_within": return .sampled(Array(numbers.dropFirst(2)), support: numbers[0]...numbers[1])
    default: return .sampled(numbers, support: nil)
    }
  }

  private static func transform(_ name: String, of file: Dataset) throws -> InputTransform {
    let means = try file.column("\(name)_mean")
    let deviations = try file.column("\(name)_deviation")
    let basis =
      file["\(name)_basis"] == nil
      ? nil : Matrix(rows: deviations.count, columns: means.count, values: try file.doubles("\(name)_basis"))
    return InputTransform(
      means: means, scales: try file.column("\(name)_scale"), basis: basis, deviations: deviations)
  }

  private static func members(of file: Dataset, inputs: Int, targets: Int) throws -> [NetworkMember] {
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
}

extension SamplesArtefact {
  /// Coordinates of the data: those along their dimensions, and places of rows.
  func places() throws -> [NetworkFile.Place] {
    try coordinates().map { NetworkFile.Place(name: $0.name, values: $0.values) }
  }
}
