import TestSupport
import Testing

@testable import Waves

/// The seismograms of a folder of the references.
struct ReferenceCase {
  var step: Double
  /// By column name, `R00.p`.
  var columns: [(name: String, values: [Double])]
  var times: [Double]

  init(_ name: String) throws {
    let text = try Reference.text("\(name)/seismograms.csv", of: "waves")
    let lines = text.split(separator: "\n")
    let names = lines[0].split(separator: ",").dropFirst().map(String.init)
    let rows = try lines.dropFirst().map { try $0.split(separator: ",").map { try #require(Double($0)) } }
    times = rows.map { $0[0] }
    step = times[1] - times[0]
    columns = names.enumerated().map { index, name in (name, rows.map { $0[index + 1] }) }
  }

  /// Every `stride`-th sample.
  func every(_ stride: Int) -> ReferenceCase {
    func thinned(_ values: [Double]) -> [Double] {
      values.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
    }
    var result = self
    result.step *= Double(stride)
    result.columns = columns.map { ($0.name, thinned($0.values)) }
    result.times = thinned(times)
    return result
  }

  func values(_ name: String) throws -> [Double] { try #require(columns.first { $0.name == name }).values }
}

/// ‖a − b‖/‖b‖.
func relativeError(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count)
  let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return (difference / b.reduce(0) { $0 + $1 * $1 }).squareRoot()
}
