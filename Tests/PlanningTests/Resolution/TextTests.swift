import Artefacts
import Manifests
import Testing

@testable import Planning

@Suite struct TextTests {
  @Test(arguments: [
    ("1000", PhysicalDimension.length, "1 km"), ("492.27", .length, "492.27 m"),
    ("-33500", .length, "-33.5 km"),
    ("0", .length, "0 m"), ("0.002", .length, "2 mm"), ("2e-6", .acceleration, "0.2 mGal"),
    ("5e-11", .acceleration, "0.005 uGal"), ("2669", .density, "2669 kg/m3"), ("0.1", .dimensionless, "0.1"),
    ("1e-9", .dimensionless, "1e-9"), ("0.5", .time, "500 ms"), ("12", .angle, "12 deg"),
  ]) func numbers(_ text: String, _ dimension: PhysicalDimension, _ shown: String) throws {
    let number = try #require(ExactDecimal(text))
    #expect(display(.number(number), type: .number(dimension)) == shown)
  }

  @Test func otherValues() {
    #expect(display(.boolean(true), type: .boolean) == "yes")
    #expect(display(.text("a\"b"), type: .text) == "\"a\\\"b\"")
    let list = SettingValue.list([.number(ExactDecimal(0)), .number(ExactDecimal(40_000))])
    #expect(display(list, type: .list(.number(.length), count: 2...2)) == "0 m, 40 km")
    #expect(display(.number(ExactDecimal(3)), type: nil) == "3")
  }

  @Test func signaturePage() throws {
    #expect(
      SignatureText.list(toyCatalogue).hasPrefix(
        "command               Runs a program.\ndamping_cv            Cross-validation of the damping.\n"))
    #expect(!SignatureText.list(toyCatalogue).contains("perturbation"))
    let page = try #require(SignatureText.page("damping_cv", toyCatalogue))
    #expect(
      page == """
        damping_cv

        Cross-validation of the damping.

        Settings
          repeat
              the name of a stage; required
              The stage to repeat.
          nested
              a list (each the name of a stage); 1 to 100 elements; optional
              Families repeated in each member.
          limits
              a list (each a number); 2 elements; required
              Range.
          trials
              a whole number; at least 1; default 8
              Number.

        Outputs
          scores        history  All.
          best_damping  number   value of the setting in the best trial
          best          number   the same, when one setting is varied

        """)
    let model = try #require(SignatureText.page("synthetic_model", toyCatalogue))
    #expect(model.contains("      a length; in m, km, cm, mm, ft; above 0 m; required\n"))
    #expect(SignatureText.page("perturbation", toyCatalogue) == nil)
    #expect(SignatureText.nearest(to: "dampin_cv", toyCatalogue) == "damping_cv")
  }

  @Test func catalogueProblems() {
    #expect(CatalogueCheck.problems(of: toyCatalogue) == [])
    let bad = StageSignature(
      kind: "bad", version: 1, summary: "",
      settings: [
        SettingSpec("a", .number(.length), .defaultsTo("3"), ""), SettingSpec("a", .integer, .optional, ""),
        SettingSpec("b", .integer, .optional, minimum: "1 m", ""),
      ]
    ).repeating(FamilySpec(roles: [.scores(["score"])], best: .numbers))
    #expect(
      CatalogueCheck.problems(of: bad) == [
        "stage kind bad: 'a' is both or twice a setting or input",
        "stage kind bad: a family needs a setting 'repeat' of type stage",
        "stage kind bad: bad default '3' of 'a': 'a' is a length and needs a unit: m, km, cm, mm or ft",
        "stage kind bad: bad bound '1 m' of 'b'",
      ])
  }
}

@Suite struct ResolverScaleTests {
  /// Ten thousand stages in a chain; the measured time is in the test's output, the bound is for a busy machine.
  @Test func manyStages() {
    var text = "[m : synthetic_model]\nspacing = 1 km\n[s0 : topography_inversion]\ngravity <- m.gravity\n"
    text += "topography <- m.topography\n"
    for index in 1..<10_000 {
      text +=
        "[s\(index) : topography_inversion]\ngravity <- m.gravity\ntopography <- s\(index - 1).topography\n"
      text += "damping = 0.5\nzref = 1 km\n"
    }
    var stages = 0
    let times = (0..<3).map { _ in
      ContinuousClock().measure { stages = resolve(text).pipeline?.stages.count ?? 0 }
    }
    #expect(stages == 10_001)
    print("resolving 10 001 stages:", times.min() ?? .zero)
    // A circle through all of them neither recurses nor prints ten thousand names.
    let circle = text.replacing("topography <- m.topography", with: "topography <- s9999.topography")
    let message = resolve(circle).diagnostics.map(\.message)
    #expect(
      message == [
        "stages depend on each other in a circle: s0 → s1 → s2 → s3 → s4 → s5 → "
          + "… 9990 more … → s9996 → s9997 → s9998 → s9999 → s0"
      ])
  }

  /// Seeded mutations of a whole manifest neither crash nor hang the checker.
  @Test func mutations() {
    var state: UInt64 = 7
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let words = exampleManifest.split(whereSeparator: { " \n".contains($0) }).map { Array($0.utf8) }
    let source = Array(exampleManifest.utf8)
    var sound = 0
    for _ in 0..<10_000 {
      var bytes = source
      for _ in 0...random(3) {
        let at = random(bytes.count)
        switch random(3) {
        case 0: bytes[at] = bytes[random(bytes.count)]
        case 1: bytes.removeSubrange(at..<min(bytes.count, at + random(40)))
        default: bytes.insert(contentsOf: words[random(words.count)], at: at)
        }
      }
      let result = resolve(String(decoding: bytes, as: UTF8.self), profile: "ci")
      let hasError = result.diagnostics.contains { $0.severity == .error }
      #expect(hasError == (result.pipeline == nil))
      if !hasError { sound += 1 }
    }
    #expect(sound > 100)
  }
}
