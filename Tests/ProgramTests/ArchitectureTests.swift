import Foundation
import TestSupport
import Testing

/// The page Architecture of the manual is true: its picture is the matrix of Package.swift, and the files that it names
/// are there.
@Suite struct ArchitectureTests {
  /// A module of Package.swift with what it may import; the libraries in C left out.
  struct Row: Equatable {
    var name, layer: String
    var uses: [String]
  }

  private static func page() throws -> String {
    try text("Sources/pipe/pipe.docc/Architecture.md")
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Checkout.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The rows in the order of the file, which is bottom first.
  static func matrix() throws -> [Row] {
    let package = try text("Package.swift")
    let common = try #require(package.firstMatch(of: /uses: \[([^\]]*)\]\s*\+ uses/)).output.1
    let rows = package.matches(of: /\n *(?:let \w+ = )?(?:Module\(\s*name: "(\w+)",|stages\(\s*"(\w+)",)/).map
    {
      match in
      let rest = package[match.range.upperBound...]
      let list = { (found: Substring?) -> [String] in
        (found ?? "").matches(of: /"(\w+)"/).map { String($0.output.1) }.filter {
          !["CNetCDF", "CZlib", "CKernels"].contains($0)
        }
      }
      let call = rest.prefix(upTo: end(of: rest))
      let uses = list(call.firstMatch(of: /\buses:\s*\[([^\]]*)\]/)?.output.1)
      if let chapter = match.output.2 {
        return Row(name: "Stages" + chapter, layer: "stages", uses: list(common) + uses)
      }
      let layer = call.firstMatch(of: /layer: \.(\w+)/)?.output.1
      return Row(name: String(match.output.1 ?? ""), layer: String(layer ?? ""), uses: uses)
    }
    return rows
  }

  /// The end of a call whose opening parenthesis stands before the text.
  private static func end(of text: Substring) -> Substring.Index {
    var depth = 1
    for index in text.indices {
      if text[index] == "(" { depth += 1 }
      if text[index] == ")" { depth -= 1 }
      if depth == 0 { return index }
    }
    return text.endIndex
  }

  /// Arrows to what is not reached through another arrow, top first.
  static func picture(_ rows: [Row]) -> String {
    let uses = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0.uses) })
    func below(_ name: String) -> Set<String> {
      (uses[name] ?? []).reduce(into: []) { $0.formUnion(below($1).union([$1])) }
    }
    let lines = rows.reversed().compactMap { row -> String? in
      let direct = row.uses.filter { target in !row.uses.contains { below($0).contains(target) } }
      return direct.isEmpty ? nil : "  \(row.name) --> \(direct.sorted().joined(separator: " & "))"
    }
    return (["```mermaid", "graph TD"] + lines + ["```"]).joined(separator: "\n")
  }

  @Test func thePictureIsTheMatrix() throws {
    let rows = try Self.matrix()
    #expect(rows.count >= 20 && rows.allSatisfy { !$0.layer.isEmpty })
    let picture = Self.picture(rows)
    #expect(try Self.page().contains(picture), "put this in the place of the picture:\n\(picture)")
  }

  @Test func everyModuleIsTold() throws {
    let page = try Self.page()
    for row in try Self.matrix() { #expect(page.contains("| `\(row.name)` | "), "\(row.name) has no row") }
  }

  /// Paths in back quotes, with `*` for any name of a file, and words such as KIND for one to be chosen.
  @Test(arguments: ["Sources/pipe/pipe.docc/Architecture.md", "CONTRIBUTING.md"])
  func everyFileThatIsNamedIsThere(_ name: String) throws {
    let paths = try Self.text(name).matches(
      of: /`((?:Sources|Tests|ci|pipelines|data)\/[^` ]*|\.ci\/run|[A-Z]+\.md)`/
    )
    .map { String($0.output.1) }
    #expect(paths.count >= 5)
    for path in Set(paths) {
      // What is to be made has no file yet: its folder is there.
      let fixed = path.split(separator: "/").prefix { !$0.contains(/[A-Z]{3,}(?!\w*[a-z]*\.md)|\*/) }
      let known = fixed.joined(separator: "/")
      #expect(
        FileManager.default.fileExists(atPath: Checkout.root.appendingPathComponent(known).path),
        "\(name) names \(path)")
    }
  }
}
