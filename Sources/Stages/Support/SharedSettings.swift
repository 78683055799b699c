import Artefacts
import Datasets
public import NumericCore

/// What several kinds of stage read and write alike.
public enum SharedSettings {
  /// Writes a score, and with it how many points had no part in it, where there are any.
  public static func writeScore(
    _ value: Double, missing: Int, name: String, units: String, longName: String, to path: String
  ) throws {
    var dataset = Dataset()
    try dataset.addScalar(name, value, units: units, longName: longName)
    if missing > 0 { dataset.setAttribute("points_not_scored", Double(missing)) }
    try NetCDFFile.write(dataset, to: path)
  }

  /// A named variable of a file, or the only kind of grid that it has.
  public static func grid(_ path: String, variable: String) throws -> Grid {
    let dataset = try NetCDFFile.read(path)
    return dataset[variable] == nil ? try dataset.anyGrid() : try dataset.grid(variable)
  }
}
