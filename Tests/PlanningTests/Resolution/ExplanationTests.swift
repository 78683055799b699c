import Manifests
import Testing

@testable import Planning

@Suite struct ExplanationTests {
  @Test(arguments: DiagnosticCode.all) func pages(_ code: DiagnosticCode) throws {
    let page = try #require(code.explained)
    #expect(code.page() == "\(code): \(page.title)\n\n\(page.meaning)\n")
    let example = MistakeExample(wrong: "[a : b]\nc = 1", right: "[a : b]")
    #expect(
      code.page(with: example)
        == code.page() + "\nWrong:\n\n    [a : b]\n    c = 1\n\nRight:\n\n    [a : b]\n")
  }

  @Test func codesAreRead() {
    #expect(DiagnosticCode("M052")?.number == 52)
    #expect(DiagnosticCode("m52")?.description == "M052")
    #expect(DiagnosticCode("M999") == nil)
    #expect(DiagnosticCode.all.count == 38 + 26 + 20 + 25 + 5 + 9)
  }
}
