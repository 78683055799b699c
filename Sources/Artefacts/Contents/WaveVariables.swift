import Planning

extension Quantity {
  /// m/s.
  public static let speed = Quantity("speeds", .speed)
  /// Seconds.
  public static let time = Quantity("times", .time)
}

/// Vertical sections: grids over depth and distance, the depth positive downwards.
public enum SectionVariables {
  /// Metres along the section.
  public static let x = Variable("x", .distance, "distance", isBeside: true)
  /// Metres, positive downwards.
  public static let z = Variable("z", .distance, "depth", isBeside: true)
  /// Pressures at times that were asked for: `pressure_1`, the first of them.
  public static let pressure = VariableSeries("pressure_", "pressure")
  /// Motions at times that were asked for: `velocity_x_1`.
  public static let motion = VariableSeries("velocity_", "particle velocity")

  /// Those that no other artefact has.
  public static let all: [Variable] = [x, z]
}

/// Records of receivers over time.
public enum TraceVariables {
  /// The dimensions of a component: a row a receiver, a column a sample.
  public static let dimensions = (receiver: "receiver", time: "time")
  /// Seconds from the start of the record, equally spaced.
  public static let time = Variable("time", .time, "time", isBeside: true)
  /// Words: what a receiver is called.
  public static let receiver = "receiver_name"
  /// Metres along the section.
  public static let x = Variable("receiver_x", .distance, "distance of the receiver", isBeside: true)
  /// Metres, positive downwards.
  public static let z = Variable("receiver_z", .distance, "depth of the receiver", isBeside: true)

  /// What receivers write down; the beginning of their variables' names: `velocity_x`.
  public enum Field: String, CaseIterable, Sendable {
    case displacement, velocity, pressure

    /// How often displacement is differentiated to give it; nil for what is no motion.
    public var derivatives: Int? {
      switch self {
      case .displacement: 0
      case .velocity: 1
      case .pressure: nil
      }
    }

    /// Of its values.
    public var units: String {
      switch self {
      case .displacement: "m"
      case .velocity: "m/s"
      case .pressure: "Pa"
      }
    }
  }

  /// What a variable of traces holds: the field, nil for another quantity, and the component, x, y, z or p.
  public static func parts(of name: String) -> (field: Field?, component: String) {
    let words = name.split(separator: "_").map(String.init)
    let field = words.first.flatMap(Field.init(rawValue:))
    return (field, field == .pressure ? "p" : words.last ?? name)
  }

  /// Windows of traces: whose, and from when to when.
  public enum Windows {
    /// Words: what a receiver is called, and which of its components is meant.
    public static let receiver = "receiver"
    /// See `receiver`.
    public static let component = "component"
    /// Seconds.
    public static let start = Variable("start", .time, "start of the window", isBeside: true)
    /// Seconds.
    public static let end = Variable("end", .time, "end of the window", isBeside: true)
    /// 1 for a window that is kept but does not count.
    public static let flagged = Variable(
      "flagged", .flag(no: "used", yes: "flagged"), "1: kept, but does not contribute", isBeside: true)
    /// What a window contributes, before its weight.
    public static let value = Variable("value", .number, "misfit of the window, unweighted")
    /// Weight of receiver, component and window together.
    public static let totalWeight = "total_weight"
    /// Words: why a window does not contribute; nothing where it does.
    public static let reason = "reason"
    /// What a row contributes, of tables whose rows are no windows.
    public static let misfit = "misfit"
    /// Seconds, positive where the data are later.
    public static let lag = Variable("lag", .time, "lag, positive where the data are later")
  }
}
