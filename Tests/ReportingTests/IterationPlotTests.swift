import Artefacts
import Datasets
import Foundation
import NumericCore
import StandardCatalogue
import Testing

@testable import Reporting

/// Small maps of an inversion's iterations.
@Suite final class IterationPlotTests {
  private let folder: URL
  private let path: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("iterations-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.appendingPathComponent("inversion.history.nc").path
    let writer = try NetCDFRecordWriter(path: path, dimension: "iteration", template: try Self.record(0))
    for iteration in 0...9 { try writer.append(try Self.record(iteration)) }
    try writer.close()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A slope that grows by the iteration; a residual that falls.
  private static func record(_ iteration: Int) throws -> Dataset {
    let k = Double(iteration)
    var dataset = Dataset()
    try dataset.addScalar("iteration", k, units: "1")
    try dataset.addScalar("rmse", 8 / (k + 1), units: "mGal")
    try dataset.addScalar("l2_norm", (8 / (k + 1)).squareRoot(), units: "mGal0.5")
    try dataset.addScalar("delta_l2_norm", 1.1, units: "1")
    try dataset.addGrid(
      "topography", PlotTests.grid { x, _ in 500 + k * x }, units: "m", longName: "height of the surface")
    try dataset.addGrid("correction", PlotTests.grid { x, _ in iteration == 0 ? 0 : x - 10 }, units: "m")
    try dataset.addGrid("res", PlotTests.grid { x, _ in (x - 20) / (k + 1) }, units: "mGal")
    return dataset
  }

  func source() throws -> PlotSource {
    try PlotSource(path: path, name: "inversion.history", views: .standard)
  }

  private func svg(_ options: [(PlotOption, String)] = []) throws -> String {
    var request = PlotRequest(kind: .iterations)
    for (option, text) in options { try request.read(option, text) }
    return try Plot(try source(), request).figure().svg
  }

  private func error(_ options: [(PlotOption, String)]) -> PlotError? {
    do {
      _ = try svg(options)
      return nil
    } catch { return error as? PlotError }
  }

  @Test func fiveIterationsFromTheStartToTheLast() throws {
    let text = try svg()
    let shown = (0...9).filter { text.contains("Iteration \($0): surface") }
    #expect(shown == [2, 4, 6, 9])
    #expect(text.contains("Start: surface") && text.contains("Start: residual"))
    #expect(!text.contains("Start: correction") && text.contains("Iteration 2: correction"))
    #expect(text.contains("RMSE 8 mGal") && text.contains("RMSE 0.8 mGal"))
    #expect(!text.contains("Iteration 9: res<") && text.contains("Iteration 9: residual"))
  }

  /// The same values look the same in every row: the last surface drawn alone, and with its own limits as those of
  /// all, differ from it in the figure of all.
  @Test func coloursAreThoseOfTheWholeColumn() throws {
    let both = try svg([(.iterations, "1,9"), (.variable, "topography")])
    let images = both.components(separatedBy: "data:image/png;base64,").dropFirst().map {
      String($0.prefix { $0 != "\"" })
    }
    let alone = try svg([(.iterations, "9"), (.variable, "topography")])
    let own = try #require(alone.components(separatedBy: "data:image/png;base64,").dropFirst().first)
    // A map and its colour bar each.
    #expect(images.count == 4)
    #expect(images[0] != images[2] && images[1] == images[3])
    #expect(!own.hasPrefix(images[0]))
  }

  @Test func iterationsByNumberAndAll() throws {
    let text = try svg([(.iterations, "3,1")])
    #expect(text.contains("Iteration 3: surface") && !text.contains("Start"))
    let third = try #require(text.range(of: "Iteration 3: surface"))
    let first = try #require(text.range(of: "Iteration 1: surface"))
    #expect(third.lowerBound < first.lowerBound)
    let all = try svg([(.iterations, "all"), (.variable, "res")])
    #expect((1...9).allSatisfy { all.contains("Iteration \($0): residual") } && !all.contains("surface"))
    for wrong in ["-1", "1.5", "some", "", "1,,2"] {
      guard case .badValue(let option, wrong, _)? = error([(.iterations, wrong)]) else {
        Issue.record("'\(wrong)' passes")
        continue
      }
      #expect(option == "iterations")
    }
    #expect(
      error([(.iterations, "10")])
        == .outside(what: "iteration 10", text: "inversion.history holds 0 (the start) to 9"))
    #expect(
      error([(.variable, "reg")])
        == .unknownVariable(
          name: "reg", artefact: "inversion.history", found: ["topography", "correction", "res"]))
    #expect(
      error([(.limits, "0,1")])?.description.contains("--limits changes nothing in a plot as iterations")
        == true)
  }

  /// Other plots take the last iteration; without a kind the history is its convergence.
  @Test func otherPlotsShowTheLast() throws {
    #expect(try Plot(try source(), PlotRequest()).kind == .convergence)
    let map = try Plot(try source(), PlotRequest(kind: .map)).figure().svg
    #expect(map.contains("Height of the surface, iteration 9"))
    #expect(map.contains("mean \(NumberText.significant(500 + 9 * 20.0, 4)) m"))
    for kind in [PlotKind.relief, .profile, .histogram] {
      #expect(try Plot(try source(), PlotRequest(kind: kind)).figure().svg.contains("teration 9"), "\(kind)")
    }
    let plain = try PlotTests.topography()
    #expect(throws: PlotError.self) { try Plot(plain, PlotRequest(kind: .iterations)).figure() }
  }
}
