public import Datasets
public import NumericCore

/// The surface of a density contrast on a grid: variable `topography`, metres, upwards.
public struct TopographyArtefact {
  public var topography: Grid
  public var dataset: Dataset

  /// Reads `topography`; of a statistics file the mean (`weighted_mean`, else `z_mean`).
  public init(path: String, variable: String? = nil) throws {
    let dataset = try NetCDFFile.read(path)
    self.dataset = dataset
    let candidates = variable.map { [$0] } ?? ["topography", "weighted_mean", "z_mean", "upward"]
    let found = candidates.first { dataset[$0] != nil } ?? candidates[0]
    // Statistics may be those of gravity.
    if let units = dataset[found]?.units, ["weighted_mean", "z_mean"].contains(found), units != "m" {
      throw StageError.outOfPlace("these are statistics of something in \(units), and heights are needed")
    }
    topography = try dataset.grid(found)
  }

  public static func write(
    _ topography: Grid, to path: String, title: String, attributes: [(String, Double?)] = []
  ) throws {
    var dataset = Dataset(title: title)
    try dataset.addGrid("topography", topography, units: "m", longName: "height of the surface")
    for (name, value) in attributes { dataset.setAttribute(name, value) }
    try NetCDFFile.write(dataset, to: path)
  }
}
