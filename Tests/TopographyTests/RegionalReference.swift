import Datasets
import NumericCore
import TestSupport
import Topography

extension ConstraintPoints {
  /// The constraint points of the reference cases.
  static func reference(weighted: Bool = false) throws -> ConstraintPoints {
    let table = try TableFile.read(Reference.path("ef_constraints.csv"))
    return ConstraintPoints(
      points: Points(easting: try table.numbers("easting"), northing: try table.numbers("northing")),
      upward: try table.numbers("upward"), uncertainty: try table.numbers("uncert"),
      weights: weighted ? try table.numbers("weight") : nil)
  }
}
