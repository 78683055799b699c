import ArgumentParser
import Execution
import Manifests
import Planning
import StandardCatalogue

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// What the shell offers behind Tab. `pipe --generate-completion-script` makes the script; it asks this program for words that
// only the project at hand knows. A mistake in a manifest, or no project at all, offers nothing.
extension CompletionKind {
  static let manifests = CompletionKind.file(extensions: ["manifest"])

  /// Kinds of stage.
  static let kinds = CompletionKind.custom { _, _, _ in
    Catalogue.standard.kinds.values.map(\.signature).filter(\.isPublic).map(\.kind).sorted()
  }

  /// Stages of the manifest on the command line, or of the last run.
  static let stages = CompletionKind.custom { words, _, _ in
    let own = Words.sections(words).compactMap { section in
      if case .stage(let name, _) = section.kind { name.text } else { nil }
    }
    return own.isEmpty ? Words.lastNodes.map(\.stage) : own
  }

  /// Profiles of the manifest on the command line.
  static let profiles = CompletionKind.custom { words, _, _ in
    Words.sections(words).compactMap { section in
      if case .profile(let name) = section.kind { name.text } else { nil }
    }
  }

  /// Runs of the project, the newest first.
  static let runs = CompletionKind.custom { _, _, _ in
    ["last", "last~1"] + Words.runs.reversed()
  }

  /// Outputs of the last run's stages.
  static let artefacts = CompletionKind.custom { _, _, _ in
    Words.lastNodes.flatMap { node in node.outputs.keys.sorted().map { "\(node.stage).\($0)" } }
      + Words.files(ending: [".nc", ".csv"])
  }

  /// Names of the last run's nodes that are stages.
  static let nodes = CompletionKind.custom { _, _, _ in Words.lastNodes.map(\.stage) }
}

private enum Words {
  static func sections(_ words: [String]) -> [SectionSyntax] {
    guard let manifest = words.first(where: { $0.hasSuffix(".manifest") }),
      let data = FileManager.default.contents(atPath: manifest)
    else { return [] }
    return ManifestParser.parse(text: String(decoding: data, as: UTF8.self), path: manifest).syntax.sections
  }

  private static var history: RunHistory { RunHistory(layout: ProjectLayout.of(manifest: nil, root: nil)) }

  static var runs: [String] { history.ids }

  /// Without members of families.
  static var lastNodes: [NodeRecord] {
    ((try? history.newest())?.nodes ?? []).filter(\.members.isEmpty)
  }

  static func files(ending: [String]) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: ".")) ?? []
    return names.filter { name in ending.contains { name.hasSuffix($0) } }.sorted()
  }
}
