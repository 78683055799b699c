import Artefacts
import Datasets
import Networks
import NumericCore
import Planning
import StageSupport

/// How far samples of one posterior are those of another.
struct ComparePosteriors: StageKind {
  private static let samples = Input("samples", [.table], "samples of a posterior, a column a parameter")
  private static let reference = Input(
    "reference", [.table], "samples that it is compared with: of Markov chains, or of an exact posterior")
  private static let names = Setting(
    "parameters", .list(.name, 1...20), .optional(otherwise: "all columns that both have"),
    "columns that are compared")
  private static let most = Setting(
    "rows", .integer, .default(2000), .atLeast(50).atMost(20_000), "samples of each at most, taken evenly")
  private static let seed = Setting("seed", .integer, .default(0), .atLeast(0), "seed of the classifier")

  private static let comparison = Output(
    "comparison", .table,
    "a row a parameter: means and deviations of both, difference of the means in deviations of the reference, area that the "
      + "densities have in common, largest distance of the distribution functions")
  private static let accuracy = Output(
    "c2st", .scalar(.dimensionless),
    "share of samples that a classifier assigns rightly, all parameters together: 0.5 where it can't tell them apart, 1 where they "
      + "have nothing in common")
  private static let overlap = Output(
    "overlap", .scalar(.dimensionless), "area that densities have in common, least of the parameters")
  private static let shift = Output(
    "shift", .scalar(.dimensionless),
    "difference of the means in deviations of the reference, largest of the parameters")

  let signature = StageSignature(
    kind: "compare_posteriors", version: 1,
    summary: "compares samples of two posteriors: classifier two-sample test, overlap, means and deviations",
    declares: [samples, reference, names, most, seed, comparison, accuracy, overlap, shift])

  func run(_ context: StageContext) throws {
    let (own, other) = (
      try NetCDFFile.read(context[Self.samples]), try NetCDFFile.read(context[Self.reference])
    )
    let names = try Self.names(own, other, asked: context[Self.names])
    let most = context[Self.most]
    let columns = try names.map { name in
      let units = [own[name]?.units, other[name]?.units]
      if let one = units[0], let two = units[1], !FileUnits.isSame(one, two) {
        throw StageError.outOfPlace("'\(name)' is in \(one) here and in \(two) in the reference")
      }
      return (
        own: Self.thinned(try own.column(name), most), other: Self.thinned(try other.column(name), most)
      )
    }
    let accuracy = try accuracy(columns, names, context)
    let overlaps = columns.map { TwoSampleTest.overlap($0.own, $0.other) }
    let means = columns.map { (Statistics.mean($0.own), Statistics.mean($0.other)) }
    let deviations = columns.map {
      (Statistics.deviation($0.own, lostDegrees: 1), Statistics.deviation($0.other, lostDegrees: 1))
    }
    let shifts = names.indices.map { (means[$0].0 - means[$0].1) / deviations[$0].1 }
    var table = Dataset()
    table.setAttribute("title", text: "comparison of two posteriors")
    try table.addColumn("parameter", names, longName: "name of the parameter", dimension: "parameters")
    for (variable, values) in [
      (NetworkVariables.mean, means.map(\.0)), (NetworkVariables.deviation, deviations.map(\.0)),
      (NetworkVariables.referenceMean, means.map(\.1)),
      (NetworkVariables.referenceDeviation, deviations.map(\.1)),
      (NetworkVariables.shift, shifts), (NetworkVariables.overlap, overlaps),
      (NetworkVariables.distance, columns.map { TwoSampleTest.kolmogorov($0.own, $0.other) }),
    ] {
      try table.add(variable, values, along: "parameters")
    }
    try NetCDFFile.write(table, to: context[Self.comparison])
    for (output, value) in [
      (Self.accuracy, accuracy), (Self.overlap, overlaps.min() ?? .nan),
      (Self.shift, shifts.map { abs($0) }.max() ?? .nan),
    ] {
      context.log("\(output.name) \(value)")
      try NetCDFFile.writeScalar(
        value, name: output.name, units: "1", longName: output.spec.summary, to: context[output])
    }
  }

  private func accuracy(
    _ columns: [(own: [Double], other: [Double])], _ names: [String], _ context: StageContext
  ) throws -> Double {
    func rows(_ values: [[Double]]) -> [Double] {
      (0..<(values.first?.count ?? 0)).flatMap { row in values.map { $0[row] } }
    }
    do throws(TwoSampleTest.Failure) {
      return try TwoSampleTest.accuracy(
        rows(columns.map(\.own)), rows(columns.map(\.other)), dimensions: columns.count,
        seed: UInt64(context[Self.seed]), workers: context.workers)
    } catch {
      switch error {
      case .tooFewSamples(let found, let needed):
        throw StageError.outOfPlace(
          "one of the two has \(found) samples; a comparison takes at least \(needed)")
      case .nonFinite(let index):
        throw StageError.outOfPlace("sample \(index + 1) of the two together is no number")
      }
    }
  }

  private static func names(_ own: Dataset, _ other: Dataset, asked: [String]?) throws -> [String] {
    func columns(_ table: Dataset) -> [String] {
      table.variables.filter { $0.dimensions.count == 1 && $0.dimensions != [$0.name] && $0.decoded() != nil }
        .map(\.name)
    }
    let (first, second) = (columns(own), columns(other))
    if let asked {
      if let missing = asked.first(where: { !first.contains($0) || !second.contains($0) }) {
        throw StageError.outOfPlace(
          "'\(missing)' is no column of both: the samples have \(first.joined(separator: ", ")), the reference "
            + second.joined(separator: ", "))
      }
      return asked
    }
    let common = first.filter(second.contains)
    guard !common.isEmpty else {
      throw StageError.outOfPlace(
        "no column of both: the samples have \(first.joined(separator: ", ")), the reference "
          + second.joined(separator: ", "))
    }
    return common
  }

  /// Rows taken evenly.
  private static func thinned(_ values: [Double], _ most: Int) -> [Double] {
    guard values.count > most else { return values }
    return (0..<most).map { values[$0 * values.count / most] }
  }
}

extension ComparePosteriors: ReportedKind {
  var report: StageReport { StageReport([.outputs]) }
}
