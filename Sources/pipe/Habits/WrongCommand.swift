import ArgumentParser
import Planning

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A first word of the command line that is no command, and what was probably meant.
struct WrongCommand {
  let word: String
  /// As a user would write it, without `pipe`; nil where nothing is near.
  let meant: String?

  /// Nil where the first word is a command, an option, or nothing.
  init?(_ arguments: [String], commands: [String]) {
    guard let word = arguments.first, !word.hasPrefix("-"), word != "help", !commands.contains(word) else {
      return nil
    }
    self.word = word
    let isManifest = word.hasSuffix(".manifest") || FileManager.default.fileExists(atPath: word)
    meant =
      isManifest
      ? "run \(word)" : Self.elsewhere[word.lowercased()] ?? Suggestion.nearest(to: word, in: commands)
  }

  var message: String {
    let hint = meant.map { "; did you mean `pipe \($0)`?" } ?? "; `pipe --help` lists them"
    return "there is no command '\(word)'" + hint
  }

  /// Commands of make, DVC, Snakemake, git and others by what does the same here.
  private static let elsewhere: [String: String] = [
    "validate": "check", "lint": "check", "test": "check", "fmt": "format", "style": "format",
    "ls": "history",
    "list": "history", "runs": "history", "status": "run -n", "plan": "run -n", "dry-run": "run -n",
    "dryrun": "run -n", "dag": "graph", "viz": "graph", "clean": "gc", "prune": "gc", "repro": "run",
    "make": "run", "build": "run", "exec": "run", "execute": "run", "start": "run", "logs": "log",
    "info": "show", "cat": "show", "dump": "show", "view": "plot", "draw": "plot", "why": "explain",
    "kinds": "stages", "compare": "diff", "freeze": "lock", "doctor": "verify", "fsck": "verify",
  ]
}

/// The name of a run in other words than `last` and `last~1`.
enum WrongRun {
  /// Nil where nothing is near.
  static func meant(by text: String, ids: [String]) -> String? {
    switch text.lowercased() {
    case "latest", "newest", "recent", "current", "head", "last~", "last~0", "@": return "last"
    case "previous", "prev", "before", "head~", "head~1", "head^", "last^", "last-1", "last~-1", "last1":
      return "last~1"
    default:
      let words = ["last"] + ids + ids.compactMap { $0.split(separator: "-").last.map(String.init) }
      return Suggestion.nearest(to: text, in: words)
    }
  }
}
