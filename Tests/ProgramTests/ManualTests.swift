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
      "stages", "--pages", "pages", "--examples", Checkout.root.appendingPathComponent("pipelines").path,
      "--methods", Self.methods.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let made = try Self.texts(in: project.root.appendingPathComponent("pages"))
    let kept = try Self.texts(in: Self.manual.appendingPathComponent("Stages"))
    let stale = Set(made.keys).union(kept.keys).filter { made[$0] != kept[$0] }.sorted()
    #expect(stale == [], "run `ci/manual.sh --pages`, which writes them anew")
    let root = try #require(try Self.texts(in: Self.manual)["Manual"])
    for kind in made.keys { #expect(root.contains("<doc:\(kind)>"), "Manual.md does not list \(kind)") }
  }

  private static var methods: URL { Checkout.root.appendingPathComponent("Sources/pipe/Methods") }

  /// What is said of methods is of kinds that there are, and names where it comes from.
  @Test func methodsAreOfKinds() throws {
    let kinds = Set(try Self.texts(in: Self.manual.appendingPathComponent("Stages")).keys)
    let methods = try Self.texts(in: Self.methods)
    #expect(Set(methods.keys).subtracting(kinds) == [])
    for (kind, text) in methods { #expect(text.contains("\nSource: "), "\(kind).md names no source") }
    #expect(methods.count > 55)
  }

  /// A workflow shows its manifest as it is shipped, and numbers that its run gives.
  @Test func workflowsShowTheirManifestAndItsNumbers() throws {
    let folder = Checkout.root.appendingPathComponent("pipelines")
    var shown = 0
    for (name, page) in try Self.texts(in: Self.manual.appendingPathComponent("Workflows"))
    where name != "Workflows" {
      guard let line = page.split(separator: "\n").first(where: { $0.contains("pipe run pipelines/") }),
        let word = line.split(separator: " ").first(where: { $0.hasPrefix("pipelines/") })
      else { continue }
      let manifest = folder.appendingPathComponent(String(word.dropFirst("pipelines/".count)))
      let text = try String(contentsOf: manifest, encoding: .utf8)
      #expect(page.contains("```ini\n" + text + "```\n"), "\(name).md: run `ci/manual.sh --pages`")
      guard let lock = try? String(contentsOf: manifest.appendingPathExtension("lock"), encoding: .utf8)
      else {
        continue
      }
      let known = Self.numbers(of: lock)
      for row in page.split(separator: "\n") where row.hasPrefix("| `") {
        let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        guard cells.count == 2, let value = Double(cells[1]) else { continue }
        let found = known[cells[0].replacingOccurrences(of: "`", with: "")]
        #expect(
          found.map { abs($0 - value) <= 1e-3 * abs($0) } == true, "\(name).md: \(row), lock \(found ?? .nan)"
        )
        shown += 1
      }
    }
    #expect(shown > 100)
  }

  /// Output → its one number.
  private static func numbers(of lock: String) -> [String: Double] {
    var (found, port): ([String: Double], String) = ([:], "")
    for line in lock.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.count == 2, words[1].hasPrefix("content:") { port = words[0] }
      if words.count > 4, words[1] == "count", words[2] == "1", words[3] == "mean" {
        found[port] = Double(words[4])
      }
    }
    return found
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
