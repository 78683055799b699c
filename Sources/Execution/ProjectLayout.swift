#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a project keeps what.
///
///     ROOT/results/PIPELINE/STAGE.PORT.nc   copies of results under readable names
///     ROOT/.pipe/objects/ab/abcd….nc        artefacts by content hash, read-only
///     ROOT/.pipe/index                      key of a recipe → content hashes of its outputs
///     ROOT/.pipe/recipes.log                recipes with names and outputs; the index can be made from it
///     ROOT/.pipe/warnings                   key of a recipe → what its stage warned of
///     ROOT/.pipe/numbers, texts, files, exports
///                                           memories that save reading files again; all may be deleted
///     ROOT/.pipe/volatile                   which objects may be dropped, and which have been
///     ROOT/.pipe/runs/ID.json               one record a run
///     ROOT/.pipe/logs/ab/abcd….log          one log a node that had something to say
///     ROOT/.pipe/logs/members               those of members whose outputs were dropped
///     ROOT/.pipe/gate, live/…               lock of cleaning, and what each running process uses
///     ROOT/.pipe/tmp/…                      scratch of running processes
///     ROOT/.pipe/quarantine/…               damaged objects
public struct ProjectLayout: Sendable, Equatable {
  /// The project's folder, absolute.
  public let root: String

  /// - Parameter root: absolute.
  public init(root: String) { self.root = root }

  /// Everything that is kept; may be deleted as a whole.
  public var store: String { root + "/.pipe" }
  /// Readable copies.
  public var results: String { root + "/results" }
  /// Results by content hash.
  public var objects: String { store + "/objects" }
  /// Key → content hashes.
  public var index: String { store + "/index" }
  /// What every key stands for.
  public var recipes: String { store + "/recipes.log" }
  /// What stages warned of, by key.
  public var warnings: String { store + "/warnings" }
  /// Numbers of scalar results in canonical units, by hash. Earlier versions kept numbers as files have them in `scalars`.
  public var scalars: String { store + "/numbers" }
  /// Plans and reports of steps, by hash.
  public var texts: String { store + "/texts" }
  /// Which objects may be dropped, and which have been.
  public var volatile: String { store + "/volatile" }
  /// Hashes of input files, by identity.
  public var files: String { store + "/files" }
  /// Copies in `results/` that this program wrote.
  public var exports: String { store + "/exports" }
  /// Who computes what now.
  public var claims: String { store + "/claims" }
  /// Held while runs begin and while cleaning removes.
  public var gate: String { store + "/gate" }
  /// Runs that work now.
  public var live: String { store + "/live" }
  /// Records of runs.
  public var runs: String { store + "/runs" }
  /// Logs of members whose outputs were dropped.
  var packedLogs: String { logs + "/members" }
  /// Logs of nodes.
  public var logs: String { store + "/logs" }
  /// Work in progress.
  public var temporary: String { store + "/tmp" }
  /// Damaged objects that were set aside.
  public var quarantine: String { store + "/quarantine" }

  /// The log of the node of a key.
  public func log(key: String) -> String { "\(logs)/\(key.prefix(2))/\(key).log" }
  /// The copies of one pipeline.
  public func results(pipeline: String) -> String { results + "/" + pipeline }

  /// `path` relative to the root where it lies below it.
  public func relative(_ path: String) -> String {
    path.hasPrefix(root + "/")
      ? String(decoding: path.utf8.dropFirst(root.utf8.count + 1), as: UTF8.self) : path
  }

  /// The project of a manifest: `explicitRoot` if given; else the nearest folder upwards from the
  /// manifest's that holds `.pipe`; else the nearest that holds `.git`; else the manifest's own folder,
  /// or its parent if that is called `pipelines`.
  public static func locate(manifestPath: String, explicitRoot: String?) -> ProjectLayout {
    if let explicitRoot { return ProjectLayout(root: absolute(explicitRoot)) }
    let folder = parent(of: absolute(manifestPath))
    for mark in ["/.pipe", "/.git"] {
      var candidate = folder
      while true {
        if access(candidate + mark, F_OK) == 0 { return ProjectLayout(root: candidate) }
        if candidate.isEmpty { break }
        candidate = parent(of: candidate)
      }
    }
    let isPipelines = folder.hasSuffix("/pipelines")
    return ProjectLayout(root: isPipelines ? parent(of: folder) : folder)
  }

  /// Everything before the last `/`; empty for a file of the root folder.
  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// Absolute path without `.`, `..` and doubled slashes; links are kept as the user sees them.
  private static func absolute(_ path: String) -> String {
    var whole = path
    if !path.hasPrefix("/"), let current = getcwd(nil, 0) {
      whole = String(cString: current) + "/" + path
      free(current)
    }
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}
