import Manifests
import Planning
import StandardCatalogue

/// Parser, resolver, renderer of messages and formatter, with the real kinds of stage.
struct ManifestTarget: FuzzTarget {
  private let inputs: [[UInt8]]
  private let words = [
    "[pipeline]\n", "[expect]\n", "[profile ci]\n", "[a : ensemble_loop]\n", "[b : read_grid]\n", "repeat = ",
    "include \"other.manifest\"\n", "manifest 1\n", " <- ", " ~ normal(uncertainty)\n",
    " ~ uniform(1, 2) m\n",
    " = $spacing", " = 1 .. 2 km", ", ", "file(\"data/x.nc\")", "1e9999", "-0", "mGal", "kg/m3", "µGal",
    "yes", "nested = damping\n", ".best", "\"\\u\"", "99999999999999999999", "..",
  ]

  init(_ manifests: [[UInt8]]) {
    inputs =
      manifests + [
        Array("[a : read_grid]\nfile = file(\"data/x.nc\")\n\n[b : compare_grids]\nleft <- a.grid\n".utf8)
      ]
  }

  mutating func feed(_ mutator: inout Mutator) throws {
    let bytes = mutator.variant(of: inputs, words: words)
    let other = mutator.below(16) == 0 ? mutator.variant(of: inputs, words: words) : inputs[0]
    let files = ManifestFiles(
      read: { path in
        switch path {
        case "a.manifest": return bytes
        case "other.manifest": return other
        default: throw ManifestFileError(reason: "no such file")
        }
      }, exists: { $0.utf8.count % 2 == 0 })
    let result = Resolver.resolve(manifestPath: "a.manifest", text: files, catalogue: .standard)
    let hasError = result.diagnostics.contains { $0.severity == .error }
    if hasError != (result.pipeline == nil) { throw Finding("a pipeline beside errors, or neither") }
    if !DiagnosticRenderer(sources: result.sources).render(result.diagnostics).isEmpty
      == result.diagnostics.isEmpty
    {
      throw Finding("mistakes without a message")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let formatted = ManifestFormatter.format(text)
    if ManifestFormatter.format(formatted) != formatted { throw Finding("formatting twice differs") }
  }
}
