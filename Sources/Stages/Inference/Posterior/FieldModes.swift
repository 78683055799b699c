import Artefacts
import Datasets
import Geostatistics
import Inference
import NumericCore
import Planning
import StageSupport

/// A field of slowness on a vertical section as the sum of the leading modes of its covariance, each with a coefficient that an
/// inference can vary: N(0, 1) beforehand.
struct FieldModes: StageKind {
  /// Most of the modes: each is a setting.
  private static let most = 60

  private static let region = Setting(
    "region", .list(.number(in: .metre), 4), .required,
    "left, right, top and bottom of the section, edges of its cells")
  private static let spacing = Setting("spacing", .number(in: .metre), .required, .above(0), "of the cells")
  private static let speed = Setting(
    "mean_speed", .number(in: .metrePerSecond), .required, .above(0), "one over the mean slowness")
  private static let deviation = Setting(
    "deviation", .number, .required, .above(0),
    "standard deviation of the slowness as a part of its mean: 6 %")
  private static let length = Setting(
    "length", .number(in: .metre), .required, .above(0), "correlation length along x")
  private static let depthLength = Setting(
    "depth_length", .number(in: .metre), .optional(otherwise: "that along x"), .above(0),
    "correlation length along z")
  private static let covariance = Setting(
    "covariance", .word(NoiseCorrelation.self), .default(.exponential),
    "how its correlation falls with distance")
  private static let modes = Setting(
    "modes", .integer, .default(20), .atLeast(1).atMost(Double(most)), "how many")
  private static let speeds = Setting(
    "speed", .boolean, .later(default: true), "whether speeds stand beside slownesses in the model")
  private static let coefficients = (1...most).map {
    Setting("mode_\($0)", .number, .optional(meaning: 0), "coefficient of mode \($0), in its deviations")
  }
  private static let model = Output("model", .grid, "slowness on dimensions (z, x)")
  private static let share = Output(
    "share", .scalar(.dimensionless), "part of the variance that the modes hold")

  /// Members of a family share the modes.
  private let cache = SharedCache<ModeKey, CovarianceModes>(limit: 8 << 20)

  private struct ModeKey: Hashable {
    var cells: CellSection
    var covariance: Covariance
    var count: Int
  }

  let signature = StageSignature(
    kind: "field_modes", version: 1,
    summary: "a field of slowness on a section by the leading modes of its covariance",
    declares: [region, spacing, speed, deviation, length, depthLength, covariance, modes, speeds]
      + coefficients
      + [model, share],
    rules: [
      .check(region, spacing, "fit: whole cells from left to right and from top to bottom") {
        region, spacing in
        CellSection(region, spacing) == nil ? "don't fit: two whole cells at least along each axis" : nil
      }
    ])

  func run(_ context: StageContext) throws {
    guard let cells = CellSection(context[Self.region], context[Self.spacing]) else {
      preconditionFailure("a rule has looked at region and spacing")
    }
    let modes = modes(cells, context)
    let values = Self.coefficients.prefix(modes.variances.count).map { context[$0] }
    if let given = Self.coefficients.dropFirst(modes.variances.count).first(where: { context[$0] != 0 }) {
      throw StageError.outOfPlace("'\(given.name)' is beyond modes = \(modes.variances.count)")
    }
    let mean = 1 / context[Self.speed]
    let slowness = modes.field(Array(values)).map { mean * (1 + $0) }
    if let cell = slowness.firstIndex(where: { $0 <= 0 }) {
      throw StageError.outOfPlace(
        "the slowness of cell \(cell + 1) is \(slowness[cell]) s/m and must be above 0")
    }
    try cells.write(slowness, withSpeeds: context[Self.speeds], to: context[Self.model])
    try NetCDFFile.writeScalar(
      modes.share, name: Self.share.name, units: "1", longName: Self.share.spec.summary,
      to: context[Self.share])
  }

  private func modes(_ cells: CellSection, _ context: StageContext) -> CovarianceModes {
    let length = context[Self.length]
    let covariance = Covariance(
      context[Self.covariance].correlation, deviation: context[Self.deviation], length: length)
    let ratio = length / (context[Self.depthLength] ?? length)
    var stretched = cells
    stretched.depthFactor = ratio
    let key = ModeKey(cells: stretched, covariance: covariance, count: context[Self.modes])
    let points = stretched.points
    return cache.value(for: key, size: key.count * points.easting.count * 8) {
      CovarianceModes(covariance.matrix(points), count: min(key.count, points.easting.count))
    }
  }
}

/// Square cells of a vertical section, z down.
private struct CellSection: Hashable {
  let left, top, spacing: Double
  let columns, rows: Int
  /// What depths are multiplied by before distances are taken.
  var depthFactor = 1.0

  init?(_ region: [Double], _ spacing: Double) {
    let (width, height) = ((region[1] - region[0]) / spacing, (region[3] - region[2]) / spacing)
    let (columns, rows) = (width.rounded(), height.rounded())
    guard columns >= 2, rows >= 2, abs(width - columns) < 1e-6, abs(height - rows) < 1e-6 else { return nil }
    (left, top, self.spacing) = (region[0], region[2], spacing)
    (self.columns, self.rows) = (Int(columns), Int(rows))
  }

  private var x: [Double] { (0..<columns).map { left + (Double($0) + 0.5) * spacing } }
  private var z: [Double] { (0..<rows).map { top + (Double($0) + 0.5) * spacing } }

  /// Middles of the cells, row by row, depths stretched.
  var points: Points {
    Points(
      easting: z.flatMap { _ in x },
      northing: z.flatMap { depth in [Double](repeating: depth * depthFactor, count: columns) })
  }

  func write(_ slowness: [Double], withSpeeds: Bool, to path: String) throws {
    var dataset = Dataset(title: "slowness of a section")
    dataset.dimensions = [.init(name: "z", size: rows), .init(name: "x", size: columns)]
    for (name, values, longName) in [("z", z, "depth"), ("x", x, "distance")] {
      var attributes = [("units", "m"), ("long_name", longName)].map {
        Dataset.Attribute(name: $0.0, value: .text($0.1))
      }
      if name == "z" { attributes.append(.init(name: "positive", value: .text("down"))) }
      try dataset.add(
        Dataset.Variable(name: name, dimensions: [name], values: .double(values), attributes: attributes))
    }
    var fields = [("slowness", slowness, "s m-1", "slowness")]
    if withSpeeds { fields.append(("speed", slowness.map { 1 / $0 }, "m s-1", "speed")) }
    for (name, values, units, longName) in fields {
      try dataset.add(
        Dataset.Variable(
          name: name, dimensions: ["z", "x"], values: .double(values),
          attributes: [
            .init(name: "units", value: .text(units)), .init(name: "long_name", value: .text(longName)),
          ]))
    }
    try NetCDFFile.write(dataset, to: path)
  }
}
