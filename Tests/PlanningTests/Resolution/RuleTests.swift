import Manifests
import Testing

@testable import Planning

private let model = "[m : synthetic_model]\nspacing = 1 km\n"
private func separation(_ lines: String) -> String {
  model + "[r : regional_separation]\ngravity <- m.gravity\n" + lines
}
private let constrained = "constraints <- m.constraints\nmethod = constraints\n"
private let searched = "constraints <- m.constraints\nmethod = constraints_cv\n"

/// Settings and inputs that don't go together: the manifest and the exact messages.
@Suite struct RuleTests {
  typealias Row = DiagnosticTableTests.Row

  static let sound = [
    Row(separation("method = trend\ntrend = 2")), Row(separation("method = filter\nfilter_width = 1 km")),
    Row(separation("method = filter\nfilter_type = derivative")),
    Row(separation(constrained + "damping = 1")),
    Row(separation(searched + "damping_limits = 1, 2\ntrials = 3")),
    Row(separation(searched + "depth_limits = 1 .. 2 km")),
  ]

  static let misplaced = [
    Row(
      separation("method = trend\nfilter_width = 1 km"),
      "x.manifest:6:1: error M140: 'filter_width' has no meaning with method = trend; "
        + "leave it out or use it with method = filter and filter_type = lowpass"),
    Row(
      separation("method = filter\nfilter_type = derivative\nfilter_width = 1 km"),
      "x.manifest:7:1: error M140: 'filter_width' has no meaning with filter_type = derivative; "
        + "leave it out or use it with method = filter and filter_type = lowpass"),
    Row(
      separation(constrained + "trend = 1\nmask_weight = 2"),
      "x.manifest:7:1: error M140: 'trend' has no meaning with method = constraints; "
        + "leave it out or use it with method = trend",
      "x.manifest:8:1: error M140: 'mask_weight' has no meaning without input 'mask'; "
        + "leave it out or use it with input 'mask'"),
    Row(
      separation("method = trend\nmask <- m.constraints"),
      "x.manifest:6:1: error M140: input 'mask' has no meaning with method = trend: fields are smooth; "
        + "leave it out or use it with method = constraints"),
    // What is out of place is told once, and then counts as left out.
    Row(
      separation("method = trend\ndamping = 1\ndampings = 1, 2\ndamping_limits = 2, 1"),
      "x.manifest:6:1: error M140: 'damping' has no meaning with method = trend; "
        + "leave it out or use it with method = constraints",
      "x.manifest:7:1: error M140: 'dampings' has no meaning with method = trend; "
        + "leave it out or use it with method = constraints",
      "x.manifest:8:1: error M140: 'damping_limits' has no meaning with method = trend; "
        + "leave it out or use it with method = constraints_cv"),
  ]

  static let needed = [
    Row(
      separation("method = filter"),
      "x.manifest:5:1: error M141: 'filter_width' is needed with method = filter and filter_type = lowpass (default)"
    ),
    Row(
      separation("method = constraints"),
      "x.manifest:5:1: error M141: input 'constraints' is needed with method = constraints: "
        + "the misfit is sampled there"),
    Row(
      separation(constrained + "damping = 1\ndampings = 1, 2"),
      "x.manifest:8:1: error M142: 'damping' and 'dampings' exclude each other; keep one"),
    Row(
      separation(constrained + "dampings = 1, 2\ndamping = 1"),
      "x.manifest:8:1: error M142: 'damping' and 'dampings' exclude each other; keep one"),
    Row(
      separation(searched),
      "x.manifest:6:1: error M143: one of 'damping_limits' and 'depth_limits' is needed with "
        + "method = constraints_cv"),
    Row(
      separation(searched + "damping_limits = 2, 1\ndepth_limits = 2, 2 km"),
      "x.manifest:7:1: error M144: 'damping_limits' goes from low to high, but 2 is not below 1",
      "x.manifest:8:1: error M144: 'depth_limits' goes from low to high, but 2 km is not below 2 km"),
    Row(
      separation(constrained + "mask <- m.constraints\nmask_weight = 0"),
      "x.manifest:8:1: error M144: 'mask_weight' is zero: a mask without weight does nothing"),
    Row(
      separation(
        constrained + "mask <- s.training\nmask_weight = 10\n[s : split_table]\ntable <- m.constraints"),
      "x.manifest:8:1: error M144: 'mask_weight' and 'trials' must be below the trials: 10.0 of 10"),
  ]

  /// Where a value is wrong, missing or drawn, nothing follows from it.
  static let unknown = [
    Row(
      separation("method = trnd\ntrend = 1\nfilter_width = 1 km"),
      "x.manifest:5:10: error M084: unknown word 'trnd' for 'method'; expected trend, filter, constraints or "
        + "constraints_cv; did you mean 'trend'?"),
    Row(
      separation("filter_width = 1 km"),
      "x.manifest:3:2: error M060: stage 'r' of kind regional_separation needs the setting 'method'"),
    Row(
      separation(searched + "damping_limits = 2, x"),
      "x.manifest:7:21: error M085: 'damping_limits' takes a number, not the word 'x'"),
    Row(
      separation("method = filter\nfilter_width = 1 kilo"),
      "x.manifest:6:18: error M083: unknown unit 'kilo'"),
    Row(
      separation(constrained + "mask <- m.cnstraints"),
      "x.manifest:7:11: error M057: stage 'm' of kind synthetic_model has no output 'cnstraints'; "
        + "did you mean 'constraints'?"),
  ]

  @Test(arguments: sound + misplaced + needed + unknown) func table(_ row: Row) {
    #expect(rendered(resolve(row.text)) == row.messages)
  }

