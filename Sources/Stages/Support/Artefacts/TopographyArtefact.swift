import Artefacts
public import Datasets
public import NumericCore

/// The surface of a density contrast on a grid: variable `topography`, metres, upwards.
public struct TopographyArtefact {
  /// Heights, metres.
  public var topography: Grid
  /// The whole file, with variables that only others read.
  public var dataset: Dataset

  /// Reads `topography`; of a statistics file the mean (`weighted_mean`, else `z_mean`).
  public init(path: String, variable: String? = nil) throws {
    let dataset = try NetCDFFile.read(path)
    self.dataset = dataset
    let candidates =
      variable.map { [$0] }
      ?? [
        SurfaceVariables.topography, StatisticsVariables.weightedMean, StatisticsVariables.mean,
        GravityVariables.height,
      ].map(\.name)
    // Heights of gravity's observations are no surface.
    let isOfGravity = dataset.has(GravityVariables.anomaly) || dataset.has(GravityVariables.observed)
    let found =
      candidates.first { dataset[$0] != nil && !(isOfGravity && $0 == GravityVariables.height.name) }
      ?? candidates[0]
    // Statistics may be those of gravity.
    topography = try dataset.grid(Variable(found, .height, SurfaceVariables.topography.longName))
  }

  /// Writes a surface as every stage of surfaces reads it.
  ///
  /// - Parameter deviation: σ at its nodes, metres.
  public static func write(
    _ topography: Grid, deviation: [Double]? = nil, to path: String, title: String,
    attributes: [(String, Double?)] = [], heightDatum: HeightDatum? = nil
  ) throws {
    var dataset = Dataset(title: title)
    try dataset.add(SurfaceVariables.topography, topography)
    if let deviation {
      try dataset.add(SurfaceVariables.deviation, Grid(geometry: topography.geometry, values: deviation))
    }
    for (name, value) in attributes { dataset.setAttribute(name, value) }
    dataset.heightDatum = heightDatum
    try NetCDFFile.write(dataset, to: path)
  }
}
