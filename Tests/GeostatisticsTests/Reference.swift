import Foundation
import NumericCore
import TestSupport

@testable import Geostatistics

extension Reference {
  static func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(text(name, of: "uncertainty").utf8))
  }

  /// Columns of a table by their heads.
  static func table(_ name: String) throws -> [String: [Double]] {
    let lines = try text(name, of: "uncertainty").split(separator: "\n")
    let heads = lines[0].split(separator: ",").map(String.init)
    let rows = lines.dropFirst().map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    }
    return Dictionary(
      uniqueKeysWithValues: heads.enumerated().map { place, head in (head, rows.map { $0[place] }) })
  }
}

/// The greatest difference over the greatest reference; infinite where one is NaN or the counts differ.
func deviation(_ values: [Double], _ reference: [Double]) -> Double {
  guard values.count == reference.count else { return .infinity }
  let scale = reference.reduce(0) { max($0, abs($1)) }
  let difference = zip(values, reference).reduce(0.0) {
    let difference = abs($1.0 - $1.1)
    return difference.isNaN ? .infinity : max($0, difference)
  }
  return scale > 0 ? difference / scale : difference
}

/// Points and heights that a pseudo-random sequence makes.
func scatter(_ count: Int, seed: UInt64 = 3, extent: Double = 50_000, deviation: Double = 0) -> KrigingData {
  var random = NumPyRandom(seed: seed)
  let points = Points(
    easting: random.uniform(0, extent, count), northing: random.uniform(0, 0.8 * extent, count))
  let values = (0..<count).map { index in
    300 * Elementary.sin(points.easting[index] / 9000) + 0.01 * points.northing[index] + random.normal(0, 20)
  }
  return KrigingData(
    points: points, values: values, deviations: (0..<count).map { deviation * (1 + 0.1 * Double($0 % 5)) })
}
