import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// How much of what differs between members of an ensemble goes with each number that was drawn for them.
///
/// With x the number and z the values of the members, share = Σ cov(x, z)² / (var(x) Σ var(z)), sums over the nodes: the part
/// of the variance that a straight line in x explains. M members of which none depends on x have 1/(M − 1) of it by chance,
/// which is taken off: 1 − (1 − share) (M − 1)/(M − 2). What data and surfaces that are drawn leave, and what is no straight
/// line, is the rest; numbers that are drawn as correlated count what they have in common twice.
struct ErrorSources {
  static let output = Output(
    "sources", .table,
    "part of the variance that goes with each number drawn, with its standard error as of one node, and the rest"
  ).onDemand

  private let names: [String]
  private let shares: [Double]
  private let count: Int

  /// - Parameters:
  ///   - nodes: values of a member.
  ///   - member: the values of one of them, missing ones as NaN.
  init(_ reader: NetCDFSeriesReader, nodes: Int, member: (Int) throws -> [Double]) throws {
    let drawn = reader.columns.filter { EnsembleVariables.parameter.rest(of: $0) != nil }
    let runs = reader.count
    count = runs
    let centred = try drawn.map { name -> [Double] in
      let values = try reader.column(name)
      let mean = Statistics.mean(values)
      return values.map { $0 - mean }
    }
    names = drawn.map { EnsembleVariables.parameter.rest(of: $0) ?? $0 }
    var together = centred.map { _ in [Double](repeating: 0, count: nodes) }
    var (first, sum, squares): ([Double], [Double], [Double]) = (
      [], [Double](repeating: 0, count: nodes), [Double](repeating: 0, count: nodes)
    )
    for index in 0..<(drawn.isEmpty ? 0 : runs) {
      let values = try member(index)
      if first.isEmpty { first = values }
      for node in 0..<nodes {
        let away = values[node] - first[node]
        sum[node] += away
        squares[node] += away * away
        for source in centred.indices { together[source][node] += centred[source][index] * away }
      }
    }
    let total = (0..<nodes).reduce(0.0) { total, node in
      let variance = squares[node] - sum[node] * sum[node] / Double(max(1, runs))
      return variance.isFinite ? total + max(0, variance) : total
    }
    shares = centred.indices.map { source in
      let own = centred[source].reduce(0) { $0 + $1 * $1 }
      let explained = together[source].reduce(0) { $1.isFinite ? $0 + $1 * $1 : $0 }
      return own > 0 && total > 0 ? min(1, explained / own / total) : .nan
    }
  }

  /// What chance leaves of the shares.
  private var adjusted: [Double] {
    guard count > 2 else { return shares.map { _ in .nan } }
    return shares.map { 1 - (1 - $0) * Double(count - 1) / Double(count - 2) }
  }

  /// Of R² of one straight line through `count` points.
  private var errors: [Double] {
    guard count > 2 else { return shares.map { _ in .nan } }
    let (n, left) = (Double(count), Double(count - 2))
    return shares.map { share in
      (4 * share * (1 - share) * (1 - share) * left * left / ((n * n - 1) * (n + 3))).squareRoot()
    }
  }

  func log(_ context: StageContext) {
    for (name, share) in zip(names, adjusted) {
      context.log("\((share * 1000).rounded() / 10) % of the variance goes with \(name)")
    }
  }

  func write(to path: String) throws {
    var table = Dataset(title: "where the variance comes from")
    let parts = adjusted
    let rest = names.isEmpty ? [] : [1 - parts.reduce(0, +)]
    try table.addColumn(
      "source", names + rest.map { _ in "everything else" }, longName: "what was drawn",
      dimension: "source_number")
    try table.addColumn(
      "share", parts + rest, units: "1", longName: "part of the variance", dimension: "source_number")
    try table.addColumn(
      "share_error", errors + rest.map { _ in .nan }, units: "1", longName: "standard error, as of one node",
      dimension: "source_number")
    table.setAttribute("members", Double(count))
    try NetCDFFile.write(table, to: path)
  }
}
