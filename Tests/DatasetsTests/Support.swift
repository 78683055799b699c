import Foundation
import NumericCore

@testable import Datasets

func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

let smallGeometry = GridGeometry(
  region: Region(west: 0, east: 4000, south: -1000, north: 2000), columns: 5, rows: 4)

func ramp(_ geometry: GridGeometry) -> Grid {
  Grid(geometry: geometry, values: (0..<geometry.count).map { Double($0) * 1.25 - 3 })
}

func error(_ body: () throws -> Void) -> DatasetError? {
  do { try body() } catch let error as DatasetError { return error } catch { print(error) }
  return nil
}
