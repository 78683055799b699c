import Artefacts
import Datasets
import StageSupport

/// A table of how often intervals hold what they should, a row an interval.
struct CoverageTable {
  private var dataset: Dataset

  init(title: String) { dataset = Dataset(title: title) }

  mutating func add(_ variable: Artefacts.Variable, _ values: [Double]) throws {
    try dataset.add(variable, values, along: CoverageVariables.dimension)
  }

  /// Ends of the interval of each share, and how far chance may take shares from what they should be.
  mutating func add(nominal: [Double], shares: [Double], low: [Double], high: [Double]) throws {
    var (bottom, top) = (nominal, nominal)
    for row in nominal.indices {
      bottom[row] = max(0, min(nominal[row], nominal[row] + low[row] - shares[row]))
      top[row] = min(1, max(nominal[row], nominal[row] + high[row] - shares[row]))
    }
    try add(CoverageVariables.low, low)
    try add(CoverageVariables.high, high)
    try add(CoverageVariables.bandLow, bottom)
    try add(CoverageVariables.bandHigh, top)
  }

  mutating func set(_ attribute: String, _ value: Double?) { dataset.setAttribute(attribute, value) }

  func write(to path: String) throws { try NetCDFFile.write(dataset, to: path) }
}
