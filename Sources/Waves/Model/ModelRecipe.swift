import NumericCore

/// A medium described by layers, gradients and anomalies.
public struct ModelRecipe: Equatable, Sendable {
  /// Values of a parameter in a layer: at its top, and the change a metre of depth below it.
  public struct Value: Equatable, Sendable {
    public var top, gradient: Double
    /// A value that grows linearly with depth below the layer's top.
    public init(top: Double, gradient: Double = 0) { (self.top, self.gradient) = (top, gradient) }
  }

  /// From a depth down to the next layer's. A node takes the last layer whose top is not below it, so an
  /// interface lies best half a spacing above the first node of its lower layer.
  public struct Layer: Equatable, Sendable {
    /// z, metres.
    public var top: Double
    /// By parameter.
    public var values: [Parameter: Value]
    /// A layer from a depth downwards, with its values.
    public init(top: Double, values: [Parameter: Value]) { (self.top, self.values) = (top, values) }
  }

  /// Multiplies parameters by 1 + amplitude · shape(x, z).
  public enum Anomaly: Equatable, Sendable {
    /// exp(−½ ((x − x₀)/σx)² − ½ ((z − z₀)/σz)²).
    case gaussian(x: Double, z: Double, widthX: Double, widthZ: Double, amplitude: Double, of: [Parameter])
    /// sin(πx/wx) sin(πz/wz) from the section's first node on: alternating cells of this size.
    case checkerboard(width: Double, height: Double, amplitude: Double, of: [Parameter])
  }

  /// A parameter made from another one after layers and before anomalies: factor · value^exponent.
  public struct Tie: Equatable, Sendable {
    public var parameter, source: Parameter
    public var factor, exponent: Double
    /// The parameter `factor` times the source to a power.
    public init(_ parameter: Parameter, from source: Parameter, factor: Double, exponent: Double = 1) {
      (self.parameter, self.source, self.factor, self.exponent) = (parameter, source, factor, exponent)
    }
  }

  /// From the top downwards.
  public var layers: [Layer]
  /// Parameters that follow from others.
  public var ties: [Tie]
  /// Added to the layers, in their order.
  public var anomalies: [Anomaly]
  /// Grids of parameters that replace what the layers say.
  public var grids: [Parameter: [Double]]

  /// A recipe of layers, ties, anomalies and grids.
  public init(
    layers: [Layer], ties: [Tie] = [], anomalies: [Anomaly] = [], grids: [Parameter: [Double]] = [:]
  ) {
    (self.layers, self.ties, self.anomalies, self.grids) = (layers, ties, anomalies, grids)
  }

  /// - Throws: `.missingParameter` where neither layers, grids nor ties give one, and what `WaveModel` refuses.
  public func model(physics: Physics, section: Section) throws(WaveError) -> WaveModel {
    var fields = grids
    for parameter in physics.parameters where fields[parameter] == nil {
      if let values = layered(parameter, section) { fields[parameter] = values }
    }
    for tie in ties where physics.parameters.contains(tie.parameter) {
      guard let source = fields[tie.source] else { throw .missingParameter(tie.source, physics) }
      fields[tie.parameter] = source.map {
        tie.factor * (tie.exponent == 1 ? $0 : Elementary.pow($0, tie.exponent))
      }
    }
    for anomaly in anomalies {
      let (shape, parameters) = shape(anomaly, section)
      for parameter in parameters where physics.parameters.contains(parameter) {
        guard let values = fields[parameter] else { throw .missingParameter(parameter, physics) }
        fields[parameter] = zip(values, shape).map { $0 * (1 + $1) }
      }
    }
    return try WaveModel(physics: physics, section: section, fields: fields)
  }

  /// nil where no layer speaks of the parameter. A layer that does not continues the one above it.
  private func layered(_ parameter: Parameter, _ section: Section) -> [Double]? {
    let known = layers.sorted { $0.top < $1.top }.compactMap { layer in
      layer.values[parameter].map { (top: layer.top, value: $0) }
    }
    guard let first = known.first else { return nil }
    return (0..<section.rows).flatMap { row -> [Double] in
      let z = section.z(row)
      let layer = known.last { $0.top <= z + 1e-9 * section.spacing } ?? first
      // Above the first layer's top its value there goes on.
      let depth = max(0, z - layer.top)
      return Array(
        repeating: layer.value.top + layer.value.gradient * depth, count: section.columns)
    }
  }

  private func shape(_ anomaly: Anomaly, _ section: Section) -> ([Double], [Parameter]) {
    switch anomaly {
    case .gaussian(let x, let z, let widthX, let widthZ, let amplitude, let parameters):
      let along = (0..<section.columns).map { square((section.x($0) - x) / widthX) }
      let values = (0..<section.rows).flatMap { row -> [Double] in
        let down = square((section.z(row) - z) / widthZ)
        return along.map { amplitude * Elementary.exp(-0.5 * ($0 + down)) }
      }
      return (values, parameters)
    case .checkerboard(let width, let height, let amplitude, let parameters):
      let along = (0..<section.columns).map {
        Elementary.sin(.pi * Double($0) * section.spacing / width)
      }
      let values = (0..<section.rows).flatMap { row -> [Double] in
        let down = Elementary.sin(.pi * Double(row) * section.spacing / height)
        return along.map { amplitude * $0 * down }
      }
      return (values, parameters)
    }
  }

  private func square(_ x: Double) -> Double { x * x }
}
