import Artefacts
import Manifests
import Testing

@testable import Planning

/// Values that a manifest makes by a call: numbers of other stages' outputs, and lists.
@Suite struct CallTests {
  private static let model = "[m : synthetic_model]\nspacing = 1 km\n"
  private static let inversion =
    model + "[i : topography_inversion]\ngravity <- m.gravity\ntopography <- m.topography\n"

  private func stages(_ text: String, _ overrides: (name: String, value: String)...) throws -> [ResolvedStage]
  {
    let result = resolve(text, overrides: overrides)
    #expect(result.diagnostics.isEmpty, "\(rendered(result))")
    return try #require(result.pipeline).stages
  }

  @Test(arguments: [
    "zref <- mean(m.topography)", "zref = mean(m.topography)", "zref<-mean( m.topography )",
  ]) func aReductionIsAStageBetween(_ line: String) throws {
    let stages = try stages(Self.inversion + line)
    #expect(stages.map(\.name) == ["m", "i", "mean(m.topography)"])
    #expect(stages[1].settings["zref"] == .output(.init(stage: "mean(m.topography)", port: "value")))
    #expect(stages[2].inputs["data"] == PortReference(stage: "m", port: "topography"))
    #expect(stages[2].settings["function"] == .value(.word("mean")))
    #expect(stages[2].settings["variable"] == nil)
    #expect(stages[2].settings["dimension"] == .value(.word("length")))
    #expect(stages[2].signature.outputs[0].type == .scalar(.length))
    #expect("\(PortReference(stage: "mean(m.topography)", port: "value"))" == "mean(m.topography)")
  }

  @Test func equalReductionsAreOneAndDimensionsTellThemApart() throws {
    let text =
      Self.inversion
      + "zref <- median(m.constraints, upward)\ndensity_contrast <- median(m.constraints, upward)\n"
      + "[j : topography_inversion]\ngravity <- m.gravity\ntopography <- m.topography\n"
      + "zref <- median(m.constraints, \"upward\")\n"
    #expect(
      try stages(text).map(\.name) == [
        "m", "i", "j", "median(m.constraints, upward)", "median(m.constraints, upward) as density",
      ])
  }

  @Test func profilesOptionsAndPipelineSettingsTakeThem() throws {
    let by = try stages(Self.inversion, ("i.zref", "mean(m.topography)"))
    #expect(by.count == 3)
    let shared = try stages("[pipeline]\nlevel = mean(m.topography)\n" + Self.inversion + "zref = $level")
    #expect(shared.count == 3)
    #expect(shared[1].settings["zref"] == .output(.init(stage: "mean(m.topography)", port: "value")))
  }

  @Test func whatIsShownHasNoStageBetween() throws {
    let pipeline = ResolvedPipeline(
      name: "p", stages: try stages(Self.inversion + "zref <- mean(m.topography)"))
    let written = pipeline.asWritten
    #expect(written.stages.map(\.name) == ["m", "i"])
    #expect(written.stages[1].settings["zref"] == .output(.init(stage: "m", port: "topography")))
    #expect(PlanGraph.dot(pipeline).contains("label = \"topography → zref\""))
    #expect(!PlanGraph.dot(pipeline).contains("reduction"))
  }

  /// Each member has a number of its own where what it is made of is drawn anew.
  @Test func membersMakeTheirOwn() throws {
    let text =
      Self.inversion + "zref <- mean(m.constraints)\n[e : ensemble_loop]\nrepeat = i\nruns = 2\n"
      + "m.constraints ~ normal(uncertainty)\n"
    let result = resolve(text)
    #expect(rendered(result) == [])
    let shape = try FamilyShapes(graph: StageGraph(#require(result.pipeline))).shapes[2]
    #expect(shape?.affected.count == 2)
  }

  @Test func spacingsAreExactAtTheEndsAndRoundedBetween() throws {
    func values(_ text: String) throws -> [String] {
      let stages = try stages(
        Self.model + "[s : starting_topography]\nmethod = spline\nlike <- m.topography\ndampings = " + text)
      guard case .value(.list(let elements))? = stages[1].settings["dampings"] else { return [] }
      return elements.map { if case .number(let number) = $0 { number.plain } else { "?" } }
    }
    #expect(
      try values("log_space(1e-4, 1, 9)") == [
        "0.0001", "0.000316227766017", "0.001", "0.00316227766017", "0.01", "0.0316227766017", "0.1",
        "0.316227766017", "1",
      ])
    #expect(try values("log_space(8, 1, 4)") == ["8", "4", "2", "1"])
    #expect(try values("linear_space(0, 1, 4), 7") == ["0", "0.333333333333", "0.666666666667", "1", "7"])
    #expect(try values("linear_space(-1, 1, 3)") == ["-1", "0", "1"])
    #expect(try values("0, log_space(1, 100, 3)") == ["0", "1", "10", "100"])
  }

  @Test func unitsOfSpacingsAreThoseOfBothEnds() throws {
    for text in ["log_space(1, 8, 4) km", "log_space(1 km, 8 km, 4)", "log_space(1, 8 km, 4)"] {
      let stages = try stages(Self.model + "region = " + text)
      #expect(
        stages[0].settings["region"]
          == .value(.list([1000, 2000, 4000, 8000].map { .number(ExactDecimal($0)) })), "\(text)")
    }
  }

  @Test func aDeviationMayBeAPartOfTheMean() throws {
    func distribution(_ text: String) throws -> [SettingValue] {
      let stages = try stages(
        Self.inversion + "[e : ensemble_loop]\nrepeat = i\nruns = 2\n" + text)
      return try #require(stages[2].variations.first).distribution.arguments
    }
    let exact = [ExactDecimal(2669), ExactDecimal("53.38")].compactMap { $0 }.map(SettingValue.number)
    #expect(try distribution("i.density_contrast ~ normal(2669, 2 %) kg/m3") == exact)
    #expect(try distribution("i.density_contrast ~ normal(2.669 g/cm3, 2 %)") == exact)
    // Below sea level a deviation is positive as well.
    #expect(
      try distribution("i.zref ~ normal(-30 km, 10 %)") == [
        .number(ExactDecimal(-30_000)), .number(ExactDecimal(3000)),
      ])
    // A plain number has no unit: two per cent are two per cent.
    #expect(
      try distribution("i.l2_norm_tolerance ~ normal(0.5, 2 %)")
        == ["0.5", "0.02"].compactMap { ExactDecimal($0) }.map(SettingValue.number))
  }
}
