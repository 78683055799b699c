import Foundation
import TestSupport
import Testing

/// The manual's pages of stages are those of the signatures; its links lead somewhere.
@Suite struct ManualTests {
  private static let manual = Checkout.root.appendingPathComponent("Sources/pipe/pipe.docc")

  private static func texts(in folder: URL) throws -> [String: String] {
    var found: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where path.hasSuffix(".md") {
      let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
      found[name] = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
    }
    return found
  }

  @Test func pagesOfStagesAreCurrent() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try FileManager.default.createDirectory(
      at: project.root.appendingPathComponent("pages"), withIntermediateDirectories: true)
    let outcome = try project.pipe(
      "stages", "--pages", "pages", "--examples", Checkout.root.appendingPathComponent("pipelines").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let made = try Self.texts(in: project.root.appendingPathComponent("pages"))
    let kept = try Self.texts(in: Self.manual.appendingPathComponent("Stages"))
    let stale = Set(made.keys).union(kept.keys).filter { made[$0] != kept[$0] }.sorted()
    #expect(stale == [], "run `ci/manual.sh --pages`, which writes them anew")
    let root = try #require(try Self.texts(in: Self.manual)["Manual"])
    for kind in made.keys { #expect(root.contains("<doc:\(kind)>"), "Manual.md does not list \(kind)") }
  }

  /// The site's addresses are in lower case: of two pages that differ in case alone one would be lost.
  @Test func everyPageHasAnAddress() throws {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.manual.path).filter {
      $0.hasSuffix(".md")
    }
    let addresses = paths.map { ($0.split(separator: "/").last ?? "").lowercased() }
    #expect(Set(addresses).count == addresses.count, "\(addresses.sorted())")
    let texts = try Self.texts(in: Self.manual)
    var linked: Set<String> = []
    for text in texts.values {
      for part in text.components(separatedBy: "<doc:").dropFirst() {
        linked.insert(String(part.prefix { $0 != ">" }))
      }
    }
    for page in texts.keys where page != "Manual" {
      #expect(linked.contains(page), "no page links to \(page)")
    }
  }

  /// What stands beside a script is what is shipped.
  @Test func manifestsBesideScriptsAreShipped() throws {
    let page = try #require(try Self.texts(in: Self.manual)["ScriptAndManifest"])
    let folder = Checkout.root.appendingPathComponent("pipelines")
    let shipped = try ["damping_cv", "ensemble"].map {
      try String(contentsOf: folder.appendingPathComponent($0 + ".manifest"), encoding: .utf8)
    }.joined(separator: "\n")
    for part in page.components(separatedBy: "```ini\n").dropFirst() {
      let block = part.components(separatedBy: "```")[0]
      let lines = block.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
      #expect(shipped.contains(lines.joined(separator: "\n")), "not shipped: \(block)")
    }
  }

  @Test func linksLeadToPages() throws {
    let pages = try Self.texts(in: Self.manual)
    for (name, text) in pages {
      for part in text.components(separatedBy: "<doc:").dropFirst() {
        let target = String(part.prefix { $0 != ">" })
        #expect(pages[target] != nil, "\(name).md links to \(target)")
      }
      for part in text.components(separatedBy: "](").dropFirst() where part.contains(".png)") {
        let file = String(part.prefix { $0 != ")" })
        let path = Self.manual.appendingPathComponent("Resources/" + file).path
        #expect(FileManager.default.fileExists(atPath: path), "\(name).md shows \(file)")
      }
    }
  }

  /// A pipeline that is shipped has a guide, and a guide has its pipeline.
  @Test func everyPipelineHasItsGuide() throws {
    let guides = try Self.texts(in: Self.manual.appendingPathComponent("Workflows"))
    let folder = Checkout.root.appendingPathComponent("pipelines")
    let manifests = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".manifest") }.map { String($0.dropLast(".manifest".count)) }
    let shown = guides.filter { $0.key != "Workflows" }.map(\.value)
    for manifest in manifests {
      let command = "pipe run pipelines/\(manifest).manifest"
      #expect(shown.contains { $0.contains(command) }, "no guide runs \(manifest).manifest")
    }
    #expect(shown.count == manifests.count)
  }
}
