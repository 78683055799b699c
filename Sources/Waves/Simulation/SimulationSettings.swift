/// How a simulation is discretised.
public struct SimulationSettings: Equatable, Sendable {
  /// Where the field is computed.
  public enum Grid: Equatable, Sendable {
    /// The nodes of the model.
    case model
    /// As coarse as this number of points a wavelength allows.
    case points(Double)
    /// Metres.
    case spacing(Double)
  }

  /// Of accuracy in space.
  public var order = 8
  /// What the upper edge is.
  public var surface = Surface.absorbing
  /// Where the field is computed.
  public var grid = Grid.model
  /// Seconds; nil: 0.9 of the limit of stability, so that it divides the output's.
  public var step: Double?
  /// Of the seismograms, seconds.
  public var outputStep: Double
  /// Seconds.
  public var duration: Double
  /// Width of the absorbing layer in cells.
  public var layerCells = 20
  /// Of a wave that meets the layer head on, as a part of it.
  public var layerReflection = 1e-5
  /// Of the waves that the layers absorb best; nil: 0.4 of the highest frequency.
  public var layerFrequency: Double?
  /// The speed that the layers are made for, m/s; nil: the fastest of the model, rounded up to two digits.
  public var layerSpeed: Double?
  /// Whether the error of the time steps is taken out of the traces.
  public var correctsDispersion = true
  /// Whether fields are kept in double precision.
  public var isDouble = false
  /// What receivers record.
  public var field = ReceiverField.velocity

  /// The usual settings for a time and a sampling, seconds.
  public init(duration: Double, outputStep: Double) {
    (self.duration, self.outputStep) = (duration, outputStep)
  }
}

/// The grid and steps that a simulation uses.
public struct SimulationPlan: Equatable, Sendable {
  /// The nodes of the computation.
  public let section: Section
  /// Seconds.
  public let step: Double
  /// Time steps, the last ones beyond the end for the correction of dispersion.
  public let steps: Int
  /// Time steps between samples of the output.
  public let stride: Int
  /// Samples of each trace.
  public let outputCount: Int
  /// Time steps after the last sample, over which records are tapered.
  let margin: Int
  /// Points in the shortest wavelength.
  public let points: Double
  /// What depends on the model in small steps: a gradient has them constant.
  let layerSpeed: Double
  let spread: PointSpread
  /// The largest step between stored wavefields without aliasing in the gradient.
  public let admissibleInterval: Int

  /// - Throws: `.outOfRange`, `.undersampled`, `.unstableStep`, `.unknownOrder`, `.freeSurfaceOfStress`.
  init(
    model: WaveModel, wavelets: [Wavelet], settings: SimulationSettings
  ) throws(WaveError) {
    let stencil = try Stencil(order: settings.order)
    try Self.check(settings, model)
    let highest = wavelets.map(\.highestFrequency).max() ?? 0
    let bandwidth = wavelets.map(\.bandwidth).max() ?? 0
    let (slowest, fastest) = model.speeds
    let shortest = slowest / highest
    let section: Section
    switch settings.grid {
    case .model: section = model.section
    case .points(let points):
      section = model.section.resampled(spacing: Self.twoDigits(shortest / points, .down))
    case .spacing(let spacing): section = model.section.resampled(spacing: spacing)
    }
    let points = shortest / section.spacing
    guard points >= stencil.fewestPoints else {
      throw .undersampled(
        points: points, needed: stencil.fewestPoints, spacing: section.spacing, shortest: shortest)
    }
    let limit = stencil.largestStep(spacing: section.spacing, fastest: fastest)
    let wanted = settings.step ?? 0.9 * stencil.courantLimit * section.spacing / fastest
    let stride = max(1, Int((settings.outputStep / wanted - 1e-9).rounded(.up)))
    let step = settings.outputStep / Double(stride)
    if let fixed = settings.step {
      guard abs(Double(stride) * fixed - settings.outputStep) <= 1e-9 * settings.outputStep else {
        throw .outOfRange(
          what: "the output step, which must be a multiple of the time step \(fixed) s,",
          value: settings.outputStep,
          low: Double(stride - 1) * fixed, high: Double(stride) * fixed)
      }
    }
    guard step <= limit * (1 + 1e-12) else { throw .unstableStep(step: step, limit: limit) }
    self.section = section
    (self.step, self.stride, self.points) = (step, stride, points)
    layerSpeed = settings.layerSpeed ?? Self.twoDigits(fastest, .up)
    spread = PointSpread(points: (2 * points).rounded() / 2)
    outputCount = Int((settings.duration / settings.outputStep + 1e-9).rounded(.down)) + 1
    margin = max(16, Int((2 / (highest * step)).rounded(.up)))
    steps = (outputCount - 1) * stride + margin
    admissibleInterval = max(1, Int((1 / (2 * bandwidth * step)).rounded(.down)))
  }

  /// To two digits. A change of the model changes grid and layers in steps, between which seismograms have a
  /// derivative; numbers that people write, such as 2000 m/s, lie within a step rather than at its edge.
  static func twoDigits(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
    var scale = 1.0
    while value * scale < 10 { scale *= 10 }
    while value * scale >= 100 { scale /= 10 }
    let digits = (value * scale * (rule == .up ? 0.987 : 1.01)).rounded(rule)
    return digits / scale
  }

  private static func check(_ settings: SimulationSettings, _ model: WaveModel) throws(WaveError) {
    for (what, value) in [("the duration", settings.duration), ("the output step", settings.outputStep)] {
      guard value > 0, value.isFinite else {
        throw .outOfRange(what: what, value: value, low: 0, high: .infinity)
      }
    }
    guard settings.duration >= settings.outputStep else {
      throw .outOfRange(
        what: "the duration", value: settings.duration, low: settings.outputStep, high: .infinity)
    }
    if settings.surface == .free, model.physics.systems.contains(.psv) {
      throw .freeSurfaceOfStress(model.physics)
    }
  }
}
