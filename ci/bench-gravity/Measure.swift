import Foundation

/// Milliseconds of `body`, the median of some runs.
func median(of runs: Int, _ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  var times: [Double] = []
  for _ in 0..<runs {
    let time = try clock.measure(body)
    times.append(Double(time.components.seconds) * 1e3 + Double(time.components.attoseconds) * 1e-15)
  }
  return times.sorted()[runs / 2]
}

/// The largest resident set of this process so far, MB.
func peakMemory() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? "0"
  return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }.map { $0 / 1024 } ?? 0
}

func row(_ work: String, _ milliseconds: Double, _ remark: String = "") {
  let name = work.padding(toLength: 52, withPad: " ", startingAt: 0)
  print(name, String(format: "%12.2f ms %6d MB ", milliseconds, peakMemory()), remark)
}
