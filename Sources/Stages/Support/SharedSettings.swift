import Artefacts
import Datasets
public import Topography
public import NumericCore
public import Planning

/// Settings that several kinds of stage share, and how their defaults follow the data.
public enum SharedSettings {
  public static let contrastSettings: [SettingSpec] = [
    SettingSpec(
      "density_contrast", .number(.density), .optional,
      "density below the surface minus above; default: that of the gravity input"),
    SettingSpec(
      "zref", .number(.length), .optional,
      "reference level of the prisms; default: that of the gravity input"),
  ]

  /// Grids in the place of these two numbers.
  public static let contrastInputs: [InputSpec] = [
    InputSpec(
      "density_contrast_grid", [.grid], required: false,
      "density contrast of every node, in place of the setting, kg/m3"),
    InputSpec(
      "zref_grid", [.topography], required: false,
      "reference level of every node, in place of the setting"),
  ]

  public static let scoreAverage = SettingSpec(
    "score_average", .word(ScoreAverage.allCases.map(\.rawValue)), .optional,
    "scores are root mean squares (default), or the root of the squares' median, which few bad points do not move"
  )

  public static func scoreAverage(_ settings: Settings) -> ScoreAverage {
    settings.optionalWord(scoreAverage.name).flatMap(ScoreAverage.init) ?? .mean
  }

  /// Writes a score, and with it how many points had no part in it, where there are any.
  public static func writeScore(
    _ value: Double, missing: Int, name: String, units: String, longName: String, to path: String
  ) throws {
    var dataset = Dataset()
    try dataset.addScalar(name, value, units: units, longName: longName)
    if missing > 0 { dataset.setAttribute("points_not_scored", Double(missing)) }
    try NetCDFFile.write(dataset, to: path)
  }

  public static let modelSetting = SettingSpec(
    "model", .word(["prisms", "tesseroids"]), .optional,
    "cells on a projected grid (default), or on one of longitudes and latitudes")

  public static func shape(_ settings: Settings) -> ModelShape {
    settings.optionalWord("model") == "tesseroids" ? .tesseroids : .prisms
  }

  /// Reference level and density contrast of a model: a number each, or a grid.
  public struct Contrast {
    public enum Field {
      case number(Double)
      case grid(Grid)

      public var number: Double? { if case .number(let value) = self { value } else { nil } }

      public func values(on geometry: GridGeometry, port: String) throws -> [Double] {
        switch self {
        case .number(let value): return Array(repeating: value, count: geometry.count)
        case .grid(let grid):
          guard grid.geometry.isSame(as: geometry) else {
            throw StageError.gridsDiffer("input '\(port)'", "the topography")
          }
          return grid.values
        }
      }
    }

    public var zref, density: Field

    public init(zref: Field, density: Field) { (self.zref, self.density) = (zref, density) }

    public func reference(_ geometry: GridGeometry) throws -> [Double] {
      try zref.values(on: geometry, port: "zref_grid")
    }
    public func densities(_ geometry: GridGeometry) throws -> [Double] {
      try density.values(on: geometry, port: "density_contrast_grid")
    }
  }

  /// The contrast that inputs or settings give, or else the one that the gravity was made with.
  public static func contrast(_ context: StageContext, gravity: GravityArtefact) throws -> Contrast {
    let density = try field(
      "density_contrast", context, variable: "density_contrast", gravity.densityContrast)
    let zref = try field("zref", context, variable: "topography", gravity.zref)
    guard density.number != 0 else {
      throw StageError.outOfPlace("density_contrast is zero: a layer without contrast has no gravity")
    }
    context.log("density contrast \(density.text) kg/m3, reference level \(zref.text) m")
    return Contrast(zref: zref, density: density)
  }

  private static func field(
    _ name: String, _ context: StageContext, variable: String, _ given: Double?
  ) throws -> Contrast.Field {
    if let path = context.inputs[name + "_grid"] {
      guard context.settings.optionalNumber(name) == nil else {
        throw StageError.outOfPlace(
          "both the setting '\(name)' and the input '\(name)_grid' are given; keep one")
      }
      return .grid(try grid(path, variable: variable))
    }
    guard let number = context.settings.optionalNumber(name) ?? given else {
      throw StageError.missingSetting(
        name: name,
        because: "the gravity input does not say what model it belongs to, and no grid of it is given")
    }
    return .number(number)
  }

  /// A named variable of a file, or the only kind of grid that it has.
  public static func grid(_ path: String, variable: String) throws -> Grid {
    let dataset = try NetCDFFile.read(path)
    return dataset[variable] == nil ? try dataset.anyGrid() : try dataset.grid(variable)
  }
}

extension SharedSettings.Contrast.Field {
  fileprivate var text: String { number.map { "\($0)" } ?? "of a grid," }
}
