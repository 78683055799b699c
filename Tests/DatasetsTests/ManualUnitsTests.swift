import Foundation
import TestSupport
import Testing

@testable import Datasets

/// The manual's page of formats and units says what the readers do.
@Suite struct ManualUnitsTests {
  private static let page = try? String(
    contentsOf: Checkout.root.appendingPathComponent("Sources/pipe/pipe.docc/FormatsAndUnits.md"),
    encoding: .utf8)

  private struct Row {
    var factor: Double
    var canonical: String
    var spellings: [String]
  }

  private static func rows() throws -> [Row] {
    let text = try #require(page)
    let behind = try #require(text.components(separatedBy: "\n## Units\n").last)
    let section = try #require(behind.components(separatedBy: "\n## ").first)
    return section.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2).map { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let words = cells[1].split(separator: " ")
      let parts = words[0].split(separator: "/").compactMap { Double($0) }
      return Row(
        factor: parts.count == 2 ? parts[0] / parts[1] : parts[0], canonical: String(words[1]),
        spellings: cells[2].components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(
          \.element))
    }
  }

  @Test func everySpellingIsTheUnitThatThePageSays() throws {
    for row in try Self.rows() {
      for spelling in row.spellings {
        let unit = try #require(FileUnit(spelling), "'\(spelling)' isn't known")
        #expect(unit.measure.canonical == row.canonical, "\(spelling)")
        #expect(abs(unit.convert(1) - row.factor) <= 1e-15 * row.factor, "\(spelling): \(unit.convert(1))")
      }
    }
  }

  @Test func everyUnitIsOnThePage() throws {
    let shown = try Self.rows().flatMap(\.spellings).compactMap { FileUnit($0) }
    for row in UnitTable.rows where row.unit.measure.canonical != nil {
      #expect(shown.contains(row.unit), "\(row.names.prefix(20))")
    }
  }

  @Test func everyFormatIsOnThePage() throws {
    let text = try #require(Self.page)
    for format in GridFormat.allCases { #expect(text.contains("| `\(format.rawValue)` |"), "\(format)") }
  }
}
