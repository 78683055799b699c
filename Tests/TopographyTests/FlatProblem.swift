import Gravity
import NumericCore

@testable import Topography

let region = Region(west: 0, east: 40_000, south: 0, north: 30_000)
let model = GridGeometry(region: region, spacing: 1000)
let halfSpacing = model.refined(by: 2)
let meanTopography = 492.2704164812973

/// A problem over `model` with flat start and reference at `level` and one observation a node.
func flatProblem(anomaly: [Double], level: Double = meanTopography, contrast: Double = 2669)
  -> InversionProblem
{
  let flat = Array(repeating: level, count: model.count)
  return InversionProblem(
    model: model, startingTopography: flat, reference: flat,
    densityContrast: Array(repeating: contrast, count: model.count),
    points: ObservationPoints(grid: model, upward: 1000), anomaly: anomaly)
}

/// Whether each node of `model` lies in the region shrunk by `buffer` metres.
func inner(buffer: Double) -> [Bool] {
  let shrunk = region.shrunk(by: buffer)
  return (0..<model.count).map {
    shrunk.contains(
      easting: model.easting($0 % model.columns), northing: model.northing($0 / model.columns))
  }
}
