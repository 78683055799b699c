import Foundation
import TestSupport

/// The numbers that NumPy drew, from the references that lie beside the repository.
enum RandomReference {
  struct Seed: Decodable {
    let seedSequenceState: [UInt64]
    let raw: [String]
    let random: [String]
    let firstNormals: [String]
    let sumOfNormals: String
    let indexOfLargestNormal: Int
    let largestNormal: String
    let lastNormals: [String]
    let normal: [String]
    let uniform: [String]
    let permutation: [Int]
    let shuffled: [Int]
    let integers: [Int]
    let childRaw: [String]
    let legacySamples: [String]
    let legacyPermutation: [Int]

    enum CodingKeys: String, CodingKey {
      case random
      case seedSequenceState = "seedsequence_state_uint64"
      case raw = "raw_uint64"
      case firstNormals = "standard_normal_first8"
      case sumOfNormals = "standard_normal_sum20000"
      case indexOfLargestNormal = "standard_normal_max_abs_index"
      case largestNormal = "standard_normal_max_abs"
      case lastNormals = "standard_normal_last8_of_20000"
      case permutation = "permutation_10"
      case shuffled = "shuffle_1_to_10"
      case integers = "integers_0_1000"
      case childRaw = "spawned_child0_raw"
      case legacySamples = "legacy_RandomState_random_sample"
      case legacyPermutation = "legacy_RandomState_permutation_8"
      case normal = "normal_loc5_scale0.2"
      case uniform = "uniform_-3_8"
    }
  }

  private struct File: Decodable { let seeds: [String: Seed] }

  static func seeds() throws -> [(seed: UInt64, reference: Seed)] {
    guard let folder = Reference.folder else { return [] }
    let data = try Data(contentsOf: folder.appendingPathComponent("random/numpy_default_rng.json"))
    let seeds = try JSONDecoder().decode(File.self, from: data).seeds
    return seeds.compactMap { key, value in UInt64(key).map { ($0, value) } }.sorted { $0.0 < $1.0 }
  }

  static func doubles(_ texts: [String]) -> [Double] { texts.compactMap { Double($0) } }
}
