import Datasets
import Planning

/// Files that hold one number.
public enum ScalarFile {
  /// The number in the canonical unit of what it measures, as recipes and settings hold it: files give gravity in mGal.
  public static func canonical(_ path: String) throws -> Double {
    let dataset = try NetCDFFile.readOne(path)
    let variable = dataset.variables[0]
    return PhysicalDimension.canonical(try dataset.scalar(variable.name), in: variable.units)
  }
}
