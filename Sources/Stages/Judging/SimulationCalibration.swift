import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Whether a whole pipeline tells the truth about its errors, by truths that went through it.
struct SimulationCalibration: StageKind {
  private static let members = Input(
    "members", [.ensemble],
    "comparisons (`compare_ensemble`) of many truths, as an ensemble_loop collects them")
  private static let rankDistance = Setting(
    "rank_distance", .number(in: .metre), .optional(otherwise: "a quarter of the shorter side"), .above(0),
    "least distance of the nodes whose ranks are counted: two correlation lengths of the surface")
  private static let coverage = Output(
    "coverage", .table,
    "part of the nodes within ±1, 2, 3 deviations, mean over the truths, what as few members can reach, 95 % interval "
      + "between truths")
  private static let maps = Output(
    "maps", .grid,
    "mean error (bias), RMS error and RMS deviation of every node over the truths; of tables and numbers a table"
  )
  private static let ranks = Output(
    "ranks", .table, "how often the truth had each rank among the members, with the 95 % band of chance")
  private static let coverageOfTwo = Output(
    "coverage_2", .scalar(.dimensionless), "part of the nodes within ±2 deviations")
  private static let ideal = Output(
    "ideal_2", .scalar(.dimensionless), "what an ideal ensemble of as many members covers")
  private static let outside = Output(
    "ranks_outside", .scalar(.dimensionless),
    "part of the ranks that lie outside the band of chance: 0.05 by chance")

  let signature = StageSignature(
    kind: "simulation_based_calibration", version: 1,
    summary: "whether a pipeline tells the truth about its errors, by simulated truths that went through it",
    declares: [
      rankDistance, members, coverage, maps, ranks, coverageOfTwo, ideal, outside,
      ErrorSources.output,
    ])

  func run(_ context: StageContext) throws {
    let truths = try Truths(context[Self.members], context)
    try truths.writeCoverage(to: context[Self.coverage])
    try truths.writeMaps(to: context[Self.maps])
    let sources = try truths.sources()
    sources.log(context)
    if context.wants(ErrorSources.output.name) { try sources.write(to: context[ErrorSources.output]) }
    let distance = context[Self.rankDistance]
    let part = try truths.writeRanks(distance: distance, to: context[Self.ranks])
    let share = Statistics.mean(truths.shares(of: 2))
    context.log("\(truths.count) truths: ±2 deviations hold \(share), ideal \(truths.ideal(2))")
    for (output, value) in [(Self.coverageOfTwo, share), (Self.ideal, truths.ideal(2)), (Self.outside, part)]
    {
      try NetCDFFile.writeScalar(
        value, name: output.name, units: "1", longName: output.spec.summary, to: context[output])
    }
  }
}

/// Errors, deviations and ranks of every truth.
private struct Truths {
  private let shape: MemberShape
  private let units: String
  private let reader: NetCDFSeriesReader
  private let errors, deviations, ranks: [[Double]]
  private let runs: Int

  var count: Int { errors.count }

  init(_ path: String, _ context: StageContext) throws {
    let reader = try NetCDFSeriesReader(path)
    guard reader.count > 1 else {
      throw StageError.outOfPlace(
        "one truth tells nothing of how often intervals hold; at least two are needed")
    }
    self.reader = reader
    let error = SimulationVariables.error.name
    guard reader.slicedVariables.contains(error) else {
      throw StageError.missingVariable(
        error, artefact: "the members", hint: "repeat a stage of kind compare_ensemble")
    }
    shape = try MemberShape(of: error, in: reader)
    units = reader.units(of: error) ?? "1"
    func all(_ name: String) throws -> [[Double]] {
      try (0..<reader.count).map { index in
        try context.checkCancelled()
        return try reader.slice(index, variable: name)
      }
    }
    errors = try all(error)
    deviations = try all(SimulationVariables.deviation.name)
    ranks = try all(SimulationVariables.rank.name)
    let counts = try reader.column("runs")
    guard let first = counts.first, counts.allSatisfy({ $0 == first }) else {
      throw StageError.outOfPlace(
        "the ensembles of different truths have different numbers of members: ranks differ")
    }
    runs = Int(first)
  }

  /// Where the errors come from: of what was drawn for the truths, what they go with.
  func sources() throws -> ErrorSources {
    try ErrorSources(reader, nodes: shape.count) { errors[$0] }
  }

  func ideal(_ k: Double) -> Double { StudentDistribution.coverage(deviations: k, members: runs) }

  /// Of each truth the part of its nodes within ±k deviations.
  func shares(of k: Double) -> [Double] {
    zip(errors, deviations).map { errors, deviations in
      let judged = errors.indices.filter { errors[$0].isFinite && deviations[$0] > 0 }
      let held = judged.count { abs(errors[$0]) <= k * deviations[$0] }
      return Double(held) / Double(max(1, judged.count))
    }
  }

  func writeCoverage(to path: String) throws {
    let levels = [1.0, 2, 3]
    let shares = levels.map(shares)
    let bootstrap = BlockBootstrap(blocks: Array(0..<count), seed: 0)
    let intervals = shares.map { all in bootstrap.interval { Statistics.mean($0.map { all[$0] }) } }
    let nominal = levels.map { 1 - 2 * NormalDistribution.cumulative(-$0) }
    var table = CoverageTable(title: "coverage of simulated truths")
    let means = shares.map { Statistics.mean($0) }
    try table.add(CoverageVariables.nominal, nominal)
    try table.add(CoverageVariables.sigmas, levels)
    try table.add(CoverageVariables.coverage, means)
    try table.add(CoverageVariables.ideal, levels.map(ideal))
    try table.add(
      nominal: nominal, shares: means, low: intervals.map(\.low), high: intervals.map(\.high))
    table.set("truths", Double(count))
    table.set("members", Double(runs))
    try table.write(to: path)
  }

