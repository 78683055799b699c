import Foundation

/// One synthetic truth with its data, and what is believed of it: settings of the pipeline.
struct Replica {
  var number: Int
  /// `stage.setting`, value.
  var overrides: [(String, String)]

  /// The rows of a table with the columns of `design_b.csv`.
  static func table(_ path: String) throws -> [Replica] {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
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
      return Replica(
        number: number,
        overrides: design(
          gravity: try cell("gravity_noise_seed"), constraints: try cell("constraints_seed"),
          heights: try cell("constraints_noise_seed"), surface: try cell("topography_noise_seed"),
          density: try cell("density_contrast_kg_m3"), zref: try cell("zref_m"),
          regional: try cell("regional_density_contrast_kg_m3"), ensemble: try cell("ensemble_seed")))
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
      return Replica(
        number: number,
        overrides: design(
          gravity: String(number + 5001), constraints: String(number + 6001),
          heights: String(number + 206_001),
          surface: String(Int(uniform() * 1e9)), density: text(normal(2669, 50)),
          zref: text(480 + 25 * uniform()), regional: text(380 + 100 * uniform()),
          ensemble: String(number + 1)))
    }
  }

  private static func design(
    gravity: String, constraints: String, heights: String, surface: String, density: String, zref: String,
    regional: String, ensemble: String
  ) -> [(String, String)] {
    [
      ("model.gravity_noise_seed", gravity), ("model.constraints_seed", constraints),
      ("model.constraints_noise_seed", heights), ("model.topography_noise", "5 %"),
      ("model.topography_coarsening", "6"), ("model.topography_noise_seed", surface),
      ("model.density_contrast", density + " kg/m3"), ("model.zref", zref + " m"),
      ("model.regional_density_contrast", regional + " kg/m3"), ("ensemble.seed", ensemble),
    ]
  }
}

struct BenchError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
