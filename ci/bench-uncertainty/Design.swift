import Foundation

/// One synthetic truth with its data, and what is believed of it: settings of the pipeline.
struct Replica {
  var number: Int
  /// `stage.setting`, value.
  var overrides: [(String, String)]

  /// The rows of a table with the columns of `design_b.csv`.
  static func table(_ path: String) throws -> [Replica] {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
    guard let head = lines.first else { throw BenchError("\(path) is empty") }
    let names = head.split(separator: ",").map(String.init)
    return try lines.dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let row = Dictionary(zip(names, cells)) { first, _ in first }
      func cell(_ name: String) throws -> String {
        guard let cell = row[name] else { throw BenchError("\(path) has no column \(name)") }
        return cell
      }
      guard let number = Int(try cell("replica")) else { throw BenchError("\(path): a replica has a number") }
      return Replica(number: number, overrides: try design { try cell($0) })
    }
  }

  /// Truths of this program's own, for machines without the table: numbers from a linear congruence.
  static func own(_ count: Int) -> [Replica] {
    (0..<count).map { number in
      var state = UInt64(number + 1) &* 6_364_136_223_846_793_005
      func uniform() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) * 0x1p-53
      }
      // Sums of twelve uniform numbers are normal enough for a truth.
      func normal(_ mean: Double, _ deviation: Double) -> Double {
        mean + deviation * ((0..<12).reduce(0) { sum, _ in sum + uniform() } - 6)
      }
      func text(_ value: Double) -> String { String((value * 1000).rounded() / 1000) }
      let cells = [
        "gravity_noise_seed": String(number + 5001), "constraints_seed": String(number + 6001),
        "constraints_noise_seed": String(number + 206_001),
        "topography_noise_seed": String(Int(uniform() * 1e9)),
        "density_contrast_kg_m3": text(normal(2669, 50)), "zref_m": text(480 + 25 * uniform()),
        "regional_density_contrast_kg_m3": text(380 + 100 * uniform()), "ensemble_seed": String(number + 1),
      ]
      return Replica(number: number, overrides: design { cells[$0] ?? "" })
    }
  }

  /// Settings of the pipeline by the columns of the table.
  private static func design(_ cell: (String) throws -> String) rethrows -> [(String, String)] {
    let drawn = [
      ("model.gravity_noise_seed", "gravity_noise_seed", ""),
      ("model.constraints_seed", "constraints_seed", ""),
      ("model.constraints_noise_seed", "constraints_noise_seed", ""),
      ("model.topography_noise_seed", "topography_noise_seed", ""),
      ("model.density_contrast", "density_contrast_kg_m3", " kg/m3"), ("model.zref", "zref_m", " m"),
      ("model.regional_density_contrast", "regional_density_contrast_kg_m3", " kg/m3"),
      ("ensemble.seed", "ensemble_seed", ""),
    ]
    return try drawn.map { ($0.0, try cell($0.1) + $0.2) }
      + [("model.topography_noise", "5 %"), ("model.topography_coarsening", "6")]
  }
}

struct BenchError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
