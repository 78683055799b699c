import Artefacts
import Datasets
import Networks
import NumericCore
import Planning
import StageSupport

/// What is told of posteriors.
struct PosteriorTable {
  private static let percents = [2.5, 5, 16, 25, 50, 75, 84, 95, 97.5]

  /// Of one data set and parameter.
  private struct Row {
    var numbers: [Double]
    var percentiles: [Double]
  }

  private let file: NetworkFile
  private let mixtures: [JointMixture]
  private let context: StageContext
  private var rows: [Row] = []

  private var targets: [NetworkTarget] { file.committee.targets }

  init(_ file: NetworkFile, _ mixtures: [JointMixture], share: Double, _ context: StageContext) throws {
    (self.file, self.mixtures, self.context) = (file, mixtures, context)
    for (index, mixture) in mixtures.enumerated() {
      if index % 100 == 0 { try context.checkCancelled() }
      for (target, known) in file.committee.targets.enumerated() {
        rows.append(try Self.row(file.committee.posterior(mixture, target), known, index, share))
      }
    }
  }

  private static func row(
    _ posterior: any TargetPosterior, _ target: NetworkTarget, _ index: Int, _ share: Double
  ) throws -> Row {
    guard posterior.isProper else {
      throw StageError.outOfPlace(
        "data set \(index): the network puts \(target.name) outside of its prior's support altogether; its answer is no "
          + "posterior")
    }
    let moments = posterior.moments
    let gain = posterior.gain(over: target.whole ?? target.prior)
    let regions = posterior.highestDensity(share)
    let bit = Elementary.log(2)
    return Row(
      numbers: [
        moments.mean, moments.variance.squareRoot(), posterior.mode, regions.first?.lowerBound ?? .nan,
        regions.last?.upperBound ?? .nan, Double(regions.count), posterior.leakage, gain.ofPosterior,
        gain.ofPosterior / bit, gain.ofPrior, gain.ofPrior / bit,
      ], percentiles: percents.map { posterior.quantile($0 / 100) })
  }

  private static let columns: [Artefacts.Variable] = [
    NetworkVariables.mean, NetworkVariables.deviation, NetworkVariables.mode, NetworkVariables.low,
    NetworkVariables.high, NetworkVariables.parts, NetworkVariables.leakage, NetworkVariables.gain,
    NetworkVariables.gainBits, NetworkVariables.gainOfPrior, NetworkVariables.gainOfPriorBits,
  ]

  var meanLeakage: Double { Statistics.mean(rows.map { $0.numbers[6] }) }
  var meanGain: Double { Statistics.mean(rows.map { $0.numbers[7] }) }

  func write(_ pValues: [Double], to path: String) throws {
    var table = Dataset()
    table.setAttribute("title", text: "posteriors by a committee of networks")
    let names = targets.map(\.name)
    try table.add(
      NetworkVariables.dataSet, mixtures.indices.flatMap { set in names.map { _ in Double(set) } },
      along: "posterior")
    try table.addColumn(
      "parameter", mixtures.flatMap { _ in names }, longName: "name of the parameter", dimension: "posterior")
    try table.addColumn(
      "units", mixtures.flatMap { _ in file.units.map { $0 ?? "1" } }, longName: "unit of the parameter",
      dimension: "posterior")
    for (place, variable) in Self.columns.enumerated() {
      try table.add(variable, rows.map { $0.numbers[place] }, along: "posterior")
    }
    for (place, percent) in Self.percents.enumerated() {
      let name = percent == percent.rounded() ? "\(Int(percent))" : "\(percent)".replacing(".", with: "_")
      try table.addColumn(
        NetworkVariables.percentile.name(name), rows.map { $0.percentiles[place] },
        longName: "percentile \(percent) of the posterior", dimension: "posterior")
    }
    try table.add(
      NetworkVariables.pValue, pValues.flatMap { value in names.map { _ in value } }, along: "posterior")
    try NetCDFFile.write(table, to: path)
  }

  func writeDensity(to path: String) throws {
    var table = Dataset()
    table.setAttribute("title", text: "densities of posterior and prior")
    var (names, values, densities, priors) = ([String](), [Double](), [Double](), [Double]())
    for (index, target) in targets.enumerated() {
      let grid = file.committee.posterior(mixtures[0], index).grid(400)
      names += grid.places.map { _ in target.name }
      values += grid.places
      densities += grid.densities
      priors += grid.places.map(target.prior.density)
    }
    try table.addColumn("parameter", names, longName: "name of the parameter", dimension: "place")
    try table.add(NetworkVariables.value, values, along: "place")
    try table.add(NetworkVariables.density, densities, along: "place")
    try table.add(NetworkVariables.prior, priors, along: "place")
    try NetCDFFile.write(table, to: path)
  }

  func writeMixtures(to path: String) throws {
    var table = Dataset()
    table.setAttribute("title", text: "kernels of posteriors")
    let counts = mixtures.map(\.weights.count)
    // Of an angle the network has learnt cosine and sine.
    let names = targets.flatMap { target in
      target.period == nil ? [target.name] : ["cos_\(target.name)", "sin_\(target.name)"]
    }
    let width = names.count
    func add(_ name: String, _ longName: String, _ value: (JointMixture, Int) -> Double) throws {
      let column = zip(mixtures, counts).flatMap { mixture, count in (0..<count).map { value(mixture, $0) } }
      try table.addColumn(name, column, longName: longName, dimension: "kernels")
    }
    let sets = counts.enumerated().flatMap { set, count in Array(repeating: Double(set), count: count) }
    try table.add(NetworkVariables.dataSet, sets, along: "kernels")
    try table.add(NetworkVariables.kernel, counts.flatMap { (0..<$0).map(Double.init) }, along: "kernels")
    try add(NetworkVariables.weight.name, NetworkVariables.weight.longName) { $0.weights[$1] }
    for (index, name) in names.enumerated() {
      try add("mean_\(name)", "mean of \(name)") { $0.means[$1 * width + index] }
    }
    for row in names.indices {
      for column in row..<width {
        try add("factor_\(names[row])_\(names[column])", "entry of U, inverse covariance = UT U") {
          $0.factors[($1 * width + row) * width + column]
        }
      }
    }
    try NetCDFFile.write(table, to: path)
  }

  func writeDraws(_ count: Int, seed: UInt64, to path: String) throws {
    let found = file.committee.draws(
      mixtures[0], count, random: CounterRandom(seed: seed, stream: "draws"), row: 0)
    guard found.draws.count == count else {
      throw StageError.outOfPlace(
        "only \(found.draws.count) of \(count) draws lie within the prior's support: the network's answer is hardly a "
          + "posterior")
    }
    var table = Dataset()
    table.setAttribute("title", text: "samples of the posterior")
    for (index, target) in targets.enumerated() {
      try table.addColumn(
        target.name, found.draws.map { $0[index] }, units: file.units[index], longName: target.name,
        dimension: "draw")
    }
    try NetCDFFile.write(table, to: path)
  }
}