  @Test func optionsAndProfilesAreHeld() {
    let text = separation("method = trend\n[profile odd]\nr.damping = 1\n")
    #expect(rendered(resolve(text)) == [])
    #expect(
      rendered(resolve(text, profile: "odd")) == [
        "x.manifest:7:3: error M140: 'damping' has no meaning with method = trend; "
          + "leave it out or use it with method = constraints"
      ])
    #expect(
      rendered(resolve(text, overrides: [("r.filter_width", "3 km"), ("r.method", "constraints")])) == [
        "--set r.filter_width=3 km: error M140: 'filter_width' has no meaning with method = constraints; "
          + "leave it out or use it with method = filter and filter_type = lowpass",
        "--set r.method=constraints: error M141: input 'constraints' is needed with method = constraints: "
          + "the misfit is sampled there",
      ])
    let variable = "[pipeline]\nwidest = 0.5\n" + separation(searched + "damping_limits = 1, $widest")
    #expect(
      rendered(resolve(variable)) == [
        "x.manifest:9:1: error M144: 'damping_limits' goes from low to high, but 1 is not below 0.5"
      ])
  }

  @Test func bothPlacesAreShown() {
    let result = resolve(separation(constrained + "dampings = 1, 2\ndamping = 1"))
    let text = DiagnosticRenderer(sources: result.sources).render(result.diagnostics)
    #expect(
      text == """
        x.manifest:8:1: error M142: 'damping' and 'dampings' exclude each other; keep one
            8 | damping = 1
              | ^~~~~~~
        x.manifest:7:1: note: 'dampings' is given here
            7 | dampings = 1, 2
              | ^~~~~~~~

        """)
  }

  /// A family's `~` line gives a setting too; what it draws is looked at when members run.
  @Test func familiesAreHeld() {
    func family(_ lines: String, _ variation: String) -> String {
      separation(lines + "\n[i : topography_inversion]\ngravity <- r.gravity\ntopography <- m.topography\n")
        + "[e : ensemble_loop]\nrepeat = i\nruns = 3\n" + variation
    }
    #expect(
      rendered(resolve(family("method = trend", "r.damping ~ uniform(1, 2)"))) == [
        "x.manifest:12:1: error M140: 'damping' has no meaning with method = trend; "
          + "leave it out or use it with method = constraints"
      ])
    // The stage itself is computed too, so a draw does not stand in for what it needs.
    #expect(
      rendered(resolve(family("method = filter", "r.filter_width ~ uniform(1, 2) km"))) == [
        "x.manifest:5:1: error M141: 'filter_width' is needed with method = filter and "
          + "filter_type = lowpass (default)"
      ])
    #expect(
      rendered(resolve(family("method = filter\nfilter_width = 1 km", "r.filter_width ~ uniform(1, 2) km")))
        == [])
    #expect(
      rendered(
        resolve(
          family(
            constrained + "mask <- s.training\n[s : split_table]\ntable <- m.constraints",
            "r.mask_weight ~ uniform(0, 99)"))) == [])
  }

  @Test func drawnValuesAreCheckedWhereTheyRun() throws {
    let signature = RuledToyKind().signature
    var settings = Settings([
      "method": .word("constraints"), "mask_weight": .number(ExactDecimal(2)),
      "trend": .number(ExactDecimal(1)),
    ])
    try signature.checkValues(of: settings, inputs: ["gravity", "mask"], received: [])
    settings.values["mask_weight"] = .number(ExactDecimal(0))
    #expect(throws: UnfitValues(description: "'mask_weight' is zero: a mask without weight does nothing")) {
      try signature.checkValues(of: settings, inputs: ["gravity", "mask"], received: [])
    }
  }

  /// What another stage gives is no better than what is written.
  @Test func receivedValuesAreBounded() throws {
    let signature = RuledToyKind().signature
    func fault(_ setting: String, _ number: Double) -> String? {
      let settings = Settings(["method": .word("trend"), setting: .number(ExactDecimal(number))])
      do {
        try signature.checkValues(of: settings, inputs: ["gravity"], received: [setting])
        return nil
      } catch {
        return error.description
      }
    }
    #expect(fault("trend", 3) == nil)
    #expect(fault("trend", 2.5) == "'trend' takes a whole number and was given 2.5")
    #expect(fault("trend", 11) == "'trend' must be at most 10 and was given 11")
    #expect(fault("filter_width", 0) == "'filter_width' must be above 0 m and was given 0 m")
  }

  @Test func pageTellsRules() throws {
    let page = try #require(SignatureText.page("regional_separation", toyCatalogue))
    #expect(
      page.contains(
        """
          method
              trend, filter, constraints or constraints_cv; required
              How.
                trend   A polynomial.
                filter  What a filter lets through.
          trend
              a whole number; at least 0; at most 10; default 1
              only with method = trend
              Degree.
        """))
    #expect(
      page.contains(
        """
              a length; in m, km, cm, mm, ft; above 0 m; optional
              only with method = filter and filter_type = lowpass, and needed then
        """))
    #expect(
      page.contains(
        """
              a number; at least 0; default: that of the data
              only with method = constraints
        """))
    #expect(page.contains("      a whole number; at least 2; default 10\n"))
    #expect(page.contains("in m/s2, mGal, uGal, Gal, um/s2, nm/s2; default 0.5 mGal\n"))
    #expect(page.contains("Points.; needed with method = constraints or constraints_cv\n"))
    #expect(
      page.hasSuffix(
        """

        Rules
          one of 'damping_limits' and 'depth_limits' is needed with method = constraints_cv
          'damping_limits' goes from low to high
          'depth_limits' goes from low to high
          'damping' and 'dampings' exclude each other
          'mask_weight' is not zero: a mask without weight does nothing
          'mask_weight' and 'trials' is below the number of trials, with table as 'mask'

        """))
  }
}
