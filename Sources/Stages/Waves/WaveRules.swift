import Planning
import Waves

extension Rule {
  /// A band by its periods, where both are given.
  static func band(_ shortest: Setting<Double?>, _ longest: Setting<Double?>) -> Rule {
    .check(shortest, longest, "go from the shorter to the longer") { low, high in
      guard let low, let high, low >= high else { return nil }
      return "go from the shorter to the longer, but \(low) s is not below \(high) s"
    }
  }
}
