import Artefacts
import Manifests
import Testing

@testable import Planning

/// Lines that say with what a family begins for a setting that it draws.
@Suite struct StartTests {
  /// A family that takes such lines, and a stage with settings of all types.
  private static let catalogue: Catalogue = {
    let model = ToyKind(
      signature: StageSignature(
        kind: "model", version: 1, summary: "",
        settings: [
          SettingSpec("height", .number(.length), .defaultsTo("1 km"), ""),
          SettingSpec("factor", .number(.dimensionless), .defaultsTo("1"), ""),
        ], outputs: [OutputSpec("value", .scalar(.dimensionless), "", collected: true)]))
    func family(_ kind: String, starts: String?) -> ToyFamily {
      var spec = FamilySpec(roles: [.collected])
      spec.starts = starts
      return ToyFamily(
        signature: StageSignature(
          kind: kind, version: 1, summary: "", settings: [SettingSpec("repeat", .stage, .required, "")],
          outputs: [OutputSpec("out", .table, "")]
        ).repeating(spec))
    }
    return Catalogue(
      [model, family("learner", starts: "initial"), family("plain", starts: nil)],
      vocabulary: Vocabulary(dimensions: [.length])
    ) { _ in 0 }
  }()

  private struct ToyKind: StageKind {
    var signature: StageSignature
    func run(_ context: StageContext) throws {}
  }

  private struct ToyFamily: FamilyKind {
    var signature: StageSignature
    func run(_ context: StageContext) throws {}
    func design(_ request: DesignRequest) throws -> RoundPlan {
      RoundPlan([request.variables.map { $0.start?.numbers.first ?? 0 }])
    }
  }

  private static func resolve(_ lines: String, kind: String = "learner") -> ResolutionResult {
    let text = "[m : model]\n[f : \(kind)]\nrepeat = m\n" + lines
    return Resolver.resolve(
      manifestPath: "x.manifest", text: .texts(["x.manifest": text]), catalogue: catalogue)
  }

  private static func messages(_ lines: String, kind: String = "learner") -> [String] {
    resolve(lines, kind: kind).diagnostics.map { "\($0.place.line):\($0.place.column) \($0.message)" }
  }

  @Test func aLineGoesToItsVariation() throws {
    let pipeline = try #require(
      Self.resolve(
        "m.height ~ uniform(1, 3) km\nm.factor ~ normal(1, 1)\ninitial.m.height = normal(2, 0.1) km\n"
      )
      .pipeline)
    let variations = try #require(pipeline["f"]?.variations)
    #expect(
      variations[0].start
        == Distribution(name: "normal", arguments: [.number(ExactDecimal(2000)), .number(ExactDecimal(100))]))
    #expect(variations[1].start == nil)
    let plan = try Plan(pipeline: pipeline, catalogue: Self.catalogue)
    #expect(plan.nodes.contains { $0.members?.values.first?.contains(2000) == true })
  }

  static let refused: [(lines: String, message: String)] = [
    (
      "m.height ~ uniform(1, 3) km\ninitial.m.heigth = normal(2, 1) km\n",
      "5:1 'initial' names 'm.heigth', which no '~' line of the section draws; did you mean 'initial.m.height'?"
    ),
    (
      "m.height ~ uniform(1, 3) km\ninitial.m.height = uniform(1, 2) km\n",
      "5:20 'initial' takes normal(mean, deviation), and initial.m.height is uniform(…)"
    ),
    (
      "m.height ~ uniform(1, 3) km\ninitial.m.height = 2 km\n",
      "5:20 'initial' takes normal(mean, deviation), and initial.m.height is the number 2 km"
    ),
    (
      "m.height ~ uniform(1, 3) km\ninitial.m.height = normal(5, 1) km\n",
      "5:20 'initial' begins with a mean outside of what the prior of m.height allows"
    ),
    (
      "m.height ~ uniform(1, 3) km\ninitial.m.height <- m.value\n",
      "5:1 'initial' takes normal(mean, deviation) behind '=', as in initial.m.height = normal(1, 0.1)"
    ),
    (
      "m.height ~ uniform(1, 3) km\nfirst.m.height = normal(2, 1) km\n",
      "5:1 'first.m.height' has too many dots; expected name or stage.name"
    ),
  ]

  @Test(arguments: refused.indices) func mistakes(_ number: Int) {
    let (lines, message) = Self.refused[number]
    #expect(Self.messages(lines) == [message])
  }

  /// A missing unit, one of something else, a negative deviation, the same line twice: told as of other lines.
  @Test func usualMistakes() {
    let drawn = "m.height ~ uniform(1, 3) km\n"
    #expect(Self.messages(drawn + "initial.m.height = normal(2000, 1)\n").count >= 1)
    #expect(Self.messages(drawn + "initial.m.height = normal(2, -1) km\n").count == 1)
    #expect(Self.messages(drawn + "initial.m.height = normal(2) km\n").count == 1)
    let twice = "initial.m.height = normal(2, 1) km\n"
    #expect(Self.messages(drawn + twice + twice).count == 1)
    #expect(Self.messages("m.height ~ uniform(1, 3) km\n" + twice, kind: "plain").count == 1)
  }

  /// The layout keeps such a line.
  @Test func layout() {
    let text =
      "[f : learner]\nrepeat = m\ninitial.m.height   = normal(2, 1) km\nm.height ~ uniform(1, 3) km\n"
    let laidOut = ManifestFormatter.format(text)
    #expect(laidOut.contains("initial.m.height = normal(2, 1) km"))
    #expect(ManifestFormatter.format(laidOut) == laidOut)
  }
}
