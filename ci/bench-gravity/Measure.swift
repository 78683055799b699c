import Foundation

/// Milliseconds of `body` and of processor time of all threads: the median of some runs.
func median(of runs: Int, _ body: () throws -> Void) rethrows -> Cost {
  let clock = ContinuousClock()
  var (times, processor): ([Double], [Double]) = ([], [])
  for _ in 0..<runs {
    let start = Foundation.clock()
    let time = try clock.measure(body)
    processor.append(Double(Foundation.clock() - start) / 1e3)
    times.append(Double(time.components.seconds) * 1e3 + Double(time.components.attoseconds) * 1e-15)
  }
  return Cost(elapsed: times.sorted()[runs / 2], processor: processor.sorted()[runs / 2])
}

/// The largest resident set of this process so far, MB.
func peakMemory() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? "0"
  return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }.map { $0 / 1024 } ?? 0
}

/// Begins the count of the largest resident set anew (Linux).
func resetPeakMemory() {
  guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
  try? file.write(contentsOf: Data("5".utf8))
}

/// Milliseconds by the clock and of the processor; on a busy machine the second says more.
struct Cost {
  var elapsed, processor: Double
}

func row(_ work: String, _ cost: Cost, _ remark: String = "") {
  let name = work.padding(toLength: 52, withPad: " ", startingAt: 0)
  print(
    name, String(format: "%11.2f ms %11.2f ms cpu %6d MB ", cost.elapsed, cost.processor, peakMemory()),
    remark)
}
