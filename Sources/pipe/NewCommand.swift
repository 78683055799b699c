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

struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Writes a manifest that inverts the gravity of your files, or of a synthetic model.",
    discussion: """
      What the files tell (variables, units, heights, deviations, coordinate reference system) is not asked; what they don't is \
      guessed, in lines with the remark 'yours:'. Then it is checked as by `pipe check`. Without files it is the smallest inversion, of \
      a synthetic model.
      """)

  @Argument(help: "Manifest to write, which must not exist.", completion: .manifests)
  var manifest: String

  @Argument(
    help: "Files: a grid or table of gravity, a table of points of known height.", completion: .file())
  var files: [String] = []

  @OptionGroup var answer: AnswerOptions

  func run() throws { try Terminal.guarded(write) }

  private func write() throws {
    guard manifest.hasSuffix(".manifest") else {
      throw ValidationError("\(manifest): the name of a manifest ends with .manifest")
    }
    guard !FileManager.default.fileExists(atPath: manifest) else {
      throw Terminal.failure("\(manifest) exists already", .cannotCreate)
    }
    let (text, guesses) = try text()
    try OutputFile.write(Array(text.utf8), to: manifest)
    let result = Resolver.resolve(manifestPath: manifest, catalogue: .standard, readsFiles: true)
    guard !answer.json else {
      let body = NewAnswer(
        manifest: manifest, guesses: guesses, diagnostics: result.diagnostics.map { DiagnosticAnswer($0) })
      return try JSONAnswer(command: "new", body: body).print()
    }
    print(manifest)
    for guess in guesses { Terminal.say("yours: \(guess)") }
    Terminal.report(result)
    if result.pipeline != nil { Terminal.say("now: pipe run \(manifest)") }
  }

  private func text() throws -> (String, [String]) {
    guard !files.isEmpty else { return (Self.synthetic, []) }
    var found: [FoundFile] = []
    for file in files {
      do {
        found.append(try FoundFile.read(file))
      } catch {
        throw Terminal.failure("\(error)", .noInput)
      }
    }
    var manifest = NewManifest(found, names: files.map(relative))
    do throws(NewManifestError) {
      let text = try manifest.write()
      return (text, manifest.guesses)
    } catch {
      throw Terminal.failure("\(error)", .noInput)
    }
  }

  /// A file as seen from the manifest's folder.
  private func relative(_ file: String) -> String {
    func parts(_ path: String) -> [Substring] {
      let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
      return whole.split(separator: "/").reduce(into: []) { parts, part in
        if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
      }
    }
    let (target, base) = (parts(file), parts(manifest).dropLast())
    let common = zip(target, base).prefix { $0 == $1 }.count
    return (Array(repeating: "..", count: base.count - common) + target[common...]).joined(separator: "/")
  }

  private static let synthetic = """
    # The smallest inversion: synthetic gravity back to the surface that made it.
    [model : synthetic_model]
    density_contrast = 2669 kg/m3
    gravity_noise    = 0.2 mGal

    [start : starting_topography]
    method = flat
    height = 492 m
    like  <- model.topography

    [inversion : topography_inversion]
    gravity          <- model.gravity
    topography       <- start.topography
    damping           = 0.1
    l2_norm_tolerance = 0.45  # square root of the noise, as Invert4Geom counts

    """
}

/// As `pipe new --json` tells it.
struct NewAnswer: Encodable {
  var manifest: String
  /// Lines that hold what no file tells.
  var guesses: [String]
  var diagnostics: [DiagnosticAnswer]
}
