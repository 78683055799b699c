import Datasets
import Foundation
import Gravity
import NumericCore

@testable import Inversion

/// Reference numbers beside the package, or in the folder that PIPE_SHARED names.
enum Reference {
  static let folder: URL? = {
    let named = ProcessInfo.processInfo.environment["PIPE_SHARED"].map { URL(fileURLWithPath: $0) }
    var package = URL(fileURLWithPath: #filePath)
    while package.path != "/",
      !FileManager.default.fileExists(atPath: package.appendingPathComponent("Package.swift").path)
    {
      package.deleteLastPathComponent()
    }
    let shared = named ?? package.deletingLastPathComponent().appendingPathComponent("shared")
    let folder = shared.appendingPathComponent("reference/gravity")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  static var isPresent: Bool { folder != nil }

  static func path(_ name: String) throws -> String {
    guard let folder else { throw CocoaError(.fileNoSuchFile) }
    return folder.appendingPathComponent(name).path
  }

  static func dataset(_ name: String) throws -> Dataset { try NetCDFFile.read(path(name)) }
}

let region = Region(west: 0, east: 40_000, south: 0, north: 30_000)
let model = GridGeometry(region: region, spacing: 1000)
let halfSpacing = model.refined(by: 2)
let meanTopography = 492.2704164812973

func largestDifference(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Double {
  zip(a, b).map { abs($0 - $1) }.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
}

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
