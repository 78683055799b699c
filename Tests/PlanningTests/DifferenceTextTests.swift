import Artefacts
import Testing

@testable import Planning

@Suite("Words of differences") struct DifferenceTextTests {
  private let context = RecipeDifference.Context(
    stage: "s",
    types: [
      "width": .number(.length), "noise": .number(.acceleration), "runs": .integer,
      "region": .list(.number(.length), count: 4...4),
      "either": .either([.word(["mean"]), .number(.length)]),
    ],
    files: ["grid": "data/survey.nc"], sources: ["gravity": "predicted.gravity", "width": "damping.best"],
    oldSources: ["gravity": "model.gravity"])

  private func text(_ difference: RecipeDifference.Difference) -> String { difference.text(in: context) }

  @Test func unitsOfSettings() {
    #expect(text(.setting(name: "noise", old: "2e-6", new: "3e-9")) == "s.noise: 0.2 mGal → 0.3 uGal")
    #expect(text(.setting(name: "runs", old: "2e1", new: "4e1")) == "s.runs: 20 → 40")
    #expect(
      text(.setting(name: "region", old: "[0, 4e4]", new: "[0, 5e2]")) == "s.region: 0 m, 40 km → 0 m, 500 m")
    #expect(text(.setting(name: "either", old: "mean", new: "-38e3")) == "s.either: mean → -38 km")
    #expect(text(.settingAdded(name: "noise", value: "1e-5")) == "s.noise: not set → 1 mGal")
    #expect(
      text(.setting(name: "width", old: "1e4", new: "12e3")) == "s.width: 10 km → 12 km (from damping.best)")
  }

  @Test func filesAndInputsByName() {
    #expect(text(.file(setting: "grid")) == "data/survey.nc: content changed")
    #expect(
      text(.input(port: "gravity", member: nil)) == "s.gravity: <- model.gravity → <- predicted.gravity")
    var same = context
    same.oldSources = [:]
    #expect(
      RecipeDifference.Difference.input(port: "gravity", member: nil).text(in: same)
        == "input gravity: predicted.gravity ran before it and gave another result")
    #expect(
      text(.inputAdded(port: "gravity", member: nil)) == "input gravity of s is new (predicted.gravity)")
    #expect(text(.input(port: "score", member: 3)) == "input score of member 3 of s changed")
  }

  @Test func hashesOfARecipe() {
    let (a, b) = (String(repeating: "a", count: 64), String(repeating: "b", count: 64))
    let recipe = RecipeComponents(
      """
      recipe 1
      kind k 2
      setting files = [file sha256:\(a), file sha256:\(b)]
      setting grid = file sha256:\(b)
      input g = sha256:\(a)
      input score[1] = failed
      input score[0] = sha256:\(b)
      """)
    #expect(recipe.fileHashes.map(\.hash) == [a, b, b] && recipe.fileHashes.map(\.setting)[2] == "grid")
    #expect(recipe.inputHashes.map(\.hash) == [a, b])
    #expect(recipe.inputHashes.map(\.input) == [.init(port: "g"), .init(port: "score", member: 0)])
  }
}
