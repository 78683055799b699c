import Foundation
import Gravity
import Optimisation
import Topography
import NumericCore

/// Five iterations (exact derivative) for grids of 31 × 41 to 1000 × 1000 cells: time and memory, and both
/// as a log-log plot in `path`.
func benchGrowth(_ path: String) throws {
  var samples: [Sample] = []
  for (columns, rows) in [(41, 31), (81, 61), (161, 121), (320, 320), (560, 560), (1000, 1000)] {
    let problem = try problem(square(columns, rows), amplitude: 700, path: .fast, threads: 2)
    let settings = InversionSettings(
      derivative: .exact, damping: 0.05,
      stopping: StoppingRule(maximumIterations: 5, l2NormTolerance: 0, deltaL2NormTolerance: 0), path: .fast)
    resetPeakMemory()
    let cost = try median(of: columns > 400 ? 1 : 3) {
      _ = try invert(problem, settings: settings, workers: .upTo(2))
    }
    let sample = Sample(
      cells: Double(columns * rows), seconds: cost.elapsed / 1e3, megabytes: Double(peakMemory()))
    samples.append(sample)
    print(
      String(
        format: "%8.0f cells %9.3f s %9.3f s cpu %6.0f MB", sample.cells, sample.seconds,
        cost.processor / 1e3, sample.megabytes))
  }
  let slope = samples.slope(\.seconds)
  print(
    String(format: "slope of time %.3f (asked: <= 1.15), of memory %.3f", slope, samples.slope(\.megabytes)))
  try GrowthPlot(samples: samples).svg.write(toFile: path, atomically: true, encoding: .utf8)
}

struct Sample {
  var cells, seconds, megabytes: Double
}

extension [Sample] {
  /// Slope of the regression line of a quantity's logarithm on that of the cells.
  func slope(_ value: (Sample) -> Double) -> Double {
    let (x, y) = (map { log($0.cells) }, map { log(value($0)) })
    let (mx, my) = (Statistics.mean(x), Statistics.mean(y))
    let products = zip(x, y).reduce(0.0) { $0 + ($1.0 - mx) * ($1.1 - my) }
    return products / x.reduce(0.0) { $0 + ($1 - mx) * ($1 - mx) }
  }
}

/// Seconds and MB on one pair of logarithmic axes.
struct GrowthPlot {
  let samples: [Sample]
  private let left = 60.0
  private let top = 20.0
  private let width = 460.0
  private let height = 300.0
  private let x = 3.0...6.0
  private let y = -2.0...4.0

  init(samples: [Sample]) { self.samples = samples }

  private func place(_ cells: Double, _ value: Double) -> (Double, Double) {
    let across = (log10(cells) - x.lowerBound) / (x.upperBound - x.lowerBound)
    let up = (log10(value) - y.lowerBound) / (y.upperBound - y.lowerBound)
    return (left + across * width, top + (1 - up) * height)
  }

  private func text(_ x: Double, _ y: Double, _ anchor: String, _ words: String) -> String {
    String(format: "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"\(anchor)\">\(words)</text>\n", x, y)
  }

  private var axes: String {
    var result = ""
    for decade in Int(x.lowerBound)...Int(x.upperBound) {
      let (px, py) = place(pow(10, Double(decade)), pow(10, y.lowerBound))
      result += String(
        format: "<path d=\"M%.1f %.1fV%.1f\" stroke=\"#ddd\"/>\n", px, py, top)
      result += text(px, py + 18, "middle", "10<tspan dy=\"-5\" font-size=\"9\">\(decade)</tspan>")
    }
    for decade in Int(y.lowerBound)...Int(y.upperBound) {
      let (px, py) = place(pow(10, x.lowerBound), pow(10, Double(decade)))
      result += String(
        format: "<path d=\"M%.1f %.1fH%.1f\" stroke=\"#ddd\"/>\n", px, py, left + width)
      result += text(px - 6, py + 4, "end", "10<tspan dy=\"-5\" font-size=\"9\">\(decade)</tspan>")
    }
    return result + text(left + width / 2, top + height + 36, "middle", "cells")
  }

  private func line(_ value: (Sample) -> Double, _ colour: String, _ name: String) -> String {
    let points = samples.map { place($0.cells, value($0)) }
    let path = points.map { String(format: "%.1f,%.1f", $0.0, $0.1) }.joined(separator: " ")
    let dots = points.map {
      String(format: "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"\(colour)\"/>", $0.0, $0.1)
    }
    let slope = String(format: "%@, slope %.2f", name, samples.slope(value))
    return "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\"/>\n"
      + dots.joined(separator: "\n") + "\n"
      + "<g fill=\"\(colour)\">\(text(points[2].0 - 10, points[2].1 - 10, "end", slope))</g>\n"
  }

  var svg: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 540 370" font-family="sans-serif" font-size="12">
    <rect width="540" height="370" fill="white"/>
    \(axes)\(line(\.seconds, "#0b5394", "seconds"))\(line(\.megabytes, "#b45f06", "MB"))</svg>

    """
  }
}
