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
    /// Of the data.
    var noise: DataNoise
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
      add(target.prior, "prior_\(index)", to: &file)
      if let whole = target.whole { add(whole, "whole_prior_\(index)", to: &file) }
      if let period = target.period { file.setAttribute("period_\(index)", period) }
    }
  }

  private func add(_ prior: TargetPrior, _ name: String, to file: inout Dataset) {
    let numbers: [Double]
    switch prior {
    case .uniform(let low, let high):
      file.setAttribute(name, text: "uniform")
      numbers = [low, high]
    case .normal(let mean, let deviation):
      file.setAttribute(name, text: "normal")
      numbers = [mean, deviation]
    case .sampled(let quantiles, let support):
      file.setAttribute(name, text: support == nil ? "sampled" : "sampled_within")
      numbers = (support.map { [$0.lowerBound, $0.upperBound] } ?? []) + quantiles
    }
    file.attributes.append(.init(name: name + "_numbers", value: .numbers(numbers)))
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
    switch training.noise {
    case .none: break
    case .deviations(let noise):
      try file.addColumn("noise", noise, longName: "standard deviation of the noise", dimension: "data")
    case .covariance(let matrix):
      try file.addColumn(
        "noise_covariance", matrix.values, longName: "covariance of the noise, row by row",
        dimension: "covariance")
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
    func add(_ suffix: String, _ matrix: Matrix, _ longName: String) throws {
      try file.add(
        Dataset.Variable(
          name: "\(name)_\(suffix)", dimensions: ["\(name)_inputs", name], values: .double(matrix.values),
          attributes: [.init(name: "long_name", value: .text(longName))]))
    }
    try add("basis", basis, "principal components, a row each")
    guard let patterns = transform.patterns else { return }
    try add("pattern", patterns, "standardised data that belong to 1 of each noise-weighted component")
  }

  private func addMembers(to file: inout Dataset) throws {
    try NetworkMemberFile.add(
      committee.members,
      beside: [
        ("weight", "weight in the committee", committee.weights),
        ("weight_loss", "loss of the part for weights", committee.losses),
      ], to: &file)
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
        name: names[index], prior: Self.prior("prior_\(index)", of: file) ?? .sampled([], support: nil),
        whole: Self.prior("whole_prior_\(index)", of: file),
        period: file.attribute("period_\(index)")?.number, mean: means[index], scale: scales[index])
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
      noise: try Self.noise(of: file),
      test: try file.column("test_sample").map { Int($0) }, seed: UInt64(file.attribute("seed")?.number ?? 0),
      fingerprint: file.attribute("samples_fingerprint")?.number ?? .nan)
    let transform = try Self.transform("data", of: file)
    let range = TrainingRange(
      whitening: try Self.transform("white", of: file), anchors: try file.column("anchors"),
      lengths: try file.column("range_length"), neighbours: try file.column("range_neighbour"),
      residuals: file["range_residual"] == nil ? [] : try file.column("range_residual"))
    committee = NetworkCommittee(
      targets: targets, transform: transform,
      members: try NetworkMemberFile.members(of: file, inputs: transform.inputs, targets: targets.width),
      weights: try file.column("weight"), losses: try file.column("weight_loss"), range: range)
  }

  private static func noise(of file: Dataset) throws -> DataNoise {
    if file["noise"] != nil { return .deviations(try file.column("noise")) }
    guard file["noise_covariance"] != nil else { return .none }
    let values = try file.doubles("noise_covariance")
    let count = Int(Double(values.count).squareRoot().rounded())
    return .covariance(Matrix(rows: count, columns: count, values: values))
  }

  private static func prior(_ name: String, of file: Dataset) -> TargetPrior? {
    guard let word = file.attribute(name)?.text else { return nil }
    let numbers = file.attribute(name + "_numbers")?.numbers ?? []
    switch word {
    case "uniform": return .uniform(low: numbers[0], high: numbers[1])
    case "normal": return .normal(mean: numbers[0], deviation: numbers[1])
    case "sampled_within": return .sampled(Array(numbers.dropFirst(2)), support: numbers[0]...numbers[1])
    default: return .sampled(numbers, support: nil)
    }
  }

  private static func transform(_ name: String, of file: Dataset) throws -> InputTransform {
    let means = try file.column("\(name)_mean")
    let deviations = try file.column("\(name)_deviation")
    func matrix(_ suffix: String) throws -> Matrix? {
      guard file["\(name)_\(suffix)"] != nil else { return nil }
      return Matrix(
        rows: deviations.count, columns: means.count, values: try file.doubles("\(name)_\(suffix)"))
    }
    return InputTransform(
      means: means, scales: try file.column("\(name)_scale"), basis: try matrix("basis"),
      patterns: try matrix("pattern"), deviations: deviations)
  }
}

extension SamplesArtefact {
  /// Coordinates of the data: those along their dimensions, and places of rows.
  func places() throws -> [NetworkFile.Place] {
    try coordinates().map { NetworkFile.Place(name: $0.name, values: $0.values) }
  }
}
