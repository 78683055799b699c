import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// What an ensemble Kalman method remembers between two rounds.
struct KalmanState {
  /// Rounds that have been folded.
  var round = 0
  /// [member][parameter]; of an inversion those that were accepted last, with how they are changed.
  var members: [[Double]]
  var inversion: EnsembleInversion?
  /// Whether the last ensemble has told what it predicts.
  var isOver = false
  /// Of an ensemble whose predictions are known, the members that ran: values of settings in canonical units, or of a
  /// grid's nodes; what they predict, and log densities of data and prior.
  private(set) var kept: [[Double]] = []
  private(set) var predictions: [[Double]] = []
  private(set) var logLikelihoods: [Double] = []
  private(set) var logPriors: [Double] = []

  private static let (member, parameter, row, datum) = ("member", "coordinate", "sample", "datum")

  init(_ members: [[Double]], _ settings: Settings) {
    self.members = members
    if settings[KalmanEntries.method] == .inversion {
      inversion = EnsembleInversion(members: members, control: KalmanEntries.control(settings))
    }
  }

  /// The members that run next, of an inversion with their mean behind them.
  func next(_ settings: Settings) -> [[Double]] {
    guard let inversion else { return members }
    let trial = inversion.trial
    return trial + [EnsembleUpdate.mean(trial)]
  }

  /// Keeps an ensemble with what it predicts, without members that failed.
  mutating func keep(
    _ members: [[Double]], _ predictions: [[Double]?], _ logLikelihoods: [Double], of unknown: KalmanUnknown
  ) {
    let runs = predictions.indices.filter { predictions[$0] != nil }
    self.members = members
    self.predictions = runs.compactMap { predictions[$0] }
    self.logLikelihoods = runs.map { logLikelihoods[$0] }
    switch unknown {
    case .settings(let coordinates):
      kept = runs.map { coordinates.physical(members[$0]) }
      logPriors = runs.map { coordinates.logPrior(at: members[$0]) }
    case .field: kept = runs.map { members[$0] }
    }
  }

  // MARK: - file

  init(_ path: String) throws {
    let dataset = try NetCDFFile.read(path)
    func matrix(_ name: String) throws -> [[Double]] {
      guard let variable = dataset[name], let width = dataset.size(of: variable.dimensions[1]) else {
        return []
      }
      let values = try dataset.doubles(name)
      return stride(from: 0, to: values.count, by: max(1, width)).map { Array(values[$0..<($0 + width)]) }
    }
    members = try matrix("members")
    kept = try matrix("kept")
    predictions = try matrix("prediction")
    logLikelihoods = dataset["log_likelihood"] == nil ? [] : try dataset.column("log_likelihood")
    logPriors = dataset["log_prior"] == nil ? [] : try dataset.column("log_prior")
    round = Int(dataset.number(attribute: "round") ?? 0)
    isOver = dataset.number(attribute: "is_over") == 1
    if let step = dataset.number(attribute: "step") {
      inversion = EnsembleInversion(
        members: members, change: try matrix("change"),
        error: dataset.number(attribute: "error") ?? .infinity,
        step: step, iteration: Int(dataset.number(attribute: "iteration") ?? 0),
        refused: Int(dataset.number(attribute: "refused") ?? 0))
    }
  }

  func write(to path: String) throws {
    var dataset = Dataset(title: "ensemble of a Kalman method")
    func add(_ name: String, _ values: [[Double]], _ dimensions: [String]) throws {
      guard let width = values.first?.count else { return }
      for (dimension, size) in zip(dimensions, [values.count, width]) where dataset.size(of: dimension) == nil
      {
        dataset.dimensions.append(.init(name: dimension, size: size))
      }
      try dataset.add(
        .init(name: name, dimensions: dimensions, values: .double(values.flatMap(\.self))))
    }
    try add("members", members, [Self.member, Self.parameter])
    if let inversion {
      try add("change", inversion.change, [Self.member, Self.parameter])
      dataset.setAttribute("step", inversion.step)
      if inversion.error.isFinite { dataset.setAttribute("error", inversion.error) }
      dataset.setAttribute("iteration", Double(inversion.iteration))
      dataset.setAttribute("refused", Double(inversion.refused))
    }
    try add("kept", kept, [Self.row, "value"])
    try add("prediction", predictions, [Self.row, Self.datum])
    for (name, values) in [("log_likelihood", logLikelihoods), ("log_prior", logPriors)] where !values.isEmpty
    {
      try dataset.addColumn(name, values, dimension: Self.row)
    }
    dataset.setAttribute("round", Double(round))
    dataset.setAttribute("is_over", isOver ? 1 : 0)
    try NetCDFFile.write(dataset, to: path)
  }
}
