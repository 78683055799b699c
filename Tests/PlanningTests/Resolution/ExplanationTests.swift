import Manifests
import Testing

@testable import Planning

@Suite struct ExplanationTests {
  /// The examples on the pages of `pipe explain` are true: each wrong one has the mistake, no right one has any.
  @Test(arguments: DiagnosticCode.all) func examples(_ code: DiagnosticCode) throws {
    let page = try #require(code.explained)
    #expect(code.explanation.hasPrefix("\(code): \(page.title)\n\n"))
    #expect(page.wrong.isEmpty == page.right.isEmpty)
    guard !page.wrong.isEmpty else { return }
    let files = ["common.manifest": ""]
    let existing: Set = ["g.nc", "data/g.nc"]
    let wrong = resolve(page.wrong, files: files, existing: existing)
    #expect(wrong.diagnostics.map(\.code).contains(code), "\(rendered(wrong))")
    let right = resolve(page.right, files: files, existing: existing)
    // An example of the text's form alone has no stage, or leaves a pipeline setting unused.
    let beside: Set = [DiagnosticCode(63), DiagnosticCode(67)]
    #expect(
      right.diagnostics.filter { !beside.contains($0.code) || $0.code == code }.isEmpty, "\(rendered(right))")
  }

  @Test func codesAreRead() {
    #expect(DiagnosticCode("M052")?.number == 52)
    #expect(DiagnosticCode("m52")?.description == "M052")
    #expect(DiagnosticCode("M999") == nil)
    #expect(DiagnosticCode.all.count == 38 + 25 + 20 + 23 + 5)
  }
}
