import Artefacts
import Manifests
import Testing

@testable import Planning

/// Settings that are something else where another thing is given, and draws that only some sections have.
@Suite struct FollowingValueTests {
  private enum Way: String, SettingWord {
    case old, new
    var summary: String { "" }
  }

  private struct Kind: StageKind {
    static let damping = Setting("damping", .number, .optional, .atLeast(0), "Weight.")
    static let way = Setting(
      "way", .word(Way.self),
      .later(default: .old, otherwise: .new, when: damping.isGiven, told: "new where it is damped, else old"),
      "How.")
    static let out = Output("out", .table, "Result.")
    let signature: StageSignature = {
      var signature = StageSignature(
        kind: "damped", version: 1, summary: "Damps.", declares: [damping, way, out],
        rules: [
          .check(way, "is not old without damping", when: !damping.isGiven && way.isGiven) {
            $0 == .new ? "can't be new" : nil
          }
        ])
      signature.conditional = ConditionalSpec(
        output: "out", kind: "damped_draw", base: ["out"], when: damping.isGiven)
      return signature
    }()
    func run(_ context: StageContext) throws {}
  }

  private struct Draw: StageKind {
    let signature = StageSignature(
      kind: "damped_draw", version: 1, summary: "",
      declares: [
        Kind.damping, Kind.way, Setting(ConditionalSpec.seed, .integer, .required, ""),
        Setting(ConditionalSpec.member, .integer, .required, ""),
        Setting(ConditionalSpec.stream, .name, .required, ""), Input("base_out", [.table], ""), Kind.out,
      ]
    ).hidden
    func run(_ context: StageContext) throws {}
  }

  private struct Many: FamilyKind {
    let signature = StageSignature(
      kind: "many", version: 1, summary: "Repeats.",
      declares: [
        Setting("repeat", .stage, .required, ""), Setting("seed", .integer, .default(0), ""),
        Output("all", .ensemble, ""),
      ], family: FamilySpec(roles: [.collected]))
    func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan([[], []]) }
    func run(_ context: StageContext) throws {}
  }

  private static let catalogue = Catalogue([Kind(), Draw(), Many()]) { _ in 0 }

  private static func resolved(_ text: String) -> ResolutionResult {
    Resolver.resolve(
      manifestPath: "x.manifest", text: .texts(["x.manifest": text], existing: []), catalogue: catalogue)
  }

  private static func way(_ lines: String) throws -> SettingSource? {
    let result = resolved("[d : damped]\n" + lines)
    return try #require(result.pipeline?["d"], "\(result.diagnostics.map(\.message))").settings["way"]
  }

  /// Left out it is the old way, in no recipe, or with damping the new one as if it were written.
  @Test func whatIsLeftOutFollows() throws {
    #expect(try Self.way("") == nil)
    guard case .value(.word("new"))? = try Self.way("damping = 1\n") else {
      Issue.record("it does not follow")
      return
    }
    guard case .value(.word("old"))? = try Self.way("damping = 1\nway = old\n") else {
      Issue.record("what is written does not stand")
      return
    }
  }

  @Test func keysOfBeforeStay() throws {
    func key(_ lines: String) throws -> String {
      let pipeline = try #require(Self.resolved("[d : damped]\n" + lines).pipeline)
      let plan = try Plan(pipeline: pipeline, catalogue: Self.catalogue)
      return Recipe(node: plan.nodes[0], scalars: [:], inputHashes: [], fileHashes: [:]).text
    }
    #expect(try key("") == "recipe 1\nkind damped 1\n")
    #expect(try key("damping = 1\nway = old\n") == "recipe 1\nkind damped 1\nsetting damping = 1\n")
    #expect(try key("damping = 1\n") == "recipe 1\nkind damped 1\nsetting damping = 1\nsetting way = new\n")
  }

  @Test func thePageTellsBoth() {
    #expect(Kind.way.spec.absence == .follows("new where it is damped, else old"))
  }

  /// Only a damped one can be drawn around.
  @Test func drawsBelongToSections() throws {
    let family = "[m : many]\nrepeat = d\nd.out ~ conditional\n"
    #expect(
      Self.resolved("[d : damped]\n" + family).diagnostics.map(\.message) == [
        "'d.out ~ conditional' has no meaning without 'damping'; leave it out or use it with 'damping'"
      ])
    let pipeline = try #require(Self.resolved("[d : damped]\ndamping = 1\n" + family).pipeline)
    let plan = try Plan(pipeline: pipeline, catalogue: Self.catalogue)
    let draws = plan.nodes.filter { $0.signature.kind == "damped_draw" }
    #expect(draws.count == 2 && draws.allSatisfy { $0.inputs.map(\.port) == ["base_out"] })
    let base = try #require(plan.node(ofStage: "d"))
    #expect(draws.allSatisfy { $0.inputs[0].source == NodePort(node: base, port: "out") })
  }
}
