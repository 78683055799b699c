import Manifests
import Planning
import StandardCatalogue
import Testing

@Suite struct ExampleTests {
  /// Mistakes that text alone can't show: files that include each other, bytes that are no text, …
  private static let withoutExample: Set<Int> = [1, 2, 3, 21, 33, 64, 66, 153]

  /// The examples on the pages of `pipe explain` are true: each wrong one has the mistake, no right one has any.
  @Test(arguments: DiagnosticCode.all) func examples(_ code: DiagnosticCode) throws {
    guard let example = Catalogue.standard.examples[code.number] else {
      #expect(Self.withoutExample.contains(code.number), "\(code) has no example")
      return
    }
    let wrong = resolved(example.wrong)
    #expect(wrong.diagnostics.map(\.code).contains(code), "\(messages(wrong))")
    let right = resolved(example.right)
    // An example of the text's form alone has no stage, or leaves a pipeline setting unused.
    let beside: Set = [DiagnosticCode(63), DiagnosticCode(67)]
    #expect(
      right.diagnostics.filter { !beside.contains($0.code) || $0.code == code }.isEmpty, "\(messages(right))")
  }

  @Test func everyExampleHasACode() {
    let codes = Set(DiagnosticCode.all.map(\.number))
    #expect(Catalogue.standard.examples.keys.filter { !codes.contains($0) } == [])
  }

  private func resolved(_ text: String) -> ResolutionResult {
    let files = ["x.manifest": text, "common.manifest": ""]
    let existing: Set = ["g.nc", "data/g.nc"]
    return Resolver.resolve(
      manifestPath: "x.manifest",
      text: .texts(files, existing: existing), catalogue: .standard)
  }

  private func messages(_ result: ResolutionResult) -> String {
    result.diagnostics.map { "\($0.code) \($0.message)" }.joined(separator: "; ")
  }
}
