import Artefacts
import Manifests
import Testing

@testable import Planning

/// Hands on what feeds it; `source` makes data with noise unless `quiet`.
private struct Link: ForeseeingKind {
  var signature: StageSignature

  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    var facts = request.facts("data")
    if signature.kind == "source" {
      facts = OutputFacts(
        has: ["g"],
        mesh: Mesh(
          edges: (0, 4, 0, 2), columns: request.settings.optionalInteger("columns") ?? 5, rows: 3,
          isGeographic: false))
      if request.settings.isOn("quiet") { facts.lose("u", because: "set its noise") }
      if request.settings.isOn("empty") { facts.absence = "it is empty" }
    }
    if request.settings.isOn("needs_u") { request.require("u", of: "data", in: &foresight) }
    request.requireSameMesh("data", as: "other", in: &foresight)
    foresight.outputs["data"] = facts
    if let reason = facts.lacks["u"] {
      foresight.outputs["score"] = OutputFacts(lacks: [OutputFacts.value: reason])
    }
    return foresight
  }

  func run(_ context: StageContext) throws {}
}

private let noise = OutputSpec.Noise(variable: "g", uncertainty: "u")
private let outputs = [
  OutputSpec("data", .gravity, "Data.", noise: noise, collected: true),
  OutputSpec("score", .scalar(.length), "Score."),
]
private let catalogue = Catalogue(
  [
    Link(
      signature: StageSignature(
        kind: "source", version: 1, summary: "Makes data.",
        settings: [
          SettingSpec("quiet", .boolean, .defaultsTo("no"), "Without noise."),
          SettingSpec("empty", .boolean, .defaultsTo("no"), "Without anything."),
          SettingSpec("columns", .integer, .defaultsTo("5"), "Nodes."),
        ], outputs: outputs)),
    Link(
      signature: StageSignature(
        kind: "link", version: 1, summary: "Hands data on.",
        settings: [
          SettingSpec("needs_u", .boolean, .defaultsTo("no"), "Uses it."),
          SettingSpec("x", .number(.dimensionless), .defaultsTo("1"), "Varied."),
        ],
        inputs: [
          InputSpec("data", [.gravity], "Data."), InputSpec("other", [.gravity], required: false, "More."),
        ],
        outputs: outputs)),
    toyCatalogue.kinds["search"], toyCatalogue.kinds["ensemble_loop"], toyCatalogue.kinds["perturbation"],
  ].compactMap { $0 }, readScalar: { _ in 0 })

@Suite struct ForesightTests {
  private func messages(_ text: String) -> [String] {
    rendered(
      Resolver.resolve(manifestPath: "x.manifest", text: .texts(["x.manifest": text]), catalogue: catalogue))
  }

  @Test func factsFlowAlongTheArrowsInAnyOrderOfSections() {
    let chain = "[c : link]\nneeds_u = yes\ndata <- b.data\n[b : link]\ndata <- a.data\n[a : source]\n"
    #expect(messages(chain + "quiet = no") == [])
    #expect(
      messages(chain + "quiet = yes") == [
        "x.manifest:3:1: error M150: 'data' needs 'u', which b.data has not: set its noise"
      ])
  }

  @Test func drawsAndScoresAreJudgedWhereTheyAreWritten() {
    let text =
      "[a : source]\nquiet = yes\n[b : link]\ndata <- a.data\n[e : ensemble_loop]\nrepeat = b\nruns = 500\n"
      + "a.data ~ normal(uncertainty)\n[s : search]\nrepeat = b\nscore = b.score\nb.x ~ uniform(0, 1)\n"
    #expect(
      messages(text) == [
        "x.manifest:8:1: error M151: a.data has no uncertainty to draw from: set its noise",
        "x.manifest:11:1: error M155: trials are compared by b.score, which has no value: set its noise",
      ])
  }

  /// What a family changes is not known.
  @Test func settingsThatMembersGiveAreOpen() {
    let text =
      "[a : source]\nquiet = yes\ncolumns = 7\n[d : source]\n[b : link]\ndata <- a.data\nother <- d.data\n"
    #expect(
      messages(text) == [
        "x.manifest:6:1: error M152: 'data' (a.data: 7 x 3 nodes, 0 … 4, 0 … 2 m) and 'other' (d.data: 5 x 3 nodes, 0 … 4, 0 … 2 m) must have the same nodes"
      ])
    let family = "[e : ensemble_loop]\nrepeat = b\nruns = 2\na.columns ~ integers(5, 9)\n"
    #expect(messages(text + family).isEmpty)
  }

  @Test func anEmptyOutputMustNotBeUsed() {
    #expect(
      messages("[a : source]\nempty = yes\n[b : link]\ndata <- a.data\n") == [
        "x.manifest:4:1: error M156: a.data holds nothing: it is empty"
      ])
    #expect(messages("[a : source]\nempty = yes\n") == [])
  }

  /// Of stages with mistakes of their own, and of circles, nothing follows.
  @Test func mistakesDoNotSpread() {
    // A default stands for what could not be read: nothing is said of it.
    let noisy = "[a : source]\nquiet = yes\ncolumns = many\n[b : link]\nneeds_u = yes\ndata <- a.data\n"
    #expect(messages(noisy).count == 1)
    let text = "[a : source]\nquiet = yse\n[b : link]\nneeds_u = yes\ndata <- a.data\n"
    #expect(messages(text).count == 1)
    let circle =
      "[a : source]\nquiet = yes\n[b : link]\nneeds_u = yes\ndata <- c.data\n[c : link]\ndata <- b.data\n"
    #expect(messages(circle).count == 1)
  }
}
