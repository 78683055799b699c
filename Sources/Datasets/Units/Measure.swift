/// What a unit measures. The first five are read, the others are known in order to be refused by name.
public enum Measure: String, Sendable, CaseIterable {
  case length, acceleration, density, angle, plain
  case gradient, magnetism, velocity, temperature, pressure, potential, heatFlow, time, resistivity, mass

  /// The unit that the program keeps it in; nil for what is not read.
  public var canonical: String? {
    switch self {
    case .length: "m"
    case .acceleration: "mGal"
    case .density: "kg/m3"
    case .angle: "degrees"
    case .plain: "1"
    default: nil
    }
  }

  /// As in "a unit of …".
  public var name: String {
    switch self {
    case .length: "length"
    case .acceleration: "acceleration"
    case .density: "density"
    case .angle: "angle"
    case .plain: "nothing (a plain number)"
    case .gradient: "a gravity gradient"
    case .magnetism: "a magnetic field"
    case .velocity: "velocity"
    case .temperature: "temperature"
    case .pressure: "pressure"
    case .potential: "a potential"
    case .heatFlow: "heat flow"
    case .time: "time"
    case .resistivity: "resistivity"
    case .mass: "mass"
    }
  }

  /// Some units of it, for messages.
  public var examples: String {
    switch self {
    case .length: "m, km, ft, fathom"
    case .acceleration: "mGal, uGal, m/s2"
    case .density: "kg/m3, g/cm3"
    case .angle: "degrees, rad"
    case .plain: "1, %"
    default: name
    }
  }
}
