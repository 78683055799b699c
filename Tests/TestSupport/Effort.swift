import Foundation

/// How much a test that draws at random does: little in every run of the tests, the rest in `ci/long.sh`, which sets
/// PIPE_LONG.
public enum Effort {
  /// Whether the long tests are asked for.
  public static let isLong = ProcessInfo.processInfo.environment["PIPE_LONG"].map { !$0.isEmpty } ?? false

  /// - Returns: one of the two counts of seeds, kills or inputs.
  public static func count(_ usual: Int, long: Int) -> Int { isLong ? long : usual }
}
