import ArgumentParser

/// How long a run may start new work: `0`, `90`, `10min`, `2h`.
struct WaitingTime: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    let units: [(String, Double)] = [("min", 60), ("h", 3600), ("s", 1), ("", 1)]
    let text = argument.filter { $0 != " " }
    for (unit, factor) in units where text.hasSuffix(unit) {
      guard let number = Double(text.dropLast(unit.count)), number >= 0, number.isFinite else { continue }
      seconds = number * factor
      return
    }
    return nil
  }
}
