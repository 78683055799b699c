import NumericCore

/// Smoothing by anisotropic diffusion over a unit of pseudo-time, with standard deviations that may vary.
///
/// `DiffusionSmoothing` says how: it is self-adjoint and positive, keeps constants and integrals, and its variance is
/// σ² exactly.
public struct Smoothing: Sendable {
  /// Steps of diffusion that make up one smoothing.
  public static let steps = DiffusionSmoothing.steps
  /// The nodes.
  public let section: Section
  /// Standard deviations of the nodes, metres.
  public let vertical, horizontal: [Double]

  /// The same everywhere, metres.
  public init(section: Section, vertical: Double, horizontal: Double) throws(WaveError) {
    try self.init(
      section: section, vertical: Array(repeating: vertical, count: section.count),
      horizontal: Array(repeating: horizontal, count: section.count))
  }

  /// - Throws: `.wrongCount`, `.outOfRange` for lengths that are negative or not finite.
  public init(section: Section, vertical: [Double], horizontal: [Double]) throws(WaveError) {
    for lengths in [vertical, horizontal] {
      guard lengths.count == section.count else {
        throw .wrongCount(what: "a smoothing length", found: lengths.count, expected: section.count)
      }
      if let bad = lengths.first(where: { !($0 >= 0 && $0.isFinite) }) {
        throw .outOfRange(what: "a smoothing length", value: bad, low: 0, high: .infinity)
      }
    }
    (self.section, self.vertical, self.horizontal) = (section, vertical, horizontal)
  }

  /// Lengths in wavelengths of waves of `speed` (m/s, by node) at `frequency`.
  public init(
    section: Section, wavelengths: (vertical: Double, horizontal: Double), speed: [Double], frequency: Double
  ) throws(WaveError) {
    guard frequency > 0 else {
      throw .outOfRange(what: "the frequency of the smoothing", value: frequency, low: 0, high: .infinity)
    }
    try self.init(
      section: section, vertical: speed.map { wavelengths.vertical * $0 / frequency },
      horizontal: speed.map { wavelengths.horizontal * $0 / frequency })
  }

  /// - Precondition: one value a node.
  public func applied(to values: [Double]) -> [Double] {
    DiffusionSmoothing(
      rows: section.rows, columns: section.columns, spacing: (section.spacing, section.spacing),
      deviations: (vertical, horizontal)
    ).applied(to: values)
  }
}
