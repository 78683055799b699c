import Artefacts
import Planning
import Topography

/// Equivalent sources of a regional field.
enum RegionalSourceSettings {
  private typealias Methods = RegionalMethodSettings

  static let depth = Setting(
    "depth", .number(in: .metre), .optional(otherwise: "4.5 × mean distance of neighbours"), .above(0),
    "depth below the data")
  static let damping = Setting("damping", .number, .optional, .atLeast(0), "damping of the sources")
  static let dampings = Setting(
    "dampings", .list(.number, 1...100), .optional, .above(0),
    "trial dampings of the sources, of which cross-validation takes the best")
  private static let blockSize = Setting(
    "block_size", .number(in: .metre), .optional, .above(0), "one source a block of this size")
  private static let observationHeight = Setting(
    "observation_height", .number(in: .metre), .optional(otherwise: "that of the data"),
    "height at which the sources' field is taken")

  /// Whether there are sources.
  private static let areUsed =
    Methods.method.is(.equivalentSources)
    || Methods.usesConstraints && Methods.gridMethod.is(.equivalentSources)

  static let all = Declarations(
    [depth, damping, dampings, blockSize, observationHeight],
    rules: [
      .only(depth, damping, dampings, blockSize, observationHeight, when: areUsed),
      .atMostOne(damping, dampings),
    ])

  static func sources(_ settings: Settings) -> EquivalentSourcesSettings {
    EquivalentSourcesSettings(
      depth: settings[depth], damping: settings[damping], dampings: settings[dampings] ?? [],
      blockSize: settings[blockSize], observationHeight: settings[observationHeight])
  }
}
