import ArgumentParser
import Execution
import Reporting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The file of a plot: what the user names, or one beside the artefact.
struct PlotFile {
  enum Format: String { case svg, png }

  let path: String
  let format: Format
  private let dpi: Double
  private let isNamed: Bool

  /// How the last line of an SVG file begins that this program writes.
  private static let mark = "<!-- pipe plot -->"
  /// More would take gigabytes of memory.
  private static let mostPixels = 100_000_000

  init(
    _ output: String?, artefact: Artefact, asked: String, plot: String?, layout: ProjectLayout, dpi: Double?
  ) throws {
    isNamed = output != nil
    path = output ?? Self.path(artefact, asked, plot, layout)
    let ending = path.split(separator: "/").last?.split(separator: ".").last.map { $0.lowercased() } ?? ""
    guard let format = Format(rawValue: ending) else {
      throw ValidationError("-o \(path): expected a name that ends with .svg or .png")
    }
    self.format = format
    if dpi != nil, format == .svg {
      throw ValidationError("--dpi: an SVG file has no dots; name a .png file with -o")
    }
    self.dpi = dpi ?? 192
    guard Figure.resolutions.contains(self.dpi) else {
      let (least, most) = (Int(Figure.resolutions.lowerBound), Int(Figure.resolutions.upperBound))
      throw ValidationError("--dpi \(self.dpi): expected \(least) to \(most)")
    }
  }

  /// Beside a file; in the pipeline's results for an output of a run; else in the working folder.
  private static func path(_ artefact: Artefact, _ asked: String, _ plot: String?, _ layout: ProjectLayout)
    -> String
  {
    let ending = (plot.map { ".\($0)" } ?? "") + ".svg"
    if let name = artefact.name {
      return "\(artefact.pipeline.map(layout.results) ?? ".")/\(name)\(ending)"
    }
    guard artefact.path == asked else { return "./\(asked)\(ending)" }
    for known in [".nc", ".csv", ".txt"] where asked.hasSuffix(known) {
      return asked.dropLast(known.count) + ending
    }
    return asked + ending
  }

  /// As many cells as a map of this side has dots, within what a picture can reasonably hold.
  func cells(over extent: Double) -> Int { Int(min(max(extent * dpi / 96, 360), 2000)) }

  /// - Throws: ends the program where the file can't be written, or without -o where one stands there that is none
  ///   of ours.
  func write(_ figure: Figure) throws -> (width: Int, height: Int, bytes: Int) {
    let content: [UInt8]
    let size: (width: Int, height: Int)
    switch format {
    case .svg: (content, size) = (Array((figure.svg + "\n" + Self.mark + "\n").utf8), figure.pixels(dpi: 96))
    case .png:
      size = figure.pixels(dpi: dpi)
      guard size.width * size.height <= Self.mostPixels else {
        throw ValidationError(
          "--dpi \(Int(dpi)): the picture would have \(size.width) × \(size.height) pixels, more than "
            + "\(Self.mostPixels / 1_000_000) million; choose fewer dots")
      }
      content = figure.png(dpi: dpi)
    }
    try checkForeign()
    try OutputFile.write(content, to: path)
    return (size.width, size.height, content.count)
  }

  private func checkForeign() throws {
    guard !isNamed, let old = FileManager.default.contents(atPath: path) else { return }
    let isOurs = String(decoding: old.suffix(40), as: UTF8.self).hasSuffix(Self.mark + "\n")
    guard isOurs else {
      throw Terminal.failure(
        "\(path) was not written by pipe plot; name the file to write with -o", .cannotCreate)
    }
  }
}
