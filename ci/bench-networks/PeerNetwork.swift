import Foundation

/// A committee of the Fortran package mixture-density-network, in a scratch folder of its own.
struct PeerNetwork {
  /// That of the built programs `mdn_train` and `mdn_apply`.
  let programs: String
  private let scratch: URL

  struct Failure: Error { var program: String, status: Int32 }

  init(programs: String) throws {
    self.programs = programs
    scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
      "bench-networks-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: scratch) }

  /// Trains 10 members on two threads with 1000 iterations, its default; seconds.
  func train(
    _ data: [Double], _ targets: [Double], training: Range<Int>, monitor: Range<Int>
  ) throws -> Double {
    let width = data.count / targets.count
    for (name, range) in [("train", training), ("monitor", monitor)] {
      try write(name, range.map { row in Array(data[(row * width)..<((row + 1) * width)]) + [targets[row]] })
    }
    return try BenchNetworks.seconds {
      try run("mdn_train", ["-n", "10", "-t", "1000", "-o", "network.out", "train", "monitor"])
    }
  }

  /// Logarithms of the densities of targets, each after its row of data. Weights, which the program divides by the target's deviation,
  /// are made to sum to 1 again.
  func logDensities(_ data: [Double], _ targets: [Double]) throws -> [Double] {
    let width = data.count / targets.count
    try write("test", targets.indices.map { Array(data[($0 * width)..<(($0 + 1) * width)]) })
    try run("mdn_apply", ["-o", "kernels", "network.out", "test"])
    let text = try String(contentsOf: scratch.appendingPathComponent("kernels"), encoding: .utf8)
    return zip(text.split(separator: "\n"), targets).map { line, target in
      let numbers = line.split(separator: " ").compactMap { Double($0) }
      var (sum, weights) = (0.0, 0.0)
      for kernel in stride(from: 0, to: numbers.count - 2, by: 3) {
        let (weight, mean, deviation) = (numbers[kernel], numbers[kernel + 1], numbers[kernel + 2])
        let place = (target - mean) / deviation
        sum += weight * exp(-0.5 * place * place) / (deviation * (2 * Double.pi).squareRoot())
        weights += weight
      }
      return log(sum / weights)
    }
  }

  private func write(_ name: String, _ rows: [[Double]]) throws {
    let lines = rows.map { row in row.map { String(format: "%.9g", $0) }.joined(separator: " ") }
    try (lines.joined(separator: "\n") + "\n").write(
      to: scratch.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: programs + "/" + program)
    process.arguments = arguments
    process.currentDirectoryURL = scratch
    process.environment = ["OMP_NUM_THREADS": "2", "PATH": "/usr/bin:/bin"]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(program: program, status: process.terminationStatus)
    }
  }
}
