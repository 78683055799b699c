/// Text of manifests → syntax trees and the mistakes in them.
public enum ManifestParser {
  /// What reading a manifest and everything it includes gives.
  public struct Result: Sendable {
    /// The sections of all files, as far as they could be read.
    public var syntax: ManifestSyntax
    /// In the order of the text, included files first.
    public var diagnostics: [Diagnostic]
    /// Bytes of every file that was read, by path: the renderer quotes lines from them.
    public var sources: [String: [UInt8]]
  }

  /// Deeper than any sensible tree of includes.
  static let maximumDepth = 64

  /// Reads the manifest at `path` with its includes. A file that is included twice is read once.
  ///
  /// - Parameters:
  ///   - path: as the user named it; includes are looked for beside the file that names them.
  ///   - files: how files are read.
  public static func parse(path: String, files: ManifestFiles = .disk) -> Result {
    var reader = Reader(files: files)
    do {
      reader.read(try files.read(path), path: path)
    } catch {
      reader.fail(path, error, at: SourcePlace(file: path, line: 0, column: 0))
    }
    return Result(
      syntax: ManifestSyntax(path: path, version: 1, sections: reader.sections),
      diagnostics: reader.diagnostics, sources: reader.sources)
  }

  /// Reads one text; `include` lines are checked but not followed.
  public static func parse(text: String, path: String) -> Result {
    let bytes = Array(text.utf8)
    let file = FileParser(bytes, path: path)
    return Result(
      syntax: ManifestSyntax(path: path, version: file.version, sections: file.sections),
      diagnostics: file.diagnostics, sources: [path: bytes])
  }

  /// Follows includes, depth first, at most `maximumDepth` deep.
  private struct Reader {
    let files: ManifestFiles
    var sections: [SectionSyntax] = []
    var diagnostics: [Diagnostic] = []
    var sources: [String: [UInt8]] = [:]
    /// The file being read and those that include it, outermost first.
    var open: [String] = []

    init(files: ManifestFiles) { self.files = files }

    mutating func fail(_ path: String, _ error: any Error, at place: SourcePlace) {
      let reason = (error as? ManifestFileError)?.reason ?? "\(error)"
      diagnostics.append(Diagnostic(.syntax(.unreadableFile(path: path, reason: reason)), at: place))
    }

    mutating func read(_ bytes: [UInt8], path: String) {
      sources[path] = bytes
      open.append(path)
      let file = FileParser(bytes, path: path)
      for include in file.includes { follow(include, from: path) }
      if sections.isEmpty { sections = file.sections } else { sections += file.sections }
      diagnostics.append(contentsOf: file.diagnostics)
      open.removeLast()
    }

    private mutating func follow(_ include: FileParser.Include, from path: String) {
      let target = ManifestFiles.path(include.path, besides: path)
      if let start = open.firstIndex(where: { ManifestFiles.path($0, besides: "") == target }) {
        let chain = Array(open[start...]) + [target]
        diagnostics.append(Diagnostic(.syntax(.includeCycle(chain)), at: include.place))
      } else if open.count >= ManifestParser.maximumDepth {
        let fact = SyntaxFact.tooDeepInclude(limit: ManifestParser.maximumDepth)
        diagnostics.append(Diagnostic(.syntax(fact), at: include.place))
      } else if sources[target] == nil {
        do {
          read(try files.read(target), path: target)
        } catch {
          fail(target, error, at: include.place)
        }
      }
    }
  }
}
