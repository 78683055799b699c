import Artefacts
import Datasets
import Geostatistics
import NumericCore
import Optimisation
import Planning
import StageSupport

/// How unlikely a model is beforehand, as one number with its gradient: half its squared distance from a reference in the
/// metric of a covariance. Added to the misfit of linear data with Gaussian errors, its least point is the posterior mean.
struct PriorMisfit: StageKind {
  enum Fall: String, SettingWord {
    case exponential
    case matern32 = "matern_32"
    case matern52 = "matern_52"
    case squaredExponential = "squared_exponential"

    var summary: String { "" }

    var correlation: Geostatistics.Correlation {
      switch self {
      case .exponential: .exponential
      case .matern32: .matern32
      case .matern52: .matern52
      case .squaredExponential: .squaredExponential
      }
    }
  }

  /// Nodes whose covariance is held as a matrix; its factor is made once and kept while a run lasts.
  private static let most = 5000

  private static let model = Input("model", [.grid], "what an inversion moves")
  private static let reference = Input("reference", [.grid], "the model that is most likely beforehand")
  private static let parameters = Setting(
    "parameters", .list(.name, 1...20), .required, "variables of the model that are unknown")
  private static let scaling = Setting(
    "scaling", .word(ParameterMap.Scaling.self), .default(.relativeDeviation),
    "what is Gaussian: the deviation m of a parameter from its reference p0")
  private static let deviations = Setting(
    "deviations", .list(.number, 1...20), .required, .above(0),
    "standard deviation of m, one for each parameter or one for all: 8 % of a relative deviation")
  private static let lengths = Setting(
    "lengths", .list(.number(in: .metre), 2), .required, .above(0),
    "correlation lengths: down (or north) and across (or east)")
  private static let covariance = Setting(
    "covariance", .word(Fall.self), .default(.exponential), "how correlation falls with distance")
  private static let misfit = Output(
    "misfit", .scalar(.dimensionless), "half the squared distance from the reference, sum over parameters")
  private static let gradient = Output("gradient", .grid, "derivative of the misfit by the parameters")
    .volatile

  private struct Key: Hashable {
    var slow, fast: [Double]
    var isPresent: [Bool]
    var lengths: [Double]
    var fall: Fall
  }

  /// Rounds of an inversion share the factor.
  private let cache = SharedCache<Key, Cholesky>(limit: 512 << 20)

  let signature = StageSignature(
    kind: "prior_misfit", version: 1,
    summary: "how unlikely a model is beforehand, by a covariance about a reference, with its gradient",
    declares: [parameters, scaling, deviations, lengths, covariance, model, reference, misfit, gradient],
    rules: [
      .check(parameters, deviations, "fit: one deviation, or one for each parameter") { names, values in
        values.count == 1 || values.count == names.count
          ? nil : "don't fit: \(values.count) deviations of \(names.count) parameters"
      }
    ])

  func run(_ context: StageContext) throws {
    let names = context[Self.parameters]
    let model = try ModelArtefact(NetCDFFile.read(context[Self.model]), holding: names)
    let reference = try ModelArtefact(NetCDFFile.read(context[Self.reference]), holding: names)
    guard let axes = model.axes, !model.isGeographic else {
      throw StageError.outOfPlace("a covariance needs a model on two axes in metres")
    }
    guard reference.axes.map({ $0 == axes }) == true else {
      throw StageError.outOfPlace("the reference has other nodes than the model")
    }
    var frame = try model.frame(title: "gradient")
    var total = 0.0
    for (index, name) in names.enumerated() {
      let (p, p0) = (try model.values(name), try reference.values(name))
      let deviations = context[Self.deviations]
      let part = try evaluate(
        p, p0, deviation: deviations[deviations.count == 1 ? 0 : index], axes: axes, context)
      total += part.value
      let units = model.units(name)
      try model.add(
        name, part.gradient, units: Self.inverse(of: units), longName: "derivative by \(name)", to: &frame)
    }
    try NetCDFFile.writeScalar(
      total, name: Self.misfit.name, units: "1", longName: "misfit of the model beforehand",
      to: context[Self.misfit])
    if context.wants(Self.gradient.name) { try NetCDFFile.write(frame, to: context[Self.gradient]) }
    context.log("misfit \(total)")
  }

