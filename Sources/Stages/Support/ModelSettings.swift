public import NumericCore
public import Planning
public import Topography

/// Settings that several kinds of stage take as they are.
public enum ModelSettings {
  /// Prisms or tesseroids.
  public static let shape = Setting(
    "model", .word(ModelShape.self), .optional(meaning: .prisms), "the cells of the model")

  /// Mean or median.
  public static let scoreAverage = Setting(
    "score_average", .word(ScoreAverage.self), .optional(meaning: .mean), "of the squares that make a score")

  /// How a grid is interpolated.
  public static let interpolation = Setting(
    "interpolation", .word(GridInterpolation.self), .default(.bicubic), "between the nodes of the grid")
}

extension ModelShape: SettingWord {
  /// A line for the kind's page.
  public var summary: String {
    switch self {
    case .prisms: "on a projected grid"
    case .tesseroids: "on a grid of longitudes and latitudes"
    }
  }
}

extension ScoreAverage: SettingWord {
  /// A line for the kind's page.
  public var summary: String {
    switch self {
    case .mean: "root mean square"
    case .median: "root of their median, which few bad points do not move"
    }
  }
}

extension GridInterpolation {
  /// Values of a field between its nodes.
  public func values(of field: String, _ grid: Grid, at points: Points) throws -> [Double] {
    let missing = grid.values.count { !$0.isFinite }
    guard self != .spline || missing == 0 else {
      throw StageError.outOfPlace(
        "interpolation = spline goes through every node, but \(missing) of '\(field)' are missing; bicubic leaves them out"
      )
    }
    return sample(grid, at: points)
  }
}

extension GridInterpolation: SettingWord {
  /// A line for the kind's page.
  public var summary: String {
    switch self {
    case .nearest, .bilinear: ""
    case .bicubic: "cubic convolution"
    case .spline: "the bicubic one through all nodes, none of which may be missing"
    }
  }
}
