import Artefacts
import Datasets
import Networks
import NumericCore
import StageSupport

/// What a calibration tells, as tables and numbers.
struct CalibrationTables {
  private let found: NetworkCalibration
  private let names: [String]
  private let bins: Int
  private static let shares = (1...19).map { Double($0) / 20 }

  init(_ found: NetworkCalibration, names: [String], bins: Int) {
    (self.found, self.names, self.bins) = (found, names, bins)
  }

  /// In the order of the stage's outputs.
  var numbers: [Double] {
    let targets = found.targets
    func mean(_ value: (NetworkCalibration.Target) -> Double) -> Double {
      Statistics.mean(targets.map(value))
    }
    let shares = NetworkCalibration.averageShares
    let errors = found.averages.flatMap { zip($0, shares).map { abs($0 - $1) } }
    let biases = targets.map { abs(Statistics.mean(zip($0.below, $0.above).map { $0 - $1 })) }
    return [
      found.loss.mean, found.loss.error, smallestPValue,
      mean { NetworkCalibration.coverage($0.places, 0.68) },
      mean { NetworkCalibration.coverage($0.places, 0.95) }, mean { Statistics.mean($0.gains) },
      mean { Statistics.mean($0.near) }, biases.max() ?? .nan, mean { Statistics.mean($0.leakages) },
      errors.max() ?? .nan,
    ]
  }

  /// Bonferroni's: the least of several times their number.
  private var smallestPValue: Double {
    var values = [UniformTests.kolmogorov(found.referenceShares).pValue]
    for target in found.targets {
      values.append(UniformTests.kolmogorov(target.places).pValue)
      values.append(UniformTests.kolmogorov(target.sharesAbove).pValue)
      values.append(UniformTests.chiSquare(NetworkCalibration.histogram(target.places, bins: bins)).pValue)
    }
    return min(1, Double(values.count) * (values.min() ?? 1))
  }

  private func rows(_ count: Int) -> [String] { names.flatMap { Array(repeating: $0, count: count) } }

  private func table(_ title: String, rows count: Int, along dimension: String) throws -> Dataset {
    var table = Dataset()
    table.setAttribute("title", text: title)
    try table.addColumn("parameter", rows(count), longName: "name of the parameter", dimension: dimension)
    return table
  }

  func writeRanks(to path: String) throws {
    var table = try table("places of truths in their posteriors", rows: bins, along: "bin")
    let places = found.targets.flatMap { _ in (0..<bins).map { (Double($0) + 0.5) / Double(bins) } }
    let parts = found.targets.flatMap { target in
      NetworkCalibration.histogram(target.places, bins: bins).map { Double($0) / Double(target.places.count) }
    }
    try table.add(NetworkVariables.place, places, along: "bin")
    try table.add(NetworkVariables.part, parts, along: "bin")
    for (name, target) in zip(names, found.targets) {
      let chi = UniformTests.chiSquare(NetworkCalibration.histogram(target.places, bins: bins))
      table.setAttribute("chi_square_p_\(name)", chi.pValue)
      table.setAttribute("kolmogorov_p_\(name)", UniformTests.kolmogorov(target.places).pValue)
    }
    try NetCDFFile.write(table, to: path)
  }

  func writeCoverage(seed: UInt64, to path: String) throws {
    var table = try table("coverage", rows: Self.shares.count, along: "share")
    let tarp = NetworkCalibration.expected(found.referenceShares, at: Self.shares, seed: seed)
    try table.add(NetworkVariables.nominal, found.targets.flatMap { _ in Self.shares }, along: "share")
    try table.add(
      NetworkVariables.central,
      found.targets.flatMap { target in Self.shares.map { NetworkCalibration.coverage(target.places, $0) } },
      along: "share")
    let highest = found.targets.flatMap { target in
      NetworkCalibration.expected(target.sharesAbove, at: Self.shares, seed: seed).map(\.part)
    }
    try table.add(NetworkVariables.highest, highest, along: "share")
    try table.add(NetworkVariables.reference, found.targets.flatMap { _ in tarp.map(\.part) }, along: "share")
    try table.add(
      NetworkVariables.referenceLow, found.targets.flatMap { _ in tarp.map(\.low) }, along: "share")
    try table.add(
      NetworkVariables.referenceHigh, found.targets.flatMap { _ in tarp.map(\.high) }, along: "share")
    // Of the upper half, where too narrow posteriors lie below the diagonal and too wide ones above.
    let upper = zip(Self.shares, tarp).filter { $0.0 > 0.5 }
    table.setAttribute("tarp_atc", Statistics.mean(upper.map { $1.part - $0 }))
    table.setAttribute("tarp_p", UniformTests.kolmogorov(found.referenceShares).pValue)
    try NetCDFFile.write(table, to: path)
  }

  func writeLocal(to path: String) throws {
    var table = try table("by bins of the true value", rows: bins, along: "bin")
    var (values, biases, gains, averaged) = ([Double](), [Double](), [Double](), [Double]())
    for (index, target) in found.targets.enumerated() {
      let range = target.prior.range
      let width = (range.upperBound - range.lowerBound) / Double(bins)
      var members = [[Int]](repeating: [], count: bins)
      for (sample, truth) in target.truths.enumerated() {
        members[min(bins - 1, max(0, Int((truth - range.lowerBound) / width)))].append(sample)
      }
      for (bin, members) in members.enumerated() {
        values.append(range.lowerBound + (Double(bin) + 0.5) * width)
        biases.append(Statistics.mean(members.map { target.below[$0] - target.above[$0] }))
        gains.append(Statistics.mean(members.map { target.gains[$0] }))
        let share = (Double(bin) + 0.5) / Double(bins)
        averaged.append(Self.interpolated(found.averages[index], at: share))
      }
    }
    try table.add(NetworkVariables.value, values, along: "bin", longName: "middle of the bin")
    try table.add(NetworkVariables.bias, biases, along: "bin")
    try table.add(NetworkVariables.gain, gains, along: "bin")
    try table.add(NetworkVariables.averaged, averaged, along: "bin")
    try NetCDFFile.write(table, to: path)
  }

  /// Of averages at the prior's quantiles, with 0 and 1 at its ends.
  private static func interpolated(_ averages: [Double], at share: Double) -> Double {
    let all = [0] + averages + [1]
    let position = share * Double(all.count - 1)
    let below = min(all.count - 2, Int(position))
    return all[below] + (position - Double(below)) * (all[below + 1] - all[below])
  }

  func writePredictions(to path: String) throws {
    let count = found.losses.count
    var table = try table("held-back samples", rows: count, along: "sample")
    func add(_ variable: Artefacts.Variable, _ value: (NetworkCalibration.Target) -> [Double]) throws {
      try table.add(variable, found.targets.flatMap(value), along: "sample")
    }
    try add(NetworkVariables.truth) { $0.truths }
    try add(NetworkVariables.mean) { $0.means }
    try add(NetworkVariables.deviation) { $0.deviations }
    try add(NetworkVariables.gain) { $0.gains }
    try add(NetworkVariables.gainOfPrior) { $0.gainsOfPrior }
    try NetCDFFile.write(table, to: path)
  }
}
