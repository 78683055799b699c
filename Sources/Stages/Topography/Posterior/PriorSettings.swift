import Artefacts
import Geostatistics
import NumericCore
import Planning
import StageSupport

/// What is believed of a surface before any data, as settings.
enum PriorSettings {
  enum Word: String, SettingWord {
    case smooth, stationary

    var summary: String {
      switch self {
      case .smooth: "differences of neighbours and the distance from the mean are small"
      case .stationary: "a covariance that depends on the distance"
      }
    }
  }

  static let prior = Setting("prior", .word(Word.self), .required, "what is believed of the surface")
  static let step = Setting(
    "step_deviation", .number(in: .metre), .optional, .above(0),
    "standard deviation of the difference of neighbouring nodes")
  static let level = Setting(
    "level_deviation", .number(in: .metre), .optional, .above(0),
    "standard deviation of the distance from the mean")

  static let declarations: [any Declaration] = [
    prior, step, level, KrigingSettings.covariance, KrigingSettings.deviation, KrigingSettings.length,
  ]

  static let rules: [Rule] = [
    .needs(step, with: prior, in: .smooth), .needs(level, with: prior, in: .smooth),
    .only(step, level, with: prior, in: .smooth),
    .needs(KrigingSettings.deviation, with: prior, in: .stationary),
    .needs(KrigingSettings.length, with: prior, in: .stationary),
    .only(
      KrigingSettings.covariance, KrigingSettings.deviation, KrigingSettings.length, with: prior,
      in: .stationary),
  ]

  /// What to do with the prior that a section chooses.
  protocol Use {
    func callAsFunction(_ prior: some FieldPrior) throws
  }

  /// - Parameter free: nodes that vary.
  static func use(
    _ context: StageContext, on geometry: GridGeometry, free: [Bool], _ body: some Use
  ) throws {
    switch context[prior] {
    case .smooth:
      try body(
        SmoothPrior(
          slope: 1 / context[given: step], level: 1 / context[given: level], on: geometry, free: free))
    case .stationary:
      let (deviations, lengths) = (
        context[given: KrigingSettings.deviation], context[given: KrigingSettings.length]
      )
      let structures = context[KrigingSettings.covariance].enumerated().map { index, word in
        Covariance.Structure(
          word.correlation, deviation: deviations[index], length: lengths[min(index, lengths.count - 1)])
      }
      try body(
        StationaryPrior(Covariance(structures), on: geometry, free: free, workers: context.workers))
    }
  }
}
