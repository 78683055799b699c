import Inference
import NumericCore
import Planning
import StageSupport

/// Settings of Markov chains: those of the algorithm, which steps have too, and what ends it, which they have not.
enum ChainEntries {
  /// How walkers move.
  enum Method: String, SettingWord {
    case differential, stretch, adaptive

    var summary: String {
      switch self {
      case .differential:
        "DE-MC(Z): by differences of places where the ensemble has been, and snooker moves; finds its way between modes"
      case .stretch: "affine-invariant ensemble: along lines between walkers, half of them at a time"
      case .adaptive: "random-walk Metropolis with the covariance that the warm-up has found"
      }
    }
  }

  /// What becomes of members that fail.
  enum Failure: String, SettingWord {
    case reject, stop

    var summary: String {
      switch self {
      case .reject: "no walker goes there; they are counted"
      case .stop: "ends the inference"
      }
    }
  }

  /// Of everything that depends on the number of settings too.
  static func walkers(_ settings: Settings, dimensions: Int) -> Int {
    settings[walkers] ?? max(16, 2 * dimensions)
  }

  static let method = Setting("method", .word(Method.self), .default(.differential), "how walkers move")
  static let ensembles = Setting(
    "ensembles", .integer, .default(2), .atLeast(1).atMost(100),
    "ensembles of walkers that know nothing of each other")
  static let walkers = Setting(
    "walkers", .integer, .optional(otherwise: "twice as many as settings, at least 16"),
    .atLeast(1).atMost(4096),
    "walkers of an ensemble, each of which is a chain; of stretch an even number, twice as many as settings at least"
  )
  static let warmUp = Setting(
    "warm_up", .integer, .default(500), .atLeast(0),
    "iterations from the prior to the posterior, of which no draws are kept and in which adaptive chains adapt"
  )
  static let thinning = Setting(
    "thinning", .integer, .default(1), .atLeast(1), "iterations from one draw that is kept to the next")
  static let scale = Setting(
    "stretch_scale", .number, .optional(meaning: 2), .above(1), "greatest factor by which a line is stretched"
  )
  static let snooker = Setting(
    "snooker", .number, .optional(meaning: 0.1), .atLeast(0).atMost(1), "share of snooker moves")
  static let archiveEvery = Setting(
    "archive_every", .integer, .optional(meaning: 10), .atLeast(1),
    "iterations between two times that the walkers' places enter the archive")
  static let temperatures = Setting(
    "temperatures", .integer, .optional, .atLeast(2).atMost(100),
    "chains at so many temperatures, from the posterior to the prior, which change places: for modes far apart, and for "
      + "the evidence")
  static let onFailure = Setting(
    "on_failure", .word(Failure.self), .default(.reject), "what becomes of model runs that fail")
  /// Of a member of another family, so that two of them draw apart.
  static let outer = Setting("outer", .text, .optional, "member of another family")

  /// What decides the draws: in recipes of steps.
  static let algorithm: [any DeclaredEntry] = [
    method, ensembles, walkers, warmUp, thinning, scale, snooker, archiveEvery, temperatures, onFailure,
  ]

  static let rules: [Rule] = [
    .only(scale, with: method, in: .stretch), .only(snooker, archiveEvery, with: method, in: .differential),
    .check(method, walkers, "fit: stretch takes an even number of them") { method, walkers in
      guard let walkers else { return nil }
      switch method {
      case .stretch:
        return walkers % 2 == 0 && walkers >= 4
          ? nil
          : "don't fit: stretch moves halves of the walkers, an even number of at least 4, not \(walkers)"
      case .differential:
        return walkers >= 3 ? nil : "don't fit: differential takes at least 3 walkers, not \(walkers)"
      case .adaptive: return nil
      }
    },
  ]

  /// The science's settings.
  /// - Throws: `StageError` for what only the number of settings tells.
  static func chains(_ settings: Settings, dimensions: Int) throws -> ChainSettings {
    let move: ChainSettings.Move =
      switch settings[method] {
      case .stretch: .stretch(scale: settings[scale])
      case .differential:
        .differential(.init(snooker: settings[snooker], archiveEvery: settings[archiveEvery]))
      case .adaptive: .adaptive
      }
    let chains = ChainSettings(
      move: move, dimensions: dimensions, ensembles: settings[ensembles],
      walkers: walkers(settings, dimensions: dimensions),
      ladder: settings[temperatures].map { ChainSettings.ladder(rungs: $0) } ?? [1], warmUp: settings[warmUp],
      seed: UInt64(settings[FamilySettings.seed]),
      stream: "markov_chains" + (settings[outer].map { " " + $0 } ?? ""))
    if let complaint = chains.complaint {
      throw StageError.outOfPlace("\(dimensions) settings vary: \(complaint)")
    }
    return chains
  }

  /// Points where walkers begin, and of the archive, by their number: draws of the prior.
  static func start(_ settings: Settings, dimensions: Int) -> (Int) -> [Double] {
    let random = CounterRandom(seed: UInt64(settings[FamilySettings.seed]), stream: "markov_chains start")
    return { random.normal(dimensions, row: $0) }
  }
}
