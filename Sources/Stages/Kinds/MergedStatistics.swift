import Datasets
import Inversion
import NumericCore
import Planning

/// Mean, spread and percentiles of an ensemble, node by node.
struct MergedStatistics: StageKind {
  let signature = StageSignature(
    kind: "merged_stats", version: 1,
    summary: "mean, deviation, extremes and percentiles of an ensemble; members that fit better weigh more",
    settings: [
      SettingSpec(
        "weight_by", .word(["residual", "constraints", "none"]), .optional,
        "1 / RMS² of the final residual or at the constraints; default: constraints where given, else residual"
      ),
      SettingSpec(
        "percentiles", .list(.number(.dimensionless), count: 0...100), .defaultsTo("5 %, 50 %, 95 %"),
        minimum: "0", maximum: "1", "written as percentile_5 …, unweighted, between members linear"),
    ],
    inputs: [
      InputSpec("members", [.ensemble], "the ensemble"),
      InputSpec("constraints", [.constraints], required: false, "points of known height"),
      InputSpec("truth", [.topography], required: false, "the true surface, where it is known"),
    ],
    outputs: [
      OutputSpec(
        "statistics", .statistics, "z_mean, z_stdev, z_min, z_max, weighted_mean, weighted_stdev, …"),
      OutputSpec("mean_stdev", .scalar(.length), "mean over the nodes of the (weighted) deviation"),
      OutputSpec("rms_error", .scalar(.length), "RMS of the (weighted) mean minus the truth; NaN without it"),
      OutputSpec("runs", .scalar(.dimensionless), "number of members"),
    ])

  func run(_ context: StageContext) throws {
    let reader = try NetCDFSeriesReader(context.input("members"))
    guard let geometry = reader.geometry else {
      throw StageError.missingVariable(
        "topography", artefact: "the ensemble", hint: "members hold no surface")
    }
    let weights = try Self.weights(context, reader: reader, geometry: geometry)
    let moments = try EnsembleMoments(
      count: reader.count, nodes: geometry.count, weights: weights
    ) { try reader.slice($0, variable: "topography") }
    let percentiles = try Self.percentiles(context, reader: reader, geometry: geometry)
    try write(context, geometry: geometry, moments: moments, percentiles: percentiles, weights: weights)
    context.log("\(reader.count) members, weights \(weights.map { "\($0)" } ?? "equal")")
  }