  /// `kg m-3` as `kg-1 m3`.
  private static func inverse(of units: String) -> String {
    units.split(separator: " ").map { part -> String in
      let digits = part.reversed().prefix { $0.isNumber || $0 == "-" }
      let power = Int(String(digits.reversed())) ?? 1
      let name = part.dropLast(digits.count)
      if name.isEmpty { return String(part) }
      return power == -1 ? String(name) : "\(name)\(-power)"
    }.joined(separator: " ")
  }

  /// ½ mᵀ C⁻¹ m of one parameter and its derivative (∂m/∂p) C⁻¹ m.
  private func evaluate(
    _ p: [Double], _ p0: [Double], deviation: Double, axes: (slow: [Double], fast: [Double]),
    _ context: StageContext
  ) throws -> (value: Double, gradient: [Double]) {
    let isPresent = zip(p, p0).map { $0.isFinite && $1.isFinite }
    let nodes = isPresent.indices.filter { isPresent[$0] }
    let scaling = context[Self.scaling]
    if scaling != .absolute, let node = nodes.first(where: { p0[$0] == 0 || p[$0] / p0[$0] <= 0 }) {
      throw StageError.outOfPlace(
        "the model is \(p[node]) and the reference \(p0[node]) at node \(node + 1); of those scaling = \(scaling.rawValue) "
          + "knows nothing, use scaling = absolute")
    }
    let m = nodes.map { node -> Double in
      switch scaling {
      case .relativeDeviation: p[node] / p0[node] - 1
      case .absolute: p[node] - p0[node]
      case .logarithmic: Elementary.log(p[node] / p0[node])
      }
    }
    let factor = try factor(axes, isPresent, context)
    let solved = factor.solve(m).map { $0 / (deviation * deviation) }
    var gradient = p.map { $0.isFinite ? 0 : Double.nan }
    for (row, node) in nodes.enumerated() {
      switch scaling {
      case .relativeDeviation: gradient[node] = solved[row] / p0[node]
      case .absolute: gradient[node] = solved[row]
      case .logarithmic: gradient[node] = solved[row] / p[node]
      }
    }
    return (0.5 * zip(m, solved).reduce(0) { $0 + $1.0 * $1.1 }, gradient)
  }

  /// Of the correlation of the nodes that have a value.
  private func factor(
    _ axes: (slow: [Double], fast: [Double]), _ isPresent: [Bool], _ context: StageContext
  ) throws -> Cholesky {
    let count = isPresent.count { $0 }
    guard count <= Self.most else {
      throw StageError.outOfPlace(
        "the model has \(count) nodes; a covariance of more than \(Self.most) is not held as a matrix: use a coarser model, or "
          + "smoothness and smoothing_lengths in its place")
    }
    let key = Key(
      slow: axes.slow, fast: axes.fast, isPresent: isPresent, lengths: context[Self.lengths],
      fall: context[Self.covariance])
    return try cache.value(for: key, size: count * count * 8) {
      // One length across; distances down are stretched.
      let stretch = key.lengths[1] / key.lengths[0]
      var points = Points(easting: [], northing: [])
      for (row, y) in key.slow.enumerated() {
        for (column, x) in key.fast.enumerated() where isPresent[row * key.fast.count + column] {
          points.easting.append(x)
          points.northing.append(y * stretch)
        }
      }
      let covariance = Covariance(key.fall.correlation, deviation: 1, length: key.lengths[1])
      return try Cholesky(covariance.matrix(points), workers: context.workers)
    }
  }
}

extension PriorMisfit: ReportedKind {
  var report: StageReport {
    StageReport([.outputs], numbers: [.number(.scalar(Self.misfit.name), "misfit beforehand")])
  }
}
