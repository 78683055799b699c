import Planning
import Testing

@testable import StandardCatalogue

@Suite struct CatalogueTests {
  /// Defaults and bounds are manifest text: every one must be what its setting accepts.
  @Test func everyDefaultAndBoundIsValid() {
    #expect(CatalogueCheck.problems(of: .standard).isEmpty)
  }

  @Test func everySettingInputAndOutputIsDocumented() {
    for (kind, stage) in Catalogue.standard.kinds {
      let signature = stage.signature
      #expect(!signature.summary.isEmpty, "\(kind)")
      for setting in signature.settings { #expect(!setting.summary.isEmpty, "\(kind).\(setting.name)") }
      for input in signature.inputs { #expect(!input.summary.isEmpty, "\(kind).\(input.name)") }
      for output in signature.outputs { #expect(!output.summary.isEmpty, "\(kind).\(output.name)") }
    }
  }

  @Test func everyKindHasAPage() {
    for (kind, stage) in Catalogue.standard.kinds where stage.signature.isPublic {
      let page = SignatureText.page(kind, .standard)
      for setting in stage.signature.settings { #expect(page?.contains(setting.name) == true, "\(kind)") }
    }
    #expect(SignatureText.page("perturbation", .standard) == nil)
  }
}
