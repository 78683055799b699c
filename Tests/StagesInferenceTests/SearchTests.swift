import Artefacts
import Datasets
import Manifests
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import TestSupport
import Testing

@testable import StagesInference

/// Trials compared. How they are chosen: FamilyDesignTests.
@Suite struct SearchTests {
  /// Scores of four trials, of which the second has none.
  private static func best(_ section: [String: SettingValue]) throws -> (value: Double, score: Double) {
    let folder = try ScratchFolder("search")
    let scores = [3.0, .nan, 1, 2]
    let members = try scores.enumerated().map { index, score in
      let path = folder.path("\(index).nc")
      try NetCDFFile.writeScalar(score, name: "value", units: "m", longName: "a score", to: path)
      return StageContext.Member(
        index: index, values: [Double(10 * index)], inputs: index == 1 ? [:] : ["score": path],
        hasFailed: index == 1)
    }
    var outputs = ["scores": folder.path("scores.nc"), "best_score": folder.path("score.nc")]
    outputs["best"] = folder.path("best.nc")
    try Search().run(
      StageContext(
        settings: Settings(section), inputs: [:], outputs: outputs, members: members,
        memberVariables: [MemberVariable(name: "number")]))
    return (
      try NetCDFFile.readScalar(folder.path("best.nc")), try NetCDFFile.readScalar(folder.path("score.nc"))
    )
  }

  @Test func theGoalTellsTheBest() throws {
    #expect(try Self.best([:]) == (20, 1))
    #expect(try Self.best(["goal": .word("maximise")]) == (0, 3))
  }

  @Test(arguments: [
    ("goal = maximise", []), ("sampler = halton\ntrials = 0", ["M034"]),
    ("goal = minimise, maximise", ["M08"]),
  ])
  func settings(section: String, codes: [String]) {
    let stage = LoneStage(
      Search(), "repeat = repeated\nscore = repeated.value\nrepeated.number ~ uniform(1, 3)\n" + section,
      beside: [Repeated()])
    #expect(stage.mistakes.isEmpty == codes.isEmpty, "\(stage.mistakes)")
  }

  @Test(arguments: [
    ("sampler = tpe\nstartup_trials = 4", []),
    (
      "startup_trials = 4",
      [
        "M140: 'startup_trials' has no meaning with sampler = grid (default); leave it out or use it with sampler = gaussian_process or tpe"
      ]
    ),
    (
      "fold_average = median",
      ["M140: 'fold_average' has no meaning without 'folds'; leave it out or use it with 'folds'"]
    ),
    (
      "sampler = tpe\nmembers = chunks",
      [
        "M144: 'sampler' and 'members' don't fit: members = chunks is for trials that are all known beforehand (grid, halton, sobol, random); tpe chooses one at a time"
      ]
    ),
  ])
  func settingsOfSamplers(section: String, messages: [String]) {
    let stage = LoneStage(
      Search(), "repeat = repeated\nscore = repeated.value\nrepeated.number ~ uniform(1, 3)\n" + section,
      beside: [Repeated()])
    #expect(stage.mistakes == messages)
  }
}