  private static func weights(
    _ context: StageContext, reader: NetCDFSeriesReader, geometry: GridGeometry
  ) throws -> [Double]? {
    let byDefault = context.inputs["constraints"] == nil ? "residual" : "constraints"
    let norms: [Double]
    switch context.settings.optionalWord("weight_by") ?? byDefault {
    case "none": return nil
    case "residual": norms = try reader.column("rmse")
    default:
      guard let path = context.inputs["constraints"] else {
        throw StageError.missingInput(
          name: "constraints", because: "members are weighed by their fit to them")
      }
      let points = try ConstraintsArtefact(path: path).constraints
      norms = try (0..<reader.count).map { index in
        let surface = Grid(geometry: geometry, values: try reader.slice(index, variable: "topography"))
        let sampled = BicubicSampler.sample(grid: surface, at: points.points)
        return Statistics.rms(zip(points.upward, sampled).map { $0 - $1 }.filter(\.isFinite))
      }
    }
    guard norms.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw StageError.outOfPlace("members cannot be weighed by a misfit of zero or none: \(norms)")
    }
    return norms.map { 1 / ($0 * $0) }
  }

  /// Percentile by percentile a grid; rows of the grid are taken a few at a time, so that memory
  /// holds all members of those rows only.
  private static func percentiles(
    _ context: StageContext, reader: NetCDFSeriesReader, geometry: GridGeometry
  ) throws -> [(part: Double, values: [Double])] {
    let parts = context.settings.numbers("percentiles")
    guard !parts.isEmpty else { return [] }
    var grids = parts.map { _ in [Double]() }
    let rowsAtOnce = max(1, 2_000_000 / max(1, geometry.columns * reader.count))
    var row = 0
    while row < geometry.rows {
      try context.checkCancelled()
      let rows = row..<min(geometry.rows, row + rowsAtOnce)
      let band = try reader.band(rows, variable: "topography")
      let nodes = rows.count * geometry.columns
      for node in 0..<nodes {
        let members = (0..<reader.count).map { band[$0 * nodes + node] }
        for (index, part) in parts.enumerated() {
          grids[index].append(Statistics.percentile(members, part * 100))
        }
      }
      row = rows.upperBound
    }
    return zip(parts, grids).map { (part: $0, values: $1) }
  }

  private func write(
    _ context: StageContext, geometry: GridGeometry, moments: EnsembleMoments,
    percentiles: [(part: Double, values: [Double])], weights: [Double]?
  ) throws {
    var dataset = Dataset(title: "statistics of an ensemble")
    func add(_ name: String, _ values: [Double], _ longName: String) throws {
      try dataset.addGrid(name, Grid(geometry: geometry, values: values), units: "m", longName: longName)
    }
    try add("z_mean", moments.mean, "mean height")
    try add("z_stdev", moments.deviation, "standard deviation of the height")
    try add("z_min", moments.minimum, "least height")
    try add("z_max", moments.maximum, "greatest height")
    if let weighted = moments.weighted {
      try add("weighted_mean", weighted.mean, "weighted mean height")
      try add("weighted_stdev", weighted.deviation, "weighted standard deviation of the height")
    }
    for percentile in percentiles {
      try add(Self.percentileName(percentile.part), percentile.values, "percentile of the height")
    }
    dataset.setAttribute("runs", Double(moments.count))
    if let weights { dataset.setAttribute("weights", numbers: weights) }
    try NetCDFFile.write(dataset, to: context.output("statistics"))
    try writeScalars(context, geometry: geometry, moments: moments)
  }

  private func writeScalars(
    _ context: StageContext, geometry: GridGeometry, moments: EnsembleMoments
  ) throws {
    let mean = moments.weighted?.mean ?? moments.mean
    let deviation = moments.weighted?.deviation ?? moments.deviation
    var error = Double.nan
    if let path = context.inputs["truth"] {
      let truth = try TopographyArtefact(path: path).topography
      guard truth.geometry.isSame(as: geometry) else {
        throw StageError.gridsDiffer("the ensemble", "its truth")
      }
      error = Statistics.rms(zip(mean, truth.values).map { $0 - $1 }.filter(\.isFinite))
    }
    for (port, value, units) in [
      ("mean_stdev", Statistics.mean(deviation.filter(\.isFinite)), "m"), ("rms_error", error, "m"),
      ("runs", Double(moments.count), "1"),
    ] {
      try NetCDFFile.writeScalar(value, name: port, units: units, longName: port, to: context.output(port))
    }
  }

  /// `percentile_5`, `percentile_2_5`
  static func percentileName(_ part: Double) -> String {
    let percent = (part * 1e6).rounded() / 1e4
    let text = percent == percent.rounded() ? String(Int(percent)) : String(percent)
    return "percentile_" + text.replacing(".", with: "_")
  }
}

/// Moments of an ensemble node by node, from one pass over the members for the means and one for the
/// deviations: population deviations as Invert4Geom, sums in the order of the members.
struct EnsembleMoments {
  let count: Int
  private(set) var mean, deviation, minimum, maximum: [Double]
  private(set) var weighted: (mean: [Double], deviation: [Double])?

  init(count: Int, nodes: Int, weights: [Double]?, member: (Int) throws -> [Double]) rethrows {
    self.count = count
    let equal = Array(repeating: 1.0, count: count)
    (mean, deviation) = try Self.moments(equal, nodes: nodes, member: member)
    (minimum, maximum) = (
      Array(repeating: .infinity, count: nodes), Array(repeating: -.infinity, count: nodes)
    )
    for index in 0..<count {
      for (node, value) in try member(index).enumerated() {
        minimum[node] = min(minimum[node], value)
        maximum[node] = max(maximum[node], value)
      }
    }
    weighted = try weights.map { try Self.moments($0, nodes: nodes, member: member) }
  }

  private static func moments(
    _ weights: [Double], nodes: Int, member: (Int) throws -> [Double]
  ) rethrows -> (mean: [Double], deviation: [Double]) {
    let total = weights.reduce(0, +)
    var mean = Array(repeating: 0.0, count: nodes)
    for (index, weight) in weights.enumerated() {
      for (node, value) in try member(index).enumerated() { mean[node] += weight * value }
    }
    for node in 0..<nodes { mean[node] /= total }
    var variance = Array(repeating: 0.0, count: nodes)
    for (index, weight) in weights.enumerated() {
      for (node, value) in try member(index).enumerated() {
        let difference = value - mean[node]
        variance[node] += weight * difference * difference
      }
    }
    return (mean, variance.map { ($0 / total).squareRoot() })
  }
}