  func writeMaps(to path: String) throws {
    func over(_ node: Int, _ values: [[Double]], _ body: ([Double]) -> Double) -> Double {
      let finite = values.map { $0[node] }.filter(\.isFinite)
      return finite.isEmpty ? .nan : body(finite)
    }
    let nodes = 0..<shape.count
    var dataset = Dataset(title: "errors over simulated truths")
    func add(_ variable: Artefacts.Variable, _ values: [Double]) throws {
      try shape.add(variable.name, values, units: units, longName: variable.longName, to: &dataset)
    }
    try add(SimulationVariables.bias, nodes.map { over($0, errors) { Statistics.mean($0) } })
    try add(SimulationVariables.rootMeanSquare, nodes.map { over($0, errors) { Statistics.rms($0) } })
    try add(SimulationVariables.stated, nodes.map { over($0, deviations) { Statistics.rms($0) } })
    try NetCDFFile.write(dataset, to: path)
  }

  /// - Returns: the part of the ranks outside of the band.
  func writeRanks(distance: Double?, to path: String) throws -> Double {
    let nodes = try thinned(distance)
    let values = ranks.flatMap { all in nodes.map { all[$0] }.filter(\.isFinite) }
    guard !values.isEmpty else { throw StageError.outOfPlace("no truth has a rank") }
    var counts = [Double](repeating: 0, count: runs + 1)
    for value in values { counts[Int(value)] += 1 }
    let parts = counts.map { $0 / Double(values.count) }
    let expected = 1 / Double(runs + 1)
    // Ranks of one truth depend on each other: whole truths are drawn, and how far parts then lie from theirs is chance.
    let bootstrap = BlockBootstrap(blocks: Array(0..<count), seed: 1)
    let bands = (0...runs).map { rank -> (low: Double, high: Double) in
      let own = ranks.map { all -> (Double, Double) in
        let finite = nodes.map { all[$0] }.filter(\.isFinite)
        return (Double(finite.count { Int($0) == rank }), Double(finite.count))
      }
      let found = bootstrap.interval { places in
        let total = Statistics.sum(places.map { own[$0].1 })
        return total > 0 ? Statistics.sum(places.map { own[$0].0 }) / total : .nan
      }
      return (expected + found.low - parts[rank], expected + found.high - parts[rank])
    }
    var table = Dataset(title: "ranks of simulated truths among the members")
    func add(_ variable: Artefacts.Variable, _ column: [Double], longName: String? = nil) throws {
      try table.add(variable, column, along: "rank_number", longName: longName)
    }
    try add(SimulationVariables.rank, (0...runs).map(Double.init))
    try add(CoverageVariables.coverage, parts, longName: "part of the truths with this rank")
    try add(CoverageVariables.nominal, parts.map { _ in expected })
    try add(CoverageVariables.bandLow, bands.map { max(0, $0.low) })
    try add(CoverageVariables.bandHigh, bands.map(\.high))
    table.setAttribute("ranks", Double(values.count))
    try NetCDFFile.write(table, to: path)
    let outside = parts.indices.count { parts[$0] < bands[$0].low || parts[$0] > bands[$0].high }
    return Double(outside) / Double(parts.count)
  }

  /// Every so many nodes along both axes; of rows of a table all.
  private func thinned(_ asked: Double?) throws -> [Int] {
    guard let geometry = shape.geometry else {
      guard asked == nil else {
        throw StageError.outOfPlace(
          "'rank_distance' is a distance between nodes of a grid, and the comparisons are of \(shape.noun)")
      }
      return Array(0..<shape.count)
    }
    let distance = asked ?? min(geometry.region.width, geometry.region.height) / 4
    let columns = max(1, Int((distance / geometry.spacingEasting).rounded(.up)))
    let rows = max(1, Int((distance / geometry.spacingNorthing).rounded(.up)))
    return stride(from: rows / 2, to: geometry.rows, by: rows).flatMap { row in
      stride(from: columns / 2, to: geometry.columns, by: columns).map { row * geometry.columns + $0 }
    }
  }
}

extension SimulationCalibration: ReportedKind {
  var report: StageReport {
    StageReport([
      .plot(
        OutputPlot(
          "coverage", as: "calibration",
          caption: "Simulated truths within ±1, 2 and 3 deviations, against the nominal part.")),
      .map(
        FieldMap(
          .own("maps", SimulationVariables.bias), "Mean error", .difference, caption: "Over all truths.")),
      .maps([
        FieldMap(.own("maps", SimulationVariables.rootMeanSquare), "RMS error", caption: "Over all truths."),
        FieldMap(
          .own("maps", SimulationVariables.stated), "Stated deviation", caption: "RMS over all truths."),
      ]),
    ])
  }
}

extension SimulationCalibration: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    let error = SimulationVariables.error.name
    if let parts = request.facts(Self.members).parts,
      !parts.contains(where: { !$0.type.isScalar && ($0.variables.isEmpty || $0.variables.contains(error)) })
    {
      foresight.refuse(
        "members hold no '\(error)': repeat a stage of kind compare_ensemble", at: Self.members)
    }
    return foresight
  }
}
