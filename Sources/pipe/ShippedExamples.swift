import Manifests

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Sections of the manifests of a folder as examples of the manual's pages: for each kind the fullest section that is no longer
/// than a page can bear, with the arrows that feed it.
enum ShippedExamples {
  private static let mostLines = 16

  /// By kind; `manifest` is the file's name.
  static func sections(in folder: String) throws -> [String: (manifest: String, text: String)] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0.hasSuffix(".manifest")
    }
    var found: [String: (manifest: String, text: String)] = [:]
    for name in names.sorted() {
      let text = try TextFile.read(folder + "/" + name)
      for (kind, section) in sections(of: text) {
        let (count, old) = (lines(section), found[kind].map { lines($0.text) } ?? 0)
        if count <= mostLines, count > old { found[kind] = (name, section) }
      }
    }
    return found
  }

  private static func lines(_ text: String) -> Int { text.split(separator: "\n").count }

  private static func sections(of text: String) -> [(kind: String, text: String)] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let sections = ManifestParser.parse(text: text, path: "").syntax.sections
    return sections.compactMap { section in
      guard case .stage(_, let kind?) = section.kind, section.place.line > 0 else { return nil }
      let own = lines[(section.place.line - 1)...].prefix { !$0.allSatisfy(\.isWhitespace) }
      return (kind.text, own.joined(separator: "\n") + "\n")
    }
  }
}
